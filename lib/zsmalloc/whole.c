// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * whole: freeing zspages all of whose objects are in one large array of handles.
 *
 * The objects are counted, not sorted: each zspage has a place for the count and for its link on
 * a list of the zspages met so far, one list per class. A zspage that has as many objects as were
 * counted is unlinked; neither its objects nor its headers are looked at. What is in the places
 * is valid for one call only, by its number, so nobody has to clear them.
 *
 * The pool lock is dropped now and then. Objects that moved meanwhile may have left a zspage on a
 * list, and it may be gone; pool->moves tells, and then no more is done with the lists. A zspage
 * unlinked before stays good: its pages are locked, so it does not move. They are all recognized by
 * it in the end, so none is freed earlier, whatever the pool's rule is.
 */

#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/prefetch.h>
#include <linux/slab.h>

#include "zsmalloc/bulk.h"
#include "zsmalloc/deferred.h"
#include "zsmalloc/locking.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/whole.h"

enum whole_sizes {
	WHOLE_STRIDE = 32, /* loads under way at once */
	WHOLE_HOLD = 2048, /* objects per hold of the pool lock */
	WHOLE_BATCH = 16,  /* zspages per hold of the class lock */
	WHOLE_LISTS = 8,   /* of unlinked zspages: the misses of one do not wait for another */
	WHOLE_PAGES = 64,  /* pages freed at once */
	WHOLE_SHARE = 2,   /* one part in so many must go for it to be worth while */
};

/* The count of a zspage that is unlinked. */
#define WHOLE_RETIRED UINT32_MAX

/* One call. @moves: as they were; @whole: objects that seem to be all of their zspages. */
struct whole_call {
	struct zs_pool *pool;
	u32 id;
	u32 moves;
	size_t whole;
	size_t freed;
	struct zspage *met[ZS_MAX_CLASSES];
	unsigned int nr_retired;
	struct list_head retired[WHOLE_LISTS];
};

/* What is about to be freed, and how many pages have been. */
struct whole_pages {
	struct page *pages[WHOLE_PAGES];
	void *zspages[WHOLE_PAGES];
	size_t nr_pages;
	size_t nr_zspages;
	unsigned long released;
};

/* Find the zspages of up to WHOLE_STRIDE handles, and begin to fetch cells @ahead of them. */
static unsigned int find_stride(struct zs_pool *pool, const unsigned long *handles, size_t left,
				struct zspage **zspages)
{
	unsigned int nr = min_t(size_t, left, WHOLE_STRIDE);
	unsigned int ahead = min_t(size_t, left - nr, WHOLE_STRIDE);
	struct page *pages[WHOLE_STRIDE];
	unsigned int i;

	for (i = 0; i < ahead; i++)
		prefetch((void *)handles[nr + i]);
	for (i = 0; i < nr; i++) {
		pages[i] = pfn_to_page(pool->zone,
				       zs_obj_pfn(pool->page_shift, pool_cell(handles[i])));
		prefetch(pages[i]);
	}
	for (i = 0; i < nr; i++) {
		zspages[i] = zpdesc_zspage(pages[i]);
		prefetchw(&zspages[i]->leaving);
	}
	return nr;
}

static void count_stride(struct whole_call *call, struct zspage **zspages, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct zspage *zspage = zspages[i];

		if (zspage->call != call->id) {
			zspage->call = call->id;
			zspage->leaving = 0;
			zspage->met = call->met[zspage->class_index];
			call->met[zspage->class_index] = zspage;
		}
		if (++zspage->leaving == zspage_inuse(zspage))
			call->whole += zspage->leaving;
	}
}

/* Return: false if objects have moved meanwhile. */
static bool count_objects(struct whole_call *call, const unsigned long *handles, size_t nr)
{
	struct zspage *zspages[WHOLE_STRIDE];
	size_t done;

	for (done = 0; done < nr; done += WHOLE_STRIDE) {
		if (!(done % WHOLE_HOLD)) {
			hold_objects(call->pool);
			if (call->pool->moves != call->moves) {
				release_objects(call->pool);
				return false;
			}
		}
		count_stride(call, zspages,
			     find_stride(call->pool, handles + done, nr - done, zspages));
		if (!((done + WHOLE_STRIDE) % WHOLE_HOLD) || done + WHOLE_STRIDE >= nr)
			release_objects(call->pool);
	}
	return true;
}

