/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* zs_phase: the phases of freeing an object. */
#ifndef ZSMALLOC_ZS_PHASE_H
#define ZSMALLOC_ZS_PHASE_H

/**
 * enum zs_phase - phases of zs_free() and zs_free_bulk(), as kc_phase() takes them
 * @ZS_PHASE_LOOKUP:	from the handle to page and zspage; bulk: sorting, too
 * @ZS_PHASE_LOCK:	taking and dropping pool lock and class lock, waiting included
 * @ZS_PHASE_PUSH:	object onto the free list of its zspage
 * @ZS_PHASE_FULLNESS:	counters, fullness group
 * @ZS_PHASE_RETIRE:	unlinking an empty zspage: page locks, statistics
 * @ZS_PHASE_PAGES:	its pages and descriptor to the page allocator and the slab
 * @ZS_PHASE_HANDLE:	handle cell to its slab
 * @ZS_PHASE_END:	first number free for others
 */
enum zs_phase {
	ZS_PHASE_LOOKUP = 1,
	ZS_PHASE_LOCK,
	ZS_PHASE_PUSH,
	ZS_PHASE_FULLNESS,
	ZS_PHASE_RETIRE,
	ZS_PHASE_PAGES,
	ZS_PHASE_HANDLE,
	ZS_PHASE_END,
};

#endif
