// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* zramsim.result/1, described in docs/result-schema.md and docs/result.schema.json. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sim/report/words.h"
#include "sim/report/json.h"
#include "sim/report/tables.h"
#include "sim/report/report.h"

/* Zero stands for "not set" in the configuration; in JSON that is null. */
static void put_unless_zero(struct json *j, const char *key, uint64_t value)
{
	if (value)
		json_u64(j, key, value);
	else
		json_null(j, key);
}

static void put_config(struct json *j, const struct zramsim_config *cfg)
{
	const struct sim_option *opt;

	json_begin(j, "config", '{');
	for (opt = sim_options; opt->name; opt++) {
		if (opt->key)
			json_option(j, opt, cfg);
	}
	json_end(j, '}');
}

static void put_provenance(struct json *j, const struct zramsim_result *res)
{
	const struct sim_provenance *from = &res->provenance;

	json_begin(j, "provenance", '{');
	json_provenance(j, from);
	json_release(j, &res->config);
	json_number(j, "phase_ns", from->phase_ns);
	json_u64(j, "wall_ns", res->wall_ns);
	put_unless_zero(j, "accesses", res->accesses);
	json_u64(j, "notify_sample_every", res->notify_sample_every);
	json_end(j, '}');
}

/* The metrics of one group stand next to each other in the table. */
static void put_metrics(struct json *j, const struct zramsim_result *res,
			const struct sim_strategy_result *strategy)
{
	const char *group = NULL;
	unsigned int i;

	json_begin(j, "metrics", '{');
	for (i = 0; i < sim_nr_metrics && strategy->values; i++) {
		const struct sim_metric *metric = &sim_metrics[i];
		const double *samples = strategy->samples;

		if (group && (!metric->group || strcmp(group, metric->group))) {
			json_end(j, '}');
			group = NULL;
		}
		if (metric->group && !group) {
			group = metric->group;
			json_begin(j, group, '{');
		}
		if (samples)
			samples += (size_t)i * res->config.runs;
		json_value(j, metric->key, &strategy->values[i], strategy->values[i].ratio > 0,
			   samples, strategy->nr_runs);
	}
	if (group)
		json_end(j, '}');
	json_end(j, '}');
}

static void put_mm_stat(struct json *j, const char *key, const struct zramsim_stat *st)
{
	json_begin(j, key, '{');
	json_i64(j, "orig_data_size", st->orig_data_size);
	json_i64(j, "compr_data_size", st->compr_data_size);
	json_u64(j, "mem_used_total", st->mem_used_total);
	json_u64(j, "mem_limit", st->mem_limit);
	json_u64(j, "mem_used_max", st->mem_used_max);
	json_i64(j, "same_pages", st->same_pages);
	json_u64(j, "pages_compacted", st->pages_compacted);
	json_i64(j, "huge_pages", st->huge_pages);
	json_u64(j, "huge_pages_since", st->huge_pages_since);
	json_u64(j, "failed_reads", st->failed_reads);
	json_u64(j, "failed_writes", st->failed_writes);
	json_u64(j, "notify_free", st->notify_free);
	json_u64(j, "miss_free", st->miss_free);
	json_end(j, '}');
}

static void put_sizes(struct json *j, const struct sim_sizes *sizes)
{
	unsigned int i, last = 0;

	json_begin(j, "sizes", '{');
	json_u64(j, "nr_slots", sizes->nr_slots);
	json_u64(j, "same_slots", sizes->same_slots);
	json_u64(j, "zero_slots", sizes->zero_slots);
	json_u64(j, "huge_slots", sizes->huge_slots);
	json_number(j, "mean_bytes", sizes->mean_bytes);
	json_u64(j, "classes", sizes->classes);
	json_u64(j, "distinct_sizes", sizes->distinct_sizes);
	json_u64(j, "bucket_bytes", sizes->bucket_bytes);
	for (i = 0; i < SIM_SIZE_BUCKETS; i++) {
		if (sizes->buckets[i])
			last = i + 1;
	}
	json_begin_flat(j, "buckets", '[');
	for (i = 0; i < last; i++)
		json_u64(j, NULL, sizes->buckets[i]);
	json_end(j, ']');
	json_end(j, '}');
}

