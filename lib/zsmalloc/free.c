// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* free: taking one object back, and its zspage with it if that was the last. */

#include <linux/err.h>
#include <linux/slab.h>

#include <kc_cost.h>

#include "zsmalloc/free.h"
#include "zsmalloc/locking.h"
#include "zsmalloc/pool.h"

enum zs_retired zspage_detach(struct zs_pool *pool, struct size_class *class, struct zspage *zspage)
{
	if (pool->pages == ZS_PAGES_DEFERRED) {
		unsigned int caller = kc_cost_cover(0);

		class_event(&class->events.deferred);
		zspage_unlink(class, zspage);
		deferred_add(pool, zspage);
		kc_cost_cover(caller);
		return ZS_LEFT;
	}
	if (unlikely(zspage_trylock_pages(pool, class, zspage)))
		return ZS_BUSY;
	zspage_unlink(class, zspage);
	return ZS_DETACHED;
}

enum zs_retired zspage_retire(struct zs_pool *pool, struct size_class *class, struct zspage *zspage)
{
	enum zs_retired retired = zspage_detach(pool, class, zspage);

	if (unlikely(retired == ZS_BUSY)) {
		class_event(&class->events.deferred);
		deferred_kick(pool);
	}
	return retired;
}

/* Free a zspage that has become empty. Return: the zspage if that is to be done after unlock. */
static struct zspage *free_empty(struct zs_pool *pool, struct size_class *class,
				 struct zspage *zspage, unsigned int *pages)
{
	kc_phase(ZS_PHASE_RETIRE);
	class_event(&class->events.emptied);
	if (zspage_retire(pool, class, zspage) != ZS_DETACHED)
		return NULL;
	*pages = class->shape.pages;
	kc_cost_event(KC_EVENT_ZSPAGE);
	if (kc_unseen(pool->pages) != ZS_PAGES_INSIDE)
		return zspage;
	kc_phase(ZS_PHASE_PAGES);
	kc_cost_events(KC_EVENT_PAGE, *pages);
	zspage_free(pool, class, zspage);
	return NULL;
}

unsigned int free_one(struct zs_pool *pool, unsigned long handle)
{
	unsigned int caller = kc_phase(ZS_PHASE_LOOKUP), covered, group, old;
	struct zspage *leaving = NULL;
	struct size_class *class;
	struct zs_place place;
	unsigned int pages = 0;

	covered = kc_cost_cover(0);
	if (free_without_lock(pool, handle)) {
		kc_cost_cover(1);
		goto out;
	}
	kc_cost_cover(1);
	kc_cost_event(KC_EVENT_FREE);
	class = lock_object(pool, handle, &place);
	kc_phase(ZS_PHASE_PUSH);
	class_event(&class->events.runs);
	class_count(&class->objs_inuse, -1);
	zspage_push(pool, class, place);
	kc_phase(ZS_PHASE_FULLNESS);
	old = kc_unseen(place.zspage->fullness);
	group = fullness_fix(class, place.zspage);
	if (group != old)
		kc_cost_event(KC_EVENT_MOVE);
	if (group == ZS_EMPTY)
		leaving = free_empty(pool, class, place.zspage, &pages);
	kc_phase(ZS_PHASE_LOCK);
	class_unlock(class);
	if (unlikely(leaving)) {
		kc_phase(ZS_PHASE_PAGES);
		kc_cost_events(KC_EVENT_PAGE, pages);
		zspage_free(pool, class, leaving);
	}
out:
	kc_phase(ZS_PHASE_HANDLE);
	kc_cost_event(KC_EVENT_HANDLE);
	kmem_cache_free(pool->handles, (void *)handle);
	kc_phase(caller);
	kc_cost_cover(covered);
	return pages;
}

void zs_free(struct zs_pool *pool, unsigned long handle)
{
	if (likely(handle && !IS_ERR_VALUE(handle)))
		free_one(pool, handle);
}
