// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <linux/align.h>
#include <linux/string.h>
#include <stdlib.h>

#include "arena.h"

void *kc_arena_alloc(size_t size, size_t align, bool zero)
{
	void *ptr;

	if (align <= KC_ARENA_ALIGN)
		return zero ? calloc(1, size) : malloc(size);
	if (size > SIZE_MAX - align)
		return NULL;
	ptr = aligned_alloc(align, ALIGN(size, align));
	if (ptr && zero)
		memset(ptr, 0, size);
	return ptr;
}

void kc_arena_free(void *ptr, size_t size, size_t align)
{
	(void)size;
	(void)align;
	free(ptr);
}

bool kc_arena_is_private(void)
{
	return false;
}

size_t kc_arena_bytes(void)
{
	return 0;
}
