// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Studies apart from what they ask: planned, run, recorded, looked up. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sim/run/config.h"
#include "sim/run/stages.h"
#include "sim/study/wording.h"
#include "tests/sim/t_study.h"

static char message[300];
static struct sim_message msg = { message, sizeof(message) };

/* What both studies below vary and measure. */
#define FACTORS                                   \
	{ "procs", { "1", "2" } },                \
	{                                         \
		"shape",                          \
		{                                 \
			"round", "square", "flat" \
		}                                 \
	}
#define QUANTITIES                                     \
	{ "exit_ns", NULL, NULL, 0 },                  \
	{                                              \
		"weight", "grams", "what it weighs", 1 \
	}

/* Two processes are never flat. */
static bool arm(struct study_arm *arm)
{
	return arm->cfg.procs == 1 || arm->level[1] != 2;
}

static void conclude(struct study *study)
{
	static const char *const columns[] = { "name", "a", "b", NULL };
	const double cells[] = { 1, NAN };

	study_table(study, "things", "things there are", columns);
	study_row(study, cells, "row %d", 1);
	study_say(study, "It is %s.", "so");
}

/* A study of experiments, and one of probes. */
static const struct study_ops experiments = {
	.name = "experiments",
	.question = "",
	.factors = { FACTORS },
	.quantities = { QUANTITIES },
	.arm = arm,
	.conclude = conclude,
};

/* What the probe below is told and does. */
static unsigned int probes, fail_at;
static volatile int stop;
static unsigned int stop_at;

static int probe(const struct study_arm *arm, u32 repeat, double *values, struct sim_message *m)
{
	probes++;
	if (stop_at && probes == stop_at)
		stop = 1;
	if (fail_at && probes == fail_at)
		return sim_fail(m, -EIO, "probe %u broke", probes);
	values[1] = arm->cfg.procs * 100 + arm->level[1] + repeat * 0;
	return 0;
}

static const struct study_ops weighing = {
	.name = "weighing",
	.question = "",
	.factors = { FACTORS },
	.quantities = { QUANTITIES },
	.arm = arm,
	.probe = probe,
	.conclude = conclude,
};

static int reset(void **state)
{
	(void)state;
	probes = 0;
	fail_at = 0;
	stop = 0;
	stop_at = 0;
	return 0;
}

static struct study *planned(const struct study_ops *ops, u32 runs)
{
	struct zramsim_config cfg;
	struct study *study;

	study_defaults(ops, &cfg);
	cfg.runs = runs;
	if (study_plan(ops, &cfg, &study, &msg))
		fail_msg("%s", message);
	return study;
}

static void the_arms_are_the_combinations_that_exist(void **state)
{
	struct study *study = planned(&experiments, 3);

	(void)state;
	assert_int_equal(study_nr_arms(study), 5);
	assert_int_equal(study_find_arm(study, " "), 0);
	assert_int_equal(study_find_arm(study, "shape=flat"), 2);
	assert_int_equal(study_find_arm(study, "procs=2  shape=square"), 4);
	assert_int_equal(study_find_arm(study, "procs=2 shape=flat"), -1);
	assert_int_equal(study_find_arm(study, "procs=3"), -1);
	assert_int_equal(study_find_arm(study, "colour=red"), -1);
	assert_int_equal(study_find_arm(study, "procs"), -1);
	assert_string_equal(study_level(study, 4, "procs"), "2");
	assert_string_equal(study_level(study, 4, "shape"), "square");
	assert_null(study_level(study, 4, "colour"));
	assert_int_equal(study_arm(study, 4)->cfg.procs, 2);
	assert_true(study_matches(study, 4, "shape=square procs=2"));
	assert_false(study_matches(study, 4, "shape=squar"));
	assert_true(study_matches(study, 4, "shape!=flat"));
	assert_false(study_matches(study, 4, "procs=2 shape!=square"));
	study_free(study);
}

static void an_arm_is_compared_with_the_first_level_of_some_factors(void **state)
{
	struct study_ops ops = experiments;
	struct study *study = planned(&ops, 3);

	(void)state;
	assert_int_equal(study_baseline(study, 4), 0);
	ops.against = "procs";
	assert_int_equal(study_baseline(study, 4), 1);
	ops.against = "shape";
	assert_int_equal(study_baseline(study, 4), 3);
	ops.against = "procs shape";
	assert_int_equal(study_baseline(study, 4), 0);
	study_free(study);
}

