// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Prices that are known are found, and none that cannot be. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/calibrate/calibrate.h"

enum {
	NR = CAL_NR_SPECS,
};

static const struct cal_range anything[CAL_NR_PRICES] = { { 0.01, 10, 1 },
							  { 0.3, 1000, 5 },
							  { 0, 1, 0.5 } };

/*
 * Per slot. Source: instructions, atomics and misses of munmap and discard as counted in 6.18,
 * docs/performance.md.
 */
static const double amounts[NR][CAL_NR_PRICES] = {
	{ 656, 12.1, 33 }, { 927, 14.5, 170 }, { 464, 9, 31 },	  { 749, 11.5, 160 },
	{ 279, 8, 5 },	   { 273, 6, 4 },      { 101, 5, 1 },	  { 549, 6.2, 40 },
	{ 809, 8.6, 175 }, { 378, 6.1, 38 },   { 652, 8.6, 165 },
};

static void make(struct cal_point *points, double insn, double rmw, double stall)
{
	const double prices[CAL_NR_PRICES] = { insn, rmw, stall };
	unsigned int n, i;

	memset(points, 0, NR * sizeof(*points));
	for (n = 0; n < NR; n++) {
		points[n].ns = points[n].fixed_ns = n % 3;
		for (i = 0; i < CAL_NR_PRICES; i++) {
			points[n].amounts[i] = amounts[n][i];
			points[n].ns += prices[i] * amounts[n][i];
		}
	}
}

static void close_to(double value, double wanted)
{
	double off = value > wanted ? value - wanted : wanted - value;

	if (off > 1e-6 * (wanted > 1 ? wanted : 1))
		fail_msg("%g is not %g", value, wanted);
}

static void known_prices_are_found(void **state)
{
	struct cal_solution found;
	struct cal_point points[NR];
	unsigned int n;

	(void)state;
	make(points, 0.154, 5.6, 0.85);
	assert_true(cal_solve(points, NR, anything, &found));
	close_to(found.prices[CAL_INSN], 0.154);
	close_to(found.prices[CAL_RMW], 5.6);
	close_to(found.prices[CAL_STALL], 0.85);
	for (n = 0; n < NR; n++) {
		close_to(points[n].fitted_ns, points[n].ns);
		close_to(cal_off(&points[n]), 0);
	}
	assert_false(found.bounded[0] || found.bounded[1] || found.bounded[2]);
}

static void one_odd_point_moves_prices_by_its_share(void **state)
{
	struct cal_solution found;
	struct cal_point points[NR];

	(void)state;
	make(points, 0.154, 5.6, 0.85);
	points[6].ns *= 1.2;
	assert_true(cal_solve(points, NR, anything, &found));
	assert_true(found.prices[CAL_INSN] > 0.1 && found.prices[CAL_INSN] < 0.16);
	assert_true(found.prices[CAL_RMW] > 5.6 && found.prices[CAL_RMW] < 9);
	assert_true(cal_off(&points[6]) < 0 && cal_off(&points[6]) > -0.2);
}

/* What the best triple would have below its range is at its end, and the others make up for it. */
static void a_price_that_cannot_be_is_held_at_the_end_of_its_range(void **state)
{
	struct cal_solution found;
	struct cal_point points[NR];

	(void)state;
	make(points, 0.6, -4, 0.5);
	assert_true(cal_solve(points, NR, anything, &found));
	close_to(found.wanted[CAL_RMW], -4);
	close_to(found.prices[CAL_RMW], 0.3);
	assert_true(found.bounded[CAL_RMW] && !found.bounded[CAL_INSN]);
	assert_true(found.prices[CAL_INSN] < 0.6 && found.prices[CAL_INSN] > 0.4);
	make(points, 0.154, 5.6, 2);
	assert_true(cal_solve(points, NR, anything, &found));
	close_to(found.wanted[CAL_STALL], 2);
	close_to(found.prices[CAL_STALL], 1);
	assert_true(found.bounded[CAL_STALL] && !found.bounded[CAL_RMW]);
	make(points, -0.1, 40, 1);
	assert_true(cal_solve(points, NR, anything, &found));
	close_to(found.wanted[CAL_INSN], -0.1);
	assert_true(found.bounded[CAL_INSN]);
}

/* Whatever has no atomics does not tell what one costs. */
static void what_no_point_has_keeps_its_price(void **state)
{
	struct cal_solution found;
	struct cal_point points[NR];
	unsigned int n;

	(void)state;
	make(points, 0.2, 0, 0.5);
	for (n = 0; n < NR; n++)
		points[n].amounts[CAL_RMW] = 0;
	assert_true(cal_solve(points, NR, anything, &found));
	close_to(found.prices[CAL_INSN], 0.2);
	close_to(found.prices[CAL_RMW], 5);
	close_to(found.prices[CAL_STALL], 0.5);
	assert_false(found.bounded[CAL_RMW]);
}

