// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Rounds, ratios, intervals and what is said of noise, from made-up figures. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sim/study/wording.h"
#include "tests/sim/t_study.h"

static char message[300];
static struct sim_message msg = { message, sizeof(message) };

/* Two processes are never flat. */
static bool arm(struct study_arm *arm)
{
	return arm->cfg.procs == 1 || arm->level[1] != 2;
}

static const struct study_ops studied = {
	.name = "studied",
	.question = "",
	.factors = { { "procs", { "1", "2" } }, { "shape", { "round", "square", "flat" } } },
	.quantities = { { "exit_ns", NULL, NULL, 0 }, { "weight", "grams", "what it weighs", 1 } },
	.arm = arm,
};

static struct study *planned(u32 runs)
{
	struct zramsim_config cfg;
	struct study *study;

	study_defaults(&studied, &cfg);
	cfg.runs = runs;
	if (study_plan(&studied, &cfg, &study, &msg))
		fail_msg("%s", message);
	return study;
}

static double by_procs(const struct study *study, unsigned int arm, const char *key)
{
	(void)key;
	return study_matches(study, arm, "procs=2") ? 50 : 100;
}

static void ratios_have_an_interval(void **state)
{
	struct study *study = t_study(&studied, by_procs);
	struct zramsim_value ratio = study_ratio(study, 3, 0, "exit_ns");

	(void)state;
	assert_true(ratio.ratio > 0.49 && ratio.ratio < 0.51);
	assert_true(ratio.ratio_lo <= ratio.ratio && ratio.ratio <= ratio.ratio_hi);
	assert_int_equal(study_sign(ratio), STUDY_LESS);
	ratio = study_ratio(study, 1, 0, "exit_ns");
	assert_int_equal(study_sign(ratio), STUDY_UNSURE);
	ratio = study_ratio(study, -1, 0, "exit_ns");
	assert_int_equal(ratio.nr, 0);
	assert_int_equal(study_range(study, "exit_ns", "procs=%d", 2).low, 3);
	assert_int_equal(study_range(study, "exit_ns", "procs!=2").high, 0);
	assert_int_equal(study_range(study, "exit_ns", "procs=3").low, -1);
	assert_int_equal(study_range(study, "colour", " ").high, -1);
	study_free(study);
}

/* Four repeats of two distributions that are far apart, and five. */
static void fewer_than_five_repeats_carry_no_interval(void **state)
{
	struct study *study;
	struct zramsim_value ratio;
	unsigned int runs, i, k;
	double values[2] = { 0 };

	(void)state;
	for (runs = 3; runs < 6; runs++) {
		study = planned(runs);
		for (k = 0; k < runs; k++) {
			for (i = 0; i < 5; i++) {
				values[0] = (i == 3 ? 10 : 1000) + k + i;
				study_record(study, i, values, (struct sim_turn){ k, false });
			}
		}
		study_finish(study);
		ratio = study_ratio(study, 3, 0, "exit_ns");
		assert_true(ratio.ratio > 0.012 && ratio.ratio < 0.02);
		assert_true(isnan(ratio.ratio_lo) == (runs < 5));
		assert_true(isnan(ratio.ratio_hi) == (runs < 5));
		assert_int_equal(study_sign(ratio), runs < 5 ? STUDY_UNSURE : STUDY_LESS);
		study_free(study);
	}
}

static void an_experiment_of_four_repeats_carries_no_verdict(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	struct zramsim_value value;

	(void)state;
	zramsim_config_init(&cfg);
	cfg.strategies[0] = "sync";
	cfg.strategies[1] = "bulk";
	cfg.nr_strategies = 2;
	cfg.size_bytes = 1 << 19;
	cfg.runs = 4;
	assert_int_equal(zramsim_run(&cfg, &result, message, sizeof(message)), 0);
	assert_int_equal(zramsim_result_value(result, "bulk", "exit_ns", &value), 0);
	assert_true(value.ratio > 0);
	assert_true(isnan(value.ratio_lo) && isnan(value.ratio_hi));
	assert_null(result->strategies[1].verdict);
	zramsim_result_free(result);
}

static const char *verdict(double ratio, double lo, double hi, double error)
{
	struct zramsim_value value = { .nr = 5, .ratio = ratio, .ratio_lo = lo, .ratio_hi = hi };
	const char *word = study_verdict(value, error);

	return word ? word : "none";
}

static void a_verdict_goes_beyond_interval_and_error(void **state)
{
	(void)state;
	assert_string_equal(verdict(0.9, NAN, NAN, NAN), "none");
	assert_string_equal(verdict(0.9, 0.8, 0.99, NAN), "faster");
	assert_string_equal(verdict(1.01, 0.99, 1.015, NAN), "same");
	assert_string_equal(verdict(1.01, 0.99, 1.03, NAN), "");
	assert_string_equal(verdict(0.9, NAN, NAN, 0.08), "faster");
	assert_string_equal(verdict(0.9, NAN, NAN, 0.12), "same");
	assert_string_equal(verdict(1.1, NAN, NAN, 0.08), "slower");
	assert_string_equal(verdict(1.1, NAN, NAN, 0.12), "same");
	assert_string_equal(verdict(0.9, 0.85, 0.95, 0.08), "");
	assert_string_equal(verdict(1.01, NAN, NAN, 0), "slower");
}

