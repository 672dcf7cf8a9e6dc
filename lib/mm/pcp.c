// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Allocating and freeing single pages through the list of this CPU, and draining all lists.
 *
 * A thread that finds the list busy (a drain, or another thread with the same CPU id) goes to
 * the zone lock, as an interrupted holder makes the kernel do.
 * Source: mm/page_alloc.c of Linux 7.1. Not kept: lists per migrate type and higher orders, the
 * decay of the limit by a timer, dropping the list's lock between two chunks.
 */
#include <linux/bug.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "mm/buddy.h"

/* Pages that leave the buddy lists are paid for, used or not. Needs no lock. */
static void zone_charge(struct zone *zone, unsigned long nr)
{
	kc_charge(zone->account, nr << zone->page_shift, (s64)nr);
}

static void zone_uncharge(struct zone *zone, unsigned long nr)
{
	kc_uncharge(zone->account, nr << zone->page_shift, (s64)nr);
}

/* Move the @nr oldest pages to the buddy lists, in chunks of a batch; the list is locked. */
static void pcp_spill(struct zone *zone, struct per_cpu_pages *pcp, u32 nr)
{
	while (nr) {
		u32 done, chunk = min_t(u32, nr, zone->batch);

		spin_lock(&zone->lock);
		for (done = 0; done < chunk; done++) {
			u32 pfn = pcp->list.last;

			zone_list_del(zone, &pcp->list, pfn);
			buddy_free(zone, pfn);
		}
		WRITE_ONCE(pcp->count, pcp->count - chunk);
		spin_unlock(&zone->lock);
		zone_uncharge(zone, chunk);
		nr -= chunk;
	}
}

/* The limit of this list: it grows with what is freed while the zone has pages to spare. */
static u32 pcp_high(struct zone *zone, struct per_cpu_pages *pcp)
{
	u32 batch = zone->batch;

	if (pcp->count < pcp->high)
		return pcp->high;
	if (READ_ONCE(zone->nr_free) < zone->high_wmark) {
		u32 less = pcp->high > (batch << PCP_BATCH_SCALE_MAX)
				   ? pcp->high - (batch << PCP_BATCH_SCALE_MAX)
				   : 0;

		pcp->high = max_t(u32, less, max_t(u32, pcp->free_count, zone->high_min));
	} else if (pcp->high < pcp->free_count + batch) {
		pcp->high = pcp->free_count + batch;
	}
	pcp->high = clamp_t(u32, pcp->high, zone->high_min, zone->high_max);
	return pcp->high;
}

/* Put a page on the list, and pages off it if there are too many. */
static void pcp_free(struct zone *zone, struct per_cpu_pages *pcp, struct page *page)
{
	u32 batch = zone->batch, high;

	pcp->alloc_factor >>= 1;
	WRITE_ONCE(page->state, PAGE_PCP);
	zone_list_add(zone, &pcp->list, (u32)page_to_pfn(zone, page));
	WRITE_ONCE(pcp->count, pcp->count + 1);
	if (pcp->free_count < batch << PCP_BATCH_SCALE_MAX)
		pcp->free_count++;
	high = pcp_high(zone, pcp);
	if (likely(pcp->count < high))
		return;
	WRITE_ONCE(pcp->spills, pcp->spills + 1);
	pcp_spill(zone, pcp,
		  min_t(u32, pcp->count, clamp_t(u32, pcp->free_count, batch, high - batch)));
}

/* Fill the empty list under one hold of the zone lock. */
static void pcp_refill(struct zone *zone, struct per_cpu_pages *pcp)
{
	u32 most = max_t(u32, pcp->high - zone->batch, zone->batch);
	u32 nr = min_t(u32, zone->batch << pcp->alloc_factor, most), got, pfn;

	if (zone->batch << pcp->alloc_factor <= most && pcp->alloc_factor < PCP_BATCH_SCALE_MAX)
		pcp->alloc_factor++;
	WRITE_ONCE(pcp->refills, pcp->refills + 1);
	spin_lock(&zone->lock);
	for (got = 0; got < nr; got++) {
		pfn = buddy_alloc(zone);
		if (!pfn)
			break;
		WRITE_ONCE(zone->pages[pfn].state, PAGE_PCP);
		zone_list_add_tail(zone, &pcp->list, pfn);
	}
	WRITE_ONCE(pcp->count, pcp->count + got);
	spin_unlock(&zone->lock);
	zone_charge(zone, got);
}

static struct page *pcp_alloc(struct zone *zone, struct per_cpu_pages *pcp)
{
	u32 pfn;

	pcp->free_count >>= 1;
	if (!pcp->count)
		pcp_refill(zone, pcp);
	if (!pcp->count)
		return NULL;
	pfn = pcp->list.first;
	zone_list_del(zone, &pcp->list, pfn);
	WRITE_ONCE(pcp->count, pcp->count - 1);
	return &zone->pages[pfn];
}

