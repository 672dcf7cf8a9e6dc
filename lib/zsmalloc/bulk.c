// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * bulk: giving many objects back.
 *
 * The array is worked on in chunks. For each, the pool lock is held for reading throughout, so that
 * what was found stays found: all cells are looked up, with the loads that depend on each other
 * spread over passes so that many are under way at once; then the objects are sorted by class and
 * zspage with a stable radix sort, so that a zspage's free chunks end up stacked in the order the
 * caller gave; then each class is locked once and each of its zspages dealt with once, while the
 * headers of those to come are being fetched. A zspage all of whose objects are in the chunk is
 * unlinked without touching them. Cells are freed after the last unlock, pages and descriptors as
 * well unless the pool frees them inside the class lock.
 */

#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/prefetch.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "zsmalloc/pool.h"
#include "zsmalloc/free.h"
#include "zsmalloc/locking.h"
#include "zsmalloc/shard.h"
#include "zsmalloc/zsmalloc.h"

enum bulk_sizes {
	BULK_CHUNK = 2048,	    /* objects under one hold of the pool lock */
	BULK_SMALL = 48,	    /* the same, with the scratch on the stack */
	BULK_STRIDE = 32,	    /* loads under way at once */
	BULK_AHEAD = 32,	    /* headers fetched ahead of the one being written */
	BULK_FETCH = 128,	    /* headers fetched in one go */
	BULK_LISTS = 8,		    /* zspages whose neighbours are fetched ahead */
	KEY_ITEM_BITS = 11,	    /* a sort key: position in the chunk, lowest, */
	KEY_BITS = 9,		    /* then the zspage's bucket, then the class index */
	KEY_VALUES = 1 << KEY_BITS, /* of either */
};

/* An object on its way out. */
struct bulk_item {
	struct zspage *zspage;
	u64 *header;
	u32 index;
};

/*
 * What a call works with: @items in the order of the caller's array, their @keys in the order to
 * free them in, @spare a second array for the sort and then the length of each zspage's group.
 * @buckets and @classes are counts for the sort, NULL where there are few items.
 */
struct bulk_scratch {
	struct bulk_item *items;
	u32 *keys;
	u32 *spare;
	u16 *buckets;
	u16 *classes;
};

struct bulk_large {
	struct bulk_scratch scratch;
	struct bulk_item items[BULK_CHUNK];
	u32 keys[BULK_CHUNK];
	u32 spare[BULK_CHUNK];
	u16 buckets[KEY_VALUES];
	u16 classes[KEY_VALUES];
};

struct bulk_small {
	struct bulk_scratch scratch;
	struct bulk_item items[BULK_SMALL];
	u32 keys[BULK_SMALL];
	u32 spare[BULK_SMALL];
};

/*
 * The state of one chunk: @nr objects in @scratch, emptied zspages on @retired. Headers have been
 * fetched up to position @ahead, list neighbours up to @listed. At most @group objects are freed in
 * one go; @pages have been given back.
 */
struct bulk_chunk {
	struct zs_pool *pool;
	struct bulk_scratch *scratch;
	unsigned int nr;
	unsigned int ahead;
	unsigned int listed;
	unsigned int group;
	unsigned long pages;
	struct list_head retired;
};

int bulk_init(struct zs_pool *pool)
{
	unsigned int i;

	for (i = 0; i < ZS_BULK_CALLS; i++) {
		struct bulk_large *large = kvmalloc(sizeof(*large), GFP_KERNEL);

		if (!large)
			return -ENOMEM;
		large->scratch = (struct bulk_scratch){ .items = large->items,
							.keys = large->keys,
							.spare = large->spare,
							.buckets = large->buckets,
							.classes = large->classes };
		pool->scratch[i] = &large->scratch;
	}
	return 0;
}

void bulk_exit(struct zs_pool *pool)
{
	unsigned int i;

	for (i = 0; i < ZS_BULK_CALLS; i++)
		kvfree(pool->scratch[i]); /* first in its struct bulk_large */
}

