// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "port.h"
#include "sim/figures/metrics.h"
#include "sim/figures/result.h"
#include "sim/figures/stats.h"
#include "sim/scenario/zipf.h"
#include "sim/threads/noise.h"

static void median_of_odd_and_even_counts(void **state)
{
	static const double odd[] = { 5, 1, 3 }, even[] = { 4, 1, 3, 2 }, one[] = { 7 };

	(void)state;
	assert_true(sim_median(odd, 3) == 3);
	assert_true(sim_median(even, 4) == 2.5);
	assert_true(sim_median(one, 1) == 7);
	assert_true(isnan(sim_median(one, 0)));
}

static void median_skips_what_is_not_a_number(void **state)
{
	static const double values[] = { NAN, 2, NAN, 8, 4 };
	static const double none[] = { NAN, NAN };

	(void)state;
	assert_true(sim_median(values, 5) == 4);
	assert_true(isnan(sim_median(none, 2)));
}

static void percentiles_are_nearest_ranks(void **state)
{
	uint64_t values[100], i;

	(void)state;
	for (i = 0; i < 100; i++)
		values[i] = 100 - i;
	sim_sort(values, 100);
	assert_int_equal(sim_percentile(values, 100, 50), 50);
	assert_int_equal(sim_percentile(values, 100, 90), 90);
	assert_int_equal(sim_percentile(values, 100, 99.9), 100);
	assert_int_equal(sim_percentile(values, 100, 100), 100);
	assert_int_equal(sim_percentile(values, 100, 0), 1);
	assert_int_equal(sim_percentile(values, 1, 99), 1);
}

static void interval_of_equal_samples_holds_one(void **state)
{
	static const double a[] = { 10, 11, 12, 9, 10.5, 11.5, 10, 10.2 };
	static const double b[] = { 11, 10, 11, 10, 11.5, 10.5, 10.2, 10 };
	double low, high, ratio = sim_ratio(a, b, 8, &low, &high);

	(void)state;
	assert_true(low < 1 && high > 1 && low <= ratio && ratio <= high);
	assert_true(low > 0.8 && high < 1.25);
}

static void interval_of_far_samples_excludes_one(void **state)
{
	static const double fast[] = { 10, 11, 12, 10, 11 }, slow[] = { 40, 41, 43, 42, 40 };
	double low, high;

	(void)state;
	assert_true(sim_ratio(fast, slow, 5, &low, &high) == 11.0 / 41);
	assert_true(low > 0.2 && high < 0.32);
	assert_true(sim_ratio(slow, fast, 5, &low, &high) == 41.0 / 11);
	assert_true(low > 1 / 0.32 && high < 5);
}

/* Student's table has 2.776 for four degrees of freedom: half of the width of 1, 2, 3, 4, 5. */
static void five_values_have_students_interval(void **state)
{
	static const double values[] = { 4, 1, NAN, 3, 5, 2 };
	double low, high;

	(void)state;
	sim_interval(values, 6, &low, &high);
	assert_true(fabs(low - (3 - 2.776445 * sqrt(0.5))) < 1e-6);
	assert_true(fabs(high - (3 + 2.776445 * sqrt(0.5))) < 1e-6);
}

/*
 * Tables of the signed-rank test leave out, on either side, no mean of a pair of six values, two of
 * seven, eight of ten and 52 of twenty. Powers of four make every mean a different one.
 */
static void more_values_have_the_interval_of_signed_ranks(void **state)
{
	static const unsigned int out[][2] = {
		{ 6, 0 }, { 7, 2 }, { 8, 3 }, { 10, 8 }, { 20, 52 },
	};
	double values[20], low, high, mean;
	unsigned int i, a, b, below, above;

	(void)state;
	for (i = 0; i < 20; i++)
		values[i] = (double)(1ull << 2 * i);
	for (i = 0; i < sizeof(out) / sizeof(out[0]); i++) {
		sim_interval(values, out[i][0], &low, &high);
		below = 0;
		above = 0;
		for (a = 0; a < out[i][0]; a++) {
			for (b = a; b < out[i][0]; b++) {
				mean = (values[a] + values[b]) / 2;
				below += mean < low * (1 - 1e-12);
				above += mean > high * (1 + 1e-12);
			}
		}
		assert_int_equal(below, out[i][1]);
		assert_int_equal(above, out[i][1]);
	}
}

