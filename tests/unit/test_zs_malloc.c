// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Allocating and freeing one object at a time: which chunk, which zspage, which group. */

#include "t_zs.h"

static void bad_sizes_and_parameters_are_refused(void **state)
{
	struct zs_params chain3 = { .chain_size = 3 };
	struct zs_params chain17 = { .chain_size = 17 };
	struct t_zs *t = *state;

	assert_int_equal((long)zs_malloc(t->pool, 0, GFP_KERNEL), -EINVAL);
	assert_int_equal((long)zs_malloc(t->pool, 4097, GFP_KERNEL), -ENOSPC);
	assert_int_equal(PTR_ERR(zs_create_pool(t->zone, "x", &chain3)), -EINVAL);
	assert_int_equal(PTR_ERR(zs_create_pool(t->zone, "x", &chain17)), -EINVAL);
	zs_free(t->pool, 0);
	zs_free(t->pool, (unsigned long)-ENOMEM);
	t_inspect(t);
}

static void a_pool_knows_its_classes(void **state)
{
	struct zs_class_stats stats;
	struct t_zs *t = *state;
	unsigned int classes = 0;
	unsigned int index;

	for (index = 0; index < zs_nr_classes(t->pool); index++)
		classes += zs_class_stats(t->pool, index, &stats);
	assert_int_equal(classes, 119);
	assert_false(zs_class_stats(t->pool, zs_nr_classes(t->pool), &stats));
	assert_int_equal(zs_huge_class_size(t->pool), 3625);
	assert_int_equal(t_stats(t, 3624).size, 3632);
	assert_false(t_stats(t, 3624).huge);
	assert_int_equal(t_stats(t, 3625).size, 4096);
	assert_true(t_stats(t, 4096).huge);
}

static void every_payload_gets_room_and_keeps_its_bytes(void **state)
{
	static unsigned long handles[4097];
	struct t_zs *t = *state;
	size_t size;

	for (size = 1; size <= 4096; size++) {
		handles[size] = t_alloc(t, size);
		t_store(t, handles[size], size, size);
	}
	t_inspect(t);
	for (size = 1; size <= 4096; size++)
		assert_true(t_holds(t, handles[size], size, size));
	for (size = 1; size <= 4096; size++)
		zs_free(t->pool, handles[size]);
	assert_int_equal(t_inspect(t).pages, 0);
}

static void the_last_freed_chunk_is_the_next_handed_out(void **state)
{
	struct t_zs *t = *state;
	unsigned long h[7];
	unsigned int i;

	for (i = 0; i < 3; i++) {
		h[i] = t_alloc(t, 3600);
		assert_int_equal(t_index(t, h[i]), i);
	}
	zs_free(t->pool, h[1]);
	h[1] = t_alloc(t, 3600);
	assert_int_equal(t_index(t, h[1]), 1);
	h[3] = t_alloc(t, 3600);
	assert_int_equal(t_index(t, h[3]), 3);
	zs_free(t->pool, h[0]);
	zs_free(t->pool, h[3]);
	h[3] = t_alloc(t, 3600);
	assert_int_equal(t_index(t, h[3]), 3);
	h[0] = t_alloc(t, 3600);
	assert_int_equal(t_index(t, h[0]), 0);
	h[4] = t_alloc(t, 3600);
	assert_int_equal(t_index(t, h[4]), 4);
	t_inspect(t);
	for (i = 0; i < 5; i++)
		zs_free(t->pool, h[i]);
}