static void quantities_that_are_metrics_know_their_unit(void **state)
{
	struct study *study = planned(&experiments, 3);

	(void)state;
	assert_string_equal(study->quantities[0].unit, "ns");
	assert_int_equal(study->quantities[0].better, -1);
	assert_string_equal(study->quantities[1].unit, "grams");
	assert_int_equal(study->quantities[1].better, 1);
	study_free(study);
}

static void a_level_an_option_cannot_have_is_refused(void **state)
{
	struct study_ops ops = experiments;
	struct zramsim_config cfg;
	struct study *study = NULL;

	(void)state;
	ops.factors[1] = (struct study_factor){ "locks", { "class", "padlock" } };
	ops.arm = NULL;
	study_defaults(&ops, &cfg);
	assert_int_equal(study_plan(&ops, &cfg, &study, &msg), -EINVAL);
	assert_non_null(strstr(message, "locks 'padlock' is not a choice; use one of class, pool"));
	assert_null(study);
}

static void a_base_that_is_wrong_is_refused(void **state)
{
	struct zramsim_config cfg;
	struct study *study = NULL;

	(void)state;
	study_defaults(&experiments, &cfg);
	cfg.runs = 0;
	assert_int_equal(study_plan(&experiments, &cfg, &study, &msg), -EINVAL);
	assert_null(study);
}

static void disturbed_repeats_do_not_count_if_there_are_others(void **state)
{
	struct study *study = planned(&experiments, 3);
	double values[2] = { 1, 1 };
	unsigned int i, k, nr;
	const double *samples;

	(void)state;
	for (i = 0; i < 5; i++) {
		for (k = 0; k < 6; k++) {
			values[0] = k & 1 ? 10 + k : 1000;
			study_record(study, i, values, (struct sim_turn){ k / 2, !(k & 1) });
		}
	}
	study_finish(study);
	samples = study_samples(study, 0, "exit_ns", &nr);
	assert_int_equal(nr, 3);
	assert_true(samples[0] == 11 && samples[1] == 13 && samples[2] == 15);
	assert_int_equal(study->repeats[0].nr_disturbed, 0);
	assert_true(study_value(study, 0, "exit_ns").median == 13);
	assert_int_equal(study_value(study, 0, "colour").nr, 0);
	assert_int_equal(study->nr_sentences, 1);
	assert_string_equal(study->sentences[0], "It is so.");
	assert_int_equal(study->nr_tables, 1);
	assert_string_equal(study->tables[0].names[0], "row 1");
	study_free(study);
}

static void nothing_is_concluded_without_every_arm(void **state)
{
	struct study *study = planned(&experiments, 3);
	const double values[2] = { 1, 1 };
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++)
		study_record(study, i, values, (struct sim_turn){ 0, false });
	study_finish(study);
	assert_int_equal(study->nr_tables, 0);
	assert_int_equal(study->nr_sentences, 1);
	assert_non_null(strstr(study->sentences[0], "nothing is concluded"));
	study_free(study);
}

static int run(const struct study_ops *ops, u32 runs, u64 max_ns, struct study **study)
{
	struct zramsim_config cfg;

	study_defaults(ops, &cfg);
	cfg.runs = runs;
	cfg.max_ns = max_ns;
	cfg.least_runs = 1;
	cfg.size_bytes = 1 << 20;
	cfg.stop = &stop;
	return study_run(ops, &cfg, study, &msg);
}

static void probes_take_turns_and_are_repeated(void **state)
{
	struct study *study;
	unsigned int i;

	(void)state;
	assert_int_equal(run(&weighing, 3, 0, &study), 0);
	assert_true(probes >= 15);
	for (i = 0; i < 5; i++) {
		assert_int_equal(study->repeats[i].nr_kept, 3);
		assert_true(study_value(study, i, "weight").median ==
			    study_arm(study, i)->cfg.procs * 100 + study_arm(study, i)->level[1]);
		/* What a probe leaves alone it does not have. */
		assert_int_equal(study_value(study, i, "exit_ns").nr, 0);
	}
	assert_true(study->complete);
	study_free(study);
}

static void without_time_every_arm_has_one_repeat(void **state)
{
	struct study *study;
	unsigned int i;

	(void)state;
	assert_int_equal(run(&weighing, 100, 1, &study), 0);
	for (i = 0; i < 5; i++)
		assert_int_equal(study->repeats[i].nr_kept, 1);
	assert_int_equal(study->nr_sentences, 1);
	assert_true(study->nr_warnings > 0);
	study_free(study);
}

