// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A jemalloc of our own: jemalloc-private.sh links libjemalloc_pic.a into one object in which
 * every symbol is local except the four below, so malloc stays the host program's.
 *
 * Lock order: kc_arena_lock is a leaf.
 */
#include <linux/compiler.h>
#include <linux/log2.h>
#include <linux/spinlock.h>
#include <stdio.h>

#include "arena.h"

/* jemalloc's own interface under the names jemalloc-private.sh gives it. */
void *kc_je_mallocx(size_t size, int flags);
void kc_je_sdallocx(void *ptr, size_t size, int flags);
int kc_je_mallctl(const char *name, void *oldp, size_t *oldlenp, void *newp, size_t newlen);
extern const char *kc_je_malloc_conf;

/*
 * No arena per CPU and no thread caches: everything goes to one arena. Huge pages, because
 * the kernel's slabs are reached through the direct map, which has them.
 */
const char *kc_je_malloc_conf = "narenas:1,tcache:false,thp:always,metadata_thp:auto";

/* From jemalloc's documentation: MALLOCX_LG_ALIGN, _ZERO, _TCACHE_NONE and _ARENA. */
#define KC_JE_LG_ALIGN(lg) ((int)(lg))
#define KC_JE_ZERO	   0x40
#define KC_JE_TCACHE_NONE  (1 << 8)
#define KC_JE_ARENA(a)	   (((int)(a) + 1) << 20)
#define KC_JE_NO_ARENA	   (~0u)

/* Inherent registry: the arena belongs to the process. */
static unsigned int kc_arena = KC_JE_NO_ARENA;
static DEFINE_RAW_SPINLOCK(kc_arena_lock);

static __attribute__((__noinline__, __cold__)) unsigned int kc_arena_make(void)
{
	size_t len = sizeof(kc_arena);
	unsigned int arena;

	raw_spin_lock(&kc_arena_lock);
	arena = kc_arena;
	if (arena == KC_JE_NO_ARENA && !kc_je_mallctl("arenas.create", &arena, &len, NULL, 0))
		smp_store_release(&kc_arena, arena);
	raw_spin_unlock(&kc_arena_lock);
	return arena;
}

static unsigned int kc_arena_get(void)
{
	unsigned int arena = smp_load_acquire(&kc_arena);

	return likely(arena != KC_JE_NO_ARENA) ? arena : kc_arena_make();
}

void *kc_arena_alloc(size_t size, size_t align, bool zero)
{
	unsigned int arena = kc_arena_get();

	if (arena == KC_JE_NO_ARENA)
		return NULL;
	return kc_je_mallocx(size, KC_JE_ARENA(arena) | KC_JE_TCACHE_NONE |
					   KC_JE_LG_ALIGN(ilog2(align)) | (zero ? KC_JE_ZERO : 0));
}

void kc_arena_free(void *ptr, size_t size, size_t align)
{
	kc_je_sdallocx(ptr, size, KC_JE_TCACHE_NONE | KC_JE_LG_ALIGN(ilog2(align)));
}

bool kc_arena_is_private(void)
{
	return true;
}

static size_t kc_arena_stat(const char *what)
{
	char name[64];
	size_t bytes = 0, len = sizeof(bytes);

	snprintf(name, sizeof(name), "stats.arenas.%u.%s.allocated", kc_arena_get(), what);
	if (kc_je_mallctl(name, &bytes, &len, NULL, 0))
		return 0;
	return bytes;
}

size_t kc_arena_bytes(void)
{
	u64 epoch = 1;

	kc_je_mallctl("epoch", NULL, NULL, &epoch, sizeof(epoch));
	return kc_arena_stat("small") + kc_arena_stat("large");
}