static void too_few_points_say_nothing(void **state)
{
	struct cal_solution found;
	struct cal_point points[NR];

	(void)state;
	make(points, 0.154, 5.6, 0.85);
	assert_false(cal_solve(points, 2, anything, &found));
	assert_true(cal_solve(points, 3, anything, &found));
	close_to(found.prices[CAL_RMW], 5.6);
}

/* Nine times the same operation is one equation: a solution with bounds, but within them. */
static void points_that_do_not_differ_give_something_within_the_ranges(void **state)
{
	struct cal_solution found;
	struct cal_point points[NR];
	unsigned int n, i;

	(void)state;
	make(points, 0.154, 5.6, 0.85);
	for (n = 1; n < NR; n++)
		points[n] = points[0];
	assert_true(cal_solve(points, NR, anything, &found));
	for (i = 0; i < CAL_NR_PRICES; i++) {
		assert_true(found.prices[i] >= anything[i].least);
		assert_true(found.prices[i] <= anything[i].most);
	}
}

static void a_fit_without_sense_is_refused_in_a_sentence(void **state)
{
	struct cal_fit fit = { .source = { .name = "Linux 6.18.44" } };
	char text[200] = "";
	struct sim_message msg = { text, sizeof(text) };

	(void)state;
	make(fit.points, 0.154, 5, 0.85);
	assert_int_equal(cal_settle(&fit, anything, &msg), 0);
	close_to(fit.worst, 0);
	fit.points[6].ns *= 10;
	assert_int_equal(cal_settle(&fit, anything, &msg), -ERANGE);
	assert_non_null(strstr(text, "no prices that a machine has fit what Linux 6.18.44 took"));
	assert_non_null(strstr(text, "try again when nothing else runs"));
	make(fit.points, -0.05, 6, 1);
	assert_int_equal(cal_settle(&fit, anything, &msg), -ERANGE);
}

/* Nine points that differ little let much be moved from one price to the other. */
static void what_an_atomic_takes_alone_is_a_point(void **state)
{
	struct cal_fit fit = { .source = { .name = "Linux 6.18.44" } };
	struct cal_solution alone;
	char text[200] = "";
	struct sim_message msg = { text, sizeof(text) };

	(void)state;
	make(fit.points, 0.154, 5, 0.85);
	fit.points[6].ns *= 1.1;
	assert_true(cal_solve(fit.points, NR, anything, &alone));
	assert_int_equal(cal_settle(&fit, anything, &msg), 0);
	assert_true(fit.solution.prices[CAL_RMW] < alone.prices[CAL_RMW]);
	assert_true(fit.solution.prices[CAL_RMW] > anything[CAL_RMW].otherwise);
}

/* Its read-modify-writes are no atomics, so what one takes alone is all that is known. */
static void a_kernel_of_one_cpu_says_nothing_of_atomics(void **state)
{
	struct cal_fit fit = { .source = { .name = "Linux 6.1.176 in user mode", .user = true } };
	char text[200] = "";
	struct sim_message msg = { text, sizeof(text) };
	unsigned int n;

	(void)state;
	make(fit.points, 0.2, 0, 0.5);
	for (n = 0; n < NR; n++)
		fit.points[n].amounts[CAL_RMW] = 0;
	for (n = CAL_NR_USER_SPECS; n < NR; n++)
		fit.points[n].ns = 1e6; /* not one of its */
	assert_int_equal(cal_settle(&fit, anything, &msg), 0);
	close_to(fit.solution.prices[CAL_INSN], 0.2);
	close_to(fit.solution.prices[CAL_RMW], 5);
	close_to(fit.solution.prices[CAL_STALL], 0.5);
	close_to(fit.worst, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_prices_are_found),
		cmocka_unit_test(one_odd_point_moves_prices_by_its_share),
		cmocka_unit_test(a_price_that_cannot_be_is_held_at_the_end_of_its_range),
		cmocka_unit_test(what_no_point_has_keeps_its_price),
		cmocka_unit_test(too_few_points_say_nothing),
		cmocka_unit_test(a_fit_without_sense_is_refused_in_a_sentence),
		cmocka_unit_test(what_an_atomic_takes_alone_is_a_point),
		cmocka_unit_test(a_kernel_of_one_cpu_says_nothing_of_atomics),
		cmocka_unit_test(points_that_do_not_differ_give_something_within_the_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
