// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>
#include <linux/log2.h>

#include "port.h"
#include "sim/api/device.h"
#include "sim/run/model.h"
#include "sim/run/options.h"
#include "sim/run/release.h"
#include "zram/zram.h"

#define DEFAULT_DISKSIZE   (256ull << 20)
#define DEFAULT_PAGE_BYTES 4096

const char *zramsim_version(void)
{
	return SIM_VERSION;
}

int zramsim_device_create(const struct zramsim_device_params *params, struct zramsim_device **dev)
{
	static const struct zramsim_device_params defaults;
	const struct zramsim_device_params *p = params ? params : &defaults;
	u32 page_bytes = p->page_bytes ? p->page_bytes : DEFAULT_PAGE_BYTES;
	struct zram_params zp = {
		.disksize_bytes = p->disksize_bytes ? p->disksize_bytes : DEFAULT_DISKSIZE,
		.comp = { p->comp, p->recomp },
		.comp_level = { p->comp_level, p->recomp_level },
	};
	struct sim_message ignored = { 0 };
	struct zramsim_device *new;
	struct zramsim_config cfg;

	*dev = NULL;
	if (kc_is_orphan())
		return -EPERM;
	zramsim_config_init(&cfg);
	cfg.page_bytes = page_bytes;
	cfg.model = p->model;
	if (sim_options_check(&cfg, &ignored))
		return -EINVAL;
	sim_release_fill(&cfg.model);
	sim_model_params(&cfg.model, &zp);
	zp.page_shift = (unsigned int)ilog2(page_bytes);
	new = calloc(1, sizeof(*new));
	if (!new)
		return -ENOMEM;
	mutex_init(&new->lock);
	new->model = cfg.model;
	new->zram = zram_create(&zp);
	if (IS_ERR(new->zram)) {
		int err = (int)PTR_ERR(new->zram);

		free(new);
		return err;
	}
	*dev = new;
	return 0;
}

void zramsim_device_destroy(struct zramsim_device *dev)
{
	if (!dev || kc_is_orphan())
		return;
	zramsim_detach(dev);
	zram_destroy(dev->zram);
	free(dev);
}

int zramsim_write(struct zramsim_device *dev, uint32_t index, const void *page)
{
	if (kc_is_orphan())
		return -EPERM;
	return zram_write(dev->zram, index, page);
}

int zramsim_read(struct zramsim_device *dev, uint32_t index, void *page)
{
	if (kc_is_orphan())
		return -EPERM;
	if (index >= zram_nr_slots(dev->zram))
		return -EINVAL;
	return zram_read(dev->zram, index, page);
}

int zramsim_notify(struct zramsim_device *dev, uint32_t index)
{
	if (kc_is_orphan())
		return -EPERM;
	if (index >= zram_nr_slots(dev->zram))
		return -EINVAL;
	zram_slot_free_notify(dev->zram, index);
	return 0;
}

int zramsim_discard(struct zramsim_device *dev, uint64_t offset, uint64_t len)
{
	if (kc_is_orphan())
		return -EPERM;
	return zram_discard(dev->zram, offset, len);
}

uint64_t zramsim_compact(struct zramsim_device *dev)
{
	if (kc_is_orphan())
		return 0;
	return zram_compact(dev->zram);
}

uint32_t zramsim_mark_idle(struct zramsim_device *dev)
{
	if (kc_is_orphan())
		return 0;
	return zram_mark_idle(dev->zram);
}

int64_t zramsim_recompress(struct zramsim_device *dev)
{
	if (kc_is_orphan())
		return -EPERM;
	return zram_recompress(dev->zram, 0, true, 0);
}

void zramsim_reset(struct zramsim_device *dev)
{
	if (!kc_is_orphan())
		zram_reset(dev->zram);
}

void zramsim_set_mem_limit(struct zramsim_device *dev, uint64_t bytes)
{
	if (!kc_is_orphan())
		zram_set_mem_limit(dev->zram, bytes);
}

void sim_mm_stat(struct zram *zram, struct zramsim_stat *st)
{
	struct zram_mm_stat mm;
	struct zram_io_stat io;

	zram_mm_stat(zram, &mm);
	zram_io_stat(zram, &io);
	*st = (struct zramsim_stat){
		.orig_data_size = mm.orig_data_size,
		.compr_data_size = mm.compr_data_size,
		.mem_used_total = mm.mem_used_total,
		.mem_limit = mm.mem_limit,
		.mem_used_max = mm.mem_used_max,
		.same_pages = mm.same_pages,
		.pages_compacted = mm.pages_compacted,
		.huge_pages = mm.huge_pages,
		.huge_pages_since = mm.huge_pages_since,
		.failed_reads = io.failed_reads,
		.failed_writes = io.failed_writes,
		.notify_free = io.notify_free,
		.miss_free = io.miss_free,
	};
}

void zramsim_mm_stat(struct zramsim_device *dev, struct zramsim_stat *st)
{
	*st = (struct zramsim_stat){ 0 };
	if (!kc_is_orphan())
		sim_mm_stat(dev->zram, st);
}

uint32_t zramsim_nr_slots(const struct zramsim_device *dev)
{
	return zram_nr_slots(dev->zram);
}