/*
 * Take one of the pool's large buffers. Acquire pairs with the release in give_scratch(): the last
 * user is done with it. Return: a buffer and in @slot where it came from, or NULL.
 */
static struct bulk_scratch *take_scratch(struct zs_pool *pool, unsigned int *slot)
{
	unsigned int i;

	for (i = 0; i < ZS_BULK_CALLS; i++) {
		struct bulk_scratch *scratch = NULL;

		if (READ_ONCE(pool->scratch[i]))
			scratch = xchg_acquire(&pool->scratch[i], NULL);
		if (scratch) {
			*slot = i;
			return scratch;
		}
	}
	return NULL;
}

static void give_scratch(struct zs_pool *pool, unsigned int slot, struct bulk_scratch *scratch)
{
	smp_store_release(&pool->scratch[slot], scratch);
}

/* Move what can be freed to the front. Return: how much that is. */
static size_t skip_nothing(unsigned long *handles, size_t nr)
{
	size_t kept = 0;
	size_t i;

	for (i = 0; i < nr; i++) {
		unsigned long handle = handles[i];

		if (unlikely(!handle || IS_ERR_VALUE(handle)))
			continue;
		handles[i] = handles[kept];
		handles[kept++] = handle;
	}
	return kept;
}

/* Where the header of an object is: a huge one has it in the page descriptor. */
static u64 *header_of(struct zs_pool *pool, const struct size_class *class, struct page *page,
		      unsigned int index)
{
	if (class->huge)
		return (u64 *)&page->handle;
	return (u64 *)((char *)page_address(pool->zone, page) + pool_offset(pool, class, index));
}

static u32 make_key(const struct zspage *zspage, unsigned int position)
{
	u32 bucket = zspage->serial % KEY_VALUES;

	return ((u32)zspage->class_index << KEY_BITS | bucket) << KEY_ITEM_BITS | position;
}

/* Look up handles from @start on, at most BULK_STRIDE, one level of indirection after the other. */
static void resolve_stride(struct zs_pool *pool, struct bulk_scratch *scratch,
			   const unsigned long *handles, unsigned int start, unsigned int nr)
{
	struct bulk_item *items = scratch->items + start;
	struct page *pages[BULK_STRIDE];
	unsigned int i;

	for (i = 0; i < nr; i++) {
		u64 obj = pool_cell(handles[start + i]);

		items[i].index = pool_index(pool, obj);
		pages[i] = pfn_to_page(pool->zone, zs_obj_pfn(pool->page_shift, obj));
		prefetch(pages[i]);
	}
	for (i = 0; i < nr; i++) {
		items[i].zspage = zpdesc_zspage(pages[i]);
		prefetch(items[i].zspage);
	}
	for (i = 0; i < nr; i++) {
		struct zspage *zspage = items[i].zspage;
		struct size_class *class = pool_zspage_class(pool, zspage);

		scratch->keys[start + i] = make_key(zspage, start + i);
		items[i].header = header_of(pool, class, pages[i], items[i].index);
	}
}

static void resolve(struct zs_pool *pool, struct bulk_scratch *scratch,
		    const unsigned long *handles, unsigned int nr)
{
	unsigned int done;
	unsigned int i;

	for (done = 0; done < nr; done += BULK_STRIDE) {
		unsigned int stride = min(nr - done, (unsigned int)BULK_STRIDE);
		unsigned int next = min(nr - done - stride, (unsigned int)BULK_STRIDE);

		for (i = 0; i < next; i++)
			prefetch((void *)handles[done + stride + i]);
		resolve_stride(pool, scratch, handles, done, stride);
	}
}

static unsigned int key_class(u32 key)
{
	return key >> (KEY_ITEM_BITS + KEY_BITS);
}

