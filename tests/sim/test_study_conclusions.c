// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What studies conclude from made-up figures: opposite figures make opposite sentences.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim/study/registry.h"
#include "sim/study/shape.h"

enum {
	MADE_UP_RUNS = 5,
};

static char message[300];
static struct sim_message msg = { message, sizeof(message) };

/* What a study would conclude from made-up figures, its sentences joined. */
static char *concluded(const struct study_ops *ops,
		       double (*figure)(const struct study *study, unsigned int arm,
					const char *key))
{
	double values[STUDY_MAX_QUANTITIES];
	struct zramsim_config cfg;
	struct study *study;
	unsigned int i, q, k;
	size_t len = 1;
	char *text;

	study_defaults(ops, &cfg);
	cfg.runs = MADE_UP_RUNS;
	if (study_plan(ops, &cfg, &study, &msg))
		fail_msg("%s: %s", ops->name, message);
	for (k = 0; k < MADE_UP_RUNS; k++) {
		for (i = 0; i < study->nr_arms; i++) {
			for (q = 0; q < study->nr_quantities; q++)
				values[q] = figure(study, i, study->quantities[q].key) *
					    (1 + 0.001 * k);
			study_record(study, i, values, (struct sim_turn){ k, false });
		}
	}
	study_finish(study);
	for (i = 0; i < study->nr_sentences; i++)
		len += strlen(study->sentences[i]) + 1;
	text = calloc(len, 1);
	assert_non_null(text);
	for (i = 0; i < study->nr_sentences; i++)
		strcat(strcat(text, study->sentences[i]), "\n");
	study_free(study);
	return text;
}

static bool at_level(const struct study *study, unsigned int arm, const char *factor,
		     const char *level)
{
	return !strcmp(study_level(study, arm, factor), level);
}

/* @yes stands in what is concluded from @figure, @no does not. */
static void assert_says(const struct study_ops *ops,
			double (*figure)(const struct study *study, unsigned int arm,
					 const char *key),
			const char *const *yes, const char *const *no)
{
	char *text = concluded(ops, figure);

	for (; *yes; yes++) {
		if (!strstr(text, *yes))
			fail_msg("%s should say \"%s\" and says:\n%s", ops->name, *yes, text);
	}
	for (; *no; no++) {
		if (strstr(text, *no))
			fail_msg("%s should not say \"%s\" and says:\n%s", ops->name, *no, text);
	}
	free(text);
}

static double all_alike(const struct study *study, unsigned int arm, const char *key)
{
	(void)study;
	(void)arm;
	(void)key;
	return 100;
}

static double flat_is_slow(const struct study *study, unsigned int arm, const char *key)
{
	(void)key;
	return at_level(study, arm, "strategy", "bitmap") && !at_level(study, arm, "density", "1")
		       ? 400 + 200 * study->arms[arm].level[1]
		       : 100;
}

static void a_scan_study_says_what_its_figures_say(void **state)
{
	static const char *const slow[] = { "the search is what it pays for", "a density of 0.1.",
					    "the end is worse for it", "hbitmap takes 0.25 times",
					    NULL };
	static const char *const alike[] = { "this run cannot tell the two apart", "At no density",
					     NULL };

	(void)state;
	assert_says(&study_scan_cost, flat_is_slow, slow, alike);
	assert_says(&study_scan_cost, all_alike, alike, slow);
}

static double large_share(const struct study *study, unsigned int arm, const char *key)
{
	if (strstr(key, "share"))
		return at_level(study, arm, "cache", "cold") ? 0.92 : 0.6;
	return !strcmp(key, "pages_ns") ? 50 : 10;
}

static double small_share(const struct study *study, unsigned int arm, const char *key)
{
	if (strstr(key, "share"))
		return at_level(study, arm, "cache", "cold") ? 0.3 : 0.5;
	return !strcmp(key, "push_ns") ? 50 : 10;
}

static void a_split_study_says_what_its_figures_say(void **state)
{
	static const char *const large[] = { "2026-04-14 is within this range",
					     "2026-04-21 is within this range",
					     "in 6, smaller in 0", "pages and descriptor", NULL };
	static const char *const small[] = { "2026-04-14 is more than any of these",
					     "2026-04-21 is more than any of these",
					     "in 0, smaller in 6", "free list of its zspage",
					     NULL };

	(void)state;
	assert_says(&study_slot_free_split, large_share, large, small);
	assert_says(&study_slot_free_split, small_share, small, large);
}

static double sync_waits(const struct study *study, unsigned int arm, const char *key)
{
	if (!strcmp(key, "held_share"))
		return 0.5;
	return at_level(study, arm, "strategy", "sync") ? 1000 : 500;
}

static double others_wait(const struct study *study, unsigned int arm, const char *key)
{
	if (!strcmp(key, "held_share"))
		return 0.25;
	return at_level(study, arm, "strategy", "sync") ? 500 : 1000;
}

