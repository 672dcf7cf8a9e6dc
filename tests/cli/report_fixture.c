// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "tests/cli/report_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	NR_STRATEGIES = 3,
	NR_RUNS = 5,
};

/* Not the real table: the writers walk whatever table there is. */
const struct sim_metric sim_metrics[] = {
	{ "exit_ns", NULL, "ns", "first zap to last zap", -1 },
	{ "exit_ns_per_slot", NULL, "ns", "the same per slot", -1 },
	{ "p50", "notify_ns", "ns", "half of the notifications took less", -1 },
	{ "p99", "notify_ns", "ns", "all but one in a hundred took less", -1 },
	{ "p50", "returned_ns", "ns", "half of the memory was back", -1 },
	{ "p100", "returned_ns", "ns", "all of the memory was back", -1 },
	{ "producer", "cpu_ns_per_slot", "ns", "processes", -1 },
	{ "worker", "cpu_ns_per_slot", "ns", "workers", -1 },
	{ "total", "cpu_ns_per_slot", "ns", "both", -1 },
	{ "held_peak_bytes", NULL, "bytes", "most memory dead but not back", -1 },
	{ "oldest_queued_ns", NULL, "ns", "longest time an item was pending", -1 },
	{ "overflow_slots", NULL, "slots", "freed at once", -1 },
	{ "miss_slots", NULL, "slots", "found locked", -1 },
};

const char *const sim_lock_keys[SIM_LOCK_FIELDS] = {
	"acquisitions", "contended", "wait_ns", "hold_ns_max", "hold_ns",
};

const char *const sim_phase_keys[SIM_PHASE_FIELDS] = { "ns_per_slot", "calls_per_slot", "share" };

const char *const sim_role_names[SIM_NR_ROLES] = { "producer", "worker" };

const unsigned int sim_nr_metrics = sizeof(sim_metrics) / sizeof(sim_metrics[0]);

int sim_metric_find(const char *key)
{
	char name[64];
	unsigned int i;

	for (i = 0; i < sim_nr_metrics; i++) {
		snprintf(name, sizeof(name), "%s%s%s",
			 sim_metrics[i].group ? sim_metrics[i].group : "",
			 sim_metrics[i].group ? "." : "", sim_metrics[i].key);
		if (!strcmp(name, key))
			return (int)i;
	}
	return -1;
}

/* Medians of each strategy, in the order of the table; NAN: no meaning. */
static const double medians[NR_STRATEGIES][sizeof(sim_metrics) / sizeof(sim_metrics[0])] = {
	{ 63102982, 962.875, 410, 1900.5, 31551491, 63102982, 962, 0, 962, 16384, NAN, 0, 0 },
	{ 18570726, 283.36, 61, 240, 24570726.5, 66570726, 283, 880, 1163, 67108864, 48e6, 12, 3 },
	{ 21000000, 320.4, 72, 310, 22000000, 41000000, 320, 130, 450, 67108864, 20e6, 0, 0 },
};

static void fill_values(struct sim_strategy_result *strategy, unsigned int index)
{
	unsigned int m, r;

	strategy->samples = calloc(sim_nr_metrics * NR_RUNS, sizeof(double));
	strategy->values = calloc(sim_nr_metrics, sizeof(*strategy->values));
	for (m = 0; m < sim_nr_metrics; m++) {
		struct zramsim_value *value = &strategy->values[m];
		double median = medians[index][m], first = medians[0][m];
		double *samples = strategy->samples + m * NR_RUNS;

		for (r = 0; r < NR_RUNS; r++)
			samples[r] = median * (0.98 + 0.01 * r);
		if (isnan(median))
			continue;
		if (m == 3 && index == 1)
			samples[4] = NAN;
		value->nr = NR_RUNS;
		value->median = median;
		value->min = 0.98 * median;
		value->max = 1.02 * median;
		if (first > 0) {
			value->ratio = median / first;
			value->ratio_lo = 0.97 * value->ratio;
			value->ratio_hi = 1.03 * value->ratio;
		}
	}
}

