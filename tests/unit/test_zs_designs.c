// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What is particular to a lock design, or to a place to free pages; and frees that meet movers. */

#include <linux/atomic.h>
#include <linux/minmax.h>

#include "port.h"
#include "t_zs.h"

enum {
	T_OBJS = 6000,
	T_FREERS = 3,
	T_ROUNDS = KC_TSAN || KC_ASAN ? 2 : 6,
	T_SEQUENCE = 12000,
};

static void object_words_have_a_class_index_where_the_layout_says(void **state)
{
	u64 obj = zs_obj_encode(12, 0x12345, 7) | zs_obj_class_field(12, 225);

	(void)state;
	assert_true(obj == 0x12345708007);
	assert_int_equal(zs_obj_class(12, obj), 225);
	assert_int_equal(zs_obj_pfn(12, obj), 0x12345);
	obj = zs_obj_encode(14, 0x12345, 7) | zs_obj_class_field(14, 227);
	assert_true(obj == 0x48d15c60007);
	assert_int_equal(zs_obj_class(14, obj), 227);
	obj = zs_obj_encode(16, 0x12345, 7) | zs_obj_class_field(16, 256);
	assert_int_equal(zs_obj_class(16, obj), 256);
	assert_int_equal(zs_obj_pfn(16, obj), 0x12345);
}

static void cells_name_the_class_in_designs_that_need_it(void **state)
{
	static const unsigned int shifts[] = { 12, 14, 16 };
	bool wanted = t_config.locks == ZS_LOCKS_CLASS_IDX || t_config.locks == ZS_LOCKS_SHARDED;
	unsigned int s;

	(void)state;
	for (s = 0; s < T_ROWS(shifts); s++) {
		struct t_zs *t = t_zs_open(shifts[s], 8);
		size_t size;

		for (size = 1; size <= zone_page_size(t->zone); size += 97) {
			unsigned long handle = t_alloc(t, size);
			unsigned int class = zs_lookup_class_index(t->pool, size);

			assert_int_equal(zs_obj_class(shifts[s], *(u64 *)handle),
					 wanted ? class : 0);
			zs_free(t->pool, handle);
		}
		t_zs_close(t, 0);
	}
}

static void designs_that_do_not_exist_are_refused(void **state)
{
	struct zs_params locks = { .locks = ZS_LOCKS_SHARDED + 1 };
	struct zs_params pages = { .pages = ZS_PAGES_DEFERRED + 1 };
	struct t_zs *t = *state;

	assert_int_equal(PTR_ERR(zs_create_pool(t->zone, "x", &locks)), -EINVAL);
	assert_int_equal(PTR_ERR(zs_create_pool(t->zone, "x", &pages)), -EINVAL);
}

static void the_bound_of_a_hold_is_a_parameter(void **state)
{
	static unsigned long list[1024];
	struct zs_params params = t_config;
	struct zs_pool_stats stats;
	struct t_zs *t = *state;
	struct zs_pool *pool;
	unsigned int i;

	params.hold_objs = 10;
	pool = zs_create_pool(t->zone, "x", &params);
	assert_false(IS_ERR(pool));
	for (i = 0; i < 1024; i++)
		list[i] = zs_malloc(pool, 24, GFP_KERNEL);
	zs_free_bulk(pool, list, 1024, ZS_BATCH_SORTED);
	zs_pool_stats(pool, &stats);
	assert_in_range(stats.class_runs, 103, 104); /* 128 objects per zspage: 12 tens and 8 */
	assert_int_equal(zs_destroy_pool(pool), 0);
}

static void t_do_nothing(struct work_struct *work)
{
	(void)work;
}

