// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Free blocks: 2^order pages, aligned to their size, on one list per order. Two free buddies
 * are merged at once. A page's state is PAGE_BUDDY only under the zone lock; its other states
 * come and go without, hence READ_ONCE().
 * Source: mm/page_alloc.c of Linux 7.1, for one migrate type.
 */
#include <linux/bug.h>

#include "mm/buddy.h"

static void buddy_add(struct zone *zone, u32 pfn, unsigned int order)
{
	struct page *page = &zone->pages[pfn];

	WRITE_ONCE(page->state, PAGE_BUDDY);
	page->order = (u8)order;
	zone_list_add(zone, &zone->free_list[order], pfn);
}

static void buddy_del(struct zone *zone, u32 pfn)
{
	struct page *page = &zone->pages[pfn];

	zone_list_del(zone, &zone->free_list[page->order], pfn);
	WRITE_ONCE(page->state, PAGE_NONE);
}

void buddy_init(struct zone *zone)
{
	unsigned long pfn = zone->start_pfn, end = zone->start_pfn + zone->nr_pages;
	unsigned int order;

	while (pfn < end) {
		order = zone->max_order;
		while ((pfn & ((1ul << order) - 1)) || pfn + (1ul << order) > end)
			order--;
		/* At the end of the list, so that allocation begins with the first page. */
		zone->pages[pfn].state = PAGE_BUDDY;
		zone->pages[pfn].order = (u8)order;
		zone_list_add_tail(zone, &zone->free_list[order], (u32)pfn);
		pfn += 1ul << order;
	}
	zone->nr_free = zone->nr_pages;
}

void buddy_free(struct zone *zone, u32 pfn)
{
	unsigned long end = zone->start_pfn + zone->nr_pages;
	unsigned int order;

	for (order = 0; order < zone->max_order; order++) {
		u32 buddy = pfn ^ ((u32)1 << order);
		struct page *page = &zone->pages[buddy];

		if (buddy >= end || READ_ONCE(page->state) != PAGE_BUDDY || page->order != order)
			break;
		buddy_del(zone, buddy);
		pfn &= buddy;
	}
	buddy_add(zone, pfn, order);
	WRITE_ONCE(zone->nr_free, zone->nr_free + 1); /* pcp_high() reads it without the lock */
}

u32 buddy_alloc(struct zone *zone)
{
	unsigned int order = 0;
	u32 pfn;

	while (!zone->free_list[order].first) {
		if (++order > zone->max_order)
			return 0;
	}
	pfn = zone->free_list[order].first;
	buddy_del(zone, pfn);
	while (order--)
		buddy_add(zone, pfn + ((u32)1 << order), order);
	WRITE_ONCE(zone->nr_free, zone->nr_free - 1);
	return pfn;
}
