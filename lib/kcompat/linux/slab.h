/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: narrowed. kmalloc() has no size classes of its own (jemalloc's, in an arena of our
 * own, or libc's). A kmem_cache keeps slabs, and an array of objects per CPU: see SLAB_FREELIST.
 * Not kept: NUMA nodes, RCU-freed slabs, merging of caches.
 *
 * Built with the address sanitizer, a kmem_cache takes every object from libc, so that the
 * sanitizer sees an overrun or a use after free; magazines and slabs are not exercised then.
 *
 * Every allocation is charged and may be made to fail: see account.h.
 */
#ifndef KCOMPAT_LINUX_SLAB_H
#define KCOMPAT_LINUX_SLAB_H

#include <linux/gfp.h>
#include <linux/types.h>

struct kmem_cache;

enum {
	SLAB_HWCACHE_ALIGN = 0x1, /* objects start on a cache line of their own */
	/*
	 * Ours: a freed object goes back to its slab at once, by an atomic exchange of the head of
	 * that slab's free list, as in Linux up to 7.1. Without it it goes into an array of the
	 * CPU, as from 7.2 on.
	 */
	SLAB_FREELIST = 0x2,
};

/**
 * kmalloc() - allocate memory
 * @size:	bytes; charged as asked for
 * @gfp:	__GFP_ZERO zeroes; GFP_KERNEL may sleep
 * Return:	16-byte aligned memory, or NULL.
 */
void *kmalloc(size_t size, gfp_t gfp);

/** kfree() - free what the kmalloc family has returned; NULL is ignored */
void kfree(const void *ptr);

/** kmalloc_array() - kmalloc() of @n times @size bytes, NULL if that overflows */
void *kmalloc_array(size_t n, size_t size, gfp_t gfp);

/** kzalloc() - zeroed kmalloc() */
static inline void *kzalloc(size_t size, gfp_t gfp)
{
	return kmalloc(size, gfp | __GFP_ZERO);
}

/** kcalloc() - zeroed kmalloc_array() */
static inline void *kcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kmalloc_array(n, size, gfp | __GFP_ZERO);
}

/** kvmalloc() - kmalloc() of any size; large ones are page aligned and fault in when touched */
void *kvmalloc(size_t size, gfp_t gfp);

/** kvmalloc_array() - kvmalloc() of @n times @size bytes, NULL if that overflows */
void *kvmalloc_array(size_t n, size_t size, gfp_t gfp);

/** kvfree() - free what the kvmalloc family has returned; NULL is ignored */
void kvfree(const void *ptr);

/** kvzalloc() - zeroed kvmalloc() */
static inline void *kvzalloc(size_t size, gfp_t gfp)
{
	return kvmalloc(size, gfp | __GFP_ZERO);
}

/** kvcalloc() - zeroed kvmalloc_array() */
static inline void *kvcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kvmalloc_array(n, size, gfp | __GFP_ZERO);
}

/**
 * kmem_cache_create() - make a cache of objects of one size
 * @name:	for messages; not copied
 * @size:	bytes, rounded up to @align and to 8; at most 16384
 * @align:	power of two up to 64, or 0 for 8
 * @flags:	SLAB_HWCACHE_ALIGN or 0
 * @ctor:	must be NULL
 *
 * Slabs are charged to the account active now.
 *
 * Return:	the cache, or NULL.
 */
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *));

/**
 * kmem_cache_destroy() - free a cache and all its memory; NULL is ignored
 * @cache:	nobody else uses it any more
 * Return:	objects that were still allocated, 0 in a correct program. Their memory is gone
 *		as well (the kernel keeps it and complains).
 */
unsigned long kmem_cache_destroy(struct kmem_cache *cache);

/** kmem_cache_alloc() - an object with undefined content, or NULL */
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp);

/** kmem_cache_zalloc() - a zeroed object, or NULL */
void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp);

/** kmem_cache_free() - give an object back; not NULL */
void kmem_cache_free(struct kmem_cache *cache, void *obj);

/** kmem_cache_free_bulk() - give @nr objects back; none NULL, none twice */
void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **objs);

/**
 * kmem_cache_shrink() - empty the magazines of all CPUs and free slabs without objects
 * @cache:	cache
 * Context:	process.
 * Return:	bytes given back.
 */
size_t kmem_cache_shrink(struct kmem_cache *cache);

/** kmem_cache_nr_objects() - objects allocated now; exact at quiescence */
unsigned long kmem_cache_nr_objects(struct kmem_cache *cache);

/** kmem_cache_bytes() - bytes of all slabs the cache holds */
size_t kmem_cache_bytes(struct kmem_cache *cache);

#endif