static void a_peak_study_says_what_its_figures_say(void **state)
{
	static const char *const less[] = { "waits less with 8 of 8", "; the least is that of",
					    NULL };
	static const char *const more[] = { "waits less with 0 of 8 strategies, longer with 8",
					    "the longest is", NULL };
	static const char *const nothing[] = { "the least is", "the longest is", NULL };
	static const char *const unsure[] = { "less with 0 of 8 strategies, longer with 0", NULL };

	(void)state;
	assert_says(&study_peak_memory, sync_waits, less, more);
	assert_says(&study_peak_memory, others_wait, more, less);
	assert_says(&study_peak_memory, all_alike, unsure, nothing);
}

static double bound_holds(const struct study *study, unsigned int arm, const char *key)
{
	if (!strcmp(key, "held_of_budget"))
		return 0.8;
	return at_level(study, arm, "starved", "100ms") ? 300 : 100;
}

static double bound_fails(const struct study *study, unsigned int arm, const char *key)
{
	if (!strcmp(key, "held_of_budget"))
		return 1.2;
	return at_level(study, arm, "starved", "100ms") ? 30 : 100;
}

static void a_starved_study_says_what_its_figures_say(void **state)
{
	static const char *const holds[] = { "The budget is a bound", "(longer)", "(slower)",
					     "faster with 0 of 4 strategies and slower with 4",
					     NULL };
	static const char *const fails[] = { "The budget did not hold", "(shorter)", "(faster)",
					     "faster with 4 of 4 strategies and slower with 0",
					     NULL };

	(void)state;
	assert_says(&study_starved_worker, bound_holds, holds, fails);
	assert_says(&study_starved_worker, bound_fails, fails, holds);
}

static double compaction_hurts(const struct study *study, unsigned int arm, const char *key)
{
	(void)key;
	if (at_level(study, arm, "compact-every", "0"))
		return 100;
	return at_level(study, arm, "locks", "class") ? 300 : 200;
}

static double compaction_helps(const struct study *study, unsigned int arm, const char *key)
{
	(void)key;
	if (at_level(study, arm, "compact-every", "0"))
		return 500;
	return at_level(study, arm, "locks", "class") ? 100 : 200;
}

static void a_compaction_study_says_what_its_figures_say(void **state)
{
	static const char *const hurts[] = {
		"the exit takes 3.00 times (3.00 to 3.00) its time (slower)",
		"class-idx take 0.67 times", NULL
	};
	static const char *const helps[] = {
		"the exit takes 0.20 times (0.20 to 0.20) its time (faster)",
		"class-idx take 2.00 times", NULL
	};

	(void)state;
	assert_says(&study_compaction, compaction_hurts, hurts, helps);
	assert_says(&study_compaction, compaction_helps, helps, hurts);
}

static double runs_suffice(const struct study *study, unsigned int arm, const char *key)
{
	(void)key;
	return at_level(study, arm, "batch", "none") ? 100 : 50;
}

static double runs_are_useless(const struct study *study, unsigned int arm, const char *key)
{
	(void)key;
	return at_level(study, arm, "batch", "sorted") ? 50 : 100;
}

static void a_batching_study_says_what_its_figures_say(void **state)
{
	static const char *const close[] = { "time of single frees (faster)",
					     "that of sorting (as close as this run can tell)",
					     NULL };
	static const char *const far[] = { "time of single frees (this run cannot tell)",
					   "that of sorting (slower)", NULL };

	(void)state;
	assert_says(&study_batching, runs_suffice, close, far);
	assert_says(&study_batching, runs_are_useless, far, close);
}

static double rare(const struct study *study, unsigned int arm, const char *key)
{
	(void)key;
	return at_level(study, arm, "pool", "aged") ? 0.01 : 0.05;
}

static double frequent(const struct study *study, unsigned int arm, const char *key)
{
	(void)key;
	return at_level(study, arm, "pool", "aged") ? 0.5 : 0.25;
}

static void an_emptied_study_says_what_its_figures_say(void **state)
{
	static const char *const few[] = { "less than a tenth", "age makes it rarer", NULL };
	static const char *const many[] = { "a tenth or more", "age makes it more frequent", NULL };

	(void)state;
	assert_says(&study_zspage_emptied, rare, few, many);
	assert_says(&study_zspage_emptied, frequent, many, few);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scan_study_says_what_its_figures_say),
		cmocka_unit_test(a_split_study_says_what_its_figures_say),
		cmocka_unit_test(a_peak_study_says_what_its_figures_say),
		cmocka_unit_test(a_starved_study_says_what_its_figures_say),
		cmocka_unit_test(a_compaction_study_says_what_its_figures_say),
		cmocka_unit_test(a_batching_study_says_what_its_figures_say),
		cmocka_unit_test(an_emptied_study_says_what_its_figures_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
