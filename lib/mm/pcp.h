/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * pcp: the page list of a CPU. Private to lib/mm.
 */
#ifndef MM_PCP_H
#define MM_PCP_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "mm/zone.h"

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
