// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Attribution of made-up figures whose answer is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sim/study/attribution.h"

enum {
	REPEATS = 5,
};

static double figures[ATTRIBUTION_CORNERS][REPEATS];

/* A cube of @nr changes in whose corners @value says what is measured, give or take @noise. */
static struct study_cube cube_of(unsigned int nr, double (*value)(unsigned int corner),
				 double noise)
{
	struct study_cube cube = { .nr = nr, .nr_rounds = REPEATS };
	unsigned int s, k;

	for (s = 0; s < 1u << nr; s++) {
		for (k = 0; k < REPEATS; k++)
			figures[s][k] = value(s) * (1 + noise * ((k * 3 + s) % REPEATS - 2.0));
		cube.samples[s] = figures[s];
	}
	return cube;
}

static void near(double value, double expected)
{
	if (fabs(value - expected) > 1e-9 * expected)
		fail_msg("%.12g is not %.12g", value, expected);
}

static double independent(unsigned int s)
{
	return 1000 * (s & 1 ? 0.5 : 1) * (s & 2 ? 0.8 : 1) * (s & 4 ? 1.1 : 1);
}

static void changes_that_do_not_depend_on_each_other_are_told_apart(void **state)
{
	static const double expected[] = { 0.5, 0.8, 1.1 };
	struct study_cube cube = cube_of(3, independent, 0);
	struct study_attribution a;
	unsigned int i;

	(void)state;
	assert_true(study_attribute(&cube, &a));
	near(a.total.ratio, 0.44);
	for (i = 0; i < 3; i++) {
		near(a.shapley[i].ratio, expected[i]);
		near(a.main[i].ratio, expected[i]);
		near(a.alone[i].ratio, expected[i]);
		near(a.last[i].ratio, expected[i]);
		near(a.shapley[i].lo, expected[i]);
		near(a.shapley[i].hi, expected[i]);
		near(a.pairs[i].effect.ratio, 1);
	}
	assert_int_equal(a.nr_pairs, 3);
}

/* Either of the first two is enough; the third does nothing. */
static double overlapping(unsigned int s)
{
	return s & 3 ? 250 : 1000;
}

static void changes_that_do_the_same_share_the_gain(void **state)
{
	struct study_cube cube = cube_of(3, overlapping, 0);
	struct study_attribution a;

	(void)state;
	assert_true(study_attribute(&cube, &a));
	near(a.total.ratio, 0.25);
	near(a.shapley[0].ratio, 0.5);
	near(a.shapley[1].ratio, 0.5);
	near(a.shapley[2].ratio, 1);
	near(a.alone[0].ratio, 0.25);
	near(a.last[0].ratio, 1);
	near(a.main[1].ratio, 0.5);
	/* Together a quarter; one by one a sixteenth. */
	assert_int_equal(a.pairs[0].a, 0);
	assert_int_equal(a.pairs[0].b, 1);
	near(a.pairs[0].effect.ratio, 4);
	near(a.pairs[1].effect.ratio, 1);
}

/* Only both of the first two do anything. */
static double synergetic(unsigned int s)
{
	return (s & 3) == 3 ? 250 : 1000;
}

static void changes_that_need_each_other_share_the_gain(void **state)
{
	struct study_cube cube = cube_of(3, synergetic, 0);
	struct study_attribution a;

	(void)state;
	assert_true(study_attribute(&cube, &a));
	near(a.shapley[0].ratio, 0.5);
	near(a.shapley[1].ratio, 0.5);
	near(a.shapley[2].ratio, 1);
	near(a.alone[0].ratio, 1);
	near(a.last[0].ratio, 0.25);
	near(a.pairs[0].effect.ratio, 0.25);
}

static double unequal(unsigned int s)
{
	return 100 + 37 * (s & 1) + 11 * (s >> 1 & 1) * (s & 1) + 53 * (s >> 2 & 1) +
	       7 * (s >> 3 & 1) * (s >> 2 & 1) + 19 * (s >> 4 & 1);
}

static void shapley_values_multiply_to_the_whole(void **state)
{
	struct study_cube cube = cube_of(5, unequal, 0);
	struct study_attribution a;
	double product = 1;
	unsigned int i;

	(void)state;
	assert_true(study_attribute(&cube, &a));
	for (i = 0; i < 5; i++)
		product *= a.shapley[i].ratio;
	near(product, a.total.ratio);
	near(a.total.ratio, unequal(31) / unequal(0));
	assert_int_equal(a.nr_pairs, 10);
	for (i = 1; i < a.nr_pairs; i++)
		assert_true(fabs(log(a.pairs[i - 1].effect.ratio)) >=
			    fabs(log(a.pairs[i].effect.ratio)));
}