/* Where the ranks are no longer counted the interval does not jump. */
static void many_values_have_about_the_interval_of_a_few_less(void **state)
{
	double values[41], low[2], high[2];
	unsigned int i;

	(void)state;
	for (i = 0; i < 41; i++)
		values[i] = sin(i);
	sim_interval(values, 40, &low[0], &high[0]);
	sim_interval(values, 41, &low[1], &high[1]);
	assert_true(fabs(low[0] - low[1]) < 0.06 && fabs(high[0] - high[1]) < 0.06);
}

static void few_samples_and_zeros_give_no_interval(void **state)
{
	static const double a[] = { 1, 2, 3, 4, 5 }, zeros[] = { 0, 0, 0, 0, 0 };
	static const double gaps[] = { 1, NAN, 2, 3, 4 }, zero[] = { 1, 2, 0, 3, 4 };
	double low, high;

	(void)state;
	assert_true(sim_ratio(a, a, 4, &low, &high) == 1);
	assert_true(isnan(low) && isnan(high));
	assert_true(isnan(sim_ratio(a, zeros, 5, &low, &high)));
	assert_true(isnan(low) && isnan(high));
	assert_true(isnan(sim_ratio(zero, a, 5, &low, &high)));
	assert_true(isnan(low) && isnan(high));
	assert_true(!isnan(sim_ratio(a, gaps, 5, &low, &high)));
	assert_true(isnan(low) && isnan(high));
	assert_true(isnan(sim_ratio(a, a, 0, &low, &high)));
	sim_interval(a, 4, &low, &high);
	assert_true(isnan(low) && isnan(high));
}

static void every_metric_is_found_by_its_key(void **state)
{
	char key[64];
	unsigned int i;

	(void)state;
	assert_int_equal(sim_nr_metrics, SIM_NR_METRICS);
	for (i = 0; i < sim_nr_metrics; i++) {
		assert_non_null(sim_metrics[i].key);
		assert_non_null(sim_metrics[i].summary);
		snprintf(key, sizeof(key), "%s%s%s",
			 sim_metrics[i].group ? sim_metrics[i].group : "",
			 sim_metrics[i].group ? "." : "", sim_metrics[i].key);
		assert_int_equal(sim_metric_find(key), i);
	}
	assert_int_equal(sim_metric_find("notify_ns.p99.9"), SIM_NOTIFY_P999);
	assert_int_equal(sim_metric_find("notify_ns"), -1);
	assert_int_equal(sim_metric_find("exit_ns.p50"), -1);
	assert_int_equal(sim_metric_find("p50"), -1);
	assert_int_equal(sim_metric_find(""), -1);
}

/* Ranks 0, 1 and 2 of 4 with theta 1 have 12, 6 and 4 of 25 draws. */
static void zipf_draws_follow_the_ranks(void **state)
{
	unsigned int hits[4] = { 0 }, i;
	struct sim_zipf zipf;
	uint64_t rng = 5;

	(void)state;
	assert_int_equal(sim_zipf_init(&zipf, 4, 1), 0);
	for (i = 0; i < 25000; i++)
		hits[sim_zipf_draw(&zipf, &rng)]++;
	sim_zipf_exit(&zipf);
	assert_in_range(hits[0], 11600, 12400);
	assert_in_range(hits[1], 5700, 6300);
	assert_in_range(hits[2], 3700, 4300);
	assert_in_range(hits[3], 2750, 3250);
}

static void zipf_of_one_rank_is_that_rank(void **state)
{
	struct sim_zipf zipf;
	uint64_t rng = 1;

	(void)state;
	assert_int_equal(sim_zipf_init(&zipf, 1, 0.99), 0);
	assert_int_equal(sim_zipf_draw(&zipf, &rng), 0);
	sim_zipf_exit(&zipf);
}

