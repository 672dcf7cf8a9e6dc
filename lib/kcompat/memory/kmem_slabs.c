// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The shared half of a kmem_cache: slabs and the lists they are on.
 */
#include <linux/bug.h>
#include <linux/minmax.h>
#include <linux/prefetch.h>
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
static void kc_slab_init(const struct kmem_cache *cache, struct kc_slab *slab)
{
	u32 header = (u32)((unsigned long)slab - kc_slab_base(cache, slab));
	u32 end = header + (u32)offsetof(struct kc_slab, free) + cache->words * sizeof(u64);
	u32 nr = cache->slab_bytes / cache->size, i;

	slab->inuse = 0;
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

/* Take up to @nr objects out of one slab that is not full, under the lock. */
static size_t kc_slab_get(struct kmem_cache *cache, struct kc_slab *slab, size_t nr, void **objs)
{
	char *base = (char *)kc_slab_base(cache, slab);
	size_t got = 0;
	u32 word = slab->first;

	for (;; word++) {
		u64 bits = slab->free[word];

		while (bits && got < nr) {
			objs[got++] = base + (word * 64 + (u32)__builtin_ctzll(bits)) * cache->size;
			bits &= bits - 1;
		}
		slab->free[word] = bits;
		if (got == nr || slab->inuse + got == slab->room)
			break;
	}
	slab->first = word;
	slab->inuse += (u32)got;
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
		if (slab->inuse == slab->room)
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
	u64 bit = (u64)1 << position % 64;
	u64 free = slab->free[position / 64];
	u32 inuse = slab->inuse;

	BUG_ON(free & bit);
	if (unlikely(inuse == slab->room))
		list_move(&slab->list, &cache->partial);
	slab->free[position / 64] = free | bit;
	if (position / 64 < slab->first)
		slab->first = position / 64;
	slab->inuse = inuse - 1;
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

void kc_slabs_put(struct kmem_cache *cache, size_t nr, void **objs)
{
	const u32 shift = cache->slab_shift;
	LIST_HEAD(release);

	while (nr) {
		size_t i, batch = min_t(size_t, nr, KC_FREE_BATCH);

		spin_lock(&cache->lock);
		for (i = 0; i < batch; i++) {
			if (i + KC_FREE_AHEAD < batch)
				prefetchw(kc_slab_of(shift, objs[i + KC_FREE_AHEAD]));
			kc_slab_put(cache, shift, objs[i], &release);
		}
		cache->inuse -= batch;
		spin_unlock(&cache->lock);
		objs += batch;
		nr -= batch;
	}
	if (unlikely(!list_empty(&release)))
		kc_slabs_release(cache, &release);
}
