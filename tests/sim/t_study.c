// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/sim/t_study.h"

struct study *t_study(const struct study_ops *ops, t_figure figure)
{
	char text[300];
	struct sim_message msg = { text, sizeof(text) };
	double values[STUDY_MAX_QUANTITIES];
	struct zramsim_config cfg;
	struct study *study;
	unsigned int i, q, k;

	study_defaults(ops, &cfg);
	cfg.runs = T_RUNS;
	if (study_plan(ops, &cfg, &study, &msg))
		fail_msg("%s: %s", ops->name, text);
	for (k = 0; k < T_RUNS; k++) {
		for (i = 0; i < study->nr_arms; i++) {
			for (q = 0; q < study->nr_quantities; q++)
				values[q] = figure(study, i, study->quantities[q].key) *
					    (1 + 0.001 * ((k + i) % T_RUNS));
			study_record(study, i, values, (struct sim_turn){ k, false });
		}
	}
	study_finish(study);
	return study;
}

char *t_concluded(const struct study_ops *ops, t_figure figure)
{
	struct study *study = t_study(ops, figure);
	size_t len = 1;
	unsigned int i;
	char *text;

	for (i = 0; i < study->nr_sentences; i++)
		len += strlen(study->sentences[i]) + 1;
	text = calloc(len, 1);
	assert_non_null(text);
	for (i = 0; i < study->nr_sentences; i++)
		strcat(strcat(text, study->sentences[i]), "\n");
	study_free(study);
	return text;
}