static void deferred_pages_count_until_the_worker_has_freed_them(void **state)
{
	bool defers = t_config.pages == ZS_PAGES_DEFERRED;
	struct t_zs *t = *state;
	work_func_t work = t->pool->free_work.func;
	struct zs_pool_stats stats;
	unsigned long h[40];
	unsigned int i;

	t->pool->free_work.func = t_do_nothing;
	for (i = 0; i < 40; i++)
		h[i] = t_alloc(t, 1600);
	for (i = 0; i < 20; i++)
		zs_free(t->pool, h[i]);
	zs_free_bulk(t->pool, h + 20, 20, ZS_BATCH_SORTED);
	zs_flush_deferred(t->pool);
	zs_pool_stats(t->pool, &stats);
	assert_int_equal(stats.zspages_emptied, 8);
	assert_int_equal(stats.deferred_zspages, defers ? 8 : 0);
	assert_int_equal(zs_get_total_pages(t->pool), defers ? 16 : 0);
	assert_int_equal(t_stats(t, 1600).objs_allocated, 0);
	t->pool->free_work.func = work;
	zs_free(t->pool, t_alloc(t, 1600));
	assert_int_equal(t_pages(t), 0);
}

/* Ten objects in two zspages, of which compaction would move the one of the first: h[0]. */
static void t_ten(struct t_zs *t, unsigned long *h)
{
	unsigned int i;

	for (i = 0; i < 10; i++) {
		h[i] = t_alloc(t, 1600);
		t_store(t, h[i], 1600, i);
	}
	for (i = 1; i < 5; i++)
		zs_free(t->pool, h[i]);
	zs_free(t->pool, h[5]);
}

static void t_free_ten(struct t_zs *t, unsigned long *h)
{
	unsigned int i;

	zs_free(t->pool, h[0]);
	for (i = 6; i < 10; i++)
		zs_free(t->pool, h[i]);
	assert_int_equal(t_inspect(t).pages, 0);
}

static int t_migrate(struct t_zs *t, struct page *old)
{
	struct page *new = alloc_page(t->zone, GFP_KERNEL);
	struct page *rest;
	int ret;

	assert_non_null(new);
	lock_page(new);
	lock_page(old);
	ret = zs_migrate_page(t->pool, new, old);
	rest = ret == 1 ? old : new;
	unlock_page(old);
	unlock_page(new);
	__free_page(t->zone, rest);
	return ret;
}

static void movers_leave_an_object_alone_whose_free_has_pinned_it(void **state)
{
	struct t_zs *t = *state;
	struct zspage *zspage;
	unsigned long h[10];

	if (t_config.locks != ZS_LOCKS_SHARDED)
		return; /* no other design pins */
	t_ten(t, h);
	zspage = t_where(t, h[0]).zspage;
	assert_true(shard_pin(h[0]));
	assert_int_equal(zs_compact(t->pool), 0);
	assert_int_equal(t_migrate(t, zspage->first), -EBUSY);
	assert_ptr_equal(t_where(t, h[0]).zspage, zspage);
	assert_true(zspage->state.floor < ZSPAGE_FROZEN);
	shard_unpin(h[0]);
	assert_int_equal(t_migrate(t, zspage->first), 1);
	assert_false(t_is_pinned(t, h[0]));
	assert_int_equal(zs_compact(t->pool), 2);
	assert_true(t_holds(t, h[0], 1600, 0));
	t_free_ten(t, h);
}

static void movers_leave_an_object_alone_whose_free_has_written_its_header(void **state)
{
	struct t_zs *t = *state;
	struct zs_place place;
	unsigned long h[10];

	if (t_config.locks != ZS_LOCKS_SHARDED)
		return;
	t_ten(t, h);
	place = t_where(t, h[0]);
	assert_true(shard_pin(h[0]));
	place_set_free(t->pool, pool_zspage_class(t->pool, place.zspage), place, 4);
	assert_int_equal(t_migrate(t, place.zspage->first), -EBUSY);
	assert_int_equal(t_migrate(t, place.zspage->first->next), -EBUSY);
	assert_int_equal(zs_compact(t->pool), 0);
	assert_int_equal(place.zspage->state.inuse, 1);
	/* Its free finds the cell pinned, as if by a mover, and goes on under the class lock. */
	t_free_ten(t, h);
}

