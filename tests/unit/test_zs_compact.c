// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Compaction: which objects move, what is given back, and what readers may rely on. */

#include "t_zs.h"

static void t_expect_groups(struct t_zs *t, size_t size, const unsigned long *expect)
{
	struct zs_class_stats stats = t_stats(t, size);
	unsigned int group;

	for (group = 0; group < ZS_FULLNESS_GROUPS; group++)
		assert_int_equal(stats.zspages[group], expect[group]);
}

static u64 t_moved(struct t_zs *t)
{
	struct zs_pool_stats stats;

	zs_pool_stats(t->pool, &stats);
	return stats.objects_moved;
}

static void fifteen_objects_of_1600_bytes_compact_as_published(void **state)
{
	static const unsigned int freed[] = { 1, 2, 3, 4, 5, 6, 7, 10 };
	static const unsigned long full[ZS_FULLNESS_GROUPS] = { [11] = 3 };
	static const unsigned long before[ZS_FULLNESS_GROUPS] = { [3] = 1, [5] = 1, [9] = 1 };
	static const unsigned long after[ZS_FULLNESS_GROUPS] = { [5] = 1, [11] = 1 };
	struct t_zs *t = *state;
	unsigned long h[15];
	struct zspage *third;
	unsigned int i;

	for (i = 0; i < 15; i++) {
		h[i] = t_alloc(t, 1600);
		t_store(t, h[i], 1600, i);
	}
	assert_int_equal(t_pages(t), 6);
	t_expect_groups(t, 1600, full);
	third = t_where(t, h[14]).zspage;

	for (i = 0; i < T_ROWS(freed); i++) {
		zs_free(t->pool, h[freed[i]]);
		h[freed[i]] = 0;
	}
	t_expect_groups(t, 1600, before);
	assert_int_equal(t_stats(t, 1600).objs_allocated, 15);
	assert_int_equal(t_stats(t, 1600).objs_inuse, 7);
	assert_int_equal(t_stats(t, 1600).freeable_pages, 2);

	assert_int_equal(zs_compact(t->pool), 2);
	assert_int_equal(t_moved(t), 1);
	t_expect_groups(t, 1600, after);
	assert_int_equal(t_inspect(t).pages, 4);
	assert_ptr_equal(t_where(t, h[0]).zspage, third);
	assert_int_equal(t_index(t, h[0]), 0);
	for (i = 0; i < 15; i++) {
		if (h[i])
			assert_true(t_holds(t, h[i], 1600, i));
		zs_free(t->pool, h[i]);
	}
}

static void every_fourth_of_1024_objects_fits_in_one_zspage(void **state)
{
	static const unsigned long before[ZS_FULLNESS_GROUPS] = { [3] = 4 };
	static const unsigned long after[ZS_FULLNESS_GROUPS] = { [11] = 1 };
	struct t_zs *t = *state;
	struct zs_pool_stats stats;
	unsigned long h[1024];
	unsigned int i;

	for (i = 0; i < 1024; i++) {
		h[i] = t_alloc(t, 40);
		t_store(t, h[i], 40, i);
	}
	assert_int_equal(t_pages(t), 12);
	for (i = 0; i < 1024; i++) {
		if (i % 4)
			zs_free(t->pool, h[i]);
	}
	t_expect_groups(t, 40, before);
	assert_int_equal(t_freeable_pages(t), 9);
	assert_int_equal(zs_compact(t->pool), 9);
	assert_int_equal(t_moved(t), 192);
	t_expect_groups(t, 40, after);
	assert_int_equal(t_inspect(t).pages, 3);
	assert_int_equal(zs_compact(t->pool), 0);
	zs_pool_stats(t->pool, &stats);
	assert_int_equal(stats.pages_compacted, 9);
	for (i = 0; i < 1024; i += 4) {
		assert_true(t_holds(t, h[i], 40, i));
		zs_free(t->pool, h[i]);
	}
}