static void fill_strategy(struct sim_strategy_result *strategy, unsigned int index)
{
	static const char *const names[] = { "sync", "bitmap", "bulk" };
	static const char *const units[] = { "none", "slot", "handle" };
	unsigned int i;

	strategy->name = names[index];
	strategy->unit = units[index];
	strategy->batch = index == 2 ? "sorted" : "none";
	strategy->defer = units[index];
	strategy->verdict = index ? "faster" : "";
	strategy->nr_runs = NR_RUNS;
	strategy->rounds = calloc(NR_RUNS, sizeof(*strategy->rounds));
	for (i = 0; i < NR_RUNS; i++)
		strategy->rounds[i] = i;
	fill_values(strategy, index);
	strategy->after_fill.orig_data_size = 268435456;
	strategy->after_fill.compr_data_size = 90000000;
	strategy->after_fill.mem_used_total = 93000000;
	strategy->after_fill.mem_used_max = 93000000;
	strategy->end.notify_free = 65536;
	strategy->nr_locks = 1;
	strategy->locks[0] = (struct sim_lock){ "class",
						"spinlock",
						{ { .median = 65536, .min = 65536, .max = 65540 },
						  { .median = 12, .min = 3, .max = 14 },
						  { .median = 48000, .min = 900, .max = 52000 },
						  { .median = 900, .min = 700, .max = 1200 },
						  { .median = 7e6, .min = 6e6, .max = 8e6 } } };
	strategy->nr_points = 4;
	for (i = 0; i < strategy->nr_points; i++)
		strategy->curve[i] = (struct sim_point){ i * 1000000ULL, i * 4096ULL };
	strategy->sizes = (struct sim_sizes){
		.nr_slots = 65536,
		.same_slots = 6553,
		.zero_slots = 5832,
		.huge_slots = 1310,
		.mean_bytes = 1421.25,
		.bucket_bytes = 64,
		.classes = 97,
		.distinct_sizes = 3011,
	};
	strategy->sizes.buckets[0] = 5;
	strategy->sizes.buckets[20] = 60000;
}

void fixture_phases(struct zramsim_result *res)
{
	static const struct {
		const char *name;
		enum sim_role role;
		unsigned int number;
	} what[] = {
		{ "other", SIM_PRODUCER, 0 },
		{ "lock", SIM_PRODUCER, 2 },
		{ "queue", SIM_PRODUCER, 10 },
		{ "lock", SIM_WORKER, 2 },
	};
	struct sim_strategy_result *strategy;
	unsigned int i, p, field;

	res->config.phases = true;
	res->provenance.machine_error = NAN;
	res->provenance.phase_ns = 17.5;
	for (i = 0; i < NR_STRATEGIES; i++) {
		strategy = &res->strategies[i];
		/* sync neither queues nor has a worker. */
		strategy->nr_phases = i ? 4 : 2;
		for (p = 0; p < strategy->nr_phases; p++) {
			strategy->phases[p].name = what[p].name;
			strategy->phases[p].role = what[p].role;
			strategy->phases[p].number = what[p].number;
			for (field = 0; field < SIM_PHASE_FIELDS; field++)
				strategy->phases[p].values[field] = (struct zramsim_value){
					.median = 0.25 + p, .min = 0.25, .max = 8.5, .nr = NR_RUNS
				};
		}
	}
}

void fixture_result(struct zramsim_result *res)
{
	unsigned int i;

	memset(res, 0, sizeof(*res));
	res->given = UINT64_MAX; /* whatever it is */
	res->config.scenario = "exit";
	res->config.data = "file:/tmp/a \"core\", dumped";
	res->config.comp = "lz4";
	res->config.page_bytes = 4096;
	res->config.size_bytes = 256 << 20;
	res->config.procs = 1;
	res->config.runs = NR_RUNS;
	res->config.warmup = 1;
	res->config.seed = 18446744073709551615ULL;
	res->config.strategy.nr_workers = 1;
	res->config.model = (struct zramsim_model){
		.kernel = ZRAMSIM_KERNEL_7_3,
		.locks = ZRAMSIM_LOCKS_CLASS_IDX,
		.pages = ZRAMSIM_PAGES_OUTSIDE,
		.flags = ZRAMSIM_FLAGS_SINGLE,
		.hold_objs = 256,
	};
	res->config.strategy.budget_bytes = 64 << 20;
	res->config.strategy.flush_ms = 100;
	snprintf(res->provenance.version, sizeof(res->provenance.version), "0.1.0");
	snprintf(res->provenance.cpu, sizeof(res->provenance.cpu), "A CPU\t\xff");
	res->provenance.load_1min = 0.1;
	res->provenance.phase_ns = NAN;
	res->nr_warnings = 1;
	res->warnings[0] = strdup("CPU 0 is slow | \"very\" \\ *slow*");
	res->complete = true;
	res->notify_sample_every = 64;
	res->wall_ns = 5000000000;
	res->nr_strategies = NR_STRATEGIES;
	res->strategies = calloc(NR_STRATEGIES, sizeof(*res->strategies));
	res->config.nr_strategies = NR_STRATEGIES;
	for (i = 0; i < NR_STRATEGIES; i++) {
		fill_strategy(&res->strategies[i], i);
		res->config.strategies[i] = res->strategies[i].name;
	}
}

void fixture_free(struct zramsim_result *res)
{
	unsigned int i;

	for (i = 0; i < res->nr_strategies; i++) {
		free(res->strategies[i].samples);
		free(res->strategies[i].rounds);
		free(res->strategies[i].values);
	}
	free(res->strategies);
	for (i = 0; i < res->nr_warnings; i++)
		free(res->warnings[i]);
}
