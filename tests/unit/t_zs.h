/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the tests of lib/zsmalloc share: a zone and a pool per test, paid for by an account of
 * their own, and an inspection of every class, zspage, chunk and byte.
 */
#ifndef TESTS_UNIT_T_ZS_H
#define TESTS_UNIT_T_ZS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/err.h>
#include <linux/slab.h>
#include <linux/types.h>

#include "../t_tsan.h"
#include "account.h"
#include "mm/zone.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/shard.h"
#include "zsmalloc/zsmalloc.h"

enum {
	T_ZONE_BYTES = 128 << 20,
	T_MOST_OBJS = 2048,
};

#define T_ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* What every pool of this run is made with; set from the arguments. */
static struct zs_params t_config __maybe_unused;

/** t_main() - run a group of tests on the designs named by the arguments: LOCKS PAGES */
#define t_main(name, tests, argc, argv) \
	(t_choose_design(argc, argv), cmocka_run_group_tests_name(name, tests, NULL, NULL))

/** t_choose_design() - take the lock design and the place to free pages from the arguments */
static inline void t_choose_design(int argc, char **argv)
{
	unsigned int i;

	for (i = 0; argc > 1 && zs_locks_names[i]; i++) {
		if (!strcmp(argv[1], zs_locks_names[i]))
			t_config.locks = i;
	}
	for (i = 0; argc > 2 && zs_pages_names[i]; i++) {
		if (!strcmp(argv[2], zs_pages_names[i]))
			t_config.pages = i;
	}
	/* Each design with both kinds of slabs. */
	t_config.slabs = (t_config.locks + t_config.pages) % 2;
}

/** struct t_zs - a pool under test. @account: pays for @zone, @pool and all they allocate */
struct t_zs {
	struct mem_account account;
	struct zone *zone;
	struct zs_pool *pool;
};

/** t_zs_open() - make a pool. @page_shift: 12, 14 or 16; @chain: 0 for the default */
static inline struct t_zs *t_zs_open(unsigned int page_shift, unsigned int chain)
{
	struct zone_params zone = { .nr_pages = T_ZONE_BYTES >> page_shift,
				    .page_shift = page_shift };
	struct zs_params params = t_config;
	struct t_zs *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	params.chain_size = chain;
	mem_account_init(&t->account, "test");
	set_active_account(&t->account);
	t->zone = zone_create(&zone);
	assert_false(IS_ERR(t->zone));
	t->pool = zs_create_pool(t->zone, "test", &params);
	assert_false(IS_ERR(t->pool));
	return t;
}

/** t_zs_close() - take a pool apart; nothing may be left of it. @objs: objects still allocated */
static inline void t_zs_close(struct t_zs *t, unsigned long objs)
{
	assert_int_equal(zs_destroy_pool(t->pool), objs);
	assert_int_equal(zone_destroy(t->zone), 0);
	set_active_account(NULL);
	assert_int_equal(mem_account_bytes(&t->account), 0);
	assert_int_equal(mem_account_objects(&t->account), 0);
	free(t);
}

/** t_zs_setup() - of a test with 4 KiB pages and chain size 8 */
static inline int t_zs_setup(void **state)
{
	*state = t_zs_open(12, 8);
	return 0;
}

/** t_zs_teardown() - of a test that frees all it allocates */
static inline int t_zs_teardown(void **state)
{
	t_zs_close(*state, 0);
	return 0;
}

/** t_test - a test between t_zs_setup() and t_zs_teardown() */
#define t_test(name) cmocka_unit_test_setup_teardown(name, t_zs_setup, t_zs_teardown)

/** t_alloc() - allocate an object, which must work. Return: its handle. */
static inline unsigned long t_alloc(struct t_zs *t, size_t size)
{
	unsigned long handle = zs_malloc(t->pool, size, GFP_NOIO | __GFP_HIGHMEM | __GFP_MOVABLE);

	assert_false(IS_ERR_VALUE(handle));
	assert_true(handle && !(handle & 7));
	return handle;
}

/** t_where() - where an object is, and its class index in @place.index's zspage */
static inline struct zs_place t_where(struct t_zs *t, unsigned long handle)
{
	return pool_find(t->pool, handle);
}