static unsigned int key_bucket(u32 key)
{
	return key >> KEY_ITEM_BITS & (KEY_VALUES - 1);
}

static unsigned int key_item(u32 key)
{
	return key & ((1U << KEY_ITEM_BITS) - 1);
}

/* Turn counts per value into where each value starts. */
static void accumulate(u16 *counts, unsigned int nr)
{
	unsigned int sum = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		unsigned int count = counts[i];

		counts[i] = sum;
		sum += count;
	}
}

/*
 * Zspages whose serial numbers share a bucket are still mixed; that is rare, and they are next to
 * each other.
 */
static void separate_zspages(const struct bulk_item *items, u32 *keys, unsigned int nr)
{
	unsigned int i;

	for (i = 1; i < nr; i++) {
		u32 key = keys[i];
		struct zspage *zspage;
		unsigned int j;

		if (likely(keys[i - 1] >> KEY_ITEM_BITS != key >> KEY_ITEM_BITS))
			continue;
		zspage = items[key_item(key)].zspage;
		for (j = i; j; j--) {
			u32 before = keys[j - 1];

			if (before >> KEY_ITEM_BITS != key >> KEY_ITEM_BITS ||
			    items[key_item(before)].zspage <= zspage)
				break;
			keys[j] = before;
		}
		keys[j] = key;
	}
}

/* Few keys: their positions make them all different, so that any sort leaves them in order. */
static void sort_few(u32 *keys, unsigned int nr)
{
	unsigned int i;
	unsigned int j;

	for (i = 1; i < nr; i++) {
		u32 key = keys[i];

		for (j = i; j && keys[j - 1] > key; j--)
			keys[j] = keys[j - 1];
		keys[j] = key;
	}
}

static void sort_many(struct bulk_scratch *scratch, unsigned int nr)
{
	u32 *keys = scratch->keys;
	u32 *spare = scratch->spare;
	unsigned int i;

	memset(scratch->buckets, 0, KEY_VALUES * sizeof(*scratch->buckets));
	memset(scratch->classes, 0, KEY_VALUES * sizeof(*scratch->classes));
	for (i = 0; i < nr; i++) {
		scratch->buckets[key_bucket(keys[i])]++;
		scratch->classes[key_class(keys[i])]++;
	}
	accumulate(scratch->buckets, KEY_VALUES);
	accumulate(scratch->classes, KEY_VALUES);
	for (i = 0; i < nr; i++)
		spare[scratch->buckets[key_bucket(keys[i])]++] = keys[i];
	for (i = 0; i < nr; i++)
		keys[scratch->classes[key_class(spare[i])]++] = spare[i];
}

/* Order objects by class, then zspage; within a zspage they stay as they are. */
static void sort_items(struct bulk_scratch *scratch, unsigned int nr)
{
	if (nr <= BULK_SMALL)
		sort_few(scratch->keys, nr);
	else
		sort_many(scratch, nr);
	separate_zspages(scratch->items, scratch->keys, nr);
}

static struct bulk_item *item_at(struct bulk_chunk *chunk, unsigned int position)
{
	return &chunk->scratch->items[key_item(chunk->scratch->keys[position])];
}

static void fetch_headers(u64 **headers, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		prefetchw(headers[i]);
}

/*
 * Find the groups that follow and fetch their headers, unless the whole zspage goes. Many at once
 * and nothing in between, so that the address translations of the headers overlap as well.
 */
