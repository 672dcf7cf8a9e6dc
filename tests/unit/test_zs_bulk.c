// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Freeing many objects at once: the same end as one by one, with fewer locks and no allocation. */

#include <stdio.h>

#include "port.h"
#include "t_zs.h"
#include "zsmalloc/pool.h"

enum {
	T_OBJS = 6000, /* three chunks of a call */
};

static const enum zs_batch t_batches[] = { ZS_BATCH_NONE, ZS_BATCH_RUNS, ZS_BATCH_SORTED };

/* Sizes of a few classes, so that zspages are emptied as well as thinned out. */
static size_t t_size(u64 *seed)
{
	static const size_t sizes[] = { 24, 40, 500, 1000, 1600, 1700, 2700, 3600, 4096 };

	if (kc_random_below(seed, 4))
		return sizes[kc_random_below(seed, T_ROWS(sizes))];
	return 1 + kc_random_below(seed, 4096);
}

static void t_allocate(struct t_zs *t, unsigned long *handles, unsigned int nr, u64 seed)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		handles[i] = t_alloc(t, t_size(&seed));
}

/* A random selection of indices in random order. */
static unsigned int t_choose(unsigned int *chosen, unsigned int nr, unsigned int percent, u64 seed)
{
	unsigned int some = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (kc_random_below(&seed, 100) < percent)
			chosen[some++] = i;
	}
	for (i = some; i > 1; i--) {
		unsigned int other = kc_random_below(&seed, i);
		unsigned int index = chosen[i - 1];

		chosen[i - 1] = chosen[other];
		chosen[other] = index;
	}
	return some;
}

static void t_same_zspage(struct t_zs *a, struct zspage *za, struct t_zs *b, struct zspage *zb)
{
	struct size_class *class = a->pool->class_of[za->class_index];
	unsigned int next = za->state.freeobj;
	unsigned int i;

	assert_int_equal(za->class_index, zb->class_index);
	assert_int_equal(za->state.inuse, zb->state.inuse);
	assert_int_equal(za->fullness, zb->fullness);
	assert_true(za->state.freeobj == zb->state.freeobj);
	for (i = za->state.inuse; i < class->shape.objs && !class->huge; i++) {
		u64 word = t_word(a, za, (size_t)next * class->shape.size);

		assert_true(word == t_word(b, zb, (size_t)next * class->shape.size));
		next = word >> 1;
	}
}

static void t_same_classes(struct t_zs *a, struct t_zs *b)
{
	struct zs_class_stats sa;
	struct zs_class_stats sb;
	unsigned int index;

	for (index = 0; index < zs_nr_classes(a->pool); index++) {
		memset(&sa, 0, sizeof(sa));
		memset(&sb, 0, sizeof(sb));
		zs_class_stats(a->pool, index, &sa);
		zs_class_stats(b->pool, index, &sb);
		assert_memory_equal(&sa, &sb, sizeof(sa));
	}
	assert_int_equal(t_pages(a), t_pages(b));
}

/* Free the same objects one by one and with @batch, in calls of @call, and compare all there is. */
static void t_compare(enum zs_batch batch, unsigned int percent, unsigned int call)
{
	static unsigned long ha[T_OBJS];
	static unsigned long hb[T_OBJS];
	static unsigned int chosen[T_OBJS];
	static unsigned long list[T_OBJS];
	struct t_zs *a = t_zs_open(12, 8);
	struct t_zs *b = t_zs_open(12, 8);
	unsigned long before = 0;
	unsigned long pages = 0;
	unsigned int nr;
	unsigned int i;

	t_allocate(a, ha, T_OBJS, 1);
	t_allocate(b, hb, T_OBJS, 1);
	before = zs_get_total_pages(b->pool);
	nr = t_choose(chosen, T_OBJS, percent, 2);
	for (i = 0; i < nr; i++) {
		list[i] = hb[chosen[i]];
		zs_free(a->pool, ha[chosen[i]]);
		ha[chosen[i]] = 0;
		hb[chosen[i]] = 0;
	}
	for (i = 0; i < nr; i += call)
		pages += zs_free_bulk(b->pool, list + i, nr - i < call ? nr - i : call, batch);

	if (t_config.pages == ZS_PAGES_DEFERRED)
		assert_int_equal(pages, 0);
	else
		assert_int_equal(zs_get_total_pages(b->pool), before - pages);
	t_inspect(b);
	t_same_classes(a, b);
	for (i = 0; i < T_OBJS; i++) {
		if (ha[i])
			t_same_zspage(a, t_where(a, ha[i]).zspage, b, t_where(b, hb[i]).zspage);
	}
	for (i = 0; i < T_OBJS; i++)
		zs_free(a->pool, ha[i]);
	zs_free_bulk(b->pool, hb, T_OBJS, batch);
	assert_int_equal(t_inspect(b).pages, 0);
	set_active_account(&b->account);
	t_zs_close(b, 0);
	set_active_account(&a->account);
	t_zs_close(a, 0);
}

