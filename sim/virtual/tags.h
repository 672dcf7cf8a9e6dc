/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * tags: what lies where in the caches, and which line of a set was used last. Inline for cache.c.
 * A line may be written by a CPU that has it with that right in all its private levels.
 */
#ifndef SIM_VIRTUAL_TAGS_H
#define SIM_VIRTUAL_TAGS_H

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "sim/virtual/cache_inline.h"
#include "sim/virtual/memory.h"
#include "sim/virtual/table.h"

/**
 * enum vm_tags_limits - bits and bytes
 * @VM_LINE_BYTES:	of a line
 * @VM_MEMORY_LINE_BITS: of lines of memory that can be in use
 * @VM_REGION_LINE_BITS: of lines of the region, past which are those of the program
 */
enum vm_tags_limits {
	VM_LINE_BYTES = 1 << VM_LINE_SHIFT,
	VM_MEMORY_LINE_BITS = VM_MEMORY_SHIFT - VM_LINE_SHIFT,
	VM_REGION_LINE_BITS = VM_REGION_SHIFT - VM_LINE_SHIFT,
};

/**
 * struct vm_sets - the tags of one cache, those of a set together, the most recently used first
 * @tags:	[@sets * @ways]; key of the line * 2, plus 1 if it may be written;
 *		VM_NO_TAG: empty
 * @mask:	@sets - 1
 * @sets:	a power of two, 0: there is no cache
 * @ways:	of each
 */
struct vm_sets {
	uint32_t *tags;
	uint32_t mask;
	uint32_t sets;
	uint32_t ways;
};

/** vm_line_hash() - bits 20 and up of a line times the golden ratio */
static inline uint64_t vm_line_hash(uint64_t line)
{
	return line * 0x9e3779b97f4a7c15ull >> 20;
}

/** vm_key_of() - 31 bits for a line: those of memory in use, then those of the program */
static inline uint32_t vm_key_of(uint64_t line)
{
	return (uint32_t)(line >> VM_REGION_LINE_BITS << VM_MEMORY_LINE_BITS) + (uint32_t)line;
}

/** vm_line_of_key() - the line that vm_key_of() has made @key of */
static inline uint64_t vm_line_of_key(uint32_t key)
{
	if (!(key >> VM_MEMORY_LINE_BITS))
		return key;
	return ((uint64_t)1 << VM_REGION_LINE_BITS) + (key - (1u << VM_MEMORY_LINE_BITS));
}

/** vm_sets_init() - empty tags for a cache, which may be none. Return: false without memory. */
static inline bool vm_sets_init(struct vm_sets *s, const struct vm_cache_size *size)
{
	uint64_t lines = size->bytes / VM_LINE_BYTES;
	size_t bytes;

	memset(s, 0, sizeof(*s));
	if (!lines)
		return true;
	s->ways = size->ways;
	s->sets = 1;
	/* Sizes that are no power of two have more ways in effect. */
	while (s->sets * 2ull * s->ways <= lines)
		s->sets *= 2;
	s->ways = (uint32_t)(lines / s->sets);
	s->mask = s->sets - 1;
	bytes = sizeof(*s->tags) * s->sets * s->ways;
	s->tags = vm_table_new(bytes);
	if (s->tags)
		memset(s->tags, 0xff, bytes);
	return s->tags;
}

/** vm_sets_clear() - make them empty */
static inline void vm_sets_clear(struct vm_sets *s)
{
	if (s->sets)
		memset(s->tags, 0xff, sizeof(*s->tags) * s->sets * s->ways);
}

/** vm_private_set() - set of a line in a private level */
static inline uint32_t *vm_private_set(const struct vm_sets *s, uint64_t line)
{
	return s->tags + (size_t)(line & s->mask) * s->ways;
}

/** vm_shared_set() - of a shared level: these choose it by a hash, as real ones do */
static inline uint32_t *vm_shared_set(const struct vm_sets *s, uint64_t line)
{
	return s->tags + (size_t)(vm_line_hash(line) & s->mask) * s->ways;
}

