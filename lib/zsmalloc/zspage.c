// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* zspage: making and freeing chains of pages, handing chunks out and taking them back. */

#include "zsmalloc/zspage.h"

#include <linux/bug.h>
#include <linux/slab.h>

#include "zsmalloc/pool.h"

static size_t page_bytes(const struct zs_pool *pool)
{
	return (size_t)1 << pool->page_shift;
}

static u64 *header_at(const struct zs_pool *pool, const struct page *page, size_t offset)
{
	return (u64 *)((char *)page_address(pool->zone, page) + offset);
}

static void free_chain(struct zs_pool *pool, struct page *page, unsigned int nr)
{
	while (nr--) {
		struct page *next = zpdesc_next(page);

		zpdesc_clear(page);
		__free_page(pool->zone, page);
		page = next;
	}
}

static bool alloc_chain(struct zs_pool *pool, const struct size_class *class, struct zspage *zspage,
			gfp_t gfp)
{
	struct page *last = NULL;
	unsigned int nr;

	for (nr = 0; nr < class->shape.pages; nr++) {
		struct page *page = alloc_page(pool->zone, gfp);

		if (!page) {
			free_chain(pool, zspage->first, nr);
			return false;
		}
		zpdesc_init(page, zspage);
		if (last)
			zpdesc_set_next(last, page);
		else
			zspage->first = page;
		last = page;
	}
	return true;
}

/* Each free chunk links to the next; the last position that starts in the chain ends the list. */
static void init_free_list(struct zs_pool *pool, const struct size_class *class,
			   struct zspage *zspage)
{
	struct page *page = zspage->first;
	size_t offset = 0;
	u32 index = 0;

	for (;;) {
		struct page *next = class->huge ? NULL : zpdesc_next(page);
		u64 *last = NULL;

		zpdesc_set_first_offset(page, offset);
		while (offset < page_bytes(pool)) {
			last = header_at(pool, page, offset);
			*last = zs_header_free(++index);
			offset += class->shape.size;
		}
		if (!next) {
			*last = ZS_HEADER_END;
			return;
		}
		offset -= page_bytes(pool);
		page = next;
	}
}

struct zspage *zspage_create(struct zs_pool *pool, struct size_class *class, gfp_t gfp)
{
	struct zspage *zspage = kmem_cache_zalloc(pool->zspages, gfp & ~ZS_PAGE_ONLY_GFP);

	if (!zspage)
		return NULL;
	zspage->class_index = class->shape.index;
	zspage_lock_init(&zspage->lock);
	if (!alloc_chain(pool, class, zspage, gfp)) {
		kmem_cache_free(pool->zspages, zspage);
		return NULL;
	}
	init_free_list(pool, class, zspage);
	return zspage;
}

void zspage_publish(struct zs_pool *pool, struct size_class *class, struct zspage *zspage)
{
	struct page *page = zspage->first;
	unsigned int nr;

	zspage->serial = class->serial++;
	fullness_insert(class, zspage, fullness_group(class, zspage->inuse));
	atomic_long_add(class->shape.pages, &pool->pages_allocated);
	class_count(&class->objs_allocated, class->shape.objs);

	/* Nobody else can know these pages yet. */
	for (nr = 0; nr < class->shape.pages; nr++) {
		struct page *next = class->huge ? NULL : zpdesc_next(page);

		WARN_ON_ONCE(!trylock_page(page));
		zpdesc_set_movable(page);
		unlock_page(page);
		page = next;
	}
}

void zspage_pop(struct zs_pool *pool, struct size_class *class, struct zspage *zspage,
		unsigned long handle)
{
	u32 index = zspage->freeobj;
	struct page *page = zspage->first;

	if (class->huge) {
		zpdesc_set_handle(page, zs_header_allocated(handle));
		zspage->freeobj = ZS_FREE_END;
	} else {
		size_t start = (size_t)index * class->shape.size;
		size_t offset = start & (page_bytes(pool) - 1);
		size_t steps = start >> pool->page_shift;
		u64 *header;

		while (steps--)
			page = zpdesc_next(page);
		header = header_at(pool, page, offset);
		zspage->freeobj = zs_header_next(*header);
		*header = zs_header_allocated(handle);
	}
	WRITE_ONCE(zspage->inuse, zspage->inuse + 1);
	WRITE_ONCE(*(u64 *)handle,
		   zs_obj_encode(pool->page_shift, page_to_pfn(pool->zone, page), index));
}

void zspage_push(struct zs_pool *pool, struct size_class *class, const struct zs_place *place)
{
	struct zspage *zspage = place->zspage;

	if (class->huge)
		zpdesc_set_handle(place->page, 0);
	else
		*header_at(pool, place->page, pool_offset(pool, class, place->index)) =
			zs_header_free(zspage->freeobj);
	zspage->freeobj = place->index;
	WRITE_ONCE(zspage->inuse, zspage->inuse - 1);
}

bool zspage_walk_next(struct zs_pool *pool, const struct size_class *class, struct zspage *zspage,
		      struct zspage_walk *walk, struct zs_place *place, unsigned long *handle)
{
	bool found = false;

	if (!walk->page)
		walk->page = zspage->first;
	while (!found && walk->index < class->shape.objs) {
		u64 header = class->huge ? zpdesc_handle(walk->page)
					 : *header_at(pool, walk->page, walk->offset);

		found = zs_header_handle(header, handle);
		*place = (struct zs_place){ .page = walk->page,
					    .zspage = zspage,
					    .index = walk->index++ };
		walk->offset += class->shape.size;
		if (walk->offset >= page_bytes(pool) && walk->index < class->shape.objs) {
			walk->offset -= page_bytes(pool);
			walk->page = zpdesc_next(walk->page);
		}
	}
	return found;
}

struct page *zspage_trylock_pages(const struct size_class *class, struct zspage *zspage)
{
	struct page *busy = zspage->first;
	struct page *page;
	unsigned int nr;

	for (nr = 0; nr < class->shape.pages; nr++) {
		if (!trylock_page(busy))
			break;
		busy = class->huge ? NULL : zpdesc_next(busy);
	}
	if (nr == class->shape.pages)
		return NULL;
	for (page = zspage->first; page != busy; page = zpdesc_next(page))
		unlock_page(page);
	return busy;
}

void zspage_unlink(struct size_class *class, struct zspage *zspage)
{
	fullness_remove(class, zspage);
	class_count(&class->objs_allocated, -(long)class->shape.objs);
}

void zspage_collect_pages(const struct size_class *class, struct zspage *zspage,
			  struct page **pages)
{
	struct page *page = zspage->first;
	unsigned int nr;

	for (nr = 0; nr < class->shape.pages; nr++) {
		struct page *next = class->huge ? NULL : zpdesc_next(page);

		zpdesc_clear(page);
		unlock_page(page);
		pages[nr] = page;
		page = next;
	}
}

void zspage_free(struct zs_pool *pool, const struct size_class *class, struct zspage *zspage)
{
	struct page *pages[ZS_MAX_CHAIN];
	unsigned int nr;

	zspage_collect_pages(class, zspage, pages);
	for (nr = 0; nr < class->shape.pages; nr++)
		__free_page(pool->zone, pages[nr]);
	kmem_cache_free(pool->zspages, zspage);
	atomic_long_sub(class->shape.pages, &pool->pages_allocated);
}
