// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A zone's life and its statistics.
 */
#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "mm/buddy.h"
#include "port.h"

#define ZONE_HUGE_BYTES (2ul << 20) /* alignment that lets the host use huge pages */

/*
 * Pages per zone-lock hold. Source: zone_batchsize() of Linux 7.1: a 4096th of the zone, at
 * most 256 KiB, and one less than a power of two.
 */
static unsigned int zone_batch(unsigned long pages, unsigned int page_shift)
{
	unsigned long batch = min_t(unsigned long, pages >> 12, (256ul << 10) >> page_shift);

	if (batch <= 1)
		return 1;
	return (unsigned int)rounddown_pow_of_two(batch + batch / 2) - 1;
}

static unsigned long zone_machine_pages(const struct zone_params *params)
{
	return params->machine_pages ? params->machine_pages : params->nr_pages;
}

static unsigned long zone_isqrt(unsigned long n)
{
	unsigned long root = 0, bit;

	for (bit = 1ul << 31; bit; bit >>= 1) {
		if ((root + bit) * (root + bit) <= n)
			root += bit;
	}
	return root;
}

/*
 * Limits of the lists. Source: mm/page_alloc.c of Linux 7.1: the least free memory is
 * 4 * sqrt(KiB) KiB, between 128 KiB and 256 MiB; the low and the high watermark are a quarter
 * and a half above it, or a thousandth and two of the zone, whichever is more.
 */
static void zone_limits(struct zone *zone, const struct zone_params *params)
{
	unsigned long kib = zone->nr_pages << (zone->page_shift - 10);
	unsigned long cpus = params->nr_cpus ? params->nr_cpus : kc_nr_host_cpus();
	unsigned long least, step;

	zone->batch = zone_batch(zone_machine_pages(params), zone->page_shift);
	least = clamp_t(unsigned long, zone_isqrt(kib * 16), 128, 256 << 10);
	least >>= zone->page_shift - 10;
	step = max_t(unsigned long, least / 4, zone->nr_pages / 1000);
	zone->high_wmark = min_t(unsigned long, least + 2 * step, zone->nr_pages);
	zone->high_min =
		(unsigned int)max_t(unsigned long, (least + step) / cpus, 4ul * zone->batch);
	zone->high_max =
		(unsigned int)max_t(unsigned long, zone->nr_pages / 8 / cpus, 4ul * zone->batch);
	zone->high_max = max_t(unsigned int, zone->high_max, zone->high_min);
}

/*
 * How much a CPU keeps to itself. Source: calculate_normal_threshold() in mm/vmstat.c of Linux 7.3.
 */
static s8 zone_stat_threshold(const struct zone *zone, const struct zone_params *params)
{
	unsigned int cpus = params->nr_cpus ? params->nr_cpus : kc_nr_host_cpus();
	unsigned int mem = (unsigned int)(zone_machine_pages(params) >> (27 - zone->page_shift));

	return (s8)min_t(int, 2 * fls(cpus) * (1 + fls(mem)), 125);
}

void zone_count_zspages(struct zone *zone, int change)
{
	struct zone_cpu_stat *stat;
	int nr, half;

	preempt_disable();
	stat = this_cpu_ptr(kc_unseen(zone->cpu_stat));
	nr = stat->zspages + change;
	if (unlikely(nr > stat->threshold || nr < -stat->threshold)) {
		/* Further than need be, as the next ones will go the same way. */
		half = change * (stat->threshold / 2);
		atomic_long_add(nr + half, &zone->zspages);
		nr = -half;
	}
	WRITE_ONCE(stat->zspages, (s8)nr);
	preempt_enable();
}

/* Reserve the frames and their descriptors, frame 0 up to the first managed one included. */
static int zone_map(struct zone *zone)
{
	size_t align = max_t(size_t, 1ul << (zone->max_order + zone->page_shift), ZONE_HUGE_BYTES);
	unsigned long nr = zone->start_pfn + zone->nr_pages;

	zone->map_bytes = nr << zone->page_shift;
	zone->base = kc_map(zone->map_bytes, align);
	if (!zone->base)
		return -ENOMEM;
	zone->pages = kc_map(nr * sizeof(struct page), L1_CACHE_BYTES);
	if (!zone->pages) {
		kc_unmap(zone->base, zone->map_bytes);
		return -ENOMEM;
	}
	kc_want_huge(zone->base, zone->map_bytes);
	kc_want_huge(zone->pages, nr * sizeof(struct page));
	kc_charge(zone->account, nr * sizeof(struct page), 1);
	return 0;
}

