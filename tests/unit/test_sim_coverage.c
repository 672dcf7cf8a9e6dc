// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * How often an interval holds what it should, by simulation: made-up repeats of two strategies
 * that are equally fast, or one a tenth faster, with the noise that hosts have. An interval of two
 * equal ones that leaves out 1 is a false verdict.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "port.h"
#include "sim/figures/stats.h"

enum {
	TRIALS = 5000,
	SHORT_TRIALS = 1000,
	MOST_ROUNDS = 20,
};

/* A share of trials is off by so much once in some thousands of seeds. */
#define DEVIATIONS 3

static uint64_t rng;

static double uniform(void)
{
	return ((double)kc_random_below(&rng, 1u << 30) + 0.5) / (1u << 30);
}

static double normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform());
}

static double steady(void)
{
	return 1 + 0.03 * normal();
}

static double log_normal(void)
{
	return exp(0.5 * normal());
}

/* Student's with two degrees of freedom has no variance. */
static double heavy_tailed(void)
{
	return exp(0.05 * normal() / sqrt(-log(uniform())));
}

/* Few repeats are long, some very long: no mean would settle. */
static double long_tailed(void)
{
	return 1 + 0.05 * (pow(uniform(), -1 / 1.5) - 1);
}

/* A neighbour comes and goes. */
static double now_and_then(void)
{
	return (1 + 0.02 * normal()) * (uniform() < 0.2 ? 1.5 : 1);
}

static double half_of_the_time(void)
{
	return (1 + 0.02 * normal()) * (uniform() < 0.5 ? 1.5 : 1);
}

static double (*const noises[])(void) = {
	steady, log_normal, heavy_tailed, long_tailed, now_and_then, half_of_the_time,
};

static unsigned int trials(void)
{
	return getenv("ZRAMSIM_TEST_SHORT") ? SHORT_TRIALS : TRIALS;
}

/* @truth: ratio of the strategies; @drift: of the machine, from round to round */
static unsigned int held(double (*noise)(void), unsigned int rounds, double truth, double drift)
{
	double over[MOST_ROUNDS], under[MOST_ROUNDS], low, high, machine;
	unsigned int t, k, n = 0;

	for (t = 0; t < trials(); t++) {
		machine = 1;
		for (k = 0; k < rounds; k++) {
			machine *= exp(drift * normal());
			over[k] = truth * machine * noise();
			under[k] = machine * noise();
		}
		sim_ratio(over, under, rounds, &low, &high);
		n += low <= truth && truth <= high;
	}
	return n;
}

static void assert_holds(unsigned int noise, unsigned int rounds, unsigned int n)
{
	double nr = trials(), error = DEVIATIONS * sqrt(0.945 * 0.055 / nr);

	if (n < (0.945 - error) * nr)
		fail_msg("noise %u, %u rounds: %.2f %% of the intervals hold the ratio", noise,
			 rounds, 100 * n / nr);
}

/* @truth: see held(). Every sum over many noises must do without the allowance. */
static void intervals_hold(double truth, double drift)
{
	static const unsigned int rounds[] = { 5, 6, 7, 10, 20 };
	const unsigned int nr_noises = sizeof(noises) / sizeof(noises[0]);
	unsigned int i, r, n, sum;

	rng = 1;
	for (r = 0; r < sizeof(rounds) / sizeof(rounds[0]); r++) {
		sum = 0;
		for (i = 0; i < nr_noises; i++) {
			n = held(noises[i], rounds[r], truth, drift);
			assert_holds(i, rounds[r], n);
			sum += n;
		}
		assert_true(sum >= 0.945 * nr_noises * trials());
	}
}

static void two_equal_strategies_are_told_apart_in_a_twentieth_of_runs(void **state)
{
	(void)state;
	intervals_hold(1, 0);
}

static void the_ratio_is_in_the_interval_while_the_machine_drifts(void **state)
{
	(void)state;
	intervals_hold(0.9, 0.2);
}

/* Else no interval at all would do. A tenth is seen although the machine changes by more. */
static void a_real_difference_is_seen_in_five_rounds(void **state)
{
	double over[5], under[5], low, high, machine;
	unsigned int t, k, seen = 0;

	(void)state;
	rng = 2;
	for (t = 0; t < SHORT_TRIALS; t++) {
		for (k = 0; k < 5; k++) {
			machine = exp(0.2 * normal());
			over[k] = 0.9 * machine * steady();
			under[k] = machine * steady();
		}
		sim_ratio(over, under, 5, &low, &high);
		seen += high < 1;
	}
	assert_true(seen > 0.8 * SHORT_TRIALS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_equal_strategies_are_told_apart_in_a_twentieth_of_runs),
		cmocka_unit_test(the_ratio_is_in_the_interval_while_the_machine_drifts),
		cmocka_unit_test(a_real_difference_is_seen_in_five_rounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