static void look_ahead(struct bulk_chunk *chunk, unsigned int position)
{
	u64 *headers[BULK_FETCH];
	unsigned int nr = 0;
	unsigned int i;

	if (chunk->ahead >= chunk->nr || chunk->ahead > position + BULK_AHEAD)
		return;
	while (chunk->ahead < chunk->nr && chunk->ahead < position + 2 * BULK_AHEAD) {
		struct zspage *zspage = item_at(chunk, chunk->ahead)->zspage;
		unsigned int most = min(chunk->nr - chunk->ahead, chunk->group);
		unsigned int len = 1;
		bool whole;

		while (len < most && item_at(chunk, chunk->ahead + len)->zspage == zspage)
			len++;
		chunk->scratch->spare[chunk->ahead] = len;
		whole = zspage_inuse(zspage) == len;
		for (i = 0; i < len && !whole; i++) {
			headers[nr++] = item_at(chunk, chunk->ahead + i)->header;
			if (nr == BULK_FETCH) {
				fetch_headers(headers, nr);
				nr = 0;
			}
		}
		chunk->ahead += len;
	}
	fetch_headers(headers, nr);
}

/* Make the stack of a zspage's free chunks longer by those of @len objects. */
static void push_group(struct bulk_chunk *chunk, struct size_class *class, struct zspage *zspage,
		       unsigned int position, unsigned int len)
{
	struct bulk_item *last = item_at(chunk, position + len - 1);
	struct bulk_item *first = item_at(chunk, position);
	union zspage_state old;
	unsigned int i;

	for (i = 1; i < len; i++) {
		struct bulk_item *item = item_at(chunk, position + i);

		WRITE_ONCE(*item->header, zs_header_free(item_at(chunk, position + i - 1)->index));
	}
	do {
		old = zspage_state(class, zspage);
		WRITE_ONCE(*first->header, class->huge ? 0 : zs_header_free(old.freeobj));
	} while (!zspage_change(class, zspage, old, shard_pushed(class, old, last->index, len)));
}

/* Free @len objects of one zspage. */
static void free_group(struct bulk_chunk *chunk, struct size_class *class, unsigned int position,
		       unsigned int len)
{
	struct zspage *zspage = item_at(chunk, position)->zspage;
	/* If these are all it has, nobody else can change it; acquire: who did is done with it. */
	bool emptied = zspage_state(class, zspage).inuse == len;
	enum zs_retired retired = ZS_BUSY;

	if (emptied) {
		kc_phase(ZS_PHASE_RETIRE);
		class_event(&class->events.emptied);
		retired = zspage_detach(chunk->pool, class, zspage);
	}
	if (retired == ZS_DETACHED)
		list_add_tail(&zspage->list, &chunk->retired);
	if (retired != ZS_BUSY)
		return;
	kc_phase(ZS_PHASE_PUSH);
	push_group(chunk, class, zspage, position, len);
	kc_phase(ZS_PHASE_FULLNESS);
	if (likely(fullness_fix(class, zspage) != ZS_EMPTY))
		return;
	if (emptied) {
		class_event(&class->events.deferred);
		deferred_kick(chunk->pool);
		return;
	}
	/* Its other objects went without the lock meanwhile. */
	class_event(&class->events.emptied);
	if (zspage_retire(chunk->pool, class, zspage) == ZS_DETACHED)
		list_add_tail(&zspage->list, &chunk->retired);
}

/* Fetch the list neighbours of zspages of the locked class that are about to change lists. */
static void fetch_neighbours(struct bulk_chunk *chunk, unsigned int class_index,
			     unsigned int position)
{
	u32 *keys = chunk->scratch->keys;

	/* Those before may be gone. */
	chunk->listed = max(chunk->listed, position);
	while (chunk->listed < chunk->nr && chunk->listed < position + BULK_LISTS &&
	       key_class(keys[chunk->listed]) == class_index) {
		struct zspage *zspage = item_at(chunk, chunk->listed++)->zspage;

		prefetchw(zspage->list.next);
		prefetchw(zspage->list.prev);
	}
}