/* What slows a round slows both, so it is not in their ratio, however much it is. */
static void arms_are_compared_round_by_round(void **state)
{
	static const double slow[] = { 1, 3, 2, 9, 1.5 };
	struct study *study = planned(5);
	struct zramsim_value ratio;
	double values[2] = { 0 };
	unsigned int i, k;

	(void)state;
	for (k = 0; k < 5; k++) {
		for (i = 0; i < 5; i++) {
			values[0] = slow[k] * (i == 3 ? 970 + k : 1000);
			study_record(study, i, values, (struct sim_turn){ k, false });
		}
	}
	study_finish(study);
	ratio = study_ratio(study, 3, 0, "exit_ns");
	assert_true(fabs(ratio.ratio - 0.972) < 1e-9);
	assert_true(ratio.ratio_lo > 0.96 && ratio.ratio_hi < 0.98);
	study_free(study);
}

/* Each has its own three disturbed rounds of eight: two are left that both have undisturbed. */
static void rounds_that_too_few_share_count_all_the_same(void **state)
{
	struct study *study = planned(8);
	struct zramsim_value ratio;
	double values[2] = { 0 };
	unsigned int i, k, nr;

	(void)state;
	for (k = 0; k < 8; k++) {
		for (i = 0; i < 5; i++) {
			values[0] = (i == 3 ? 500 : 1000) + k;
			study_record(study, i, values,
				     (struct sim_turn){ k, i == 3 ? k < 3 : k > 4 });
		}
	}
	study_finish(study);
	study_samples(study, 3, "exit_ns", &nr);
	assert_int_equal(nr, 5);
	ratio = study_ratio(study, 3, 0, "exit_ns");
	assert_true(isfinite(ratio.ratio_lo) && ratio.ratio_hi < 0.52);
	study_free(study);
}

/* Arm 3 is half as long, arm 1 cannot be told from the first; all repeats are disturbed or none. */
static struct study *blurred(bool disturbed, unsigned int runs)
{
	static const double noise[] = { 1, 1.3, 1.1, 0.9, 1.2, 1 };
	struct study *study = planned(runs);
	double values[2] = { 0 };
	unsigned int i, k;

	for (k = 0; k < runs; k++) {
		for (i = 0; i < 5; i++) {
			values[0] = (i == 3 ? 50 : 100) * noise[(k + i) % 6];
			study_record(study, i, values, (struct sim_turn){ k, disturbed });
		}
	}
	study_finish(study);
	study->provenance.load_1min = 9;
	study->provenance.nr_cpus = 8;
	study_doubt(study);
	return study;
}

static bool warned(const struct study *study, const char *part)
{
	unsigned int i, found = 0;

	for (i = 0; i < study->nr_warnings; i++)
		found += strstr(study->warnings[i], part) != NULL;
	return found == 1;
}

static void what_misses_left_stored_is_told_with_who_left_it(void **state)
{
	struct study *study = planned(1);

	(void)state;
	study_finish(study);
	study_doubt(study);
	assert_false(warned(study, "missed notifications"));
	study->repeats[1].stranded = 3;
	study->repeats[3].stranded = 12;
	study_doubt(study);
	assert_true(warned(study, "missed notifications left up to 12 slots stored (1 square, "));
	study_free(study);
}

static void noise_is_told_once_with_what_it_does(void **state)
{
	struct study *study = blurred(true, 6);

	(void)state;
	assert_true(warned(study, "during 30 of 30 repeats"));
	assert_true(warned(study, "exit_ns spreads by 38 %, its intervals are"));
	assert_true(warned(study, "open verdicts are 3 of 4 (1 square, 1 flat, 2 square)"));
	assert_false(warned(study, "load average"));
	study_free(study);
	study = blurred(true, 4);
	assert_true(warned(study, "during 20 of 20 repeats"));
	assert_false(warned(study, "open verdicts"));
	study_free(study);
	study = blurred(false, 6);
	assert_false(warned(study, "other tasks"));
	assert_true(warned(study, "load average"));
	study_free(study);
}

/* A zero has no logarithm: the medians are compared, and nothing is claimed. */
static void a_round_without_a_ratio_leaves_no_interval(void **state)
{
	struct study *study = planned(5);
	struct zramsim_value ratio;
	double values[2] = { 0 };
	unsigned int i, k;

	(void)state;
	for (k = 0; k < 5; k++) {
		for (i = 0; i < 5; i++) {
			values[0] = i == 3 && k == 2 ? 0 : 100 + i;
			study_record(study, i, values, (struct sim_turn){ k, false });
		}
	}
	study_finish(study);
	ratio = study_ratio(study, 3, 0, "exit_ns");
	assert_true(ratio.ratio == 1.03);
	assert_true(isnan(ratio.ratio_lo) && isnan(ratio.ratio_hi));
	study_free(study);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ratios_have_an_interval),
		cmocka_unit_test(fewer_than_five_repeats_carry_no_interval),
		cmocka_unit_test(an_experiment_of_four_repeats_carries_no_verdict),
		cmocka_unit_test(a_verdict_goes_beyond_interval_and_error),
		cmocka_unit_test(arms_are_compared_round_by_round),
		cmocka_unit_test(rounds_that_too_few_share_count_all_the_same),
		cmocka_unit_test(what_misses_left_stored_is_told_with_who_left_it),
		cmocka_unit_test(noise_is_told_once_with_what_it_does),
		cmocka_unit_test(a_round_without_a_ratio_leaves_no_interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
