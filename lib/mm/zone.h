/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * zone: page frames, as the kernel's page allocator hands them out one at a time.
 *
 * Free pages wait on a list of the CPU that freed them, up to a limit that floats with what the
 * CPU frees; beyond it they go in batches through the zone lock to the buddy lists, where blocks
 * merge. Source: mm/page_alloc.c of Linux 7.1.
 *
 * Lock order: list of a CPU (only ever tried), then zone lock.
 */
#ifndef MM_ZONE_H
#define MM_ZONE_H

#include <linux/gfp.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <kc_unseen.h>

#include "account.h"
#include "mm/page.h"

/** enum zone_limits - sizes that are fixed */
enum zone_limits {
	ZONE_MAX_ORDERS = 12, /* orders 0 to 10, with pages above 4 KiB 0 to 11 */
	PCP_BATCH_SCALE_MAX = 5,
};

/**
 * struct zone_params - what a zone is made with
 * @nr_pages:	pages it manages; allocation fails beyond
 * @page_shift:	12, 14 or 16; 0 means 12
 * @nr_cpus:	CPUs its list limits are divided among; 0 means the host's
 * @machine_pages: pages of the machine whose zone it stands for, which say how many of them go
 *		through the zone lock at a time; 0 means @nr_pages
 */
struct zone_params {
	unsigned long nr_pages;
	unsigned int page_shift;
	unsigned int nr_cpus;
	unsigned long machine_pages;
};

/**
 * struct zone_stats - a zone as it stands
 * @managed:		pages it has
 * @free:		pages on the buddy lists
 * @pcp:		pages on lists of CPUs
 * @used:		pages allocated
 * @pcp_refills:	times an allocation found its CPU's list empty
 * @pcp_spills:		times a CPU's list was over its limit
 * @pcp_misses:		times a CPU's list was busy and the zone lock was taken at once
 * @zspages:		pages of zspages, as zone_count_zspages() was told
 * @lock:		the zone lock
 */
struct zone_stats {
	unsigned long managed;
	unsigned long free;
	unsigned long pcp;
	unsigned long used;
	u64 pcp_refills;
	u64 pcp_spills;
	u64 pcp_misses;
	long zspages;
	struct kc_lock_stat lock;
};

/** struct zone_list - @first, @last: frame numbers, 0 none */
struct zone_list {
	u32 first;
	u32 last;
};

struct per_cpu_pages;

/**
 * struct zone_cpu_stat - what a CPU has counted and the zone does not know yet
 * @threshold:	beyond it the zone is told
 * @zspages:	pages of zspages
 */
struct zone_cpu_stat {
	s8 threshold;
	s8 zspages;
};

/**
 * struct zone - page frames
 * @pages:		descriptors, by frame number
 * @base:		address of frame 0
 * @page_shift:		log2 of the page size
 * @max_order:		of a free block
 * @start_pfn:		first managed frame; never 0, so that 0 can mean "none"
 * @nr_pages:		managed frames
 * @batch:		pages per zone-lock hold
 * @high_min:		least limit of a CPU's list
 * @high_max:		greatest
 * @high_wmark:		free pages below which the limits shrink
 * @pcp:		lists of the CPUs
 * @cpu_stat:		their counters
 * @zspages:		pages of zspages, but for what is in @cpu_stat
 * @account:		who pays for the pages
 * @map_bytes:		size of the reserved region
 * @lock:		guards all below
 * @nr_free:		pages on the buddy lists
 * @misses:		see struct zone_stats, pcp_misses
 * @free_list:		blocks by order
 */
struct zone {
	struct page *pages;
	char *base;
	unsigned int page_shift;
	unsigned int max_order;
	unsigned long start_pfn;
	unsigned long nr_pages;
	unsigned int batch;
	unsigned int high_min;
	unsigned int high_max;
	unsigned long high_wmark;
	struct per_cpu_pages __percpu *pcp;
	struct zone_cpu_stat __percpu *cpu_stat;
	atomic_long_t zspages;
	struct mem_account *account;
	size_t map_bytes;
	spinlock_t lock;
	unsigned long nr_free;
	u64 misses;
	struct zone_list free_list[ZONE_MAX_ORDERS];
};

/**
 * zone_create() - reserve a region and its descriptors
 * @params:	see there
 *
 * Memory is reserved only; pages cost memory once touched. Charged to the account active now:
 * the descriptors, and from then on every page that is not on the buddy lists.
 *
 * Return:	the zone, or ERR_PTR(-EINVAL), ERR_PTR(-ENOMEM).
 */
struct zone *zone_create(const struct zone_params *params);

/**
 * zone_destroy() - give everything back; NULL is ignored
 * @zone:	nobody else uses it any more
 * Return:	pages that were still allocated, 0 in a correct program.
 */
unsigned long zone_destroy(struct zone *zone);

/**
 * alloc_page() - allocate one page
 * @zone:	zone
 * @gfp:	__GFP_ZERO zeroes; GFP_KERNEL fetches the last pages from the lists of other CPUs
 * Return:	a page with one reference, user words undefined, not locked; or NULL.
 */
struct page *alloc_page(struct zone *zone, gfp_t gfp);

/** __free_page() - drop a reference; the last one frees the page, which must not be locked */
void __free_page(struct zone *zone, struct page *page);

/**
 * free_pages_bulk() - drop a reference of many pages
 * @zone:	zone
 * @pages:	pages, none twice
 * @nr:		how many
 *
 * The CPU's list is taken once, the zone lock once per batch of pages that do not fit there.
 */
void free_pages_bulk(struct zone *zone, struct page **pages, size_t nr);

/**
 * zone_count_zspages() - count pages of zspages
 * @zone:	zone
 * @change:	1 or -1
 *
 * In a word of this CPU, and beyond a threshold in the zone's: the kernel's NR_ZSPAGES.
 */
void zone_count_zspages(struct zone *zone, int change);

/** zone_stats() - read the counters; exact at quiescence. @zone: zone, @stats: filled in */
void zone_stats(struct zone *zone, struct zone_stats *stats);

/** zone_stats_reset() - start the lock's and the lists' event counters anew */
void zone_stats_reset(struct zone *zone);

/**
 * zone_drain_pcp() - move the pages of all CPUs' lists to the buddy lists
 * @zone:	zone
 * Context:	process; waits for a list that is in use.
 * Return:	pages moved.
 */
unsigned long zone_drain_pcp(struct zone *zone);

/*
 * Where descriptors and pages lie is a variable in kernels that place themselves at random
 * (vmemmap_base and page_offset_base on amd64), so it is read each time.
 */

/** page_to_pfn() - frame number of a page, never 0 */
static inline unsigned long page_to_pfn(const struct zone *zone, const struct page *page)
{
	return (unsigned long)(page - zone->pages);
}

/** pfn_to_page() - page of a frame number */
static inline struct page *pfn_to_page(const struct zone *zone, unsigned long pfn)
{
	return &zone->pages[pfn];
}

/** page_address() - where the content of a page is */
static inline void *page_address(const struct zone *zone, const struct page *page)
{
	return zone->base + (page_to_pfn(zone, page) << kc_unseen(zone->page_shift));
}

/** zone_page_size() - bytes of a page */
static inline size_t zone_page_size(const struct zone *zone)
{
	return (size_t)1 << kc_unseen(zone->page_shift);
}

#endif