/* Unlink zspages of a class that have no other objects. */
static void retire(struct whole_call *call, struct size_class *class, struct zspage **zspages,
		   unsigned int nr)
{
	size_t objs = 0;
	unsigned int i;

	kc_phase(ZS_PHASE_LOCK);
	class_lock(class);
	kc_phase(ZS_PHASE_RETIRE);
	for (i = 0; i < nr; i++) {
		struct zspage *zspage = zspages[i];

		/* If it has no others, nobody else can change it; acquire as in free_group(). */
		if (zspage_state(zspage).inuse != zspage->leaving ||
		    zspage_trylock_pages(call->pool, class, zspage))
			continue;
		objs += zspage->leaving;
		zspage->leaving = WHOLE_RETIRED;
		zspage_clear(zspage);
		class_event(&class->events.emptied);
		class->events.deferred += call->pool->pages == ZS_PAGES_DEFERRED;
		zspage_unlink(class, zspage);
		list_add_tail(&zspage->list, &call->retired[call->nr_retired++ % WHOLE_LISTS]);
	}
	class_count(&class->objs_inuse, -(long)objs);
	class_event(&class->events.runs);
	kc_phase(ZS_PHASE_LOCK);
	class_unlock(class);
	kc_phase(ZS_PHASE_LOOKUP);
	call->freed += objs;
}

/* Take zspages to retire off the list of a class. Pool lock held. Return: how many. */
static unsigned int next_batch(struct whole_call *call, struct size_class *class,
			       struct zspage **zspages)
{
	struct zspage **met = &call->met[class->shape.index];
	unsigned int objs = 0;
	unsigned int nr = 0;

	while (*met && nr < WHOLE_BATCH) {
		struct zspage *zspage = *met;
		bool whole = zspage_inuse(zspage) == zspage->leaving;

		if (whole && nr && objs + zspage->leaving > call->pool->hold_objs)
			break;
		*met = zspage->met;
		prefetchw(zspage->met);
		if (!whole)
			continue;
		zspage_fetch_pages(call->pool, class, zspage);
		objs += zspage->leaving;
		zspages[nr++] = zspage;
	}
	return nr;
}

static void retire_whole(struct whole_call *call)
{
	struct zs_pool *pool = call->pool;
	struct zspage *zspages[WHOLE_BATCH];
	struct size_class *class;
	unsigned int index;

	hold_objects(pool);
	pool_for_each_class(pool, class, index)
	{
		unsigned int batch;

		while (pool->moves == call->moves && (batch = next_batch(call, class, zspages))) {
			retire(call, class, zspages, batch);
			release_objects(pool);
			hold_objects(pool);
		}
	}
	release_objects(pool);
}

/* Bring what is left over to the front. Return: how much that is. */
static size_t left_over(struct whole_call *call, unsigned long *handles, size_t nr)
{
	struct zspage *zspages[WHOLE_STRIDE];
	size_t kept = 0;
	size_t done;
	unsigned int i;

	for (done = 0; done < nr; done += WHOLE_STRIDE) {
		unsigned int stride;

		hold_objects(call->pool);
		stride = find_stride(call->pool, handles + done, nr - done, zspages);
		for (i = 0; i < stride; i++) {
			if (zspages[i]->call == call->id && zspages[i]->leaving == WHOLE_RETIRED)
				continue;
			swap(handles[kept], handles[done + i]);
			kept++;
		}
		release_objects(call->pool);
	}
	return kept;
}

/* Take a zspage off a list, and begin to fetch what the next two need. Return: NULL if empty. */
static struct zspage *take_retired(struct zs_pool *pool, struct list_head *list)
{
	struct zspage *zspage = list_first_entry_or_null(list, struct zspage, list);
	struct zspage *next;