static void what_an_interval_takes_is_measured_whatever_the_bound(void **state)
{
	struct zramsim_config cfg;
	struct study *study;
	unsigned int i;

	(void)state;
	study_defaults(&weighing, &cfg);
	cfg.runs = 7;
	cfg.max_ns = 1;
	assert_int_equal(study_run(&weighing, &cfg, &study, &msg), 0);
	for (i = 0; i < 5; i++)
		assert_int_equal(study->repeats[i].nr_kept, 5);
	study_free(study);
}

static void an_interrupted_study_keeps_what_it_has(void **state)
{
	struct study *study;

	(void)state;
	stop_at = 7;
	assert_int_equal(run(&weighing, 5, 0, &study), -EINTR);
	assert_non_null(study);
	assert_false(study->complete);
	assert_int_equal(probes, 7);
	study_free(study);
}

static void a_study_interrupted_at_once_has_nothing(void **state)
{
	struct study *study;

	(void)state;
	stop = 1;
	assert_int_equal(run(&weighing, 5, 0, &study), -EINTR);
	assert_null(study);
	assert_int_equal(probes, 0);
}

static void an_arm_that_fails_does_not_take_the_others_samples(void **state)
{
	unsigned int i, nr, left_out = 0;
	struct study *study;

	(void)state;
	fail_at = 3;
	assert_int_equal(run(&weighing, 5, 0, &study), -EIO);
	assert_string_equal(message, "probe 3 broke");
	assert_non_null(study);
	for (i = 0; i < study->nr_arms; i++) {
		nr = study_value(study, i, "weight").nr;
		assert_true(nr == 5 || nr == 0);
		left_out += !nr;
	}
	assert_int_equal(left_out, 1);
	assert_non_null(strstr(study->warnings[0], "failed after 0 repeats and was left out"));
	assert_string_equal(study->sentences[0],
			    "Not every combination was measured, so nothing is concluded.");
	study_free(study);
}

static void experiments_fill_in_metrics(void **state)
{
	struct study *study;
	unsigned int i;

	(void)state;
	if (run(&experiments, 2, 0, &study))
		fail_msg("%s", message);
	for (i = 0; i < 5; i++) {
		assert_int_equal(study_value(study, i, "exit_ns").nr, 2);
		assert_true(study_value(study, i, "exit_ns").median > 0);
		assert_int_equal(study_value(study, i, "weight").nr, 0);
	}
	study_free(study);
}

static void what_starts_from_the_same_world_shares_it(void **state)
{
	struct sim_stages stages = { .clock_ns = 20 };
	struct zramsim_config asked, cfg[3];
	struct sim_stage *stage[3];
	unsigned int i;

	(void)state;
	zramsim_config_init(&asked);
	asked.size_bytes = 1 << 20;
	for (i = 0; i < 3; i++) {
		asked.procs = i == 2 ? 2 : 1;
		asked.model.flags = i ? ZRAMSIM_FLAGS_SINGLE : ZRAMSIM_FLAGS_MERGED;
		assert_int_equal(sim_config_check(&asked, &cfg[i], &msg), 0);
		if (sim_stages_get(&stages, &cfg[i], &stage[i], &msg))
			fail_msg("%s", message);
	}
	assert_ptr_equal(stage[0], stage[1]);
	assert_ptr_not_equal(stage[0], stage[2]);
	sim_stages_exit(&stages);
	for (i = 0; i < 3; i++)
		sim_config_release(&cfg[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_arms_are_the_combinations_that_exist),
		cmocka_unit_test(an_arm_is_compared_with_the_first_level_of_some_factors),
		cmocka_unit_test(quantities_that_are_metrics_know_their_unit),
		cmocka_unit_test(a_level_an_option_cannot_have_is_refused),
		cmocka_unit_test(a_base_that_is_wrong_is_refused),
		cmocka_unit_test(disturbed_repeats_do_not_count_if_there_are_others),
		cmocka_unit_test(nothing_is_concluded_without_every_arm),
		cmocka_unit_test_setup(what_an_interval_takes_is_measured_whatever_the_bound,
				       reset),
		cmocka_unit_test_setup(probes_take_turns_and_are_repeated, reset),
		cmocka_unit_test_setup(without_time_every_arm_has_one_repeat, reset),
		cmocka_unit_test_setup(an_interrupted_study_keeps_what_it_has, reset),
		cmocka_unit_test_setup(a_study_interrupted_at_once_has_nothing, reset),
		cmocka_unit_test_setup(an_arm_that_fails_does_not_take_the_others_samples, reset),
		cmocka_unit_test_setup(experiments_fill_in_metrics, reset),
		cmocka_unit_test(what_starts_from_the_same_world_shares_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
