// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/study/probe/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/minmax.h>

#include <kc_cost.h>

#include "mm/zone.h"
#include "port.h"
#include "sim/run/model.h"
#include "sim/shortage.h"
#include "zram/zram.h"

enum {
	PROBE_SPARE_PAGES = 4096,      /* partly filled zspages, lists of the CPUs */
	COLD_UNKNOWN_BYTES = 64 << 20, /* where the C library knows of no cache */
	COLD_MAX_BYTES = 256 << 20,
	COLD_LINE = 64,
	COLD_ALIGN = 2 << 20, /* large pages, which are soon touched */
};

static struct zone *make_zone(const struct zramsim_config *cfg, u64 pages, struct sim_message *msg)
{
	struct zone_params params = { .page_shift = ilog2(cfg->page_bytes),
				      .nr_pages = pages + PROBE_SPARE_PAGES };
	struct zone *zone = zone_create(&params);

	if (!IS_ERR(zone))
		return zone;
	sim_fail(msg, (int)PTR_ERR(zone),
		 "not enough address space for %lu pages; use a smaller size", params.nr_pages);
	return NULL;
}

int probe_pool_store(struct probe_pool *p, u32 i)
{
	unsigned long handle = zs_malloc(p->pool, p->sizes[i], GFP_KERNEL);

	if (IS_ERR_VALUE(handle))
		return -ENOMEM;
	p->handles[i] = handle;
	return 0;
}

int probe_pool_init(struct probe_pool *p, const struct zramsim_config *cfg, const char *sizes,
		    u32 nr, u64 seed, struct sim_message *msg)
{
	struct zram_params params = { 0 };
	struct sim_shortage before;
	struct zs_pool *pool;
	int err;
	u32 i;

	memset(p, 0, sizeof(*p));
	p->sizes = calloc(nr, sizeof(*p->sizes));
	p->handles = calloc(nr, sizeof(*p->handles));
	if (!p->sizes || !p->handles)
		return sim_fail(msg, -ENOMEM, "not enough memory for %u handles", nr);
	p->nr = nr;
	err = probe_sizes(sizes, cfg, seed, p->sizes, nr, msg);
	if (err)
		return err;
	p->zone = make_zone(cfg, nr + nr / 4, msg);
	if (!p->zone)
		return -ENOMEM;
	sim_model_params(&cfg->model, &params);
	before = sim_shortage_now();
	pool = zs_create_pool(p->zone, "probe", &params.pool);
	if (IS_ERR(pool))
		return sim_fail_host(msg, (int)PTR_ERR(pool), &before, "the pool cannot be made");
	p->pool = pool;
	for (i = 0; i < nr; i++) {
		err = probe_pool_store(p, i);
		if (err)
			return sim_fail(msg, err, "no memory for object %u of %u", i, nr);
	}
	return 0;
}

void probe_pool_exit(struct probe_pool *p)
{
	if (p->pool)
		zs_destroy_pool(p->pool);
	zone_destroy(p->zone);
	free(p->handles);
	free(p->sizes);
	memset(p, 0, sizeof(*p));
}

void probe_shuffle(u32 *v, u32 nr, u64 seed)
{
	u32 i, j, swap;

	for (i = nr; i > 1; i--) {
		j = (u32)kc_random_below(&seed, i);
		swap = v[i - 1];
		v[i - 1] = v[j];
		v[j] = swap;
	}
}

int probe_device_init(struct probe_device *d, const struct zramsim_config *cfg, u64 pages,
		      struct sim_message *msg)
{
	struct zram_params params = {
		.disksize_bytes = cfg->size_bytes,
		.comp = { cfg->comp },
		.comp_level = { cfg->comp_level },
	};
	struct sim_shortage before;
	struct zram *zram;

	memset(d, 0, sizeof(*d));
	d->zone = make_zone(cfg, pages, msg);
	if (!d->zone)
		return -ENOMEM;
	params.zone = d->zone;
	sim_model_params(&cfg->model, &params);
	before = sim_shortage_now();
	zram = zram_create(&params);
	if (IS_ERR(zram))
		return sim_fail_host(msg, (int)PTR_ERR(zram), &before, "the device cannot be made");
	d->zram = zram;
	return 0;
}

void probe_device_exit(struct probe_device *d)
{
	if (d->zram)
		zram_destroy(d->zram);
	zone_destroy(d->zone);
	memset(d, 0, sizeof(*d));
}

int probe_cold_init(struct probe_cold *c)
{
	long cache = 0;

#ifdef _SC_LEVEL3_CACHE_SIZE
	cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
#endif
	c->bytes = cache > 0 ? min((size_t)cache * 2, (size_t)COLD_MAX_BYTES) : COLD_UNKNOWN_BYTES;
	c->lines = kc_map(c->bytes, COLD_ALIGN);
	if (!c->lines)
		return -ENOMEM;
	kc_want_huge(c->lines, c->bytes);
	return 0;
}

void probe_cold_exit(struct probe_cold *c)
{
	if (c->lines)
		kc_unmap(c->lines, c->bytes);
	c->lines = NULL;
}

/*
 * Written, not only read: pages that were never written to share one page of zeros. Sanitizers
 * keep several bytes for each of them and have nothing to find here.
 */
__attribute__((no_sanitize("address", "thread"))) void probe_cold_evict(struct probe_cold *c)
{
	volatile char *at = c->lines;
	size_t i;

	if (kc_cost_evict())
		return;
	for (i = 0; i < c->bytes; i += COLD_LINE)
		at[i]++;
}
