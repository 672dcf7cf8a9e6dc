/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * arena: memory for slab.c and kmem_cache.c. A private jemalloc with an arena of our own where
 * the build has one, else libc. Neither accounted nor made to fail; the callers do that.
 */
#ifndef KCOMPAT_ARENA_H
#define KCOMPAT_ARENA_H

#include <linux/types.h>

/** enum kc_arena_limits - how much alignment every allocation has */
enum kc_arena_limits {
	KC_ARENA_ALIGN = 16,
};

/**
 * kc_arena_alloc() - allocate memory
 * @size:	bytes, not 0
 * @align:	power of two, at least KC_ARENA_ALIGN
 * @zero:	zero it
 */
void *kc_arena_alloc(size_t size, size_t align, bool zero);

/** kc_arena_free() - free memory; all but @ptr as it was asked for */
void kc_arena_free(void *ptr, size_t size, size_t align);

/** kc_arena_is_private() - is the memory jemalloc's, in an arena nobody else uses? */
bool kc_arena_is_private(void);

/** kc_arena_bytes() - bytes the private arena has handed out, 0 without one */
size_t kc_arena_bytes(void);

#endif
