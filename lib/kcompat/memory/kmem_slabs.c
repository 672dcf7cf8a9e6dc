// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The shared half of a kmem_cache: slabs and the lists they are on.
 */
#include <linux/bug.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "arena.h"
#include "kmem_cache.h"

static unsigned long kc_slab_base(const struct kmem_cache *cache, const struct kc_slab *slab)
{
	return (unsigned long)slab & ~(unsigned long)(cache->slab_bytes - 1);
}

/* Position in the array of the object that byte @offset of a slab belongs to. */
static u32 kc_slab_position(const struct kmem_cache *cache, u32 offset)
{
	return (u32)((u64)offset * cache->position >> 32);
}

/* Every object is free that is not under the header. */
static void kc_slab_init(struct kmem_cache *cache, struct kc_slab *slab)
{
	u32 header = (u32)((unsigned long)slab - kc_slab_base(cache, slab));
	u32 end = header + (u32)offsetof(struct kc_slab, free) + cache->words * sizeof(u64);
	u32 nr = cache->slab_bytes / cache->size, i;

	slab->cache = cache;
	slab->charged = NULL;
	slab->type = KC_SLAB_TYPE;
	slab->node = raw_cpu_ptr(cache->cpu_sheaves)->node;
	slab->state.word = 0;
	slab->room = nr;
	slab->first = 0;
	memset(slab->free, 0xff, cache->words * sizeof(u64));
	if (nr % 64)
		slab->free[cache->words - 1] = ((u64)1 << nr % 64) - 1;
	for (i = kc_slab_position(cache, header); i <= kc_slab_position(cache, end - 1); i++) {
		slab->free[i / 64] &= ~((u64)1 << i % 64);
		slab->room--;
	}
}

static struct kc_slab *kc_slab_create(struct kmem_cache *cache)
{
	void *base = kc_arena_alloc(cache->slab_bytes, cache->slab_bytes, false);
	struct kc_slab *slab;

	if (!base)
		return NULL;
	slab = kc_slab_of(cache->slab_shift, base);
	kc_slab_init(cache, slab);
	kc_charge(cache->account, cache->slab_bytes, 1);
	return slab;
}

size_t kc_slabs_release(struct kmem_cache *cache, struct list_head *slabs)
{
	struct kc_slab *slab, *next;
	size_t bytes = 0;

	list_for_each_entry_safe(slab, next, slabs, list) {
		kc_arena_free((void *)kc_slab_base(cache, slab), cache->slab_bytes,
			      cache->slab_bytes);
		kc_uncharge(cache->account, cache->slab_bytes, 1);
		bytes += cache->slab_bytes;
	}
	return bytes;
}

static void kc_slab_set_free(struct kc_slab *slab, u32 position)
{
	u64 bit = (u64)1 << position % 64;

	BUG_ON(slab->free[position / 64] & bit);
	slab->free[position / 64] |= bit;
	if (position / 64 < slab->first)
		slab->first = position / 64;
}

/*
 * Count objects out of a slab, or in if negative, under the lock, and make bits of its free list.
 * Acquire pairs with the release of a push: of the links, and of what was done to the objects.
 * Return: how many were outside before.
 */
static u32 kc_slab_account(struct kmem_cache *cache, struct kc_slab *slab, s32 out)
{
	union kc_slab_state old = { .word = READ_ONCE(slab->state.word) }, new;
	u32 freed;

	do {
		new = (union kc_slab_state){ .inuse = old.inuse + (u32)out };
		if (!cache->freelist) {
			slab->state = new;
			return old.inuse;
		}
	} while (!try_cmpxchg_acquire(&slab->state.word, &old.word, new.word));
	for (freed = old.freed; freed;) {
		char *obj = (char *)kc_slab_base(cache, slab) + (freed - 1) * cache->size;

		kc_slab_set_free(slab, freed - 1);
		/* Once handed out it may be what somebody synchronises by. */
		freed = READ_ONCE(*(u32 *)(void *)obj);
	}
	return old.inuse;
}

/* Take up to @nr objects out of one slab that is not full, under the lock. */
static size_t kc_slab_get(struct kmem_cache *cache, struct kc_slab *slab, size_t nr, void **objs)
{
	char *base = (char *)kc_slab_base(cache, slab);
	u32 inuse = kc_slab_account(cache, slab, 0), word = slab->first;
	size_t got = 0;

	for (;; word++) {
		u64 bits = slab->free[word];

		while (bits && got < nr) {
			objs[got++] = base + (word * 64 + (u32)__builtin_ctzll(bits)) * cache->size;
			bits &= bits - 1;
		}
		slab->free[word] = bits;
		if (got == nr || inuse + got == slab->room)
			break;
	}
	slab->first = word;
	kc_slab_account(cache, slab, (s32)got);
	return got;
}