/* Free objects of one class from @position on. Return: where it stopped. */
static unsigned int free_run(struct bulk_chunk *chunk, unsigned int position)
{
	u32 *keys = chunk->scratch->keys;
	unsigned int class_index = key_class(keys[position]);
	struct size_class *class = chunk->pool->class_of[class_index];
	unsigned int start = position;

	kc_phase(ZS_PHASE_LOCK);
	class_lock(class);
	do {
		unsigned int len;

		kc_phase(ZS_PHASE_LOOKUP);
		look_ahead(chunk, position + BULK_AHEAD);
		fetch_neighbours(chunk, class_index, position);
		len = chunk->scratch->spare[position];
		if (position != start && position - start + len > chunk->pool->hold_objs)
			break;
		free_group(chunk, class, position, len);
		position += len;
	} while (position < chunk->nr && key_class(keys[position]) == class_index);
	kc_phase(ZS_PHASE_FULLNESS);
	class_count(&class->objs_inuse, -(long)(position - start));
	class_event(&class->events.runs);
	if (chunk->pool->pages == ZS_PAGES_INSIDE && !list_empty(&chunk->retired))
		chunk->pages += zspages_free(chunk->pool, &chunk->retired);
	kc_phase(ZS_PHASE_LOCK);
	class_unlock(class);
	return position;
}

static unsigned long free_chunk(struct zs_pool *pool, struct bulk_scratch *scratch,
				unsigned long *handles, unsigned int nr, bool sorted)
{
	struct bulk_chunk chunk = {
		.pool = pool,
		.scratch = scratch,
		.group = min(pool->hold_objs, (unsigned int)ZS_BULK_HOLD),
		.retired = LIST_HEAD_INIT(chunk.retired),
	};
	unsigned int position = 0;
	unsigned int caller;

	chunk.nr = skip_nothing(handles, nr);
	if (!chunk.nr)
		return 0;

	caller = kc_phase(ZS_PHASE_LOCK);
	hold_objects(pool);
	kc_phase(ZS_PHASE_LOOKUP);
	resolve(pool, scratch, handles, chunk.nr);
	if (sorted)
		sort_items(scratch, chunk.nr);
	while (position < chunk.nr)
		position = free_run(&chunk, position);
	release_objects(pool);

	kc_phase(ZS_PHASE_HANDLE);
	kmem_cache_free_bulk(pool->handles, chunk.nr, (void **)handles);
	chunk.pages += zspages_free(pool, &chunk.retired);
	kc_phase(caller);
	return chunk.pages;
}

/* With the scratch on the stack: all of the pool's buffers are in use. */
static unsigned long free_small_chunk(struct zs_pool *pool, unsigned long *handles, unsigned int nr,
				      bool sorted)
{
	struct bulk_small small;

	small.scratch = (struct bulk_scratch){ .items = small.items,
					       .keys = small.keys,
					       .spare = small.spare };
	return free_chunk(pool, &small.scratch, handles, nr, sorted);
}

static unsigned long free_each(struct zs_pool *pool, const unsigned long *handles, size_t nr)
{
	unsigned long pages = 0;
	size_t i;

	for (i = 0; i < nr; i++) {
		if (handles[i] && !IS_ERR_VALUE(handles[i]))
			pages += free_one(pool, handles[i]);
	}
	return pages;
}

unsigned long zs_free_bulk(struct zs_pool *pool, unsigned long *handles, size_t nr,
			   enum zs_batch batch)
{
	bool sorted = batch == ZS_BATCH_SORTED;
	struct bulk_scratch *scratch = NULL;
	unsigned long pages = 0;
	unsigned int slot = 0;

	if (batch <= ZS_BATCH_NONE)
		return free_each(pool, handles, nr);
	if (nr > BULK_SMALL)
		scratch = take_scratch(pool, &slot);
	while (nr) {
		size_t chunk = min_t(size_t, nr, scratch ? BULK_CHUNK : BULK_SMALL);

		if (scratch)
			pages += free_chunk(pool, scratch, handles, chunk, sorted);
		else
			pages += free_small_chunk(pool, handles, chunk, sorted);
		handles += chunk;
		nr -= chunk;
	}
	if (scratch)
		give_scratch(pool, slot, scratch);
	return pages;
}