/** t_index() - index of an object in its zspage */
static inline unsigned int t_index(struct t_zs *t, unsigned long handle)
{
	return t_where(t, handle).index;
}

/** t_pages() - pages the pool holds once the worker has freed what was left to it */
static inline unsigned long t_pages(struct t_zs *t)
{
	zs_flush_deferred(t->pool);
	return zs_get_total_pages(t->pool);
}

/** t_stats() - numbers of the class that serves a payload */
static inline struct zs_class_stats t_stats(struct t_zs *t, size_t size)
{
	struct zs_class_stats stats = { 0 };

	assert_true(zs_class_stats(t->pool, zs_lookup_class_index(t->pool, size), &stats));
	return stats;
}

/** t_word() - a header word at a byte of a zspage's chain, found without the library's help */
static inline u64 t_word(struct t_zs *t, const struct zspage *zspage, size_t byte)
{
	struct page *page = zspage->first;
	u64 word;

	while (byte >= zone_page_size(t->zone)) {
		byte -= zone_page_size(t->zone);
		page = page->next;
	}
	memcpy(&word, (char *)page_address(t->zone, page) + byte, sizeof(word));
	return word;
}

/** t_inspect_chain() - check the page descriptors of a zspage */
static inline void t_inspect_chain(struct t_zs *t, struct size_class *class, struct zspage *zspage)
{
	size_t page_size = zone_page_size(t->zone);
	struct page *page = zspage->first;
	unsigned int nr;

	for (nr = 0; nr < class->shape.pages; nr++) {
		size_t first = (nr * page_size + class->shape.size - 1) / class->shape.size;

		assert_non_null(page);
		assert_ptr_equal(page->owner, zspage);
		assert_int_equal(zspage->pfns[nr], page_to_pfn(t->zone, page));
		assert_int_equal(page->first_obj_offset & 0xffffff,
				 first * class->shape.size - nr * page_size);
		assert_int_equal(page_count(page), 1);
		assert_false(PageLocked(page));
		page = class->huge ? NULL : page->next;
	}
	assert_null(page);
}

/** t_is_pinned() - is an object claimed by somebody who frees or moves it? */
static inline bool t_is_pinned(struct t_zs *t, unsigned long handle)
{
	return t->pool->locks == ZS_LOCKS_SHARDED && *(u64 *)handle & ZS_OBJ_PINNED;
}

/** t_inspect_chunks() - check headers, cells and the list of free chunks of a zspage */
static inline void t_inspect_chunks(struct t_zs *t, struct size_class *class, struct zspage *zspage)
{
	unsigned char free_chunks[T_MOST_OBJS] = { 0 };
	unsigned int objs = class->shape.objs;
	unsigned int next = zspage->state.freeobj;
	unsigned int inuse = 0;
	unsigned int i;

	for (i = 0; i < objs; i++) {
		u64 word = class->huge ? zspage->first->handle
				       : t_word(t, zspage, (size_t)i * class->shape.size);

		if (word & 1) {
			struct zs_place place = t_where(t, word - 1);

			assert_ptr_equal(place.zspage, zspage);
			assert_int_equal(place.index, i);
			assert_false(t_is_pinned(t, word - 1));
			assert_ptr_equal(place.page->owner, zspage);
			inuse++;
		} else {
			free_chunks[i] = 1;
		}
	}
	assert_int_equal(inuse, zspage->state.inuse);
	for (i = inuse; i < objs && !class->huge; i++) {
		assert_true(next < objs);
		assert_int_equal(free_chunks[next], 1);
		free_chunks[next] = 0;
		next = t_word(t, zspage, (size_t)next * class->shape.size) >> 1;
	}
}

/** struct t_totals - what an inspection has counted */
struct t_totals {
	unsigned long zspages, objs, pages, wasted;
};

/** t_inspect_class() - check one class and add what it has to @totals */
static inline void t_inspect_class(struct t_zs *t, struct size_class *class,
				   struct t_totals *totals)
{
	unsigned long zspages = 0;
	unsigned long inuse = 0;
	unsigned int group;

