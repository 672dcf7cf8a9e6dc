/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* cache_inline: the fast path of vm_cache_access(), for a caller at every access. */
#ifndef SIM_VIRTUAL_CACHE_INLINE_H
#define SIM_VIRTUAL_CACHE_INLINE_H

#include "sim/virtual/cache.h"

/**
 * struct vm_l1 - lines of one first level that an access finds at once
 * @hot:	for each set the tag of the line used last, as in tags.h, or VM_NO_TAG: look it up
 * @mask:	sets - 1
 */
struct vm_l1 {
	uint32_t *hot;
	uint64_t mask;
};

#define VM_NO_TAG UINT32_MAX

/** struct vm_cache - what the fast path sees. @l1: of each CPU */
struct vm_cache {
	struct vm_l1 *l1;
};

/**
 * vm_tag_hits() - is that the tag of @line, held with the right that @kind needs?
 *
 * Lines of memory in use are their own keys. What is past 31 bits never hits.
 */
static inline bool vm_tag_hits(uint32_t tag, uint64_t line, enum vm_access_kind kind)
{
	return kind == VM_READ ? tag >> 1 == line : tag == line * 2 + 1;
}

/** vm_cache_fast() - vm_cache_access(): at once if the line is the last one used of its set */
static inline uint64_t vm_cache_fast(struct vm_cache *cache, unsigned int cpu, uint64_t line,
				     enum vm_access_kind kind)
{
	const struct vm_l1 *l1 = &cache->l1[cpu];

	if (__builtin_expect(vm_tag_hits(l1->hot[line & l1->mask], line, kind), 1))
		return 0;
	return vm_cache_miss(cache, cpu, line, kind);
}

/** vm_cache_cool() - have the next access of a CPU look @line up */
static inline void vm_cache_cool(struct vm_cache *cache, unsigned int cpu, uint64_t line)
{
	cache->l1[cpu].hot[line & cache->l1[cpu].mask] = VM_NO_TAG;
}

#endif
