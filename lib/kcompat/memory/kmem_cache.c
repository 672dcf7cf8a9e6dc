// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The per-CPU half of a kmem_cache, and its life. See kmem_cache.h.
 */
#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "arena.h"
#include "kmem_cache.h"

static void kc_cache_geometry(struct kmem_cache *cache, unsigned int size, unsigned int align)
{
	cache->align = max_t(u32, align, sizeof(void *));
	cache->size = ALIGN(max_t(u32, size, sizeof(void *)), cache->align);
	cache->slab_shift = KC_SLAB_SHIFT;
	while ((cache->size * KC_SLAB_OBJECTS) >> cache->slab_shift)
		cache->slab_shift++;
	cache->slab_bytes = 1u << cache->slab_shift;
	cache->words = (u32)BITS_TO_LONGS(cache->slab_bytes / cache->size);
	cache->position = (u32)DIV_ROUND_UP((u64)1 << 32, cache->size);
	cache->capacity =
		clamp_t(u32, KC_MAGAZINE_BYTES / cache->size, KC_MAGAZINE_MIN, KC_MAGAZINE_MAX);
}

struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
				     unsigned int flags, void (*ctor)(void *))
{
	struct kmem_cache *cache;

	if (flags & SLAB_HWCACHE_ALIGN)
		align = L1_CACHE_BYTES;
	if (!size || size > KC_MAX_OBJECT || align > L1_CACHE_BYTES || (align & (align - 1)) ||
	    ctor)
		return NULL;
	cache = kzalloc(sizeof(*cache), GFP_KERNEL);
	if (!cache)
		return NULL;
	kc_cache_geometry(cache, size, align);
	cache->freelist = flags & SLAB_FREELIST;
	cache->magazines = __alloc_percpu(offsetof(struct kc_magazine, objs) +
						  cache->capacity * sizeof(void *),
					  L1_CACHE_BYTES);
	if (!cache->magazines) {
		kfree(cache);
		return NULL;
	}
	cache->name = name;
	cache->account = mem_account_active();
	spin_lock_init(&cache->lock);
	INIT_LIST_HEAD(&cache->partial);
	INIT_LIST_HEAD(&cache->full);
	INIT_LIST_HEAD(&cache->empty);
	return cache;
}

unsigned long kmem_cache_nr_objects(struct kmem_cache *cache)
{
	unsigned long nr;
	unsigned int cpu;

	spin_lock(&cache->lock);
	nr = kc_slabs_inuse(cache);
	for_each_possible_cpu(cpu)
		nr -= READ_ONCE(per_cpu_ptr(cache->magazines, cpu)->count);
	spin_unlock(&cache->lock);
	return nr;
}

size_t kmem_cache_bytes(struct kmem_cache *cache)
{
	size_t bytes;

	spin_lock(&cache->lock);
	bytes = KC_ASAN ? READ_ONCE(cache->inuse) * cache->size
			: cache->nr_slabs * cache->slab_bytes;
	spin_unlock(&cache->lock);
	return bytes;
}

/* Leave the newest @keep objects in the magazine and put the others into their slabs. */
static void kc_magazine_spill(struct kmem_cache *cache, struct kc_magazine *mag, u32 keep)
{
	u32 nr = mag->count - keep;

	kc_slabs_put(cache, nr, mag->objs);
	memmove(mag->objs, mag->objs + nr, keep * sizeof(void *));
	WRITE_ONCE(mag->count, keep);
}

static long kc_magazine_empty(void *arg)
{
	struct kmem_cache *cache = arg;

	preempt_disable();
	kc_magazine_spill(cache, this_cpu_ptr(cache->magazines), 0);
	preempt_enable();
	return 0;
}

size_t kmem_cache_shrink(struct kmem_cache *cache)
{
	LIST_HEAD(release);
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (READ_ONCE(per_cpu_ptr(cache->magazines, cpu)->count))
			work_on_cpu(cpu, kc_magazine_empty, cache);
	}
	spin_lock(&cache->lock);
	list_splice_init(&cache->empty, &release);
	cache->nr_slabs -= cache->nr_empty;
	cache->nr_empty = 0;
	spin_unlock(&cache->lock);
	return kc_slabs_release(cache, &release);
}

unsigned long kmem_cache_destroy(struct kmem_cache *cache)
{
	unsigned long nr;

	if (!cache)
		return 0;
	might_sleep();
	kmem_cache_shrink(cache);
	nr = kc_slabs_inuse(cache);
	kc_slabs_release(cache, &cache->partial);
	kc_slabs_release(cache, &cache->full);
	free_percpu(cache->magazines);
	kfree(cache);
	return nr;
}

