// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What studies say of made-up figures: opposite figures, opposite sentences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim/study/wording.h"
#include "sim/study/registry.h"
#include "tests/sim/t_study.h"

static void has(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("no \"%s\" in: %s", part, text ? text : "nothing");
}

static void lacks(const char *text, const char *part)
{
	if (!text || strstr(text, part))
		fail_msg("there is \"%s\" in: %s", part, text ? text : "nothing");
}

static bool is_baseline(const struct study *study, unsigned int arm)
{
	return study_baseline(study, arm) == (int)arm;
}

static double half(const struct study *study, unsigned int arm, const char *key)
{
	(void)key;
	return is_baseline(study, arm) ? 1000 : 500;
}

static double twice(const struct study *study, unsigned int arm, const char *key)
{
	(void)key;
	return is_baseline(study, arm) ? 1000 : 2000;
}

static double same(const struct study *study, unsigned int arm, const char *key)
{
	(void)study;
	(void)arm;
	(void)key;
	return 1000;
}

/* Words only a figure below that of the baseline, above it, or neither may bring about. */
struct words {
	const struct study_ops *ops;
	const char *less;
	const char *more;
	const char *unsure;
};

static const struct words compared[] = {
	{ &study_return_time, "sooner than with sync under bitmap",
	  "later than with sync under bitmap", "cannot tell for bitmap" },
	{ &study_total_work, "less processor time is spent", "more processor time is spent",
	  "cannot tell whether the work grows" },
	{ &study_queue_scope, "the exit is shorter than", "the exit is longer than",
	  "cannot tell the exit from" },
	{ &study_drainers, "With 2 processes 90 % of the memory is back sooner than",
	  "With 2 processes 90 % of the memory is back later than",
	  "cannot tell whether 90 % of the memory is back sooner" },
	{ &study_statistics, "the exit is shorter with counters per CPU",
	  "the exit is longer with counters per CPU", "cannot tell the exit with counters" },
	{ &study_swapin, "the median fault is shorter", "the median fault is longer",
	  "cannot tell the median fault" },
};

static void opposite_figures_make_opposite_sentences(void **state)
{
	char *less, *more, *unsure;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(compared) / sizeof(compared[0]); i++) {
		less = t_concluded(compared[i].ops, half);
		more = t_concluded(compared[i].ops, twice);
		unsure = t_concluded(compared[i].ops, same);
		has(less, compared[i].less);
		lacks(less, compared[i].more);
		has(more, compared[i].more);
		lacks(more, compared[i].less);
		has(unsure, compared[i].unsure);
		lacks(unsure, compared[i].less);
		lacks(unsure, compared[i].more);
		free(less);
		free(more);
		free(unsure);
	}
}

/* Deferral is worth four fifths, and nothing else is worth anything. */
static double deferral_pays(const struct study *study, unsigned int arm, const char *key)
{
	(void)key;
	return study_matches(study, arm, "defer=slot") ? 200 : 1000;
}

/* The lock is worth four fifths, and nothing else is worth anything. */
static double lock_pays(const struct study *study, unsigned int arm, const char *key)
{
	(void)key;
	return study_matches(study, arm, "locks=class-idx") ? 200 : 1000;
}

static void a_gain_is_due_to_what_brings_it(void **state)
{
	char *text = t_concluded(&study_lock_share, deferral_pays);

	(void)state;
	has(text, "is less than that of 7.2: 0.20 times");
	has(text, "defer slot 0.20 times");
	lacks(text, "locks class-idx 0.");
	has(text, "without deferring is more than that of deferring under the locks of 7.2: 4.99");
	free(text);
	text = t_concluded(&study_lock_share, lock_pays);
	has(text, "is less than that of 7.2: 0.20 times");
	has(text, "locks class-idx 0.20 times");
	lacks(text, "defer slot 0.");
	has(text, "without deferring is less than that of deferring under the locks of 7.2: 0.20");
	free(text);
}

static void without_a_gain_nothing_is_attributed(void **state)
{
	char *text = t_concluded(&study_lock_share, same);

	(void)state;
	lacks(text, "is less than that of 7.2");
	lacks(text, "Of that");
	has(text, "this run cannot tell");
	free(text);
}

static double small_caps_overflow(const struct study *study, unsigned int arm, const char *key)
{
	const char *cap = study_level(study, arm, "cap");

	if (strcmp(key, "overflow_share"))
		return 1 << 20;
	return !strcmp(cap, "1M") || !strcmp(cap, "4M") ? 0.5 : 0;
}

static double all_caps_overflow(const struct study *study, unsigned int arm, const char *key)
{
	if (!strcmp(key, "overflow_share"))
		return 0.5;
	return study_matches(study, arm, "cap=percpu") ? 2000 : 1000;
}

static void the_smallest_cap_that_is_enough_is_found(void **state)
{
	char *text = t_concluded(&study_budget, small_caps_overflow);

	(void)state;
	has(text, "With pages of 4K and 1 process, 16M is the smallest cap");
	has(text, "With pages of 64K and 2 processes, 16M is the smallest cap");
	has(text, "differs from that with a fixed pool of 256 KiB this run cannot tell");
	free(text);
	text = t_concluded(&study_budget, all_caps_overflow);
	has(text, "50 % of the slots fall back even under 256M");
	lacks(text, "smallest cap");
	has(text, "is more than that with a fixed pool of 256 KiB");
	free(text);
}

/* No study says the same whatever was measured. */
static void no_sentence_of_a_comparison_is_canned(void **state)
{
	char *less, *more;
	unsigned int i;

	(void)state;
	for (i = 0; study_at(i); i++) {
		if (study_at(i) == &study_budget)
			continue; /* compares caps with each other, see above */
		less = t_concluded(study_at(i), half);
		more = t_concluded(study_at(i), twice);
		assert_true(strlen(less) > 0);
		if (!strcmp(less, more))
			fail_msg("%s says the same of opposite figures: %s", study_at(i)->name,
				 less);
		free(less);
		free(more);
	}
}

static void every_study_says_who_asked_what_and_what_it_runs(void **state)
{
	const struct study_ops *ops;
	unsigned int i;

	(void)state;
	for (i = 0; (ops = study_at(i)); i++) {
		assert_ptr_equal(study_find(ops->name), ops);
		assert_int_equal(ops->refs[0], 'Q');
		assert_non_null(strstr(ops->asked, ", 20"));
		assert_int_equal(ops->question[strlen(ops->question) - 1], '?');
		assert_true(strlen(ops->runs) > 20);
		assert_true(!ops->limits == !ops->limits_below);
	}
	assert_int_equal(i, 15);
	assert_null(study_find("no-such-study"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opposite_figures_make_opposite_sentences),
		cmocka_unit_test(a_gain_is_due_to_what_brings_it),
		cmocka_unit_test(without_a_gain_nothing_is_attributed),
		cmocka_unit_test(the_smallest_cap_that_is_enough_is_found),
		cmocka_unit_test(no_sentence_of_a_comparison_is_canned),
		cmocka_unit_test(every_study_says_who_asked_what_and_what_it_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
