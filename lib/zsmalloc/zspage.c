// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* zspage: making and freeing chains of pages, handing chunks out and taking them back. */

#include "zsmalloc/zspage.h"

#include <linux/bug.h>
#include <linux/prefetch.h>
#include <linux/slab.h>

#include "phase.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/shard.h"
#include "zsmalloc/zs_phase.h"

enum zspage_sizes {
	ZSPAGES_FREE_PAGES = 64, /* pages freed at once */
};

static size_t page_bytes(const struct zs_pool *pool)
{
	return (size_t)1 << pool->page_shift;
}

static struct page *zspage_page(struct zs_pool *pool, const struct zspage *zspage, unsigned int nr)
{
	return pfn_to_page(pool->zone, zspage->pfns[nr]);
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
		zone_count_zspages(pool->zone, -1);
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
		zone_count_zspages(pool->zone, 1);
		zpdesc_init(page, zspage);
		zspage->pfns[nr] = page_to_pfn(pool->zone, page);
		if (last) {
			zpdesc_set_next(last, page);
		} else {
			zpdesc_set_first(page);
			zspage->first = page;
		}
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
	zspage->magic = ZSPAGE_MAGIC;
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
	unsigned int nr;

	zspage->serial = class->serial++;
	fullness_insert(class, zspage, fullness_group(class, zspage_inuse(zspage)));
	atomic_long_add(class->shape.pages, &pool->pages_allocated);
	class_count(&class->objs_allocated, class->shape.objs);

	/* Nobody else can know these pages yet. */
	for (nr = 0; nr < class->shape.pages; nr++) {
		struct page *page = zspage_page(pool, zspage, nr);

		WARN_ON_ONCE(!trylock_page(page));
		zpdesc_set_movable(page);
		unlock_page(page);
	}
}

static u64 *header_of(const struct zs_pool *pool, const struct size_class *class,
		      const struct zspage *zspage, u32 index)
{
	size_t start = (size_t)index * class->shape.size;
	unsigned long pfn = zspage->pfns[start >> pool->page_shift];

	return (u64 *)(pool->zone->base + (pfn << pool->page_shift) +
		       (start & (page_bytes(pool) - 1)));
}

u64 zspage_pop(struct zs_pool *pool, struct size_class *class, struct zspage *zspage,
	       unsigned long handle)
{
	union zspage_state old;
	union zspage_state new;
	unsigned int page;
	u64 *header;

	do {
		old = zspage_state(class, zspage);
		if (class->huge) {
			header = NULL;
			new.freeobj = ZS_FREE_END;
		} else {
			header = header_of(pool, class, zspage, old.freeobj);
			new.freeobj = zs_header_next(READ_ONCE(*header));
		}
		new.inuse = old.inuse + 1;
		new.floor = shard_floor(class, old, new.inuse);
	} while (unlikely(!zspage_change(class, zspage, old, new)));

	if (!header)
		zpdesc_set_handle(zspage->first, zs_header_allocated(handle));
	else
		WRITE_ONCE(*header, zs_header_allocated(handle));
	page = (size_t)old.freeobj * class->shape.size >> pool->page_shift;
	return zs_obj_encode(pool->page_shift, zspage->pfns[page], old.freeobj) | class->field;
}

bool zspage_walk_next(struct zs_pool *pool, const struct size_class *class, struct zspage *zspage,
		      struct zspage_walk *walk, struct zs_place *place, unsigned long *handle)
{
	bool found = false;