static void every_way_of_grouping_ends_as_one_by_one(void **state)
{
	static const unsigned int percents[] = { 10, 60, 97 };
	unsigned int b;
	unsigned int p;

	(void)state;
	for (b = 0; b < T_ROWS(t_batches); b++) {
		for (p = 0; p < T_ROWS(percents); p++)
			t_compare(t_batches[b], percents[p], T_OBJS);
	}
}

static void calls_of_any_length_end_as_one_by_one(void **state)
{
	(void)state;
	t_compare(ZS_BATCH_SORTED, 80, 1);
	t_compare(ZS_BATCH_SORTED, 80, 63);
	t_compare(ZS_BATCH_RUNS, 80, 97);
	t_compare(ZS_BATCH_SORTED, 80, 1000);
	t_compare(ZS_BATCH_SORTED, 80, 2500);
}

static void nothing_and_errors_are_skipped(void **state)
{
	struct t_zs *t = *state;
	unsigned int b;

	for (b = 0; b < T_ROWS(t_batches); b++) {
		unsigned long list[6] = { 0, 0, (unsigned long)-ENOMEM, 0, 0, 0 };

		list[1] = t_alloc(t, 100);
		list[4] = t_alloc(t, 4096);
		assert_int_equal(zs_free_bulk(t->pool, list, 6, t_batches[b]),
				 t_config.pages == ZS_PAGES_DEFERRED ? 0 : 8);
		assert_int_equal(zs_free_bulk(t->pool, NULL, 0, t_batches[b]), 0);
		memset(list, 0, sizeof(list));
		assert_int_equal(zs_free_bulk(t->pool, list, 6, t_batches[b]), 0);
		assert_int_equal(t_inspect(t).pages, 0);
	}
}

static void a_bulk_free_allocates_nothing(void **state)
{
	static unsigned long list[T_OBJS];
	struct t_zs *t = *state;

	t_allocate(t, list, T_OBJS, 3);
	mem_account_fail_every(&t->account, 1);
	zs_free_bulk(t->pool, list, T_OBJS, ZS_BATCH_SORTED);
	assert_int_equal(mem_account_failed(&t->account), 0);
	mem_account_fail_none(&t->account);
	assert_int_equal(t_inspect(t).pages, 0);
}

static u64 t_runs(struct t_zs *t, unsigned long *list, unsigned int nr, enum zs_batch batch)
{
	struct zs_pool_stats stats;

	zs_stats_reset(t->pool);
	zs_free_bulk(t->pool, list, nr, batch);
	zs_pool_stats(t->pool, &stats);
	if (t_config.locks != ZS_LOCKS_SHARDED || batch != ZS_BATCH_NONE)
		assert_int_equal(stats.frees_unlocked, 0);
	/* One free, one hold of the lock, if it takes any. */
	return stats.class_runs + stats.frees_unlocked;
}