static void chunks_start_where_the_layout_says(void **state)
{
	static const unsigned int starts[9][2] = { { 0, 0 },	{ 0, 3632 }, { 1, 3168 },
						   { 2, 2704 }, { 3, 2240 }, { 4, 1776 },
						   { 5, 1312 }, { 6, 848 },  { 7, 384 } };
	static const unsigned int firsts[8] = { 0, 3168, 2704, 2240, 1776, 1312, 848, 384 };
	struct t_zs *t = *state;
	unsigned long h[9];
	struct zspage *zspage;
	struct page *page;
	unsigned int i;

	for (i = 0; i < 9; i++)
		h[i] = t_alloc(t, 3600);
	zspage = t_where(t, h[0]).zspage;
	for (i = 0; i < 9; i++) {
		u64 header = t_word(t, zspage, i * 3632);
		unsigned int steps = starts[i][0];

		assert_true(header == (h[i] | 1));
		page = zspage->first;
		while (steps--)
			page = page->next;
		assert_ptr_equal(t_where(t, h[i]).page, page);
		memcpy(&header, (char *)page_address(t->zone, page) + starts[i][1], 8);
		assert_true(header == (h[i] | 1));
	}
	for (i = 0, page = zspage->first; i < 8; i++, page = page->next)
		assert_int_equal(page->first_obj_offset & 0xffffff, firsts[i]);
	for (i = 0; i < 9; i++)
		zs_free(t->pool, h[i]);
}

static void a_new_zspage_has_the_published_free_list(void **state)
{
	struct t_zs *t = *state;
	unsigned long tail = t_alloc(t, 1600);	/* 1632: 2 pages, 5 objects, 32 bytes left */
	unsigned long no_tail = t_alloc(t, 24); /* 32: 1 page, 128 objects, none left */
	struct zspage *zspage = t_where(t, tail).zspage;

	assert_int_equal(zspage->first->next->first_obj_offset & 0xffffff, 800);
	assert_true(t_word(t, zspage, 1632) == 2 << 1);
	assert_true(t_word(t, zspage, 4 * 1632) == 5 << 1);
	assert_true(t_word(t, zspage, 5 * 1632) == ~1ULL);
	zspage = t_where(t, no_tail).zspage;
	assert_true(t_word(t, zspage, 32) == 2 << 1);
	assert_true(t_word(t, zspage, 127 * 32) == ~1ULL);
	zs_free(t->pool, tail);
	zs_free(t->pool, no_tail);
}

static void a_full_zspage_shows_the_phantom_or_the_sentinel(void **state)
{
	struct t_zs *t = *state;
	unsigned long h[128];
	unsigned int i;

	for (i = 0; i < 5; i++)
		h[i] = t_alloc(t, 1600);
	assert_int_equal(t_where(t, h[0]).zspage->state.freeobj, 5);
	for (i = 0; i < 5; i++)
		zs_free(t->pool, h[i]);
	for (i = 0; i < 128; i++)
		h[i] = t_alloc(t, 24);
	assert_true(t_where(t, h[0]).zspage->state.freeobj == 0xffffffff);
	zs_free(t->pool, h[3]);
	assert_int_equal(t_where(t, h[0]).zspage->state.freeobj, 3);
	h[3] = t_alloc(t, 24);
	assert_true(t_where(t, h[0]).zspage->state.freeobj == 0xffffffff);
	t_inspect(t);
	for (i = 0; i < 128; i++)
		zs_free(t->pool, h[i]);
}

static void huge_objects_keep_their_handle_in_the_page(void **state)
{
	struct t_zs *t = *state;
	unsigned long handle = t_alloc(t, 4096);
	struct zs_place place = t_where(t, handle);

	assert_int_equal(place.index, 0);
	assert_true(place.page->handle == (handle | 1));
	t_store(t, handle, 4096, 1);
	assert_true(t_holds(t, handle, 4096, 1));
	t_inspect(t);
	zs_free(t->pool, handle);
	assert_int_equal(t_inspect(t).pages, 0);
}

static void t_check_groups(unsigned int objs, const unsigned int (*vectors)[2], unsigned int nr)
{
	struct zs_shape shape = { .size = 32, .pages = 1, .objs = objs };
	struct size_class class = { .huge = false };
	unsigned int i;

	class_init(&class, &shape);
	for (i = 0; i < nr; i++)
		assert_int_equal(fullness_group(&class, vectors[i][0]), vectors[i][1]);
}