/* Under the address sanitizer: objects from libc one by one, counted like slabs. */
static void *kc_object_create(struct kmem_cache *cache)
{
	void *obj = kc_arena_alloc(cache->size, max_t(size_t, cache->align, KC_ARENA_ALIGN), false);

	if (obj) {
		kc_charge(cache->account, cache->size, 1);
		__atomic_fetch_add(&cache->inuse, 1, __ATOMIC_RELAXED);
	}
	return obj;
}

static void kc_object_free(struct kmem_cache *cache, void *obj)
{
	__atomic_fetch_sub(&cache->inuse, 1, __ATOMIC_RELAXED);
	kc_uncharge(cache->account, cache->size, 1);
	kc_arena_free(obj, cache->size, max_t(size_t, cache->align, KC_ARENA_ALIGN));
}

static __attribute__((__noinline__)) bool kc_magazine_fill(struct kmem_cache *cache,
							   struct kc_magazine *mag)
{
	WRITE_ONCE(mag->count, (u32)kc_slabs_get(cache, cache->capacity / 2, mag->objs));
	return mag->count;
}

static __attribute__((__noinline__)) void *kc_cache_alloc_slow(struct kmem_cache *cache)
{
	struct kc_magazine *mag;
	void *obj = NULL;

	if (KC_ASAN)
		return kc_object_create(cache);

	preempt_disable();
	mag = this_cpu_ptr(cache->magazines);
	if (mag->count || kc_magazine_fill(cache, mag)) {
		u32 last = mag->count - 1;

		obj = mag->objs[last];
		WRITE_ONCE(mag->count, last);
	}
	preempt_enable();
	return obj;
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	struct kc_magazine *mag;
	void *obj;
	u32 nr;

	if (gfpflags_allow_blocking(gfp))
		might_sleep();
	if (kc_should_fail(cache->account, gfp))
		return NULL;
	if (!KC_ASAN && likely(kc_preempt_try())) {
		mag = this_cpu_ptr(cache->magazines);
		nr = mag->count;
		if (likely(nr)) {
			obj = mag->objs[nr - 1];
			WRITE_ONCE(mag->count, nr - 1);
			kc_preempt_done();
			return obj;
		}
		kc_preempt_done();
	}
	return kc_cache_alloc_slow(cache);
}

void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp)
{
	void *obj = kmem_cache_alloc(cache, gfp);

	return obj ? memset(obj, 0, cache->size) : NULL;
}

static __attribute__((__noinline__)) void kc_cache_free_slow(struct kmem_cache *cache, void *obj)
{
	struct kc_magazine *mag;

	if (KC_ASAN) {
		kc_object_free(cache, obj);
		return;
	}
	if (cache->freelist) {
		kc_slab_push(cache, obj);
		return;
	}
	preempt_disable();
	mag = this_cpu_ptr(cache->magazines);
	if (mag->count == cache->capacity)
		kc_magazine_spill(cache, mag, cache->capacity / 2);
	mag->objs[mag->count] = obj;
	WRITE_ONCE(mag->count, mag->count + 1);
	preempt_enable();
}

void kmem_cache_free(struct kmem_cache *cache, void *obj)
{
	struct kc_magazine *mag;
	u32 nr;

	if (!KC_ASAN && !kc_unseen(cache->freelist) && likely(kc_preempt_try())) {
		mag = this_cpu_ptr(cache->magazines);
		nr = mag->count;
		if (likely(nr < cache->capacity)) {
			mag->objs[nr] = obj;
			WRITE_ONCE(mag->count, nr + 1);
			kc_preempt_done();
			return;
		}
		kc_preempt_done();
	}
	kc_cache_free_slow(cache, obj);
}

void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **objs)
{
	struct kc_magazine *mag;
	size_t room;

	if (KC_ASAN) {
		while (nr)
			kc_object_free(cache, objs[--nr]);
		return;
	}
	if (cache->freelist) {
		while (nr)
			kc_slab_push(cache, objs[--nr]);
		return;
	}
	preempt_disable();
	mag = this_cpu_ptr(cache->magazines);
	if (nr > cache->capacity - mag->count && nr < cache->capacity)
		kc_magazine_spill(cache, mag, cache->capacity / 2 - nr / 2);
	room = min_t(size_t, nr, cache->capacity - mag->count);
	memcpy(mag->objs + mag->count, objs, room * sizeof(void *));
	WRITE_ONCE(mag->count, mag->count + (u32)room);
	preempt_enable();
	/* What does not fit is in no cache of this CPU any more either. */
	kc_slabs_put(cache, nr - room, objs + room);
}
