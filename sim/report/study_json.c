// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* zramsim.study/1, described in docs/study-schema.md and docs/study.schema.json. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sim/report/words.h"
#include "sim/report/json.h"
#include "sim/report/report.h"

/* "a; b; c" as a list. */
static void put_list(struct json *j, const char *key, const char *text, const char *separator)
{
	char part[160];
	const char *end;

	json_begin_flat(j, key, '[');
	while (*text) {
		end = strstr(text, separator);
		snprintf(part, sizeof(part), "%.*s",
			 end ? (int)(end - text) : (int)sizeof(part) - 1, text);
		json_string(j, NULL, part);
		text = end ? end + strlen(separator) : text + strlen(text);
	}
	json_end(j, ']');
}

/* What all arms have in common because the user, and not the study, decides it. */
static void put_config(struct json *j, const struct study *study)
{
	static const char *const options[] = { "data", "size",	 "procs",      "page-size",
					       "comp", "kernel", "runs",       "warmup",
					       "seed", "pin",	 "time-limit", "machine" };
	struct zramsim_config cfg = study->arms[0].cfg;
	unsigned int i;

	cfg.runs = study->base.runs;
	cfg.max_ns = study->base.max_ns;
	json_begin(j, "config", '{');
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (!study_is_fixed(study, options[i]))
			json_option(j, sim_option_find(options[i]), &cfg);
	}
	json_end(j, '}');
}

static void put_provenance(struct json *j, const struct study *study)
{
	json_begin(j, "provenance", '{');
	json_provenance(j, &study->provenance);
	if (!study_is_fixed(study, "kernel"))
		json_release(j, &study->base);
	json_u64(j, "wall_ns", study->wall_ns);
	json_end(j, '}');
}

static void put_factors(struct json *j, const struct study *study)
{
	unsigned int f, l;

	json_begin(j, "factors", '[');
	for (f = 0; f < study->nr_factors; f++) {
		json_begin_flat(j, NULL, '{');
		json_string(j, "key", study->ops->factors[f].key);
		json_begin_flat(j, "levels", '[');
		for (l = 0; l < study->nr_levels[f]; l++)
			json_string(j, NULL, study->ops->factors[f].levels[l]);
		json_end(j, ']');
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void put_quantities(struct json *j, const struct study *study)
{
	unsigned int q;

	json_begin(j, "quantities", '[');
	for (q = 0; q < study->nr_quantities; q++) {
		json_begin_flat(j, NULL, '{');
		json_string(j, "key", study->quantities[q].key);
		json_string(j, "unit", study->quantities[q].unit);
		json_string(j, "summary", study->quantities[q].summary);
		json_i64(j, "better", study->quantities[q].better);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void put_metric(struct json *j, const struct study *study, unsigned int i, const char *key,
		       int base)
{
	struct zramsim_value value = study_value(study, i, key);
	struct zramsim_value ratio = study_ratio(study, (int)i, base, key);
	unsigned int nr;
	const double *samples = study_samples(study, i, key, &nr);

	if (ratio.nr)
		value = ratio;
	json_value(j, key, &value, ratio.nr, samples, nr);
}

/* How to run this combination alone. */
static void put_command(struct json *j, const struct study *study, unsigned int i)
{
	struct zramsim_config defaults;

	if (study->ops->probe) {
		json_null(j, "command");
		return;
	}
	zramsim_config_init(&defaults);
	json_begin_flat(j, "command", '[');
	config_command(&study->arms[i].cfg, sim_options_changed(&study->arms[i].cfg, &defaults),
		       json_argument, j);
	json_end(j, ']');
}

static void put_arm(struct json *j, const struct study *study, unsigned int i)
{
	int base = study_baseline(study, i);
	unsigned int f, q;

	json_begin(j, NULL, '{');
	json_begin_flat(j, "levels", '{');
	for (f = 0; f < study->nr_factors; f++)
		json_string(j, study->ops->factors[f].key,
			    study_level(study, i, study->ops->factors[f].key));
	json_end(j, '}');
	json_rounds(j, study->repeats[i].rounds, study->repeats[i].nr_kept,
		    study->repeats[i].nr_disturbed);
	if (base < 0)
		json_null(j, "baseline");
	else
		json_i64(j, "baseline", base);
	put_command(j, study, i);
	json_begin(j, "metrics", '{');
	for (q = 0; q < study->nr_quantities; q++)
		put_metric(j, study, i, study->quantities[q].key, base);
	json_end(j, '}');
	json_end(j, '}');
}

static void put_table(struct json *j, const struct study_table *table)
{
	unsigned int r, c;

	json_begin(j, NULL, '{');
	json_string(j, "key", table->key);
	json_string(j, "title", table->title);
	json_begin_flat(j, "columns", '[');
	for (c = 0; c < table->nr_columns; c++)
		json_string(j, NULL, table->columns[c]);
	json_end(j, ']');
	json_begin(j, "rows", '[');
	for (r = 0; r < table->nr_rows; r++) {
		json_begin_flat(j, NULL, '{');
		json_string(j, "name", table->names[r]);
		json_begin_flat(j, "cells", '[');
		for (c = 0; c + 1 < table->nr_columns; c++)
			json_number(j, NULL, table->cells[r][c]);
		json_end(j, ']');
		json_end(j, '}');
	}
	json_end(j, ']');
	json_end(j, '}');
}

void study_report_json(const struct study *study, const struct report_style *style, FILE *out)
{
	struct json j = { .out = out, .empty = true };
	unsigned int i;

	(void)style;
	json_begin(&j, NULL, '{');
	json_string(&j, "schema", "zramsim.study/1");
	json_bool(&j, "complete", study->complete);
	json_string(&j, "study", study->ops->name);
	json_string(&j, "question", study->ops->question);
	put_list(&j, "refs", study->ops->refs, ", ");
	put_list(&j, "asked", study->ops->asked, "; ");
	json_string(&j, "runs", study->ops->runs);
	json_string(&j, "limits", study_limits_apply(study) ? study->ops->limits : NULL);
	put_config(&j, study);
	json_begin_flat(&j, "command", '[');
	study_command(study, json_argument, &j);
	json_end(&j, ']');
	put_provenance(&j, study);
	json_texts(&j, "warnings", study->warnings, study->nr_warnings);
	put_factors(&j, study);
	put_quantities(&j, study);
	json_begin(&j, "arms", '[');
	for (i = 0; i < study->nr_arms; i++)
		put_arm(&j, study, i);
	json_end(&j, ']');
	json_begin(&j, "tables", '[');
	for (i = 0; i < study->nr_tables; i++)
		put_table(&j, &study->tables[i]);
	json_end(&j, ']');
	json_texts(&j, "paragraph", study->sentences, study->nr_sentences);
	json_end(&j, '}');
}