static void a_frozen_zspage_is_not_freed_from_without_the_lock(void **state)
{
	struct t_zs *t = *state;
	struct size_class *class;
	struct zspage *zspage;
	unsigned long h[20];
	unsigned int i;

	if (t_config.locks != ZS_LOCKS_SHARDED)
		return;
	for (i = 0; i < 20; i++)
		h[i] = t_alloc(t, 100);
	zspage = t_where(t, h[0]).zspage;
	class = pool_zspage_class(t->pool, zspage);
	shard_freeze(class, zspage);
	assert_false(shard_try_free(t->pool, h[0]));
	zs_free(t->pool, h[0]);
	assert_int_equal(zspage->state.inuse, 19);
	assert_int_equal(zspage->state.floor, ZSPAGE_FROZEN);
	shard_thaw(class, zspage);
	assert_true(shard_try_free(t->pool, h[1]));
	kmem_cache_free(t->pool->handles, (void *)h[1]);
	for (i = 2; i < 20; i++)
		zs_free(t->pool, h[i]);
	assert_int_equal(t_inspect(t).pages, 0);
}

/* Objects that several threads free while others move them. */
struct t_storm {
	struct t_zs *t;
	unsigned long handles[T_OBJS];
	atomic_t turn;
	atomic_t freeing;
	atomic_t wrong;
	enum zs_batch batch;
};

static size_t t_storm_size(unsigned int i)
{
	static const size_t sizes[] = { 60, 90, 700, 1400 };

	return sizes[i % T_ROWS(sizes)];
}

/* Of all objects but every third, each freer has those of every third block. */
static void t_storm_free(void *arg)
{
	struct t_storm *storm = arg;
	unsigned int id = atomic_fetch_inc(&storm->turn);
	unsigned long list[30];
	unsigned int nr = 0;
	unsigned int i;

	set_active_account(&storm->t->account);
	for (i = 0; i < T_OBJS; i++) {
		unsigned long handle = storm->handles[i];

		if (i / 4 % T_FREERS != id || !(i % 3))
			continue;
		if (!t_holds(storm->t, handle, t_storm_size(i), i))
			atomic_inc(&storm->wrong);
		if (storm->batch == ZS_BATCH_NONE || i % 7)
			zs_free(storm->t->pool, handle);
		else
			list[nr++] = handle;
		if (nr == T_ROWS(list) || (nr && i + 1 == T_OBJS)) {
			zs_free_bulk(storm->t->pool, list, nr, storm->batch);
			nr = 0;
		}
	}
	zs_free_bulk(storm->t->pool, list, nr, storm->batch);
	set_active_account(NULL);
	atomic_dec(&storm->freeing);
}

static void t_storm_compact(void *arg)
{
	struct t_storm *storm = arg;

	set_active_account(&storm->t->account);
	while (atomic_read(&storm->freeing)) {
		zs_compact(storm->t->pool);
		kc_yield();
	}
	set_active_account(NULL);
}

/* Replace pages of objects that stay, the neighbours of those that are being freed. */
static void t_storm_migrate(void *arg)
{
	struct t_storm *storm = arg;
	struct t_zs *t = storm->t;
	unsigned int i = 0;

	set_active_account(&t->account);
	while (atomic_read(&storm->freeing)) {
		unsigned long handle = storm->handles[i];
		struct page *old;
		char copy[8];

		zs_obj_read_begin(t->pool, handle, 1, copy);
		old = pool_find(t->pool, handle).page;
		get_page(old);
		zs_obj_read_end(t->pool, handle);
		t_migrate(t, old);
		if (!t_holds(t, handle, t_storm_size(i), i))
			atomic_inc(&storm->wrong);
		__free_page(t->zone, old);
		i = (i + 3 * 41) % T_OBJS;
	}
	set_active_account(NULL);
}