	for (group = 0; group < ZS_FULLNESS_GROUPS; group++) {
		unsigned long members = 0;
		struct zspage *zspage;

		list_for_each_entry(zspage, &class->groups[group], list) {
			unsigned int percent = 100 * zspage->state.inuse / class->shape.objs;
			unsigned int expect = !zspage->state.inuse ? 0
					      : zspage->state.inuse == class->shape.objs
						      ? 11
						      : percent / 10 + 1;

			assert_int_equal(zspage->fullness, group);
			assert_int_equal(group, expect);
			assert_int_equal(zspage->class_index, class->shape.index);
			assert_int_equal(zspage->lock.count, 0);
			t_inspect_chain(t, class, zspage);
			t_inspect_chunks(t, class, zspage);
			inuse += zspage->state.inuse;
			members++;
		}
		assert_int_equal(class->nr_zspages[group], members);
		assert_int_equal(!!(class->occupied & 1U << group), members != 0);
		zspages += members;
	}
	assert_int_equal(class->objs_inuse, inuse);
	assert_int_equal(class->objs_allocated, zspages * class->shape.objs);
	totals->zspages += zspages;
	totals->objs += inuse;
	totals->pages += zspages * class->shape.pages;
	totals->wasted += (class->objs_allocated - inuse) / class->shape.objs * class->shape.pages;
}

/** t_freeable_pages() - what zs_compact() could free, by the statistics of the classes */
static inline unsigned long t_freeable_pages(struct t_zs *t)
{
	struct zs_class_stats stats;
	unsigned long pages = 0;
	unsigned int index;

	for (index = 0; index < zs_nr_classes(t->pool); index++) {
		if (zs_class_stats(t->pool, index, &stats))
			pages += stats.freeable_pages;
	}
	return pages;
}

/** t_inspect() - check everything of a pool at rest against the zone, the slabs and the account */
static inline struct t_totals t_inspect(struct t_zs *t)
{
	struct t_totals totals = { 0 };
	struct zone_stats zone;
	unsigned int index;

	zs_flush_deferred(t->pool);
	t_freeable_pages(t); /* has the classes settled */

	for (index = 0; index < zs_nr_classes(t->pool); index++) {
		struct size_class *class = t->pool->class_of[index];

		if (class->shape.index == index)
			t_inspect_class(t, class, &totals);
	}
	zone_stats(t->zone, &zone);
	assert_int_equal(zs_get_total_pages(t->pool), totals.pages);
	assert_int_equal(zone.used, totals.pages);
	assert_int_equal(zone.zspages, totals.pages);
	assert_int_equal(t_freeable_pages(t), totals.wasted);
	assert_int_equal(kmem_cache_nr_objects(t->pool->handles), totals.objs);
	assert_int_equal(kmem_cache_nr_objects(t->pool->zspages), totals.zspages);
	assert_int_equal(t->pool->lock.word & 0xffffffff, 0);
	return totals;
}

/** t_fill() - write a pattern that only @seed and @len can have made */
t_private static inline void t_fill(void *buffer, size_t len, unsigned long seed)
{
	unsigned char *bytes = buffer;
	size_t i;

	for (i = 0; i < len; i++)
		bytes[i] = (unsigned char)((seed * 31 + i * 7 + (i >> 8)) ^ len);
}

/** t_store() - fill an object with its pattern */
static inline void t_store(struct t_zs *t, unsigned long handle, size_t len, unsigned long seed)
{
	unsigned char buffer[65536];

	t_fill(buffer, len, seed);
	zs_obj_write(t->pool, handle, buffer, len);
}

/** t_holds() - does an object have its pattern? */
static inline bool t_holds(struct t_zs *t, unsigned long handle, size_t len, unsigned long seed)
{
	unsigned char expect[65536];
	unsigned char copy[65536];
	const void *content;
	bool same;

	t_fill(expect, len, seed);
	content = zs_obj_read_begin(t->pool, handle, len, copy);
	same = !memcmp(content, expect, len);
	zs_obj_read_end(t->pool, handle);
	return same;
}

#endif