/** vm_way_of() - way of a line in a set, @ways: it is not there */
static inline uint32_t vm_way_of(const uint32_t *set, uint32_t ways, uint32_t key)
{
	uint32_t tag = key * 2 + 1, way = 0;

#ifdef __SSE2__
	const __m128i wanted = _mm_set1_epi32((int)tag), one = _mm_set1_epi32(1);
	int found;

	for (; way + 4 <= ways; way += 4) {
		__m128i tags = _mm_loadu_si128((const __m128i *)(set + way));

		found = _mm_movemask_ps(
			_mm_castsi128_ps(_mm_cmpeq_epi32(_mm_or_si128(tags, one), wanted)));
		if (found)
			return way + (uint32_t)__builtin_ctz((unsigned int)found);
	}
#endif
	while (way < ways && (set[way] | 1) != tag)
		way++;
	return way;
}

/** vm_put_first() - the ways before @way move up by one; @tag is the first */
static inline void vm_put_first(uint32_t *set, uint32_t way, uint32_t tag)
{
	uint64_t two;

	for (; way >= 2; way -= 2) {
		memcpy(&two, set + way - 2, sizeof(two));
		memcpy(set + way - 1, &two, sizeof(two));
	}
	if (way)
		set[1] = set[0];
	set[0] = tag;
}

/** vm_private_find() - tag of the line, the first of its set now; NULL: it is not there */
static inline uint32_t *vm_private_find(const struct vm_sets *s, uint64_t line)
{
	uint32_t *set;
	uint32_t way;

	if (!s->sets)
		return NULL;
	set = vm_private_set(s, line);
	way = vm_way_of(set, s->ways, vm_key_of(line));
	if (way == s->ways)
		return NULL;
	if (way)
		vm_put_first(set, way, set[way]);
	return set;
}

/** vm_private_insert() - put a line first in its set. Return: the tag that had to go. */
static inline uint32_t vm_private_insert(const struct vm_sets *s, uint64_t line, bool writable)
{
	uint32_t *set = vm_private_set(s, line), gone = set[s->ways - 1];

	vm_put_first(set, s->ways - 1, vm_key_of(line) * 2 + writable);
	return gone;
}

/** vm_private_drop() - the line is there no more, if it was */
static inline void vm_private_drop(const struct vm_sets *s, uint64_t line)
{
	uint32_t *set;
	uint32_t way;

	if (!s->sets)
		return;
	set = vm_private_set(s, line);
	way = vm_way_of(set, s->ways, vm_key_of(line));
	if (way == s->ways)
		return;
	memmove(set + way, set + way + 1, (s->ways - 1 - way) * sizeof(*set));
	set[s->ways - 1] = VM_NO_TAG;
}

/** vm_private_set_right() - the line, if it is there, may or must not be written */
static inline void vm_private_set_right(const struct vm_sets *s, uint64_t line, bool writable)
{
	uint32_t *set;
	uint32_t way;

	if (!s->sets)
		return;
	set = vm_private_set(s, line);
	way = vm_way_of(set, s->ways, vm_key_of(line));
	if (way < s->ways)
		set[way] = vm_key_of(line) * 2 + writable;
}

/**
 * vm_shared_use() - have a line first in its set, for which the last one goes if it is new
 * @s:		tags of a shared level, which may be none
 * @line:	which
 * Return:	was it there?
 */
static inline bool vm_shared_use(const struct vm_sets *s, uint64_t line)
{
	uint32_t *set;
	uint32_t way;
	bool there;

	if (!s->sets)
		return false;
	set = vm_shared_set(s, line);
	way = vm_way_of(set, s->ways, vm_key_of(line));
	there = way < s->ways;
	vm_put_first(set, there ? way : s->ways - 1, vm_key_of(line) * 2);
	return there;
}

#endif
