/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * buddy: free blocks of a zone by order, lists of pages linked by frame number, and the list of a
 * CPU. Private to lib/mm; all of it under the zone lock, or for lists of a CPU under that list's
 * lock.
 */
#ifndef MM_BUDDY_H
#define MM_BUDDY_H

#include <linux/types.h>

#include "mm/zone.h"
#include <linux/spinlock.h>

/** zone_list_add() - put a page at the front of a list */
static inline void zone_list_add(struct zone *zone, struct zone_list *list, u32 pfn)
{
	struct page *page = &zone->pages[pfn];

	page->free_prev = 0;
	page->free_next = list->first;
	if (list->first)
		zone->pages[list->first].free_prev = pfn;
	else
		list->last = pfn;
	list->first = pfn;
}

/** zone_list_add_tail() - put a page at the end of a list */
static inline void zone_list_add_tail(struct zone *zone, struct zone_list *list, u32 pfn)
{
	struct page *page = &zone->pages[pfn];

	page->free_next = 0;
	page->free_prev = list->last;
	if (list->last)
		zone->pages[list->last].free_next = pfn;
	else
		list->first = pfn;
	list->last = pfn;
}

/** zone_list_del() - take a page off the list it is on */
static inline void zone_list_del(struct zone *zone, struct zone_list *list, u32 pfn)
{
	struct page *page = &zone->pages[pfn];

	if (page->free_prev)
		zone->pages[page->free_prev].free_next = page->free_next;
	else
		list->first = page->free_next;
	if (page->free_next)
		zone->pages[page->free_next].free_prev = page->free_prev;
	else
		list->last = page->free_prev;
}

/** buddy_init() - put all managed pages on the lists, in blocks as large as alignment allows */
void buddy_init(struct zone *zone);

/**
 * buddy_free() - give one page back, merging it with free neighbours
 * @zone:	zone
 * @pfn:	page, on no list
 */
void buddy_free(struct zone *zone, u32 pfn);

/**
 * buddy_alloc() - take one page, splitting a block if need be
 * @zone:	zone
 * Return:	frame number, 0 if there is no free page.
 */
u32 buddy_alloc(struct zone *zone);

/**
 * struct per_cpu_pages - pages waiting on a CPU
 * @lock:	only tried, except by zone_drain_pcp()
 * @list:	pages, the one freed last in front
 * @count:	pages on @list
 * @high:	limit of @count, between the zone's bounds
 * @free_count:	pages freed lately; halved by an allocation
 * @alloc_factor: doublings of the next refill; one less after a free
 * @refills:	see struct zone_stats
 * @spills:	see struct zone_stats
 */
struct per_cpu_pages {
	raw_spinlock_t lock;
	struct zone_list list;
	u32 count;
	u32 high;
	u32 free_count;
	u32 alloc_factor;
	u64 refills;
	u64 spills;
};

#endif