/* A slab with a free object, under the lock; NULL if there is none. */
static struct kc_slab *kc_slab_pick(struct kmem_cache *cache)
{
	struct kc_slab *slab;

	slab = list_first_entry_or_null(&cache->partial, struct kc_slab, list);
	if (slab)
		return slab;
	slab = list_first_entry_or_null(&cache->empty, struct kc_slab, list);
	if (slab) {
		cache->nr_empty--;
		list_move(&slab->list, &cache->partial);
	}
	return slab;
}

size_t kc_slabs_get(struct kmem_cache *cache, size_t nr, void **objs)
{
	struct kc_slab *slab;
	size_t got = 0;

	spin_lock(&cache->lock);
	while (got < nr) {
		slab = kc_slab_pick(cache);
		if (!slab && got)
			break;
		if (!slab) {
			spin_unlock(&cache->lock);
			slab = kc_slab_create(cache);
			if (!slab)
				return 0;
			spin_lock(&cache->lock);
			cache->nr_slabs++;
			list_add(&slab->list, &cache->partial);
		}
		got += kc_slab_get(cache, slab, nr - got, objs + got);
		if (READ_ONCE(slab->state.inuse) == slab->room)
			list_move(&slab->list, &cache->full);
	}
	cache->inuse += got;
	spin_unlock(&cache->lock);
	return got;
}

/*
 * Put one object back, under the lock; a slab that becomes empty may go to @release. @shift is the
 * cache's, read once for many objects.
 */
static __always_inline void kc_slab_put(struct kmem_cache *cache, u32 shift, void *obj,
					struct list_head *release)
{
	struct kc_slab *slab = kc_slab_of(shift, obj);
	u32 position = kc_slab_position(cache, (u32)((unsigned long)obj & ((1ul << shift) - 1)));
	u32 inuse;

	kc_slab_set_free(slab, position);
	inuse = kc_slab_account(cache, slab, -1);
	if (unlikely(inuse == slab->room))
		list_move(&slab->list, &cache->partial);
	if (likely(inuse > 1))
		return;
	if (cache->nr_empty < KC_EMPTY_SLABS) {
		cache->nr_empty++;
		list_move(&slab->list, &cache->empty);
	} else {
		cache->nr_slabs--;
		list_move(&slab->list, release);
	}
}

void kc_slab_push(struct kmem_cache *cache, struct kc_slab *slab, void *obj)
{
	union kc_slab_state old = { .word = READ_ONCE(slab->state.word) }, new;
	u32 offset = (u32)((unsigned long)obj - kc_slab_base(cache, slab));

	new.freed = kc_slab_position(cache, offset) + 1;
	do {
		if (unlikely(old.inuse == 1 || old.inuse == slab->room)) {
			kc_slabs_put(cache, 1, &obj);
			return;
		}
		WRITE_ONCE(*(u32 *)obj, old.freed);
		new.inuse = old.inuse - 1;
	} while (unlikely(!try_cmpxchg_release(&slab->state.word, &old.word, new.word)));
}

unsigned long kc_slabs_inuse(struct kmem_cache *cache)
{
	struct kc_slab *slab;
	unsigned long nr = 0;

	if (!cache->freelist || KC_ASAN)
		return READ_ONCE(cache->inuse);
	list_for_each_entry(slab, &cache->partial, list)
		nr += READ_ONCE(slab->state.inuse);
	list_for_each_entry(slab, &cache->full, list)
		nr += READ_ONCE(slab->state.inuse);
	return nr;
}

void kc_slabs_put(struct kmem_cache *cache, size_t nr, void **objs)
{
	const u32 shift = cache->slab_shift;
	LIST_HEAD(release);

	while (nr) {
		size_t i, batch = min_t(size_t, nr, KC_FREE_BATCH);

		spin_lock(&cache->lock);
		for (i = 0; i < batch; i++)
			kc_slab_put(cache, shift, objs[i], &release);
		cache->inuse -= batch;
		spin_unlock(&cache->lock);
		objs += batch;
		nr -= batch;
	}
	if (unlikely(!list_empty(&release)))
		kc_slabs_release(cache, &release);
}