	if (!zspage)
		return NULL;
	list_del(&zspage->list);
	if (!list_empty(list)) {
		next = list_first_entry(list, struct zspage, list);
		prefetchw(next->list.next);
		zspage_fetch_pages(pool, pool_zspage_class(pool, next), next);
	}
	return zspage;
}

static void release_some(struct zs_pool *pool, struct whole_pages *some)
{
	free_pages_bulk(pool->zone, some->pages, some->nr_pages);
	kmem_cache_free_bulk(pool->zspages, some->nr_zspages, some->zspages);
	some->released += some->nr_pages;
	some->nr_pages = 0;
	some->nr_zspages = 0;
}

unsigned long whole_release(struct zs_pool *pool, struct list_head *retired, unsigned int lists)
{
	unsigned int caller = kc_phase(ZS_PHASE_PAGES);
	struct whole_pages some;
	unsigned int empty = 0;
	unsigned int i;

	/* Not the arrays. */
	some.nr_pages = 0;
	some.nr_zspages = 0;
	some.released = 0;
	for (i = 0; empty < lists; i = (i + 1) % lists) {
		struct zspage *zspage = take_retired(pool, &retired[i]);
		struct size_class *class;

		if (!zspage) {
			empty++;
			continue;
		}
		empty = 0;
		class = pool_zspage_class(pool, zspage);
		if (some.nr_pages + class->shape.pages > WHOLE_PAGES)
			release_some(pool, &some);
		zspage_collect_pages(pool, class, zspage, some.pages + some.nr_pages);
		some.nr_pages += class->shape.pages;
		some.zspages[some.nr_zspages++] = zspage;
	}
	if (some.nr_pages)
		release_some(pool, &some);
	if (some.released)
		atomic_long_sub(some.released, &pool->pages_allocated);
	kc_phase(caller);
	return some.released;
}

/* The pages were locked only so that the zspages could be recognized. */
static void leave_to_worker(struct whole_call *call)
{
	struct zspage *zspage;
	struct zspage *next;
	unsigned int i;

	for (i = 0; i < WHOLE_LISTS; i++) {
		list_for_each_entry_safe(zspage, next, &call->retired[i], list) {
			struct size_class *class = pool_zspage_class(call->pool, zspage);

			zspage_unlock_pages(call->pool, class, zspage);
			deferred_add(call->pool, zspage);
		}
	}
}

unsigned long whole_free(struct zs_pool *pool, unsigned long *handles, size_t *nr)
{
	struct whole_call call = { .pool = pool };
	unsigned long released = 0;
	unsigned int caller;
	size_t kept = *nr;
	unsigned int i;

	/* Acquire pairs with the release below: the places in the zspages are ours now. */
	if (READ_ONCE(pool->counting) || xchg_acquire(&pool->counting, 1))
		return 0;
	for (i = 0; i < WHOLE_LISTS; i++)
		INIT_LIST_HEAD(&call.retired[i]);
	caller = kc_phase(ZS_PHASE_LOOKUP);
	call.id = ++pool->count_id;
	hold_objects(pool);
	call.moves = pool->moves;
	release_objects(pool);
	if (count_objects(&call, handles, *nr) && call.whole >= *nr / WHOLE_SHARE)
		retire_whole(&call);
	if (call.freed) {
		kc_phase(ZS_PHASE_LOOKUP);
		kept = call.freed == *nr ? 0 : left_over(&call, handles, *nr);
		kc_phase(ZS_PHASE_HANDLE);
		kmem_cache_free_bulk(pool->handles, *nr - kept, (void **)handles + kept);
		if (pool->pages == ZS_PAGES_DEFERRED)
			leave_to_worker(&call);
		else
			released = whole_release(pool, call.retired, WHOLE_LISTS);
	}
	kc_phase(caller);
	smp_store_release(&pool->counting, 0);
	*nr = kept;
	return released;
}
