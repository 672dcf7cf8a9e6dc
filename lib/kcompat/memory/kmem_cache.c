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

/* Source: calculate_sheaf_capacity() in mm/slub.c of Linux 7.3. */
static u32 kc_sheaf_capacity(u32 size)
{
	if (size >= 4096)
		return 4;
	if (size >= 1024)
		return 12;
	return size >= 256 ? 26 : 60;
}

static size_t kc_sheaf_bytes(const struct kmem_cache *cache)
{
	return sizeof(struct kc_sheaf) + cache->capacity * sizeof(void *);
}

/* Main and spare lie behind what leads to them. */
static bool kc_sheaves_create(struct kmem_cache *cache)
{
	size_t bytes = kc_sheaf_bytes(cache);
	struct kc_cpu_sheaves *pcs;
	unsigned int cpu;

	cache->cpu_sheaves = __alloc_percpu(sizeof(*pcs) + 2 * bytes, L1_CACHE_BYTES);
	if (!cache->cpu_sheaves)
		return false;
	for_each_possible_cpu(cpu) {
		pcs = per_cpu_ptr(cache->cpu_sheaves, cpu);
		pcs->main = (struct kc_sheaf *)(pcs + 1);
		pcs->spare = (struct kc_sheaf *)((char *)pcs->main + bytes);
	}
	return true;
}

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
	cache->capacity = kc_sheaf_capacity(cache->size);
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
	if (!kc_sheaves_create(cache)) {
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
	const struct kc_cpu_sheaves *pcs;
	unsigned long nr;
	unsigned int cpu;

	spin_lock(&cache->lock);
	nr = kc_slabs_inuse(cache);
	for_each_possible_cpu(cpu) {
		pcs = per_cpu_ptr(cache->cpu_sheaves, cpu);
		nr -= READ_ONCE(READ_ONCE(pcs->main)->size) +
		      READ_ONCE(READ_ONCE(pcs->spare)->size);
	}
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

/*
 * Take the sheaves of this CPU for oneself, with preemption disabled. In the kernel an interrupt
 * may find them taken; here nobody does. A spinlock of one CPU: it counts as one for preemption.
 */
static __always_inline struct kc_cpu_sheaves *kc_sheaves_lock(struct kmem_cache *cache)
{
	struct kc_cpu_sheaves *pcs = this_cpu_ptr(cache->cpu_sheaves);

	kc_spin_enter();
	BUG_ON(READ_ONCE(pcs->locked));
	WRITE_ONCE(pcs->locked, 1);
	return pcs;
}

static __always_inline void kc_sheaves_unlock(struct kc_cpu_sheaves *pcs)
{
	WRITE_ONCE(pcs->locked, 0);
	kc_spin_leave();
}

static void kc_sheaves_swap(struct kc_cpu_sheaves *pcs)
{
	struct kc_sheaf *main = pcs->main;

	WRITE_ONCE(pcs->main, pcs->spare);
	WRITE_ONCE(pcs->spare, main);
}

static void kc_sheaf_flush(struct kmem_cache *cache, struct kc_sheaf *sheaf)
{
	kc_slabs_put(cache, sheaf->size, sheaf->objs);
	WRITE_ONCE(sheaf->size, 0);
}

static long kc_sheaves_flush(void *arg)
{
	struct kmem_cache *cache = arg;
	struct kc_cpu_sheaves *pcs;

	preempt_disable();
	pcs = kc_sheaves_lock(cache);
	kc_sheaf_flush(cache, pcs->main);
	kc_sheaf_flush(cache, pcs->spare);
	kc_sheaves_unlock(pcs);
	preempt_enable();
	return 0;
}

static bool kc_sheaves_hold(const struct kmem_cache *cache, unsigned int cpu)
{
	const struct kc_cpu_sheaves *pcs = per_cpu_ptr(cache->cpu_sheaves, cpu);

	return READ_ONCE(READ_ONCE(pcs->main)->size) || READ_ONCE(READ_ONCE(pcs->spare)->size);
}

size_t kmem_cache_shrink(struct kmem_cache *cache)
{
	LIST_HEAD(release);
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (kc_sheaves_hold(cache, cpu))
			work_on_cpu(cpu, kc_sheaves_flush, cache);
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
	free_percpu(cache->cpu_sheaves);
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

/* The main sheaf is empty. Return: it, with objects, or NULL without memory. */
static __attribute__((__noinline__)) struct kc_sheaf *kc_sheaves_fill(struct kmem_cache *cache,
								      struct kc_cpu_sheaves *pcs)
{
	struct kc_sheaf *main = pcs->main;

	if (pcs->spare->size) {
		kc_sheaves_swap(pcs);
		return pcs->main;
	}
	WRITE_ONCE(main->size, (u32)kc_slabs_get(cache, cache->capacity, main->objs));
	if (!main->size)
		return NULL;
	WRITE_ONCE(pcs->slab, kc_slab_of(cache->slab_shift, main->objs[main->size - 1]));
	return main;
}

/* The main sheaf is full. Return: an empty one in its place. */
static __attribute__((__noinline__)) struct kc_sheaf *kc_sheaves_drain(struct kmem_cache *cache,
								       struct kc_cpu_sheaves *pcs)
{
	if (pcs->spare->size)
		kc_sheaf_flush(cache, pcs->spare);
	kc_sheaves_swap(pcs);
	return pcs->main;
}

static __always_inline void *kc_sheaves_pop(struct kmem_cache *cache)
{
	struct kc_cpu_sheaves *pcs = kc_sheaves_lock(cache);
	struct kc_sheaf *sheaf = pcs->main;
	void *obj = NULL;
	u32 nr;

	if (unlikely(!sheaf->size))
		sheaf = kc_sheaves_fill(cache, pcs);
	if (likely(sheaf)) {
		nr = sheaf->size - 1;
		obj = sheaf->objs[nr];
		WRITE_ONCE(sheaf->size, nr);
	}
	kc_sheaves_unlock(pcs);
	return obj;
}

static __always_inline void kc_sheaves_push(struct kmem_cache *cache, void *obj)
{
	struct kc_cpu_sheaves *pcs = kc_sheaves_lock(cache);
	struct kc_sheaf *sheaf = pcs->main;
	u32 nr;

	if (unlikely(sheaf->size == cache->capacity))
		sheaf = kc_sheaves_drain(cache, pcs);
	nr = sheaf->size;
	sheaf->objs[nr] = obj;
	WRITE_ONCE(sheaf->size, nr + 1);
	kc_sheaves_unlock(pcs);
}

static __attribute__((__noinline__)) void *kc_cache_alloc_slow(struct kmem_cache *cache)
{
	void *obj;

	if (KC_ASAN)
		return kc_object_create(cache);
	preempt_disable();
	obj = kc_sheaves_pop(cache);
	preempt_enable();
	return obj;
}

void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	void *obj;

	if (gfpflags_allow_blocking(gfp))
		might_sleep();
	if (kc_should_fail(cache->account, gfp))
		return NULL;
	if (KC_ASAN || unlikely(!kc_preempt_try()))
		return kc_cache_alloc_slow(cache);
	obj = kc_sheaves_pop(cache);
	kc_preempt_done();
	return obj;
}

void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp)
{
	void *obj = kmem_cache_alloc(cache, gfp);

	return obj ? memset(obj, 0, cache->size) : NULL;
}

