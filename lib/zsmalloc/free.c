// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* free: taking one object back, and its zspage with it if that was the last. */

#include <linux/err.h>
#include <linux/prefetch.h>
#include <linux/slab.h>

#include "zsmalloc/deferred.h"
#include "zsmalloc/free.h"
#include "zsmalloc/locking.h"
#include "zsmalloc/pool.h"

bool zspage_retire(struct zs_pool *pool, struct size_class *class, struct zspage *zspage)
{
	if (unlikely(zspage_trylock_pages(pool, class, zspage))) {
		class->events.deferred++;
		deferred_kick(pool);
		return false;
	}
	zspage_unlink(class, zspage);
	return true;
}

unsigned int free_one(struct zs_pool *pool, unsigned long handle)
{
	struct size_class *class;
	struct zs_place place;
	unsigned int pages = 0;

	class = lock_object(pool, handle, &place);
	/* Stores that miss retire in order, so have their lines come at the same time. */
	prefetchw(place.zspage->list.next);
	prefetchw(place.zspage->list.prev);
	class->events.runs++;
	class_count(&class->objs_inuse, -1);
	zspage_push(pool, class, &place);
	if (fullness_fix(class, place.zspage) == ZS_EMPTY) {
		class->events.emptied++;
		if (zspage_retire(pool, class, place.zspage)) {
			zspage_free(pool, class, place.zspage);
			pages = class->shape.pages;
		}
	}
	class_unlock(class);
	kmem_cache_free(pool->handles, (void *)handle);
	return pages;
}

void zs_free(struct zs_pool *pool, unsigned long handle)
{
	if (likely(handle && !IS_ERR_VALUE(handle)))
		free_one(pool, handle);
}
