/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* cache_inline: the fast path of vm_cache_access(), for a caller at every access. */
#ifndef SIM_VIRTUAL_CACHE_INLINE_H
#define SIM_VIRTUAL_CACHE_INLINE_H

#include "sim/virtual/cache.h"

/**
 * struct vm_l1 - the tags of one first level, the most recently used of each set first
 * @tags:	[@ways][@sets], so that the first ways lie together; line * 2, plus 1 if it may be
 *		written; VM_NO_TAG: empty
 * @mask:	@sets - 1
 * @sets:	a power of two
 * @ways:	of each
 */
struct vm_l1 {
	uint64_t *tags;
	uint64_t mask;
	uint32_t sets;
	uint32_t ways;
};

#define VM_NO_TAG UINT64_MAX

/** struct vm_cache - what the fast path sees. @l1: first level of each CPU */
struct vm_cache {
	struct vm_l1 *l1;
};

/** vm_tag_hits() - is that the tag of @line, held with the right that @kind needs? */
static inline bool vm_tag_hits(uint64_t tag, uint64_t line, enum vm_access_kind kind)
{
	return kind == VM_READ ? tag >> 1 == line : tag == line * 2 + 1;
}

/** vm_cache_fast() - vm_cache_access(): at once if the line is the last one used of its set */
static inline uint64_t vm_cache_fast(struct vm_cache *cache, unsigned int cpu, uint64_t line,
				     enum vm_access_kind kind)
{
	const struct vm_l1 *l1 = &cache->l1[cpu];

	if (__builtin_expect(vm_tag_hits(l1->tags[line & l1->mask], line, kind), 1))
		return 0;
	return vm_cache_miss(cache, cpu, line, kind);
}

#endif