static void locks_are_taken_once_per_run_and_held_for_a_bounded_time(void **state)
{
	static unsigned long list[1024];
	struct t_zs *t = *state;
	unsigned int i;

	for (i = 0; i < 1024; i++)
		list[i] = t_alloc(t, 24); /* 128 per zspage: two zspages per hold */
	assert_int_equal(t_runs(t, list, 1024, ZS_BATCH_SORTED), 1024 / ZS_BULK_HOLD);

	for (i = 0; i < 600; i++)
		list[i] = t_alloc(t, 3600); /* 9 per zspage: 28 zspages per hold */
	assert_int_equal(t_runs(t, list, 600, ZS_BATCH_SORTED), 3);

	for (i = 0; i < 120; i++)
		list[i] = t_alloc(t, i / 2 % 2 ? 1000 : 2000);
	assert_int_equal(t_runs(t, list, 120, ZS_BATCH_RUNS), 60);
	for (i = 0; i < 120; i++)
		list[i] = t_alloc(t, i / 2 % 2 ? 1000 : 2000);
	assert_int_equal(t_runs(t, list, 120, ZS_BATCH_SORTED), 2);
	for (i = 0; i < 120; i++)
		list[i] = t_alloc(t, i / 2 % 2 ? 1000 : 2000);
	assert_int_equal(t_runs(t, list, 120, ZS_BATCH_NONE), 120);
	t_inspect(t);
}

static void zspages_with_more_objects_than_a_hold_are_freed_in_parts(void **state)
{
	static unsigned long list[4096];
	struct t_zs *t = t_zs_open(16, 8);
	unsigned int i;

	(void)state;
	for (i = 0; i < 4096; i++)
		list[i] = t_alloc(t, 24); /* 2048 per zspage */
	assert_int_equal(t_runs(t, list, 4096, ZS_BATCH_SORTED), 4096 / ZS_BULK_HOLD);
	assert_int_equal(t_inspect(t).pages, 0);
	t_zs_close(t, 0);
}

static void calls_that_find_no_large_buffer_use_a_small_one(void **state)
{
	static unsigned long list[T_OBJS];
	struct bulk_scratch *scratch[ZS_BULK_CALLS];
	struct t_zs *t = *state;

	t_allocate(t, list, T_OBJS, 4);
	memcpy(scratch, t->pool->scratch, sizeof(scratch));
	memset(t->pool->scratch, 0, sizeof(scratch));
	zs_free_bulk(t->pool, list, T_OBJS, ZS_BATCH_SORTED);
	memcpy(t->pool->scratch, scratch, sizeof(scratch));
	assert_int_equal(t_inspect(t).pages, 0);
}

static void zspages_of_one_bucket_are_kept_apart(void **state)
{
	static unsigned long h[1100 * 9];
	unsigned long list[36];
	struct t_zs *t = *state;
	unsigned int i;

	for (i = 0; i < 1100 * 9; i++)
		h[i] = t_alloc(t, 3600);
	/* Zspages 0, 512 and 1024 share a bucket; their objects come mixed. */
	for (i = 0; i < 27; i++)
		list[i] = h[(i % 3) * 512 * 9 + i / 3];
	assert_int_equal(zs_free_bulk(t->pool, list, 27, ZS_BATCH_SORTED),
			 t_config.pages == ZS_PAGES_DEFERRED ? 0 : 24);
	for (i = 0; i < 1100 * 9; i++) {
		if (i % (512 * 9) < 9)
			h[i] = 0;
	}
	t_inspect(t);
	zs_free_bulk(t->pool, h, 1100 * 9, ZS_BATCH_SORTED);
	assert_int_equal(t_inspect(t).pages, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way_of_grouping_ends_as_one_by_one),
		cmocka_unit_test(calls_of_any_length_end_as_one_by_one),
		t_test(nothing_and_errors_are_skipped),
		t_test(a_bulk_free_allocates_nothing),
		t_test(locks_are_taken_once_per_run_and_held_for_a_bounded_time),
		cmocka_unit_test(zspages_with_more_objects_than_a_hold_are_freed_in_parts),
		t_test(calls_that_find_no_large_buffer_use_a_small_one),
		t_test(zspages_of_one_bucket_are_kept_apart),
	};

	return t_main("zs_bulk", tests, argc, argv);
}