static void fullness_groups_are_those_of_the_vectors(void **state)
{
	static const unsigned int of9[][2] = { { 1, 2 }, { 2, 3 }, { 3, 4 }, { 4, 5 }, { 5, 6 },
					       { 6, 7 }, { 7, 8 }, { 8, 9 }, { 9, 11 } };
	static const unsigned int of5[][2] = { { 1, 3 }, { 2, 5 }, { 3, 7 }, { 4, 9 }, { 5, 11 } };
	static const unsigned int of3[][2] = { { 1, 4 }, { 2, 7 }, { 3, 11 } };
	static const unsigned int of2[][2] = { { 1, 6 }, { 2, 11 } };
	static const unsigned int of128[][2] = { { 1, 1 },  { 12, 1 },	 { 13, 2 },
						 { 64, 6 }, { 127, 10 }, { 128, 11 } };
	static const unsigned int of256[][2] = { { 25, 1 }, { 26, 2 }, { 255, 10 } };
	static const unsigned int of17[][2] = { { 1, 1 }, { 2, 2 }, { 16, 10 } };
	static const unsigned int of1[][2] = { { 0, 0 }, { 1, 11 } };

	(void)state;
	t_check_groups(9, of9, T_ROWS(of9));
	t_check_groups(5, of5, T_ROWS(of5));
	t_check_groups(3, of3, T_ROWS(of3));
	t_check_groups(2, of2, T_ROWS(of2));
	t_check_groups(128, of128, T_ROWS(of128));
	t_check_groups(256, of256, T_ROWS(of256));
	t_check_groups(17, of17, T_ROWS(of17));
	t_check_groups(1, of1, T_ROWS(of1));
}

static void fullness_groups_follow_the_rule_for_any_number_of_objects(void **state)
{
	unsigned int objs;
	unsigned int inuse;

	(void)state;
	for (objs = 1; objs <= T_MOST_OBJS; objs++) {
		struct zs_shape shape = { .size = 32, .pages = 1, .objs = objs };
		struct size_class class = { .huge = false };
		unsigned int step = objs > 300 ? 7 : 1;

		class_init(&class, &shape);
		for (inuse = 1; inuse < objs; inuse += step) {
			if (fullness_group(&class, inuse) != 100 * inuse / objs / 10 + 1)
				fail_msg("%u of %u objects", inuse, objs);
		}
	}
}

static void nine_objects_pass_through_the_groups_and_back(void **state)
{
	static const unsigned int groups[] = { 0, 2, 3, 4, 5, 6, 7, 8, 9, 11 };
	struct t_zs *t = *state;
	unsigned long h[9];
	unsigned int i;

	for (i = 0; i < 9; i++) {
		h[i] = t_alloc(t, 3600);
		assert_int_equal(t_stats(t, 3600).zspages[groups[i + 1]], 1);
	}
	assert_int_equal(t_pages(t), 8);
	for (i = 0; i < 9; i++) {
		zs_free(t->pool, h[i]);
		if (i < 8)
			assert_int_equal(t_stats(t, 3600).zspages[groups[8 - i]], 1);
	}
	assert_int_equal(t_stats(t, 3600).objs_allocated, 0);
	assert_int_equal(t_inspect(t).pages, 0);
}

static void objects_come_from_the_fullest_zspage_and_its_newest_neighbour(void **state)
{
	struct t_zs *t = *state;
	struct zspage *zspages[4];
	unsigned long h[20];
	unsigned int i;

	for (i = 0; i < 20; i++) {
		h[i] = t_alloc(t, 1600);
		zspages[i / 5] = t_where(t, h[i]).zspage;
	}
	zs_free(t->pool, h[0]); /* the first has 4 objects, the second 3, the last two 4 each */
	zs_free(t->pool, h[5]);
	zs_free(t->pool, h[6]);
	zs_free(t->pool, h[10]);
	zs_free(t->pool, h[15]);
	h[15] = t_alloc(t, 1600);
	assert_ptr_equal(t_where(t, h[15]).zspage, zspages[3]);
	h[10] = t_alloc(t, 1600);
	assert_ptr_equal(t_where(t, h[10]).zspage, zspages[2]);
	h[0] = t_alloc(t, 1600);
	assert_ptr_equal(t_where(t, h[0]).zspage, zspages[0]);
	h[5] = t_alloc(t, 1600);
	assert_ptr_equal(t_where(t, h[5]).zspage, zspages[1]);
	h[6] = t_alloc(t, 1600);
	t_inspect(t);
	for (i = 0; i < 20; i++)
		zs_free(t->pool, h[i]);
}

