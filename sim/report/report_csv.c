// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Long form: one line per strategy and measured value, each with the experiment it is from,
 * so that the files of many experiments can be put together. RFC 4180: CRLF, fields in
 * quotes where they need it. docs/result-schema.md describes the columns.
 */
#include <inttypes.h>
#include <string.h>

#include "sim/report/config_words.h"
#include "sim/report/number.h"
#include "sim/report/rank.h"
#include "sim/report/report.h"

static void put_text(FILE *out, const char *text)
{
	if (!strpbrk(text, "\",\r\n")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void put_number(FILE *out, double value)
{
	char buf[NUMBER_CHARS];

	number_format(buf, value);
	fprintf(out, ",%s", buf);
}

static void put_experiment(FILE *out, const struct zramsim_result *res)
{
	const struct zramsim_config *cfg = &res->config;

	fprintf(out, "%s,", cfg->scenario);
	put_text(out, cfg->data);
	fputc(',', out);
	put_text(out, cfg->comp ? cfg->comp : "");
	fprintf(out, ",%" PRIu32 ",%" PRIu64 ",%" PRIu32 ",%" PRIu64 ",%s", cfg->procs,
		cfg->size_bytes, cfg->page_bytes, cfg->seed, res->complete ? "true" : "false");
}

static void put_samples(FILE *out, const double *samples, unsigned int nr)
{
	char buf[NUMBER_CHARS];
	unsigned int i;

	fputc(',', out);
	for (i = 0; samples && i < nr; i++) {
		number_format(buf, samples[i]);
		fprintf(out, "%s%s", i ? " " : "", buf[0] ? buf : "-");
	}
}

static void put_line(FILE *out, const struct zramsim_result *res,
		     const struct sim_strategy_result *strategy, unsigned int metric)
{
	const struct zramsim_value *value = &strategy->values[metric];
	const struct sim_metric *what = &sim_metrics[metric];
	bool ratio = value->ratio > 0;

	put_experiment(out, res);
	fprintf(out, ",%s,%s,%s,%s%s%s,%s", strategy->name, strategy->unit, strategy->batch,
		what->group ? what->group : "", what->group ? "." : "", what->key, what->unit);
	fprintf(out, ",%u", value->nr);
	put_number(out, value->median);
	put_number(out, value->min);
	put_number(out, value->max);
	if (ratio) {
		put_number(out, value->ratio);
		put_number(out, value->ratio_lo);
		put_number(out, value->ratio_hi);
	} else {
		fputs(",,,", out);
	}
	put_samples(out,
		    strategy->samples ? strategy->samples + (size_t)metric * res->config.runs
				      : NULL,
		    strategy->nr_runs);
	fputs("\r\n", out);
}

void report_csv(const struct zramsim_result *res, const struct report_style *style, FILE *out)
{
	unsigned int i, metric;

	(void)style;
	fputs("scenario,data,comp,procs,size_bytes,page_bytes,seed,complete,strategy,unit,batch,"
	      "metric,metric_unit,runs,median,min,max,ratio,ratio_lo,ratio_hi,samples\r\n",
	      out);
	for (i = 0; i < res->nr_strategies; i++) {
		const struct sim_strategy_result *strategy = &res->strategies[i];

		for (metric = 0; metric < sim_nr_metrics && strategy->values; metric++) {
			if (strategy->values[metric].nr)
				put_line(out, res, strategy, metric);
		}
	}
}
