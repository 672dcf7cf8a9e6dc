// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Long form: one line per strategy and measured value, each with the experiment it is from,
 * so that the files of many experiments can be put together. RFC 4180: CRLF, fields in
 * quotes where they need it. docs/result-schema.md describes the columns.
 */
#include <inttypes.h>
#include <string.h>

#include "sim/report/config_words.h"
#include "sim/report/ranked.h"
#include "sim/report/report.h"
#include "sim/report/text.h"

static void put_experiment(FILE *out, const struct zramsim_result *res)
{
	const struct zramsim_config *cfg = &res->config;

	fprintf(out, "%s,", cfg->scenario);
	csv_text(out, cfg->data);
	fputc(',', out);
	csv_text(out, cfg->comp ? cfg->comp : "");
	fprintf(out, ",%" PRIu32 ",%" PRIu64 ",%" PRIu32 ",%" PRIu64 ",%s", cfg->procs,
		cfg->size_bytes, cfg->page_bytes, cfg->seed, res->complete ? "true" : "false");
}

/* Columns that were added later stand at the end. */
static void put_path(FILE *out, const struct zramsim_result *res, const char *defer)
{
	const struct zramsim_config *cfg = &res->config;

	fprintf(out, ",%s,%s,%s,%s,%" PRIu32, defer, config_locks(cfg), config_pages(cfg),
		config_flags(cfg), cfg->model.hold_objs);
	fprintf(out, ",%" PRIu32 ",%d,%" PRIu32 ",%" PRIu32, cfg->hogs, cfg->strategy.worker_nice,
		cfg->strategy.worker_delay_us, cfg->compact_us);
	fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%s,", cfg->alloc_bytes, cfg->memory_bytes,
		cfg->phases ? "true" : "false");
	csv_text(out, cfg->machine ? cfg->machine : "");
	fprintf(out, ",%" PRIu32 "\r\n", cfg->ahead_ns);
}

static void put_phase(FILE *out, const struct zramsim_result *res,
		      const struct sim_strategy_result *strategy, const struct sim_phase *phase,
		      unsigned int field)
{
	static const char *const units[SIM_PHASE_FIELDS] = { "ns", "calls", "share" };
	const struct zramsim_value *value = &phase->values[field];

	put_experiment(out, res);
	fprintf(out, ",%s,%s,%s,phases.%s.%s.%s,%s,%u", strategy->name, strategy->unit,
		strategy->batch, sim_role_names[phase->role], phase->name, sim_phase_keys[field],
		units[field], value->nr);
	csv_number(out, value->median);
	csv_number(out, value->min);
	csv_number(out, value->max);
	fputs(",,,,", out);
	put_path(out, res, strategy->defer);
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
	csv_number(out, value->median);
	csv_number(out, value->min);
	csv_number(out, value->max);
	if (ratio) {
		csv_number(out, value->ratio);
		csv_number(out, value->ratio_lo);
		csv_number(out, value->ratio_hi);
	} else {
		fputs(",,,", out);
	}
	csv_samples(out,
		    strategy->samples ? strategy->samples + (size_t)metric * res->config.runs
				      : NULL,
		    strategy->nr_runs);
	put_path(out, res, strategy->defer);
}

void report_csv(const struct zramsim_result *res, const struct report_style *style, FILE *out)
{
	unsigned int i, k, metric;

	(void)style;
	fputs("scenario,data,comp,procs,size_bytes,page_bytes,seed,complete,strategy,unit,batch,"
	      "metric,metric_unit,runs,median,min,max,ratio,ratio_lo,ratio_hi,samples,"
	      "defer,locks,pages,flags,hold_objs,hogs,worker_nice,worker_delay_us,compact_us,"
	      "alloc_bytes,memory_bytes,phases,machine,ahead_ns\r\n",
	      out);
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