static void a_slower_core_is_noticed(void **state)
{
	struct sim_noise noise = { 0 };
	struct sim_probe probe = { .ratio = 4, .chain_ns = 2400 };

	(void)state;
	sim_noise_learn(&noise, &probe);
	assert_false(sim_noise_hit(&noise, &probe));
	probe.ratio = 3.5;
	probe.chain_ns = 2600;
	assert_false(sim_noise_hit(&noise, &probe));
	probe.ratio = 2.2; /* a sibling takes half of the adders */
	assert_true(sim_noise_hit(&noise, &probe));
	probe.ratio = 4;
	probe.chain_ns = 4800; /* half of the clock, or of the time */
	assert_true(sim_noise_hit(&noise, &probe));
}

/* 100 ms on the clock, of which the thread ran 60. */
static bool took(uint64_t process_ms, bool alone)
{
	const struct sim_usage usage = {
		.wall_ns = 100000000,
		.cpu_ns = 60000000,
		.process_ns = process_ms * 1000000,
		.alone = alone,
	};

	return sim_noise_took(&usage);
}

static void what_our_own_threads_ran_is_no_neighbour(void **state)
{
	(void)state;
	assert_true(took(60, false));	/* nobody of ours ran: 40 ms are missing */
	assert_true(took(80, false));	/* a worker may have had 20 of them, not 40 */
	assert_false(took(95, false));	/* 5 ms are less than a tenth */
	assert_false(took(100, false)); /* a hog on the same processor */
	assert_false(took(260, false)); /* four hogs on as many processors */
	assert_true(took(260, true));	/* they have processors of their own */
	assert_true(took(0, false));	/* a clock that says less than the thread's own */
}

static void little_time_is_no_neighbour(void **state)
{
	struct sim_usage usage = { .wall_ns = 1000000, .cpu_ns = 850000, .process_ns = 850000 };

	(void)state;
	assert_false(sim_noise_took(&usage)); /* 150 us: a wake-up */
	usage.wall_ns = 5000000;
	usage.cpu_ns = 4700000;
	assert_false(sim_noise_took(&usage)); /* 6 per cent */
	usage.cpu_ns = 4000000;
	assert_true(sim_noise_took(&usage));
	usage.cpu_ns = 5100000; /* clocks are not read at once */
	assert_false(sim_noise_took(&usage));
}

static void a_process_uses_at_least_what_its_thread_does(void **state)
{
	uint64_t process = sim_noise_process_ns(), thread = kc_thread_cpu_ns();
	volatile unsigned int i;

	(void)state;
	for (i = 0; i < 1000000; i++)
		;
	thread = kc_thread_cpu_ns() - thread;
	assert_true(thread > 0 && sim_noise_process_ns() - process >= thread);
}

static void a_probe_measures_something_and_waiting_is_bounded(void **state)
{
	struct sim_noise noise;
	struct sim_probe probe;

	(void)state;
	sim_noise_init(&noise);
	assert_true(noise.best_ratio > 0 && noise.best_ns > 0);
	sim_noise_probe(&probe);
	assert_true(probe.ratio > 0 && probe.chain_ns > 0);
	noise.best_ratio = 1e9; /* no core is that good */
	assert_false(sim_noise_wait(&noise, 1000000));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(median_of_odd_and_even_counts),
		cmocka_unit_test(median_skips_what_is_not_a_number),
		cmocka_unit_test(percentiles_are_nearest_ranks),
		cmocka_unit_test(interval_of_equal_samples_holds_one),
		cmocka_unit_test(interval_of_far_samples_excludes_one),
		cmocka_unit_test(five_values_have_students_interval),
		cmocka_unit_test(more_values_have_the_interval_of_signed_ranks),
		cmocka_unit_test(many_values_have_about_the_interval_of_a_few_less),
		cmocka_unit_test(few_samples_and_zeros_give_no_interval),
		cmocka_unit_test(every_metric_is_found_by_its_key),
		cmocka_unit_test(zipf_draws_follow_the_ranks),
		cmocka_unit_test(zipf_of_one_rank_is_that_rank),
		cmocka_unit_test(a_slower_core_is_noticed),
		cmocka_unit_test(what_our_own_threads_ran_is_no_neighbour),
		cmocka_unit_test(little_time_is_no_neighbour),
		cmocka_unit_test(a_process_uses_at_least_what_its_thread_does),
		cmocka_unit_test(a_probe_measures_something_and_waiting_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
