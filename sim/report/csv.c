// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Long form, RFC 4180: CRLF, fields in quotes where they need it. Of a result one line per strategy
 * and measured value, each with the experiment it is from, so that the files of many experiments
 * can be put together; of a study one per arm and quantity, a column per factor.
 * docs/result-schema.md and docs/study-schema.md describe the columns.
 */
#include <inttypes.h>
#include <string.h>

#include "sim/report/report.h"
#include "sim/report/tables.h"
#include "sim/report/text.h"
#include "sim/report/words.h"

/* Columns that were added later stand at the end. */
static const char *const options_before[] = { "scenario", "data",      "comp", "procs",
					      "size",	  "page-size", "seed", NULL };
static const char *const options_behind[] = {
	"locks",       "pages",	       "flags",		"hold",	      "hogs",
	"worker-nice", "worker-delay", "compact-every", "alloc",      "memory",
	"phases",      "machine",      "ahead",		"present",    "ops",
	"mem-limit",   "workers",      "run-slots",	"budget",     "kick",
	"flush",       "warmup",       "pin",		"time-limit", NULL
};
static const char *const options_last[] = { "stats", "kernel", NULL };

static void put_keys(FILE *out, const char *const *options)
{
	for (; *options; options++)
		fprintf(out, "%s%s", sim_option_find(*options)->key, options[1] ? "," : "");
}

/* Zero stands for what was not asked for. */
static void put_options(FILE *out, const struct zramsim_config *cfg, const char *const *options)
{
	char buf[SIM_OPTION_CHARS];
	const char *text;

	for (; *options; options++) {
		text = sim_option_cell(sim_option_find(*options), cfg, buf, NULL);
		csv_text(out, text ? text : "");
		if (options[1])
			fputc(',', out);
	}
}

static void put_experiment(FILE *out, const struct zramsim_result *res)
{
	put_options(out, &res->config, options_before);
	fprintf(out, ",%s", res->complete ? "true" : "false");
}

static void put_path(FILE *out, const struct zramsim_result *res, const char *defer)
{
	fprintf(out, ",%s,", defer);
	put_options(out, &res->config, options_behind);
	fprintf(out, ",%" PRId32 ",", res->config.comp_level);
	csv_text(out, res->provenance.commit);
	fputc(',', out);
	csv_text(out, res->provenance.cpu);
	fputc(',', out);
	put_options(out, &res->config, options_last);
	fputs("\r\n", out);
}

static void put_phase(FILE *out, const struct zramsim_result *res,
		      const struct sim_strategy_result *strategy, const struct sim_phase *phase,
		      unsigned int field)
{
	static const char *const units[SIM_PHASE_FIELDS] = { "ns", "calls", "share" };
	const struct zramsim_value *value = &phase->values[field];

	put_experiment(out, res);
	fprintf(out, ",%s,%s,%s,phases.%s.%s.%s,%s", strategy->name, strategy->unit,
		strategy->batch, sim_role_names[phase->role], phase->name, sim_phase_keys[field],
		units[field]);
	csv_value(out, value, false, NULL, 0);
	put_path(out, res, strategy->defer);
}

static void put_line(FILE *out, const struct zramsim_result *res,
		     const struct sim_strategy_result *strategy, unsigned int metric)
{
	const struct zramsim_value *value = &strategy->values[metric];
	const struct sim_metric *what = &sim_metrics[metric];

	put_experiment(out, res);
	fprintf(out, ",%s,%s,%s,%s%s%s,%s", strategy->name, strategy->unit, strategy->batch,
		what->group ? what->group : "", what->group ? "." : "", what->key, what->unit);
	csv_value(out, value, value->ratio > 0,
		  strategy->samples ? strategy->samples + (size_t)metric * res->config.runs : NULL,
		  strategy->nr_runs);
	put_path(out, res, strategy->defer);
}

void report_csv(const struct zramsim_result *res, const struct report_style *style, FILE *out)
{
	unsigned int i, k, metric;

	(void)style;
	put_keys(out, options_before);
	fputs(",complete,strategy,unit,batch,metric,metric_unit,runs,median,min,max,ratio,ratio_lo,"
	      "ratio_hi,samples,defer,",
	      out);
	put_keys(out, options_behind);
	fputs(",comp_level,commit,cpu,", out);
	put_keys(out, options_last);
	fputs("\r\n", out);
	for (i = 0; i < res->nr_strategies; i++) {
		const struct sim_strategy_result *strategy = &res->strategies[i];

		for (metric = 0; metric < sim_nr_metrics && strategy->values; metric++) {
			if (strategy->values[metric].nr)
				put_line(out, res, strategy, metric);
		}
		for (k = 0; k < strategy->nr_phases * SIM_PHASE_FIELDS; k++)
			put_phase(out, res, strategy, &strategy->phases[k / SIM_PHASE_FIELDS],
				  k % SIM_PHASE_FIELDS);
	}
}

static void put_arm(const struct study *study, unsigned int i,
		    const struct study_quantity *quantity, FILE *out)
{
	struct zramsim_value value = study_value(study, i, quantity->key);
	int base = study_baseline(study, i);
	struct zramsim_value ratio = study_ratio(study, (int)i, base, quantity->key);
	const double *samples;
	unsigned int f, nr;

	fprintf(out, "%s,%u,%d", study->ops->name, i, base);
	for (f = 0; f < study->nr_factors; f++) {
		fputc(',', out);
		csv_text(out, study_level(study, i, study->ops->factors[f].key));
	}
	fprintf(out, ",%s,", quantity->key);
	csv_text(out, quantity->unit);
	samples = study_samples(study, i, quantity->key, &nr);
	if (ratio.nr)
		value = ratio;
	csv_value(out, &value, ratio.nr, samples, nr);
	fputs("\r\n", out);
}

void study_report_csv(const struct study *study, const struct report_style *style, FILE *out)
{
	unsigned int i, q, f;

	(void)style;
	fputs("study,arm,baseline", out);
	for (f = 0; f < study->nr_factors; f++)
		fprintf(out, ",%s", study->ops->factors[f].key);
	fputs(",quantity,unit,runs,median,min,max,ratio,ratio_lo,ratio_hi,samples\r\n", out);
	for (i = 0; i < study->nr_arms; i++) {
		for (q = 0; q < study->nr_quantities; q++) {
			if (study_value(study, i, study->quantities[q].key).nr)
				put_arm(study, i, &study->quantities[q], out);
		}
	}
}