/* What nobody measures is null. */
static void put_range(struct json *j, const char *key, const struct zramsim_value *value)
{
	if (!isfinite(value->median)) {
		json_null(j, key);
		return;
	}
	json_begin_flat(j, key, '{');
	json_number(j, "median", value->median);
	json_number(j, "min", value->min);
	json_number(j, "max", value->max);
	json_end(j, '}');
}

static void put_locks(struct json *j, const struct sim_strategy_result *strategy)
{
	unsigned int i, field;

	json_begin(j, "locks", '[');
	for (i = 0; i < strategy->nr_locks; i++) {
		const struct sim_lock *lock = &strategy->locks[i];

		json_begin_flat(j, NULL, '{');
		json_string(j, "name", lock->name);
		json_string(j, "kind", lock->kind);
		for (field = 0; field < SIM_LOCK_FIELDS; field++)
			put_range(j, sim_lock_keys[field], &lock->values[field]);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void put_phases(struct json *j, const struct sim_strategy_result *strategy)
{
	unsigned int i, field;

	json_begin(j, "phases", '[');
	for (i = 0; i < strategy->nr_phases; i++) {
		const struct sim_phase *phase = &strategy->phases[i];

		json_begin_flat(j, NULL, '{');
		json_string(j, "name", phase->name);
		json_string(j, "role", sim_role_names[phase->role]);
		for (field = 0; field < SIM_PHASE_FIELDS; field++)
			put_range(j, sim_phase_keys[field], &phase->values[field]);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void put_curve(struct json *j, const struct sim_strategy_result *strategy)
{
	unsigned int i;

	json_begin(j, "curve", '[');
	for (i = 0; i < strategy->nr_points; i++) {
		json_begin_flat(j, NULL, '{');
		json_u64(j, "at_ns", strategy->curve[i].at_ns);
		json_u64(j, "returned_bytes", strategy->curve[i].returned_bytes);
		json_end(j, '}');
	}
	json_end(j, ']');
}

static void put_strategy(struct json *j, const struct zramsim_result *res, unsigned int index,
			 unsigned int rank, struct rank_range range)
{
	const struct sim_strategy_result *strategy = &res->strategies[index];

	json_begin(j, NULL, '{');
	json_string(j, "strategy", strategy->name);
	json_string(j, "unit", strategy->unit);
	json_string(j, "batch", strategy->batch);
	json_string(j, "defer", strategy->defer);
	json_u64(j, "rank", rank);
	json_begin_flat(j, "rank_range", '[');
	json_u64(j, NULL, range.first);
	json_u64(j, NULL, range.last);
	json_end(j, ']');
	json_rounds(j, strategy->rounds, strategy->nr_runs, strategy->nr_disturbed);
	json_string(j, "verdict", strategy->verdict);
	put_metrics(j, res, strategy);
	put_locks(j, strategy);
	put_phases(j, strategy);
	put_curve(j, strategy);
	json_machine(j, strategy);
	json_begin(j, "mm_stat", '{');
	put_mm_stat(j, "after_fill", &strategy->after_fill);
	put_mm_stat(j, "end", &strategy->end);
	json_end(j, '}');
	put_sizes(j, &strategy->sizes);
	json_end(j, '}');
}

void report_json(const struct zramsim_result *res, const struct report_style *style, FILE *out)
{
	unsigned int order[ZRAMSIM_MAX_STRATEGIES], rank[ZRAMSIM_MAX_STRATEGIES], i;
	struct rank_range ranges[ZRAMSIM_MAX_STRATEGIES];
	struct json j = { .out = out, .empty = true };

	(void)style;
	rank_by_exit(res, order);
	rank_ranges(res, order, ranges);
	for (i = 0; i < res->nr_strategies; i++)
		rank[order[i]] = i + 1;
	json_begin(&j, NULL, '{');
	json_string(&j, "schema", "zramsim.result/1");
	json_bool(&j, "complete", res->complete);
	put_config(&j, &res->config);
	json_begin_flat(&j, "command", '[');
	config_command(&res->config, res->given, json_argument, &j);
	json_end(&j, ']');
	put_provenance(&j, res);
	json_texts(&j, "warnings", res->warnings, res->nr_warnings);
	json_begin(&j, "results", '[');
	for (i = 0; i < res->nr_strategies; i++)
		put_strategy(&j, res, i, rank[i], ranges[rank[i] - 1]);
	json_end(&j, ']');
	json_end(&j, '}');
}