static void zone_unmap(struct zone *zone)
{
	size_t bytes = (zone->start_pfn + zone->nr_pages) * sizeof(struct page);

	kc_unmap(zone->base, zone->map_bytes);
	kc_unmap(zone->pages, bytes);
	kc_uncharge(zone->account, bytes, 1);
}

struct zone *zone_create(const struct zone_params *params)
{
	unsigned int shift = params->page_shift ? params->page_shift : 12, cpu;
	struct zone *zone;

	if ((shift != 12 && shift != 14 && shift != 16) || !params->nr_pages ||
	    params->nr_pages >= 1ul << 31)
		return ERR_PTR(-EINVAL);
	zone = kzalloc(sizeof(*zone), GFP_KERNEL);
	if (!zone)
		return ERR_PTR(-ENOMEM);
	zone->page_shift = shift;
	zone->max_order = shift == 12 ? 10 : 11;
	zone->start_pfn = 1ul << zone->max_order;
	zone->nr_pages = params->nr_pages;
	zone->account = mem_account_active();
	spin_lock_init(&zone->lock);
	zone_limits(zone, params);
	zone->pcp = alloc_percpu(struct per_cpu_pages);
	if (!zone->pcp)
		goto err_free;
	zone->cpu_stat = alloc_percpu(struct zone_cpu_stat);
	if (!zone->cpu_stat)
		goto err_pcp;
	for_each_possible_cpu(cpu) {
		per_cpu_ptr(zone->pcp, cpu)->high = zone->high_min;
		per_cpu_ptr(zone->cpu_stat, cpu)->threshold = zone_stat_threshold(zone, params);
	}
	if (kc_should_fail(NULL, GFP_KERNEL) || zone_map(zone))
		goto err_stat;
	buddy_init(zone);
	return zone;

err_stat:
	free_percpu(zone->cpu_stat);
err_pcp:
	free_percpu(zone->pcp);
err_free:
	kfree(zone);
	return ERR_PTR(-ENOMEM);
}

unsigned long zone_destroy(struct zone *zone)
{
	unsigned long used;

	if (!zone)
		return 0;
	zone_drain_pcp(zone);
	used = zone->nr_pages - zone->nr_free;
	kc_uncharge(zone->account, used << zone->page_shift, (s64)used);
	zone_unmap(zone);
	free_percpu(zone->cpu_stat);
	free_percpu(zone->pcp);
	kfree(zone);
	return used;
}

void zone_stats(struct zone *zone, struct zone_stats *stats)
{
	unsigned int cpu;

	*stats = (struct zone_stats){ .managed = zone->nr_pages };
	spin_lock(&zone->lock);
	stats->free = zone->nr_free;
	stats->pcp_misses = zone->misses;
	stats->zspages = atomic_long_read(&zone->zspages);
	for_each_possible_cpu(cpu) {
		struct per_cpu_pages *pcp = per_cpu_ptr(zone->pcp, cpu);

		stats->pcp += READ_ONCE(pcp->count);
		stats->pcp_refills += READ_ONCE(pcp->refills);
		stats->pcp_spills += READ_ONCE(pcp->spills);
		stats->zspages += READ_ONCE(per_cpu_ptr(zone->cpu_stat, cpu)->zspages);
	}
	spin_lock_stat(&zone->lock, &stats->lock);
	spin_unlock(&zone->lock);
	stats->used = stats->managed - stats->free - stats->pcp;
}

void zone_stats_reset(struct zone *zone)
{
	unsigned int cpu;

	spin_lock(&zone->lock);
	spin_lock_stat_reset(&zone->lock);
	zone->misses = 0;
	for_each_possible_cpu(cpu) {
		struct per_cpu_pages *pcp = per_cpu_ptr(zone->pcp, cpu);

		WRITE_ONCE(pcp->refills, 0);
		WRITE_ONCE(pcp->spills, 0);
	}
	spin_unlock(&zone->lock);
}
