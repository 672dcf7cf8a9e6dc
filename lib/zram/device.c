// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Making, resetting and destroying a device.
 */

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/slab.h>

#include "mm/zone.h"
#include "zram/device.h"
#include "zram/slot.h"
#include "zram/slot_word.h"
#include "zram/zcomp.h"
#include "zsmalloc/zsmalloc.h"

enum {
	/*
	 * Pages of a device's own zone beyond twice its disk size: the disk full of pages
	 * stored as they are, as much again lost in half-empty zspages, and what lies in
	 * per-CPU lists. Only what is touched takes memory.
	 */
	ZRAM_ZONE_SLACK_PAGES = 16384,
};

static int zram_init_zone(struct zram *zram, const struct zram_params *params)
{
	struct zone_params zp = { 0 };

	if (params->zone) {
		zram->zone = params->zone;
		return 0;
	}
	zp.page_shift = zram->page_shift;
	zp.nr_pages = 2 * (unsigned long)zram->nr_slots + ZRAM_ZONE_SLACK_PAGES;
	zram->zone = zone_create(&zp);
	if (IS_ERR(zram->zone))
		return (int)PTR_ERR(zram->zone);
	zram->own_zone = true;
	return 0;
}

static void zram_exit_zone(struct zram *zram)
{
	if (zram->own_zone)
		zone_destroy(zram->zone);
}

static void zram_exit_comps(struct zram *zram)
{
	unsigned int prio;

	for (prio = 0; prio < ZRAM_MAX_COMPS && zram->comps[prio]; prio++)
		zcomp_destroy(zram->comps[prio]);
}

static int zram_init_comps(struct zram *zram, const struct zram_params *params)
{
	struct zcomp *comp;
	const char *name;
	unsigned int prio;

	for (prio = 0; prio < ZRAM_MAX_COMPS; prio++) {
		name = params->comp[prio];
		if (!name && !prio)
			name = zcomp_name(0);
		if (!name)
			break;
		comp = zcomp_create(name, params->comp_level[prio], zram_page_size(zram));
		if (IS_ERR(comp)) {
			zram_exit_comps(zram);
			return (int)PTR_ERR(comp);
		}
		zram->comps[prio] = comp;
	}
	return 0;
}

static int zram_init_pool(struct zram *zram, const struct zram_params *params)
{
	struct zs_pool *pool = zs_create_pool(zram->zone, "zram", &params->pool);

	if (IS_ERR(pool))
		return (int)PTR_ERR(pool);
	zram->pool = pool;
	zram->huge_class_size = zs_huge_class_size(pool);
	return 0;
}

/* What can be told from the parameters alone; everything else is made after it. */
static int zram_init_params(struct zram *zram, const struct zram_params *params)
{
	unsigned int shift = params->zone ? params->zone->page_shift : params->page_shift;
	u64 disk = params->disksize_bytes;
	u64 pages;

	if (shift != 12 && shift != 14 && shift != 16)
		return -EINVAL;
	pages = (disk >> shift) + !!(disk & (((u64)1 << shift) - 1));
	if (!pages || pages != (u32)pages)
		return -EINVAL;
	if (params->flags != ZRAM_FLAGS_MERGED && params->flags != ZRAM_FLAGS_SINGLE)
		return -EINVAL;
	if (params->stats != ZRAM_STATS_SHARED && params->stats != ZRAM_STATS_PERCPU)
		return -EINVAL;
	if (params->clears > ZRAM_CLEARS_IDLE || params->unlock > ZRAM_UNLOCK_STORE)
		return -EINVAL;
	zram->flags = params->flags;
	zram->clears = params->clears;
	zram->unlock = params->unlock;
	zram->stats = params->stats;
	zram->pages = params->pool.pages;
	zram->page_shift = shift;
	zram->nr_slots = (u32)pages;
	return 0;
}

