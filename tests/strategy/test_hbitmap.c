// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* hbitmap: what its summary levels promise. The file is included to reach its search. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "port.h"
#include "strategies/zfree_hbitmap.c"
#include "tests/strategy/t_device.h"

/* Sizes at which a level is added, and their neighbours. */
static const u32 sizes[] = { 1, 64, 65, 4096, 4097, 262144, 262145, 4 << 20 };

static struct zfree_hbitmap_state *make(u32 nr_slots)
{
	struct zfree_hbitmap_state *h = kzalloc(sizeof(*h), GFP_KERNEL);

	assert_non_null(h);
	h->zf.ops = &zfree_hbitmap;
	h->zf.nr_slots = nr_slots;
	assert_int_equal(zfree_hbitmap_init(&h->zf), 0);
	return h;
}

static void destroy(struct zfree_hbitmap_state *h)
{
	zfree_hbitmap_exit(&h->zf);
	kfree(h);
}

/* Whatever is set can be found from above. */
static void check_summary(const struct zfree_hbitmap_state *h)
{
	u32 lvl, word;

	for (lvl = 0; lvl + 1 < h->nr_levels; lvl++) {
		u32 nr = (u32)(h->level[lvl + 1] - h->level[lvl]);

		assert_int_equal(hbitmap_word(h, lvl, nr - 1), 0);
		for (word = 0; word < nr; word++) {
			if (hbitmap_word(h, lvl, word))
				assert_true(hbitmap_word(h, lvl + 1, word / 64) & BIT_MASK(word));
		}
	}
}

static void top_level_has_one_word(void **state)
{
	static const u32 levels[] = { 2, 2, 2, 2, 3, 3, 4, 4 };
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct zfree_hbitmap_state *h = make(sizes[i]);

		assert_int_equal(h->nr_levels, levels[i]);
		assert_int_equal(h->level[0] + h->total - h->level[h->nr_levels - 1], 2);
		destroy(h);
	}
}

static void search_finds_the_one_bit_wherever_it_is(void **state)
{
	unsigned int i, n;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct zfree_hbitmap_state *h = make(sizes[i]);
		const u32 places[] = { 0, sizes[i] / 2, sizes[i] - 1 };

		assert_int_equal(hbitmap_next(h, 0, 0), HB_NONE);
		for (n = 0; n < 3; n++) {
			u32 at = places[n];

			zfree_hbitmap_queue(&h->zf, at);
			assert_int_equal(hbitmap_next(h, 0, 0), at);
			assert_int_equal(hbitmap_next(h, 0, at), at);
			if (at)
				assert_int_equal(hbitmap_next(h, 0, at - 1), at);
			assert_int_equal(hbitmap_next(h, 0, at + 1), HB_NONE);
			assert_true(zfree_hbitmap_cancel(&h->zf, at));
			assert_false(zfree_hbitmap_cancel(&h->zf, at));
			assert_int_equal(hbitmap_next(h, 0, 0), HB_NONE);
		}
		destroy(h);
	}
}

static void search_clears_summaries_that_lead_to_nothing(void **state)
{
	struct zfree_hbitmap_state *h = make(1 << 20);
	u32 lvl;

	(void)state;
	zfree_hbitmap_queue(&h->zf, 70000);
	zfree_hbitmap_cancel(&h->zf, 70000);
	assert_true(hbitmap_word(h, h->nr_levels - 1, 0));
	assert_int_equal(hbitmap_next(h, 0, 0), HB_NONE);
	for (lvl = 0; lvl < h->nr_levels; lvl++)
		assert_false(hbitmap_word(h, lvl, 70000 >> 6 * (lvl + 1)));
	destroy(h);
}

static void summary_cleared_under_a_racing_mark_is_set_again(void **state)
{
	struct zfree_hbitmap_state *h = make(1 << 20);

	(void)state;
	/* As if the mark had come between the look at the word and the clearing of its bit. */
	zfree_hbitmap_queue(&h->zf, 70000);
	hbitmap_unset(h, 1, 70000 >> 6);
	assert_int_equal(hbitmap_next(h, 0, 0), 70000);
	check_summary(h);
	destroy(h);
}

static void search_matches_a_walk_after_random_changes(void **state)
{
	struct zfree_hbitmap_state *h = make(100 * 1000);
	u64 seed = t_seed(3);
	u32 i, slot, want;

	(void)state;
	fprintf(stderr, "# seed %llu\n", (unsigned long long)seed);
	for (i = 0; i < 20 * 1000 / t_scale(); i++) {
		slot = (u32)kc_random_below(&seed, 100 * 1000);
		if (kc_random_below(&seed, 3))
			zfree_hbitmap_cancel(&h->zf, slot);
		else
			zfree_hbitmap_queue(&h->zf, slot);
		slot = (u32)kc_random_below(&seed, 100 * 1000);
		for (want = slot; want < 100 * 1000; want++)
			if (hbitmap_word(h, 0, want / 64) & BIT_MASK(want))
				break;
		assert_int_equal(hbitmap_next(h, 0, slot), want < 100 * 1000 ? want : HB_NONE);
	}
	check_summary(h);
	destroy(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(top_level_has_one_word),
		cmocka_unit_test(search_finds_the_one_bit_wherever_it_is),
		cmocka_unit_test(search_clears_summaries_that_lead_to_nothing),
		cmocka_unit_test(summary_cleared_under_a_racing_mark_is_set_again),
		cmocka_unit_test(search_matches_a_walk_after_random_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
