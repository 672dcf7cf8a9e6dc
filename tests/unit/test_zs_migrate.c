// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Pages that somebody holds or replaces: migration, and empty zspages that have to wait. */

#include <linux/atomic.h>

#include "../t_wait.h"
#include "port.h"
#include "t_zs.h"

static struct page *t_page(struct t_zs *t)
{
	struct page *page = alloc_page(t->zone, GFP_KERNEL);

	assert_non_null(page);
	lock_page(page);
	return page;
}

/* Replace @old. The lock and the last reference of what is not in the pool any more go. */
static int t_migrate(struct t_zs *t, struct page *old)
{
	struct page *new = t_page(t);
	struct page *rest;
	int ret;

	lock_page(old);
	ret = zs_migrate_page(t->pool, new, old);
	rest = ret == 1 ? old : new;
	unlock_page(old);
	unlock_page(new);
	__free_page(t->zone, rest);
	return ret;
}

/* Wait until the worker has found @busy busy: it then holds a reference and sleeps on the lock. */
static void t_await_worker(const struct page *busy)
{
	t_until(page_count(busy) >= 2);
}

static u64 t_deferred(struct t_zs *t)
{
	struct zs_pool_stats stats;

	zs_pool_stats(t->pool, &stats);
	return stats.deferred_zspages;
}

static bool t_defers(void)
{
	return t_config.pages == ZS_PAGES_DEFERRED;
}

static void migration_replaces_any_page_of_a_chain(void **state)
{
	struct t_zs *t = *state;
	unsigned long h[9];
	u64 cells[9];
	unsigned int nr;
	unsigned int i;

	for (i = 0; i < 9; i++) {
		h[i] = t_alloc(t, 3600);
		t_store(t, h[i], 3600, i);
	}
	zs_free(t->pool, h[4]);
	for (nr = 0; nr < 8; nr++) {
		struct page *old = t_where(t, h[0]).zspage->first;

		for (i = 0; i < nr; i++)
			old = old->next;
		for (i = 0; i < 9; i++)
			cells[i] = i == 4 ? 0 : *(u64 *)h[i];
		assert_int_equal(t_migrate(t, old), 1);
		for (i = 0; i < 9; i++) {
			bool here = i == nr + 1 || (!nr && !i);

			if (i != 4)
				assert_int_equal(cells[i] != *(u64 *)h[i], here);
		}
		t_inspect(t);
	}
	for (i = 0; i < 9; i++) {
		if (i == 4)
			continue;
		assert_true(t_holds(t, h[i], 3600, i));
		zs_free(t->pool, h[i]);
	}
}

static void migration_takes_the_handle_of_a_huge_object_along(void **state)
{
	struct t_zs *t = *state;
	unsigned long handle = t_alloc(t, 4000);
	struct page *old = t_where(t, handle).page;

	t_store(t, handle, 4000, 3);
	assert_int_equal(t_migrate(t, old), 1);
	assert_ptr_not_equal(t_where(t, handle).page, old);
	assert_true(t_where(t, handle).page->handle == (handle | 1));
	assert_true(t_holds(t, handle, 4000, 3));
	t_inspect(t);
	zs_free(t->pool, handle);
}

static void a_reader_keeps_its_object_from_being_migrated(void **state)
{
	struct t_zs *t = *state;
	unsigned long reading = t_alloc(t, 100);
	unsigned long other = t_alloc(t, 100);
	struct page *page = t_where(t, reading).page;
	unsigned char copy[100];
	const void *content;

	t_store(t, reading, 100, 1);
	content = zs_obj_read_begin(t->pool, reading, 100, copy);
	assert_int_equal(t_migrate(t, page), -EBUSY);
	t_store(t, other, 100, 2); /* readers and writers of content do not exclude each other */
	assert_ptr_equal(t_where(t, reading).page, page);
	assert_ptr_equal((char *)content + 112, zs_obj_read_begin(t->pool, other, 100, copy));
	zs_obj_read_end(t->pool, other);
	assert_int_equal(t_migrate(t, page), -EBUSY);
	zs_obj_read_end(t->pool, reading);
	assert_int_equal(t_migrate(t, page), 1);
	assert_true(t_holds(t, reading, 100, 1));
	assert_true(t_holds(t, other, 100, 2));
	zs_free(t->pool, reading);
	zs_free(t->pool, other);
}

static void a_page_that_left_its_zspage_is_not_migrated(void **state)
{
	struct t_zs *t = *state;
	unsigned long handle = t_alloc(t, 4000);
	struct page *page = t_where(t, handle).page;

	get_page(page);
	zs_free(t->pool, handle);
	zs_flush_deferred(t->pool);
	assert_int_equal(t_migrate(t, page), 0);
	assert_int_equal(page_count(page), 1);
	__free_page(t->zone, page);
}

