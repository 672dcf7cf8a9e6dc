// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* malloc: handing out an object, from the fullest zspage that has room or from a new one. */

#include <linux/err.h>
#include <linux/slab.h>

#include "zsmalloc/locking.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/zsmalloc.h"

unsigned long zs_malloc(struct zs_pool *pool, size_t size, gfp_t gfp)
{
	struct size_class *class;
	struct zspage *zspage;
	unsigned long handle;

	if (unlikely(!size))
		return -EINVAL;
	if (unlikely(size > (size_t)1 << pool->page_shift))
		return -ENOSPC;

	handle = (unsigned long)kmem_cache_alloc(pool->handles, gfp & ~ZS_PAGE_ONLY_GFP);
	if (unlikely(!handle))
		return -ENOMEM;

	class = pool->class_of[pool_class_index(pool, size)];
	class_lock(class);
	zspage = fullness_fullest(class);
	if (likely(zspage)) {
		pool_set_cell(handle, zspage_pop(pool, class, zspage, handle));
		fullness_fix(class, zspage);
		class_count(&class->objs_inuse, 1);
		class_unlock(class);
		return handle;
	}
	class_unlock(class);

	zspage = zspage_create(pool, class, gfp);
	if (unlikely(!zspage)) {
		kmem_cache_free(pool->handles, (void *)handle);
		return -ENOMEM;
	}

	/* Others may have made room meanwhile; the search is not repeated all the same. */
	class_lock(class);
	pool_set_cell(handle, zspage_pop(pool, class, zspage, handle));
	zspage_publish(pool, class, zspage);
	class_count(&class->objs_inuse, 1);
	class_unlock(class);
	return handle;
}