static void t_storm_round(struct t_storm *storm)
{
	struct kc_thread threads[T_FREERS + 2];
	unsigned int i;

	for (i = 0; i < T_OBJS; i++) {
		storm->handles[i] = t_alloc(storm->t, t_storm_size(i));
		t_store(storm->t, storm->handles[i], t_storm_size(i), i);
	}
	atomic_set(&storm->turn, 0);
	atomic_set(&storm->freeing, T_FREERS);
	for (i = 0; i < T_FREERS + 2; i++)
		assert_int_equal(kc_thread_create(&threads[i], "storm",
						  i < T_FREERS	  ? t_storm_free
						  : i == T_FREERS ? t_storm_compact
								  : t_storm_migrate,
						  storm),
				 0);
	for (i = 0; i < T_FREERS + 2; i++)
		kc_thread_join(&threads[i]);
	assert_int_equal(atomic_read(&storm->wrong), 0);
	assert_int_equal(t_inspect(storm->t).objs, T_OBJS / 3);
	zs_compact(storm->t->pool);
	for (i = 0; i < T_OBJS; i += 3) {
		assert_true(t_holds(storm->t, storm->handles[i], t_storm_size(i), i));
		zs_free(storm->t->pool, storm->handles[i]);
	}
	assert_int_equal(t_inspect(storm->t).pages, 0);
}

static void frees_and_reads_meet_compaction_and_migration(void **state)
{
	static struct t_storm storm;
	unsigned int round;

	storm.t = *state;
	atomic_set(&storm.wrong, 0);
	for (round = 0; round < T_ROUNDS; round++) {
		storm.batch = ZS_BATCH_NONE + round % 3;
		t_storm_round(&storm);
	}
}

/* One sequence of allocations, frees and compactions. Return: pages held, summed over its steps. */
static unsigned long t_sequence(enum zs_locks locks, bool compact)
{
	static unsigned long handles[T_SEQUENCE];
	struct zs_params chosen = t_config;
	unsigned long pages = 0;
	unsigned int step;
	u64 seed = 17;
	struct t_zs *t;

	t_config.locks = locks;
	t = t_zs_open(12, 8);
	memset(handles, 0, sizeof(handles));
	for (step = 0; step < 12; step++) {
		unsigned int percent = step % 2 ? 30 + kc_random_below(&seed, 60) : 0;
		unsigned int i;

		for (i = 0; i < T_SEQUENCE; i++) {
			size_t size = 30 + kc_random_below(&seed, 1500);

			if (!handles[i] && !(step % 2)) {
				handles[i] = t_alloc(t, size);
			} else if (handles[i] && kc_random_below(&seed, 100) < percent) {
				zs_free(t->pool, handles[i]);
				handles[i] = 0;
			}
		}
		if (compact)
			zs_compact(t->pool);
		pages += t_pages(t);
	}
	zs_free_bulk(t->pool, handles, T_SEQUENCE, ZS_BATCH_SORTED);
	t_zs_close(t, 0);
	t_config = chosen;
	return pages;
}

static void a_design_holds_as_much_memory_as_class_idx_does(void **state)
{
	unsigned int compact;

	(void)state;
	t_has_one_thread();
	for (compact = 0; compact < 2; compact++) {
		unsigned long expect = t_sequence(ZS_LOCKS_CLASS_IDX, compact);
		unsigned long pages = t_sequence(t_config.locks, compact);

		assert_in_range(pages, expect - expect / 100, expect + expect / 100);
		print_message("# pages %lu, class-idx %lu\n", pages, expect);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(object_words_have_a_class_index_where_the_layout_says),
		cmocka_unit_test(cells_name_the_class_in_designs_that_need_it),
		t_test(designs_that_do_not_exist_are_refused),
		t_test(the_bound_of_a_hold_is_a_parameter),
		t_test(deferred_pages_count_until_the_worker_has_freed_them),
		t_test(movers_leave_an_object_alone_whose_free_has_pinned_it),
		t_test(movers_leave_an_object_alone_whose_free_has_written_its_header),
		t_test(a_frozen_zspage_is_not_freed_from_without_the_lock),
		t_test(frees_and_reads_meet_compaction_and_migration),
		cmocka_unit_test(a_design_holds_as_much_memory_as_class_idx_does),
	};

	return t_main("zs_designs", tests, argc, argv);
}