static void intervals_hold_the_estimate_and_grow_with_the_noise(void **state)
{
	struct study_attribution quiet, loud;
	struct study_cube cube = cube_of(3, independent, 0.01);

	(void)state;
	assert_true(study_attribute(&cube, &quiet));
	cube = cube_of(3, independent, 0.1);
	assert_true(study_attribute(&cube, &loud));
	assert_true(quiet.shapley[0].lo <= quiet.shapley[0].ratio);
	assert_true(quiet.shapley[0].ratio <= quiet.shapley[0].hi);
	assert_true(quiet.shapley[0].hi < 1);
	assert_true(loud.shapley[0].hi - loud.shapley[0].lo >
		    quiet.shapley[0].hi - quiet.shapley[0].lo);
}

/* A round in which everything takes twice as long says nothing of the changes. */
static void what_slows_a_whole_round_has_no_effect(void **state)
{
	struct study_cube cube = cube_of(3, independent, 0.01);
	struct study_attribution calm, rough;
	unsigned int s;

	(void)state;
	assert_true(study_attribute(&cube, &calm));
	for (s = 0; s < 8; s++)
		figures[s][1] *= 2;
	assert_true(study_attribute(&cube, &rough));
	near(rough.total.ratio, calm.total.ratio);
	near(rough.shapley[0].lo, calm.shapley[0].lo);
	near(rough.shapley[0].hi, calm.shapley[0].hi);
}

/* One corner has no value in a round: the round does not count, and four are too few. */
static void a_round_without_all_corners_does_not_count(void **state)
{
	struct study_cube cube = cube_of(3, independent, 0);
	struct study_attribution a;

	(void)state;
	figures[5][2] = NAN;
	figures[4][2] = 1e9;
	assert_true(study_attribute(&cube, &a));
	near(a.total.ratio, 0.44);
	near(a.shapley[0].ratio, 0.5);
	assert_true(isnan(a.shapley[0].lo) && isnan(a.total.hi));
}

/* A corner that is another one under a second name: no effect, no width. */
static void a_change_that_changes_no_combination_has_no_effect(void **state)
{
	struct study_cube cube = cube_of(2, independent, 0.1);
	struct study_attribution a;

	(void)state;
	cube.samples[2] = cube.samples[0];
	cube.samples[3] = cube.samples[1];
	assert_true(study_attribute(&cube, &a));
	near(a.shapley[1].ratio, 1);
	near(a.shapley[1].lo, 1);
	near(a.shapley[1].hi, 1);
	near(a.pairs[0].effect.ratio, 1);
}

static void too_few_repeats_give_no_interval(void **state)
{
	struct study_cube cube = cube_of(2, independent, 0);
	struct study_attribution a;

	(void)state;
	cube.nr_rounds = 4;
	assert_true(study_attribute(&cube, &a));
	near(a.shapley[0].ratio, 0.5);
	assert_true(isnan(a.shapley[0].lo) && isnan(a.shapley[0].hi));
}

static void what_has_no_logarithm_is_not_attributed(void **state)
{
	struct study_cube cube = cube_of(2, independent, 0);
	struct study_attribution a;

	(void)state;
	cube.nr_rounds = 0;
	assert_false(study_attribute(&cube, &a));
	cube = cube_of(2, independent, 0);
	memset(figures[2], 0, sizeof(figures[2]));
	assert_false(study_attribute(&cube, &a));
	cube.nr = 0;
	assert_false(study_attribute(&cube, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_that_do_not_depend_on_each_other_are_told_apart),
		cmocka_unit_test(changes_that_do_the_same_share_the_gain),
		cmocka_unit_test(changes_that_need_each_other_share_the_gain),
		cmocka_unit_test(shapley_values_multiply_to_the_whole),
		cmocka_unit_test(intervals_hold_the_estimate_and_grow_with_the_noise),
		cmocka_unit_test(what_slows_a_whole_round_has_no_effect),
		cmocka_unit_test(a_round_without_all_corners_does_not_count),
		cmocka_unit_test(a_change_that_changes_no_combination_has_no_effect),
		cmocka_unit_test(too_few_repeats_give_no_interval),
		cmocka_unit_test(what_has_no_logarithm_is_not_attributed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