static u32 t_lcg(u32 x)
{
	return (1103515245u * x + 12345u) & 0x7fffffff;
}

static void twenty_thousand_generated_objects_compact_as_published(void **state)
{
	static unsigned long h[20000];
	static size_t sizes[20000];
	struct t_zs *t = *state;
	unsigned int live = 0;
	u32 x = 12345;
	unsigned int i;

	for (i = 0; i < 20000; i++) {
		x = t_lcg(x);
		sizes[i] = 1 + (x >> 8) % 4096;
		h[i] = t_alloc(t, sizes[i]);
		t_store(t, h[i], sizes[i], i);
	}
	assert_int_equal(t_pages(t), 10621);
	for (i = 0; i < 20000; i++) {
		x = t_lcg(x);
		if ((x >> 16) % 100 < 70) {
			zs_free(t->pool, h[i]);
			h[i] = 0;
		}
		live += h[i] != 0;
	}
	assert_int_equal(live, 6012);
	assert_int_equal(t_pages(t), 8076);
	assert_int_equal(t_freeable_pages(t), 4671);
	t_inspect(t);

	assert_int_equal(zs_compact(t->pool), 4671);
	/* The order within a group is that of coming; sharded, that of being found to belong. */
	assert_int_equal(t_moved(t), t_config.locks == ZS_LOCKS_SHARDED ? 2348 : 2351);
	assert_int_equal(t_inspect(t).pages, 3405);
	assert_int_equal(t_freeable_pages(t), 0);
	for (i = 0; i < 20000; i++) {
		if (h[i])
			assert_true(t_holds(t, h[i], sizes[i], i));
		zs_free(t->pool, h[i]);
	}
	assert_int_equal(t_inspect(t).pages, 0);
}

static void objects_of_every_class_survive_their_moves(void **state)
{
	static unsigned long h[255][12];
	struct t_zs *t = *state;
	unsigned int c;
	unsigned int i;

	/* 12 objects of each size, so that chunks span pages at both ends of many a move. */
	for (c = 0; c < 255; c++) {
		for (i = 0; i < 12; i++) {
			h[c][i] = t_alloc(t, 16 * (c + 1));
			t_store(t, h[c][i], 16 * (c + 1), c * 12 + i);
		}
	}
	for (c = 0; c < 255; c++) {
		for (i = 0; i < 12; i++) {
			if ((c + i) % 3)
				zs_free(t->pool, h[c][i]);
		}
	}
	zs_compact(t->pool);
	t_inspect(t);
	for (c = 0; c < 255; c++) {
		for (i = 0; i < 12; i++) {
			if ((c + i) % 3)
				continue;
			assert_true(t_holds(t, h[c][i], 16 * (c + 1), c * 12 + i));
			zs_free(t->pool, h[c][i]);
		}
	}
}

static void compaction_stops_at_an_object_that_is_being_read(void **state)
{
	struct t_zs *t = *state;
	unsigned long h[10];
	unsigned char copy[1600];
	const void *content;
	unsigned int i;

	for (i = 0; i < 10; i++) {
		h[i] = t_alloc(t, 1600);
		t_store(t, h[i], 1600, i);
	}
	for (i = 1; i < 5; i++)
		zs_free(t->pool, h[i]);
	zs_free(t->pool, h[7]);

	content = zs_obj_read_begin(t->pool, h[0], 1600, copy);
	assert_non_null(content);
	assert_int_equal(zs_compact(t->pool), 0);
	assert_int_equal(t_moved(t), 0);
	zs_obj_read_end(t->pool, h[0]);

	assert_int_equal(zs_compact(t->pool), 2);
	assert_true(t_holds(t, h[0], 1600, 0));
	t_inspect(t);
	zs_free(t->pool, h[0]);
	for (i = 5; i < 10; i++) {
		if (i != 7)
			zs_free(t->pool, h[i]);
	}
}