static __attribute__((__noinline__)) void kc_cache_free_slow(struct kmem_cache *cache, void *obj)
{
	preempt_disable();
	kc_sheaves_push(cache, obj);
	preempt_enable();
}

/* Is it of the slab that this CPU has its objects from? It may just have changed: no harm done. */
static bool kc_slab_is_cpus(const struct kmem_cache *cache, const struct kc_slab *slab)
{
	return READ_ONCE(raw_cpu_ptr(cache->cpu_sheaves)->slab) == slab;
}

void kmem_cache_free(struct kmem_cache *cache, void *obj)
{
	struct kc_slab *slab;

	if (KC_ASAN) {
		kc_object_free(cache, obj);
		return;
	}
	slab = kc_slab_check(cache, obj);
	if (cache->freelist && !kc_slab_is_cpus(cache, slab)) {
		kc_slab_push(cache, slab, obj);
	} else if (unlikely(slab->node != raw_cpu_ptr(cache->cpu_sheaves)->node)) {
		kc_slabs_put(cache, 1, &obj);
	} else if (likely(kc_preempt_try())) {
		kc_sheaves_push(cache, obj);
		kc_preempt_done();
	} else {
		kc_cache_free_slow(cache, obj);
	}
}

void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **objs)
{
	struct kc_cpu_sheaves *pcs;
	struct kc_sheaf *sheaf;
	size_t room;

	if (KC_ASAN) {
		while (nr)
			kc_object_free(cache, objs[--nr]);
		return;
	}
	if (cache->freelist) {
		while (nr--)
			kc_slab_push(cache, kc_slab_check(cache, objs[nr]), objs[nr]);
		return;
	}
	preempt_disable();
	pcs = kc_sheaves_lock(cache);
	sheaf = pcs->main;
	if (sheaf->size == cache->capacity && !pcs->spare->size) {
		kc_sheaves_swap(pcs);
		sheaf = pcs->main;
	}
	room = min_t(size_t, nr, cache->capacity - sheaf->size);
	memcpy(sheaf->objs + sheaf->size, objs, room * sizeof(void *));
	WRITE_ONCE(sheaf->size, sheaf->size + (u32)room);
	kc_sheaves_unlock(pcs);
	preempt_enable();
	/* What does not fit is in no cache of this CPU any more either. */
	kc_slabs_put(cache, nr - room, objs + room);
}
