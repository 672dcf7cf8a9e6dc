// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* migrate: replacing one page of a zspage by another, as memory compaction does. */

#include <linux/err.h>
#include <linux/string.h>

#include "zsmalloc/locking.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/zsmalloc.h"

/* Tell the cells of all objects that start in @old that they start in @new. */
static void redirect_objects(struct zs_pool *pool, const struct size_class *class,
			     const struct page *old, const struct page *new)
{
	char *base = page_address(pool->zone, new);
	size_t offset;

	for (offset = zpdesc_first_offset(old); offset < (size_t)1 << pool->page_shift;
	     offset += class->shape.size) {
		u64 header = class->huge ? zpdesc_handle(old) : *(u64 *)(base + offset);
		unsigned long handle;

		if (!zs_header_handle(header, &handle))
			continue;
		pool_set_cell(handle, zs_obj_encode(pool->page_shift, page_to_pfn(pool->zone, new),
						    pool_index(pool, pool_cell(handle))) |
					      class->field);
	}
}

/* @old still says what it has said: who has found it by a cell may be reading it. */
static void replace_in_chain(struct zs_pool *pool, const struct size_class *class,
			     struct zspage *zspage, const struct page *old, struct page *new)
{
	unsigned int nr = 0;

	zpdesc_init(new, zspage);
	zpdesc_set_first_offset(new, zpdesc_first_offset(old));
	if (class->huge)
		zpdesc_set_handle(new, zpdesc_handle(old));
	else
		zpdesc_set_next(new, zpdesc_next(old));
	zpdesc_set_movable(new);

	while (zspage->pfns[nr] != page_to_pfn(pool->zone, old))
		nr++;
	zspage->pfns[nr] = page_to_pfn(pool->zone, new);
	if (nr) {
		zpdesc_set_next(pfn_to_page(pool->zone, zspage->pfns[nr - 1]), new);
	} else {
		zpdesc_set_first(new);
		zspage->first = new;
	}
}

int zs_migrate_page(struct zs_pool *pool, struct page *new, struct page *old)
{
	struct size_class *class;
	struct zspage *zspage;

	/* The page lock keeps the zspage from being freed, so what it says stays true. */
	if (!zpdesc_is_movable(old))
		return 0;
	zspage = zpdesc_zspage(old);
	class = pool_zspage_class(pool, zspage);

	begin_moving(pool, class);
	if (!seize_zspage(class, zspage))
		goto busy;
	if (!seize_page(pool, class, zspage, old)) {
		let_go_zspage(class, zspage);
		goto busy;
	}
	memcpy(page_address(pool->zone, new), page_address(pool->zone, old),
	       (size_t)1 << pool->page_shift);
	/* A cell that leads to the new page lets a free without lock look at its descriptor. */
	replace_in_chain(pool, class, zspage, old, new);
	redirect_objects(pool, class, old, new);
	zpdesc_clear(old);
	let_go_zspage(class, zspage);
	end_moving(pool, class);
	return 1;

busy:
	end_moving(pool, class);
	return -EBUSY;
}