static void a_zspage_that_stays_in_its_group_keeps_its_place(void **state)
{
	struct t_zs *t = *state;
	unsigned long h[512];
	struct zspage *first;
	struct zspage *second;
	unsigned int i;

	for (i = 0; i < 512; i++)
		h[i] = t_alloc(t, 40); /* 256 objects per zspage */
	first = t_where(t, h[0]).zspage;
	second = t_where(t, h[256]).zspage;
	for (i = 0; i < 10; i++)
		zs_free(t->pool, h[i]);
	for (i = 256; i < 266; i++)
		zs_free(t->pool, h[i]);
	assert_int_equal(first->fullness, second->fullness);
	zs_free(t->pool, h[10]); /* still 96 to 99 %, so the second stays at the head */
	h[10] = t_alloc(t, 40);
	assert_ptr_equal(t_where(t, h[10]).zspage, second);
	for (i = 10; i < 512; i++) {
		if (i < 256 || i > 265)
			zs_free(t->pool, h[i]);
	}
}

static void a_failed_allocation_leaves_nothing_behind(void **state)
{
	static const size_t sizes[] = { 24, 1600, 3600, 4096 };
	struct t_zs *t = *state;
	unsigned int i;

	for (i = 0; i < T_ROWS(sizes); i++) {
		unsigned int pages = t_stats(t, sizes[i]).pages_per_zspage;
		unsigned long handle = 0;
		u64 nth;

		for (nth = 1; !handle; nth++) {
			mem_account_fail_nth(&t->account, nth);
			handle = zs_malloc(t->pool, sizes[i], GFP_NOWAIT);
			mem_account_fail_none(&t->account);
			if (!IS_ERR_VALUE(handle))
				break;
			assert_int_equal((long)handle, -ENOMEM);
			assert_int_equal(t_inspect(t).objs, 0);
			handle = 0;
		}
		assert_true(nth > pages + 1);
		zs_free(t->pool, handle);
		assert_int_equal(t_inspect(t).pages, 0);
	}
}

static void a_pool_that_cannot_be_made_leaves_nothing_behind(void **state)
{
	struct t_zs *t = *state;
	s64 bytes = mem_account_bytes(&t->account);
	struct zs_pool *pool;
	u64 nth;

	for (nth = 1;; nth++) {
		mem_account_fail_nth(&t->account, nth);
		pool = zs_create_pool(t->zone, "x", NULL);
		mem_account_fail_none(&t->account);
		if (!IS_ERR(pool))
			break;
		assert_int_equal(PTR_ERR(pool), -ENOMEM);
		assert_int_equal(mem_account_bytes(&t->account), bytes);
	}
	assert_true(nth > 4);
	assert_int_equal(zs_destroy_pool(pool), 0);
	assert_int_equal(mem_account_bytes(&t->account), bytes);
}

static void a_full_zone_gives_enomem_and_keeps_what_is_stored(void **state)
{
	struct zone_params params = { .nr_pages = 64, .page_shift = 12 };
	struct t_zs *t = *state;
	struct zone *zone = zone_create(&params);
	struct zs_pool *pool = zs_create_pool(zone, "small", NULL);
	unsigned long h[80];
	unsigned int nr;

	for (nr = 0; nr < 80; nr++) {
		h[nr] = zs_malloc(pool, 3600, GFP_NOWAIT);
		if (IS_ERR_VALUE(h[nr]))
			break;
	}
	assert_in_range(nr, 63, 72); /* whole zspages of 9 objects in 8 pages */
	assert_int_equal((long)h[nr], -ENOMEM);
	assert_int_equal(zs_get_total_pages(pool), nr / 9 * 8);
	while (nr--)
		zs_free(pool, h[nr]);
	assert_int_equal(zs_destroy_pool(pool), 0);
	assert_int_equal(zone_destroy(zone), 0);
	t_inspect(t);
}

static void destroying_a_pool_frees_what_was_left_in_it(void **state)
{
	struct t_zs *t = t_zs_open(12, 8);
	size_t size;

	(void)state;
	for (size = 1; size <= 4096; size += 5)
		t_alloc(t, size);
	t_zs_close(t, 820);
}

