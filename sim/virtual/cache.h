/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * cache: what an access of a CPU costs, from the state of the caches of all of them.
 *
 * Per CPU an L1 and an L2, per cluster a shared cache, per node one more, then memory; sizes,
 * ways and latencies are the profile's, sets are chosen by the address, replacement is least
 * recently used among the ways (shared levels may approximate it). A directory knows for each line
 * which CPUs have it and whether one of them has modified it (modified, exclusive, shared,
 * invalid). A read of a line modified elsewhere, and a write to a line that others have, is a
 * transfer. It costs the profile's price for the distance to the (farthest) other CPU.
 *
 * A CPU that misses lines in ascending order finds the later ones fetched ahead: from the third on
 * they cost what a hit in L2 does. A CPU follows four such streams.
 *
 * Deterministic: a function of the sequence of calls. One host thread.
 */
#ifndef SIM_VIRTUAL_CACHE_H
#define SIM_VIRTUAL_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/virtual/profile.h"

struct vm_cache;

/** enum vm_cache_limits - lines */
enum vm_cache_limits {
	VM_LINE_SHIFT = 6,
};

/** enum vm_access_kind - what is done to a line; an RMW owns it like a write */
enum vm_access_kind {
	VM_READ,
	VM_WRITE,
	VM_RMW
};

/**
 * struct vm_cache_stat - what one CPU did
 * @l1_misses, @l2_misses, @llc_misses: of these; @transfers: lines that came
 *		from, or were taken from, another CPU
 */
struct vm_cache_stat {
	uint64_t l1_misses;
	uint64_t l2_misses;
	uint64_t llc_misses;
	uint64_t transfers;
};

/** vm_cache_new() - cold caches of a machine. Return: or NULL without memory. */
struct vm_cache *vm_cache_new(const struct vm_profile *profile);

/** vm_cache_free() - @cache: or NULL */
void vm_cache_free(struct vm_cache *cache);

/** vm_cache_clear() - make all caches cold, statistics 0 */
void vm_cache_clear(struct vm_cache *cache);

/**
 * vm_cache_miss() - an access that vm_cache_fast() could not answer
 * @cache:	of the machine
 * @cpu:	who
 * @line:	line number (offset in the region >> VM_LINE_SHIFT), of memory that can be in use or
 *		of the 64 GiB past the region
 * @kind:	what is done
 * Return:	picoseconds beyond a hit in L1: latency, times the core's stall_share except for
 *		transfers and RMWs, which are paid in full.
 */
uint64_t vm_cache_miss(struct vm_cache *cache, unsigned int cpu, uint64_t line,
		       enum vm_access_kind kind);

/**
 * vm_cache_access() - the same for any access, 0 for a hit in L1 with the right it needs
 *
 * The fast path, inline in cache_inline.h: the line is the most recently used one of its set and
 * held with the right that @kind needs.
 */
uint64_t vm_cache_access(struct vm_cache *cache, unsigned int cpu, uint64_t line,
			 enum vm_access_kind kind);

/** vm_cache_stat() - what @cpu did since the caches were cold */
void vm_cache_stat(const struct vm_cache *cache, unsigned int cpu, struct vm_cache_stat *stat);

#endif