static int zram_init(struct zram *zram, const struct zram_params *params)
{
	int err = zram_init_params(zram, params);

	if (err)
		return err;
	init_rwsem(&zram->dev_lock);
	init_rwsem(&zram->hook_lock);

	zram->table = kvcalloc(zram->nr_slots, sizeof(*zram->table), GFP_KERNEL);
	if (!zram->table)
		return -ENOMEM;
	err = -ENOMEM;
	zram->cpu_counters = alloc_percpu(struct zram_cpu_counters);
	if (!zram->cpu_counters)
		goto err_free_table;
	err = zram_init_zone(zram, params);
	if (err)
		goto err_free_counters;
	err = zram_init_pool(zram, params);
	if (err)
		goto err_exit_zone;
	err = zram_init_comps(zram, params);
	if (err)
		goto err_destroy_pool;
	return 0;

err_destroy_pool:
	zs_destroy_pool(zram->pool);
err_exit_zone:
	zram_exit_zone(zram);
err_free_counters:
	free_percpu(zram->cpu_counters);
err_free_table:
	kvfree(zram->table);
	return err;
}

/* On cache lines of its own, so that which words share one does not depend on the allocator. */
static struct zram *zram_alloc(void)
{
	void *block = kzalloc(sizeof(struct zram) + L1_CACHE_BYTES - 1, GFP_KERNEL);
	struct zram *zram;

	if (!block)
		return NULL;
	zram = (struct zram *)L1_CACHE_ALIGN((unsigned long)block);
	zram->block = block;
	return zram;
}

struct zram *zram_create(const struct zram_params *params)
{
	struct zram *zram = zram_alloc();
	int err;

	if (!zram)
		return ERR_PTR(-ENOMEM);
	err = zram_init(zram, params);
	if (err) {
		kfree(zram->block);
		return ERR_PTR(err);
	}
	return zram;
}

/* Under the slot locks, unlike the kernel: a worker of the hook may still look at slots. */
static void zram_free_slots(struct zram *zram)
{
	u32 index;

	for (index = 0; index < zram->nr_slots; index++) {
		slot_lock(zram, index);
		slot_free(zram, index);
		slot_unlock(zram, index);
	}
}

void zram_reset(struct zram *zram)
{
	zram_drain_hook(zram);

	down_write(&zram->dev_lock);
	zram_free_slots(zram);
	zs_flush_deferred(zram->pool);
	WRITE_ONCE(zram->limit_pages, 0);
	zram_reset_counters(zram);
	zs_stats_reset(zram->pool);
	up_write(&zram->dev_lock);
}

void zram_destroy(struct zram *zram)
{
	zram_reset(zram);
	zram_exit_comps(zram);
	WARN_ON_ONCE(zs_destroy_pool(zram->pool));
	zram_exit_zone(zram);
	free_percpu(zram->cpu_counters);
	kvfree(zram->table);
	kfree(zram->block);
}

unsigned long zram_compact(struct zram *zram)
{
	unsigned long freed;

	down_read(&zram->dev_lock);
	freed = zs_compact(zram->pool);
	up_read(&zram->dev_lock);
	return freed;
}

void zram_set_mem_limit(struct zram *zram, u64 bytes)
{
	u64 page = zram_page_size(zram);

	down_write(&zram->dev_lock);
	WRITE_ONCE(zram->limit_pages, (bytes >> zram->page_shift) + !!(bytes & (page - 1)));
	up_write(&zram->dev_lock);
}

void zram_reset_mem_used_max(struct zram *zram)
{
	down_read(&zram->dev_lock);
	atomic_long_set(&zram->counters.max_used_pages, (long)zs_get_total_pages(zram->pool));
	up_read(&zram->dev_lock);
}

u32 zram_nr_slots(const struct zram *zram)
{
	return zram->nr_slots;
}

struct zs_pool *zram_pool(const struct zram *zram)
{
	return zram->pool;
}

struct zone *zram_zone(const struct zram *zram)
{
	return zram->zone;
}

unsigned int zram_page_shift(const struct zram *zram)
{
	return zram->page_shift;
}
