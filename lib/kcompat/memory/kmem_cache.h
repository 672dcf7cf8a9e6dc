/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * kmem_cache: the inside of a cache of equal objects. Private to lib/kcompat.
 *
 * A slab is a naturally aligned piece of the arena, an array of objects. Its header lies over
 * some of them, at a different cache line in each slab ("colour"), because headers at one offset
 * would all fall into one set of the cache. A bitmap in the header says which objects are free:
 * to free one does not touch it, and what is allocated together lies together.
 *
 * Each CPU has two sheaves, arrays of free objects. kmem_cache_alloc() and kmem_cache_free() use
 * the main one, and the spare one in its place where it is empty or full, as from Linux 7.2 on.
 * There is no barn of sheaves behind them: what both have no room for goes to the slabs.
 *
 * With SLAB_FREELIST sheaves serve allocations, and frees of objects of the slab the CPU took some
 * from last. Others are pushed on the free list of their slab, without the lock: by an exchange of
 * the word that also counts the objects outside. The lock is taken first where that would make a
 * slab empty, or where the slab is full, so only who has it moves slabs between lists. Under the
 * lock the list is taken as a whole and its objects become bits; nobody pops one, so that a word
 * that was changed and changed back does no harm.
 * Source: mm/slub.c of Linux 6.18 and 7.3.
 *
 * A free asks what kmem_cache_free() asks of the slab: that it is one, whose, whether its objects
 * are charged to cgroups, and of which node it is. Here nobody charges them and there is one node,
 * so that the answers are always the same; a kernel looks all the same.
 *
 * Lock order: preempt_disable() (the sheaves), then kmem_cache.lock (the slabs).
 */
#ifndef KCOMPAT_KMEM_CACHE_H
#define KCOMPAT_KMEM_CACHE_H

#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "account.h"

enum {
	KC_MAX_OBJECT = 16384,
	KC_SLAB_TYPE = 0x51ab,
	KC_SLAB_SHIFT = 14,  /* smallest slab */
	KC_SLAB_OBJECTS = 8, /* a slab has room for at least so many, but for its header */
	KC_EMPTY_SLABS = 8,  /* kept for the next use */
	KC_FREE_BATCH = 256, /* objects put into slabs per hold of the lock */
};

/**
 * union kc_slab_state - what changes together
 * @word:	both; SLAB_FREELIST: changes atomically
 * @freed:	position of the newest object on the free list, plus 1; 0 none
 * @inuse:	objects outside, in sheaves included
 */
union kc_slab_state {
	u64 word;
	struct {
		u32 freed;
		u32 inuse;
	};
};

/**
 * struct kc_slab - header of a slab
 * @list:	link in one of the cache's lists
 * @cache:	whose objects these are
 * @charged:	cgroups its objects are charged to, NULL none
 * @type:	KC_SLAB_TYPE
 * @node:	of its memory
 * @state:	free list and number of objects outside
 * @room:	objects there are
 * @first:	words of @free before this one are 0
 * @free:	a bit per object, by position; 0 for those under the header or on the free list
 */
struct kc_slab {
	struct list_head list;
	struct kmem_cache *cache;
	void *charged;
	u32 type;
	u32 node;
	union kc_slab_state state;
	u32 room;
	u32 first;
	u64 free[];
};

/** struct kc_sheaf - @size: free objects, @objs: they; as many as the cache's capacity */
struct kc_sheaf {
	u32 size;
	void *objs[];
};

/**
 * struct kc_cpu_sheaves - free objects of one CPU; under preempt_disable()
 * @locked:	somebody is at them
 * @node:	of the CPU; objects of others are no good here
 * @main:	where objects come from and go to
 * @spare:	empty, full, or what is left of being full
 * @slab:	@main was filled from it last
 */
struct kc_cpu_sheaves {
	u32 locked;
	u32 node;
	struct kc_sheaf *main;
	struct kc_sheaf *spare;
	const struct kc_slab *slab;
};

/**
 * struct kmem_cache - objects of one size
 * @cpu_sheaves: of the CPUs
 * @capacity:	objects in a sheaf
 * @size:	bytes of an object
 * @slab_bytes:	of a slab, a power of two
 * @slab_shift:	log2 of @slab_bytes
 * @words:	of the bitmap in a slab's header
 * @position:	2^32 / @size, rounded up: finds an object's position without a division
 * @align:	of an object
 * @freelist:	SLAB_FREELIST
 * @name:	for messages
 * @account:	who pays for the slabs
 * @lock:	guards all below
 * @inuse:	objects outside the slabs, in sheaves included; not with SLAB_FREELIST
 * @nr_slabs:	slabs
 * @nr_empty:	slabs on @empty
 * @partial:	slabs with free and used objects
 * @full:	slabs without free objects
 * @empty:	slabs without used objects
 */
struct kmem_cache {
	struct kc_cpu_sheaves __percpu *cpu_sheaves;
	u32 capacity;
	u32 size;
	u32 slab_bytes;
	u32 slab_shift;
	u32 words;
	u32 position;
	u32 align;
	bool freelist;
	const char *name;
	struct mem_account *account;
	spinlock_t lock;
	unsigned long inuse;
	unsigned long nr_slabs;
	unsigned long nr_empty;
	struct list_head partial;
	struct list_head full;
	struct list_head empty;
};

/** kc_slab_of() - header of the slab an object is in. @shift: slab_shift of its cache */
static inline struct kc_slab *kc_slab_of(u32 shift, const void *obj)
{
	unsigned long number = (unsigned long)obj >> shift;
	unsigned long colour = number * L1_CACHE_BYTES;

	/* In the first half, so that it ends before the slab does. */
	return (struct kc_slab *)((number << shift) + (colour & ((1ul << shift) / 2 - 1)));
}

/** kc_slabs_get() - take up to @nr objects out of slabs. Return: how many; 0 without memory. */
size_t kc_slabs_get(struct kmem_cache *cache, size_t nr, void **objs);

/** kc_slabs_put() - put @nr objects back into their slabs */
void kc_slabs_put(struct kmem_cache *cache, size_t nr, void **objs);

/** kc_slab_check() - slab of an object, which has to be of this cache and charged to nobody */
static inline struct kc_slab *kc_slab_check(const struct kmem_cache *cache, const void *obj)
{
	struct kc_slab *slab = kc_slab_of(cache->slab_shift, obj);

	BUG_ON(slab->type != KC_SLAB_TYPE || slab->cache != cache || slab->charged);
	return slab;
}

/** kc_slab_push() - put an object back, without the lock where it can be. SLAB_FREELIST only */
void kc_slab_push(struct kmem_cache *cache, struct kc_slab *slab, void *obj);

/** kc_slabs_inuse() - objects outside the slabs, in sheaves included. @cache: locked */
unsigned long kc_slabs_inuse(struct kmem_cache *cache);

/** kc_slabs_release() - free the slabs on a list. Return: bytes. */
size_t kc_slabs_release(struct kmem_cache *cache, struct list_head *slabs);

#endif
