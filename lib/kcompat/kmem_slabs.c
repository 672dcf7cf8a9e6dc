// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The shared half of a kmem_cache: slabs and the lists they are on.
 */
#include <linux/align.h>
#include <linux/bug.h>
#include <linux/minmax.h>
#include <linux/prefetch.h>

#include "arena.h"
#include "kmem_cache.h"

static unsigned long kc_slab_base(const struct kmem_cache *cache, const struct kc_slab *slab)
{
	return (unsigned long)slab & ~(unsigned long)(cache->slab_bytes - 1);
}

/* Offset of the first object at or after @offset: not in the header, and all in the slab. */
static u32 kc_slab_next(const struct kmem_cache *cache, const struct kc_slab *slab, u32 offset)
{
	u32 head = (u32)((unsigned long)slab - kc_slab_base(cache, slab));

	if (offset < head + L1_CACHE_BYTES && offset + cache->size > head)
		offset = ALIGN(head + L1_CACHE_BYTES, cache->align);
	return offset + cache->size <= cache->slab_bytes ? offset : cache->slab_bytes;
}

static struct kc_slab *kc_slab_create(struct kmem_cache *cache)
{
	void *base = kc_arena_alloc(cache->slab_bytes, cache->slab_bytes, false);
	struct kc_slab *slab;

	BUILD_BUG_ON(sizeof(struct kc_slab) > L1_CACHE_BYTES);
	if (!base)
		return NULL;
	slab = kc_slab_of(cache, base);
	slab->free = NULL;
	slab->inuse = 0;
	slab->fresh = kc_slab_next(cache, slab, 0);
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

static bool kc_slab_is_full(const struct kmem_cache *cache, const struct kc_slab *slab)
{
	return !slab->free && slab->fresh >= cache->slab_bytes;
}

/* Take up to @nr objects out of one slab that is not full, under the lock. */
static size_t kc_slab_get(struct kmem_cache *cache, struct kc_slab *slab, size_t nr, void **objs)
{
	char *base = (char *)kc_slab_base(cache, slab);
	size_t got = 0;

	while (got < nr && slab->free) {
		objs[got] = slab->free;
		slab->free = (void **)*slab->free;
		got++;
	}
	while (got < nr && slab->fresh < cache->slab_bytes) {
		objs[got++] = base + slab->fresh;
		slab->fresh = kc_slab_next(cache, slab, slab->fresh + cache->size);
	}
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
		if (kc_slab_is_full(cache, slab))
			list_move(&slab->list, &cache->full);
	}
	cache->inuse += got;
	spin_unlock(&cache->lock);
	return got;
}

/* Put one object back, under the lock; a slab that becomes empty may go to @release. */
static __always_inline void kc_slab_put(struct kmem_cache *cache, void *obj,
					struct list_head *release)
{
	struct kc_slab *slab = kc_slab_of(cache, obj);
	void **word = obj;

	BUG_ON(!slab->inuse);
	if (unlikely(kc_slab_is_full(cache, slab)))
		list_move(&slab->list, &cache->partial);
	*word = slab->free;
	slab->free = word;
	if (likely(--slab->inuse))
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
	LIST_HEAD(release);

	while (nr) {
		size_t i, batch = min_t(size_t, nr, KC_FREE_BATCH);

		spin_lock(&cache->lock);
		for (i = 0; i < batch; i++) {
			if (i + KC_FREE_AHEAD < batch)
				prefetchw(objs[i + KC_FREE_AHEAD]);
			kc_slab_put(cache, objs[i], &release);
		}
		cache->inuse -= batch;
		spin_unlock(&cache->lock);
		objs += batch;
		nr -= batch;
	}
	if (unlikely(!list_empty(&release)))
		kc_slabs_release(cache, &release);
}