static void pools_of_all_shapes_hold_what_is_stored(void **state)
{
	static const unsigned int shapes[][2] = { { 12, 4 }, { 12, 16 }, { 14, 8 },
						  { 14, 5 }, { 16, 8 },	 { 16, 16 } };
	unsigned int s;

	(void)state;
	for (s = 0; s < T_ROWS(shapes); s++) {
		struct t_zs *t = t_zs_open(shapes[s][0], shapes[s][1]);
		size_t most = zone_page_size(t->zone);
		unsigned long h[300];
		unsigned int i;

		for (i = 0; i < 300; i++) {
			h[i] = t_alloc(t, most * (i + 1) / 300);
			t_store(t, h[i], most * (i + 1) / 300, i);
		}
		t_inspect(t);
		for (i = 0; i < 300; i++) {
			assert_true(t_holds(t, h[i], most * (i + 1) / 300, i));
			zs_free(t->pool, h[i]);
		}
		t_zs_close(t, 0);
	}
}

static void four_groups_part_at_three_quarters(void **state)
{
	struct size_class class = { .shape = { .objs = 10 }, .quarters = true };

	(void)state;
	assert_int_equal(fullness_group(&class, 0), ZS_EMPTY);
	assert_int_equal(fullness_group(&class, 1), ZS_LEAST_FULL);
	assert_int_equal(fullness_group(&class, 7), ZS_LEAST_FULL);
	assert_int_equal(fullness_group(&class, 8), ZS_MOST_FULL);
	assert_int_equal(fullness_group(&class, 9), ZS_MOST_FULL);
	assert_int_equal(fullness_group(&class, 10), ZS_FULL);
}

static void of_four_groups_the_fuller_zspage_stays_in_front(void **state)
{
	static struct zspage few = { .state.inuse = 2 }, more = { .state.inuse = 3 };
	const struct zs_shape shape = { .pages = 2, .objs = 5 };
	static struct size_class class;
	struct list_head *group = &class.groups[ZS_LEAST_FULL];

	(void)state;
	class_init(&class, &shape);
	fullness_insert(&class, &more, ZS_LEAST_FULL);
	fullness_insert(&class, &few, ZS_LEAST_FULL);
	assert_ptr_equal(group->next, &few.list);
	fullness_remove(&class, &few);
	class.quarters = true;
	fullness_insert(&class, &few, ZS_LEAST_FULL);
	assert_ptr_equal(group->next, &more.list);
	fullness_remove(&class, &more);
	fullness_insert(&class, &more, ZS_LEAST_FULL);
	assert_ptr_equal(group->next, &more.list);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		t_test(bad_sizes_and_parameters_are_refused),
		t_test(a_pool_knows_its_classes),
		t_test(every_payload_gets_room_and_keeps_its_bytes),
		t_test(the_last_freed_chunk_is_the_next_handed_out),
		t_test(chunks_start_where_the_layout_says),
		t_test(a_new_zspage_has_the_published_free_list),
		t_test(a_full_zspage_shows_the_phantom_or_the_sentinel),
		t_test(huge_objects_keep_their_handle_in_the_page),
		cmocka_unit_test(fullness_groups_are_those_of_the_vectors),
		cmocka_unit_test(fullness_groups_follow_the_rule_for_any_number_of_objects),
		t_test(nine_objects_pass_through_the_groups_and_back),
		t_test(objects_come_from_the_fullest_zspage_and_its_newest_neighbour),
		t_test(a_zspage_that_stays_in_its_group_keeps_its_place),
		t_test(a_failed_allocation_leaves_nothing_behind),
		t_test(a_pool_that_cannot_be_made_leaves_nothing_behind),
		t_test(a_full_zone_gives_enomem_and_keeps_what_is_stored),
		cmocka_unit_test(destroying_a_pool_frees_what_was_left_in_it),
		cmocka_unit_test(pools_of_all_shapes_hold_what_is_stored),
		cmocka_unit_test(four_groups_part_at_three_quarters),
		cmocka_unit_test(of_four_groups_the_fuller_zspage_stays_in_front),
	};

	return t_main("zs_malloc", tests, argc, argv);
}