	if (!walk->page)
		walk->page = zspage->first;
	while (!found && walk->index < class->shape.objs) {
		u64 header = class->huge ? zpdesc_handle(walk->page)
					 : READ_ONCE(*header_at(pool, walk->page, walk->offset));

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

struct page *zspage_trylock_pages(struct zs_pool *pool, const struct size_class *class,
				  struct zspage *zspage)
{
	unsigned int nr;

	for (nr = 0; nr < class->shape.pages; nr++) {
		struct page *busy = zspage_page(pool, zspage, nr);

		if (trylock_page(busy))
			continue;
		while (nr--)
			unlock_page(zspage_page(pool, zspage, nr));
		return busy;
	}
	return NULL;
}

void zspage_unlink(struct size_class *class, struct zspage *zspage)
{
	fullness_remove(class, zspage);
	class_count(&class->objs_allocated, -(long)class->shape.objs);
}

/* Gets as many as the class has per zspage, unlocked and clean; the zspage has none afterwards. */
static void collect_pages(struct zs_pool *pool, const struct size_class *class,
			  struct zspage *zspage, struct page **pages)
{
	unsigned int nr;

	for (nr = 0; nr < class->shape.pages; nr++) {
		struct page *page = zspage_page(pool, zspage, nr);

		zpdesc_clear(page);
		unlock_page(page);
		zone_count_zspages(pool->zone, -1);
		pages[nr] = page;
	}
}

void zspage_free(struct zs_pool *pool, const struct size_class *class, struct zspage *zspage)
{
	struct page *page = zspage->first;
	unsigned int nr;

	for (nr = class->shape.pages; nr; nr--) {
		struct page *next = zpdesc_next(page);

		zpdesc_clear(page);
		unlock_page(page);
		zone_count_zspages(pool->zone, -1);
		__free_page(pool->zone, page);
		page = next;
	}
	kmem_cache_free(pool->zspages, zspage);
	atomic_long_sub(class->shape.pages, &pool->pages_allocated);
}

/* Have the page descriptors of a zspage brought into the cache. */
static void fetch_pages(struct zs_pool *pool, const struct size_class *class,
			const struct zspage *zspage)
{
	unsigned int nr;

	for (nr = 0; nr < class->shape.pages; nr++)
		prefetchw(zspage_page(pool, zspage, nr));
}

/* Take a zspage off a list, and begin to fetch what the next one needs. */
static struct zspage *take_zspage(struct zs_pool *pool, struct list_head *zspages)
{
	struct zspage *zspage = list_first_entry(zspages, struct zspage, list);
	struct zspage *next;

	list_del(&zspage->list);
	if (!list_empty(zspages)) {
		next = list_first_entry(zspages, struct zspage, list);
		prefetchw(next->list.next);
		fetch_pages(pool, pool_zspage_class(pool, next), next);
	}
	return zspage;
}

/* Free pages and descriptors that have been collected. */
static void free_some(struct zs_pool *pool, struct page **pages, size_t nr_pages, void **some,
		      size_t nr)
{
	free_pages_bulk(pool->zone, pages, nr_pages);
	kmem_cache_free_bulk(pool->zspages, nr, some);
}

unsigned long zspages_free(struct zs_pool *pool, struct list_head *zspages)
{
	unsigned int caller = kc_phase(ZS_PHASE_PAGES);
	struct page *pages[ZSPAGES_FREE_PAGES];
	void *some[ZSPAGES_FREE_PAGES];
	unsigned long freed = 0;
	size_t nr_pages = 0;
	size_t nr = 0;

	while (!list_empty(zspages)) {
		struct zspage *zspage = take_zspage(pool, zspages);
		struct size_class *class = pool_zspage_class(pool, zspage);

		if (nr_pages + class->shape.pages > ZSPAGES_FREE_PAGES) {
			free_some(pool, pages, nr_pages, some, nr);
			nr_pages = 0;
			nr = 0;
		}
		collect_pages(pool, class, zspage, pages + nr_pages);
		nr_pages += class->shape.pages;
		freed += class->shape.pages;
		some[nr++] = zspage;
	}
	if (nr) {
		free_some(pool, pages, nr_pages, some, nr);
		atomic_long_sub(freed, &pool->pages_allocated);
	}
	kc_phase(caller);
	return freed;
}
