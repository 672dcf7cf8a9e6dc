/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* cache_inline: the fast path of vm_cache_access(), for who calls it at every access. */
#ifndef SIM_VIRTUAL_CACHE_INLINE_H
#define SIM_VIRTUAL_CACHE_INLINE_H

#include "sim/virtual/cache.h"

/**
 * struct vm_sets - the tags of one cache, the most recently used of each set first
 * @tags:	[@sets * @ways]; line * 2, plus 1 if it may be written; VM_NO_TAG: empty
 * @sets:	a power of two, 0: there is no cache
 * @mask:	@sets - 1
 * @ways:	of each
 */
struct vm_sets {
	uint64_t *tags;
	uint32_t sets;
	uint32_t mask;
	uint32_t ways;
};

#define VM_NO_TAG UINT64_MAX

/** struct vm_cache - what the fast path sees. @l1: first level of each CPU */
struct vm_cache {
	struct vm_sets *l1;
};

/** vm_cache_fast() - vm_cache_access(): at once if the line is the last one used of its set */
static inline uint64_t vm_cache_fast(struct vm_cache *cache, unsigned int cpu, uint64_t line,
				     enum vm_access_kind kind)
{
	const struct vm_sets *l1 = &cache->l1[cpu];
	uint64_t tag = l1->tags[(line & l1->mask) * l1->ways];

	if (__builtin_expect((tag | 1) == (line * 2 | 1), 1) && (kind == VM_READ || (tag & 1)))
		return 0;
	return vm_cache_miss(cache, cpu, line, kind);
}

#endif