static void one_partly_filled_zspage_is_left_alone(void **state)
{
	struct t_zs *t = *state;
	unsigned long h[6];
	unsigned int i;

	for (i = 0; i < 6; i++)
		h[i] = t_alloc(t, 1600);
	for (i = 0; i < 5; i++)
		zs_free(t->pool, h[i]);
	assert_int_equal(zs_compact(t->pool), 0);
	assert_int_equal(t_inspect(t).pages, 2);
	zs_free(t->pool, h[5]);
}

static void who_compacts_second_returns_at_once(void **state)
{
	struct t_zs *t = *state;
	unsigned long h[10];
	unsigned int i;

	for (i = 0; i < 10; i++)
		h[i] = t_alloc(t, 1600);
	for (i = 1; i < 5; i++)
		zs_free(t->pool, h[i]);
	zs_free(t->pool, h[5]);
	atomic_set(&t->pool->compacting, 1);
	assert_int_equal(zs_compact(t->pool), 0);
	atomic_set(&t->pool->compacting, 0);
	assert_int_equal(zs_compact(t->pool), 2);
	zs_free(t->pool, h[0]);
	for (i = 6; i < 10; i++)
		zs_free(t->pool, h[i]);
}

static void reads_and_writes_span_pages_at_every_offset(void **state)
{
	struct t_zs *t = *state;
	unsigned char copy[4096];
	unsigned long h[9];
	unsigned int i;
	size_t len;

	for (i = 0; i < 9; i++)
		h[i] = t_alloc(t, 3624);
	for (len = 1; len <= 3624; len += len < 480 ? 1 : 61) {
		for (i = 0; i < 9; i++)
			t_store(t, h[i], len, len + i);
		for (i = 0; i < 9; i++)
			assert_true(t_holds(t, h[i], len, len + i));
	}
	/* The first part of object 1 is 464 bytes, header included: 456 fit, 457 do not. */
	assert_ptr_not_equal(zs_obj_read_begin(t->pool, h[1], 456, copy), copy);
	zs_obj_read_end(t->pool, h[1]);
	assert_ptr_equal(zs_obj_read_begin(t->pool, h[1], 457, copy), copy);
	zs_obj_read_end(t->pool, h[1]);
	for (i = 0; i < 9; i++)
		zs_free(t->pool, h[i]);
}

static void counters_start_anew(void **state)
{
	struct kc_lock_stat classes;
	struct zs_pool_stats stats;
	struct kc_lock_stat pool;
	struct t_zs *t = *state;

	zs_free(t->pool, t_alloc(t, 100));
	zs_pool_stats(t->pool, &stats);
	assert_int_equal(stats.class_runs, 1);
	assert_int_equal(stats.zspages_emptied, 1);
	zs_stats_reset(t->pool);
	zs_pool_stats(t->pool, &stats);
	assert_int_equal(stats.class_runs, 0);
	zs_stats_reset(t->pool);
	zs_free(t->pool, t_alloc(t, 100));
	zs_lock_stats(t->pool, &pool, &classes);
	/* Two for the new zspage, one to free it. */
	if (t_config.locks == ZS_LOCKS_POOL) {
		assert_int_equal(pool.acquisitions, 3);
		assert_int_equal(classes.acquisitions, 0);
	} else {
		assert_int_equal(pool.acquisitions, t_config.locks == ZS_LOCKS_CLASS);
		assert_int_equal(classes.acquisitions, 3);
	}
	assert_int_equal(classes.contended, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		t_test(fifteen_objects_of_1600_bytes_compact_as_published),
		t_test(every_fourth_of_1024_objects_fits_in_one_zspage),
		t_test(twenty_thousand_generated_objects_compact_as_published),
		t_test(objects_of_every_class_survive_their_moves),
		t_test(compaction_stops_at_an_object_that_is_being_read),
		t_test(one_partly_filled_zspage_is_left_alone),
		t_test(who_compacts_second_returns_at_once),
		t_test(reads_and_writes_span_pages_at_every_offset),
		t_test(counters_start_anew),
	};

	return t_main("zs_compact", tests, argc, argv);
}