unsigned long zone_drain_pcp(struct zone *zone)
{
	unsigned long moved = 0;
	unsigned int cpu;

	might_sleep();
	for_each_possible_cpu(cpu) {
		struct per_cpu_pages *pcp = per_cpu_ptr(zone->pcp, cpu);

		if (!READ_ONCE(pcp->count))
			continue;
		raw_spin_lock(&pcp->lock);
		moved += pcp->count;
		pcp_spill(zone, pcp, pcp->count);
		raw_spin_unlock(&pcp->lock);
	}
	return moved;
}

/* Around the lists of the CPUs. */
static struct page *zone_alloc_direct(struct zone *zone)
{
	u32 pfn;

	spin_lock(&zone->lock);
	zone->misses++;
	pfn = buddy_alloc(zone);
	spin_unlock(&zone->lock);
	if (!pfn)
		return NULL;
	zone_charge(zone, 1);
	return &zone->pages[pfn];
}

static void zone_free_direct(struct zone *zone, struct page *page)
{
	WRITE_ONCE(page->state, PAGE_NONE);
	spin_lock(&zone->lock);
	zone->misses++;
	buddy_free(zone, (u32)page_to_pfn(zone, page));
	spin_unlock(&zone->lock);
	zone_uncharge(zone, 1);
}

static struct page *zone_alloc(struct zone *zone)
{
	struct per_cpu_pages *pcp = this_cpu_ptr(zone->pcp);
	struct page *page;

	if (unlikely(!raw_spin_trylock(&pcp->lock)))
		return zone_alloc_direct(zone);
	page = pcp_alloc(zone, pcp);
	raw_spin_unlock(&pcp->lock);
	return page;
}

struct page *alloc_page(struct zone *zone, gfp_t gfp)
{
	struct page *page;

	if (kc_should_fail(zone->account, gfp))
		return NULL;
	page = zone_alloc(zone);
	/* What is left may wait on lists of other CPUs. */
	if (unlikely(!page) && gfpflags_allow_blocking(gfp) && zone_drain_pcp(zone))
		page = zone_alloc(zone);
	if (unlikely(!page))
		return NULL;
	WRITE_ONCE(page->state, PAGE_USED);
	page->flags = 0;
	WRITE_ONCE(page->refcount, 1);
	if (gfp & __GFP_ZERO)
		memset(page_address(zone, page), 0, zone_page_size(zone));
	return page;
}

/* Drop a reference; true if it was the last and the page is to be freed. */
static bool page_put(struct zone *zone, struct page *page)
{
	unsigned long pfn = page_to_pfn(zone, page);

	BUG_ON(pfn - zone->start_pfn >= zone->nr_pages);
	BUG_ON(page->state != PAGE_USED);
	if (__atomic_sub_fetch(&page->refcount, 1, __ATOMIC_ACQ_REL))
		return false;
	/* Neither locked nor anybody's. */
	BUG_ON(READ_ONCE(page->flags));
	return true;
}

void __free_page(struct zone *zone, struct page *page)
{
	struct per_cpu_pages *pcp;

	if (!page_put(zone, page))
		return;
	pcp = this_cpu_ptr(zone->pcp);
	if (likely(raw_spin_trylock(&pcp->lock))) {
		pcp_free(zone, pcp, page);
		raw_spin_unlock(&pcp->lock);
	} else {
		zone_free_direct(zone, page);
	}
}

/* Many pages under few holds of the zone lock; their references are dropped already. */
static void zone_free_direct_bulk(struct zone *zone, struct page **pages, size_t nr)
{
	size_t i;

	spin_lock(&zone->lock);
	zone->misses++;
	for (i = 0; i < nr; i++) {
		WRITE_ONCE(pages[i]->state, PAGE_NONE);
		buddy_free(zone, (u32)page_to_pfn(zone, pages[i]));
	}
	spin_unlock(&zone->lock);
	zone_uncharge(zone, nr);
}

void free_pages_bulk(struct zone *zone, struct page **pages, size_t nr)
{
	struct per_cpu_pages *pcp = this_cpu_ptr(zone->pcp);
	bool locked = raw_spin_trylock(&pcp->lock);
	struct page *direct[64];
	size_t i, nr_direct = 0;

	for (i = 0; i < nr; i++) {
		if (!page_put(zone, pages[i]))
			continue;
		if (locked) {
			pcp_free(zone, pcp, pages[i]);
			continue;
		}
		direct[nr_direct++] = pages[i];
		if (nr_direct == min_t(size_t, ARRAY_SIZE(direct), zone->batch)) {
			zone_free_direct_bulk(zone, direct, nr_direct);
			nr_direct = 0;
		}
	}
	if (locked)
		raw_spin_unlock(&pcp->lock);
	else if (nr_direct)
		zone_free_direct_bulk(zone, direct, nr_direct);
}