static void an_empty_zspage_waits_for_a_busy_page(void **state)
{
	struct t_zs *t = *state;
	struct page *busy;
	unsigned long h[2];
	unsigned int i;

	for (i = 0; i < 2; i++)
		h[i] = t_alloc(t, 1600);
	busy = t_where(t, h[0]).zspage->first->next;
	lock_page(busy);
	zs_free(t->pool, h[0]);
	zs_free(t->pool, h[1]);
	assert_int_equal(t_deferred(t), 1);
	assert_int_equal(zs_get_total_pages(t->pool), 2);
	/* One that all are left to the worker is in its class no more. */
	assert_int_equal(t_stats(t, 1600).zspages[0], !t_defers());
	assert_int_equal(t_stats(t, 1600).objs_allocated, t_defers() ? 0 : 5);
	t_await_worker(busy);
	unlock_page(busy);
	zs_flush_deferred(t->pool);
	assert_int_equal(t_inspect(t).pages, 0);
}

static void the_worker_copes_with_a_page_migrated_under_it(void **state)
{
	struct t_zs *t = *state;
	unsigned long handle = t_alloc(t, 3600);
	struct page *busy = t_where(t, handle).zspage->first->next->next;
	struct page *new = t_page(t);

	lock_page(busy);
	zs_free(t->pool, handle);
	assert_int_equal(t_deferred(t), 1);
	t_await_worker(busy);
	/* It may not have dropped the zspage lock yet. */
	t_until(zs_migrate_page(t->pool, new, busy) == 1);
	unlock_page(new);
	unlock_page(busy);
	__free_page(t->zone, busy);
	zs_flush_deferred(t->pool);
	assert_int_equal(t_inspect(t).pages, 0);
}

static void t_do_nothing(struct work_struct *work)
{
	(void)work;
}

static void a_waiting_zspage_is_revived_by_an_allocation_unless_all_wait(void **state)
{
	struct t_zs *t = *state;
	unsigned long handle = t_alloc(t, 1600);
	struct zspage *zspage = t_where(t, handle).zspage;
	work_func_t work = t->pool->free_work.func;
	struct page *busy = zspage->first;

	t->pool->free_work.func = t_do_nothing; /* the worker comes, but leaves it alone */
	lock_page(busy);
	zs_free(t->pool, handle);
	zs_flush_deferred(t->pool);
	assert_int_equal(t_stats(t, 1600).zspages[0], !t_defers());
	handle = t_alloc(t, 1600);
	assert_int_equal(t_where(t, handle).zspage == zspage, !t_defers());
	assert_int_equal(t_stats(t, 1600).zspages[0], 0);
	assert_int_equal(zs_get_total_pages(t->pool), t_defers() ? 4 : 2);
	unlock_page(busy);
	t->pool->free_work.func = work;
	zs_free(t->pool, handle);
	assert_int_equal(t_inspect(t).pages, 0);
}

static void a_bulk_free_leaves_zspages_with_busy_pages_to_the_worker(void **state)
{
	struct t_zs *t = *state;
	unsigned long h[10];
	struct page *busy;
	unsigned int i;

	for (i = 0; i < 10; i++)
		h[i] = t_alloc(t, 1600);
	busy = t_where(t, h[7]).zspage->first->next;
	lock_page(busy);
	assert_int_equal(zs_free_bulk(t->pool, h, 10, ZS_BATCH_SORTED), t_defers() ? 0 : 2);
	assert_int_equal(t_deferred(t), t_defers() ? 2 : 1);
	if (!t_defers())
		assert_int_equal(zs_get_total_pages(t->pool), 2);
	unlock_page(busy);
	zs_flush_deferred(t->pool);
	assert_int_equal(t_inspect(t).pages, 0);
}

static void compaction_counts_a_source_with_a_busy_page_as_freed(void **state)
{
	struct t_zs *t = *state;
	unsigned long h[10];
	struct page *busy;
	unsigned int i;

	for (i = 0; i < 10; i++)
		h[i] = t_alloc(t, 1600);
	for (i = 1; i < 5; i++)
		zs_free(t->pool, h[i]);
	zs_free(t->pool, h[5]);
	busy = t_where(t, h[0]).zspage->first;
	lock_page(busy);
	assert_int_equal(zs_compact(t->pool), 2);
	assert_int_equal(zs_get_total_pages(t->pool), 4);
	assert_int_equal(t_deferred(t), 1);
	unlock_page(busy);
	zs_flush_deferred(t->pool);
	assert_int_equal(t_inspect(t).pages, 2);
	zs_free(t->pool, h[0]);
	for (i = 6; i < 10; i++)
		zs_free(t->pool, h[i]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		t_test(migration_replaces_any_page_of_a_chain),
		t_test(migration_takes_the_handle_of_a_huge_object_along),
		t_test(a_reader_keeps_its_object_from_being_migrated),
		t_test(a_page_that_left_its_zspage_is_not_migrated),
		t_test(an_empty_zspage_waits_for_a_busy_page),
		t_test(the_worker_copes_with_a_page_migrated_under_it),
		t_test(a_waiting_zspage_is_revived_by_an_allocation_unless_all_wait),
		t_test(a_bulk_free_leaves_zspages_with_busy_pages_to_the_worker),
		t_test(compaction_counts_a_source_with_a_busy_page_as_freed),
	};

	return t_main("zs_migrate", tests, argc, argv);
}
