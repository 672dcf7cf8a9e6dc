// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <linux/minmax.h>

#include "sim/figures/metrics.h"
#include "sim/figures/result.h"
#include "sim/run/config.h"
#include "sim/run/world.h"
#include "sim/scenario/scenario.h"
#include "strategies/registry.h"
#include "tests/sim/t_digest.h"

static char message[300];

/* One repeat of every strategy on 4 MiB, or on 1 MiB in a short form. */
static void small(struct zramsim_config *cfg, const char *scenario)
{
	zramsim_config_init(cfg);
	cfg->scenario = scenario;
	cfg->size_bytes = getenv("ZRAMSIM_TEST_SHORT") ? 1 << 20 : 4 << 20;
	cfg->runs = 1;
	cfg->warmup = 0;
	cfg->max_ns = 0;
}

static struct zramsim_result *run(const struct zramsim_config *cfg)
{
	struct zramsim_result *result = NULL;
	int err = zramsim_run(cfg, &result, message, sizeof(message));

	if (err)
		fail_msg("%d: %s", err, message);
	assert_non_null(result);
	assert_true(result->complete);
	return result;
}

static double value(const struct zramsim_result *result, const char *strategy, const char *key)
{
	struct zramsim_value value;

	if (zramsim_result_value(result, strategy, key, &value))
		fail_msg("%s has no %s", strategy, key);
	return value.median;
}

static bool is_one_of(unsigned int m, const enum sim_metric_id *ids, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		if (m == ids[i])
			return true;
	}
	return false;
}

/* Metrics a result of @scenario may lack; everything else has a value. */
static bool may_lack(const char *scenario, const char *strategy, unsigned int m)
{
	static const enum sim_metric_id op[] = { SIM_OP_P50, SIM_OP_P99 };
	static const enum sim_metric_id returned[] = { SIM_RETURNED_P50, SIM_RETURNED_P90,
						       SIM_RETURNED_P99, SIM_RETURNED_P100 };
	static const enum sim_metric_id alloc[] = { SIM_ALLOC_WAIT_NS, SIM_ALLOC_STALL_MAX,
						    SIM_RECLAIMED_SLOTS, SIM_DRAINS_ON_FAILURE };
	static const enum sim_metric_id machine[] = { SIM_ACCESSES, SIM_ATOMICS, SIM_LINE_TRANSFERS,
						      SIM_INSNS, SIM_STALL };

	if (m == SIM_PHASE_COST || is_one_of(m, alloc, 4) || is_one_of(m, machine, 5))
		return true;
	if (!strcmp(scenario, "exit") && is_one_of(m, op, 2))
		return true;
	if (!strcmp(scenario, "churn") && is_one_of(m, returned, 4))
		return true;
	/* What this design leaves behind never comes back by itself. */
	return !strcmp(strategy, "rfc") && is_one_of(m, returned, 4);
}

static void check_metrics(const struct zramsim_result *result)
{
	const char *scenario = result->config.scenario;
	const struct sim_strategy_result *sr;
	unsigned int i, m;

	for (i = 0; i < result->nr_strategies; i++) {
		sr = &result->strategies[i];
		assert_int_equal(sr->nr_runs, result->config.runs);
		for (m = 0; m < sim_nr_metrics; m++) {
			if (!sr->values[m].nr && !may_lack(scenario, sr->name, m))
				fail_msg("%s lacks %s.%s in %s", sr->name,
					 sim_metrics[m].group ? sim_metrics[m].group : "",
					 sim_metrics[m].key, scenario);
			if (sr->values[m].nr)
				assert_true(sr->values[m].min <= sr->values[m].median &&
					    sr->values[m].median <= sr->values[m].max);
		}
		assert_int_equal(sr->nr_locks, 5);
		assert_true(sr->after_fill.orig_data_size > 0);
		assert_int_equal(sr->sizes.nr_slots - sr->sizes.zero_slots,
				 sr->after_fill.orig_data_size / result->config.page_bytes);
	}
}

static void every_strategy_measures_an_exit(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int i;

	(void)state;
	small(&cfg, "exit");
	result = run(&cfg);
	assert_int_equal(result->nr_strategies, zfree_nr_strategies());
	check_metrics(result);
	for (i = 0; i < result->nr_strategies; i++) {
		assert_int_equal(result->strategies[i].end.orig_data_size, 0);
		assert_int_equal(result->strategies[i].end.mem_used_total, 0);
	}
	zramsim_result_free(result);
}

static void every_strategy_measures_a_swapin(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "swapin");
	result = run(&cfg);
	check_metrics(result);
	zramsim_result_free(result);
}

static void every_strategy_measures_a_churn(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "churn");
	cfg.size_bytes = 1 << 20;
	cfg.procs = 2;
	cfg.strategy.kick_bytes = 64 * 4096;
	result = run(&cfg);
	check_metrics(result);
	zramsim_result_free(result);
}

static void four_processes_with_present_pages(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "exit");
	cfg.procs = 4;
	cfg.present_pct = 40;
	cfg.size_bytes = 1 << 20;
	result = run(&cfg);
	check_metrics(result);
	assert_int_equal(result->strategies[0].sizes.nr_slots, 4 * 256);
	zramsim_result_free(result);
}

static void every_page_size_and_scenario(void **state)
{
	static const char *const scenarios[] = { "exit", "swapin", "churn" };
	static const u32 pages[] = { 16384, 65536 };
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int i, k;

	(void)state;
	for (i = 0; i < 2; i++) {
		for (k = 0; k < 3; k++) {
			small(&cfg, scenarios[k]);
			cfg.size_bytes = 4 << 20;
			cfg.page_bytes = pages[i];
			cfg.strategies[0] = "sync";
			cfg.strategies[1] = "bulk";
			cfg.strategies[2] = "pcpu-page";
			cfg.nr_strategies = 3;
			cfg.ops_count = 500;
			result = run(&cfg);
			check_metrics(result);
			zramsim_result_free(result);
		}
	}
}

static void each_unit_and_topology(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		small(&cfg, "exit");
		cfg.size_bytes = 2 << 20;
		cfg.strategy.defer = i & 1 ? ZRAMSIM_DEFER_HANDLE : ZRAMSIM_DEFER_SLOT;
		cfg.strategy.workers = i & 2 ? ZRAMSIM_WORKERS_PERCPU : ZRAMSIM_WORKERS_UNBOUND;
		cfg.strategy.nr_workers = 2;
		cfg.strategy.batch = ZRAMSIM_BATCH_RUNS;
		result = run(&cfg);
		assert_true(result->nr_strategies >= 4);
		assert_string_equal(result->strategies[1].unit, i & 1 ? "handle" : "slot");
		assert_string_equal(result->strategies[1].batch, "runs");
		zramsim_result_free(result);
	}
}

static void deferring_nothing_is_for_strategies_that_queue_nothing(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "exit");
	cfg.nr_strategies = 0;
	cfg.strategy.defer = ZRAMSIM_DEFER_NONE;
	result = run(&cfg);
	assert_int_equal(result->nr_strategies, 1);
	assert_string_equal(result->strategies[0].name, "sync");
	assert_string_equal(result->strategies[0].defer, "none");
	assert_true(value(result, "sync", "queued_peak_slots") == 0);
	zramsim_result_free(result);
}

static void counters_add_up_over_a_small_budget(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	double peak;

	(void)state;
	small(&cfg, "exit");
	cfg.strategies[0] = "sync";
	cfg.strategies[1] = "array";
	cfg.nr_strategies = 2;
	cfg.strategy.budget_bytes = 64 * 4096;
	result = run(&cfg);
	peak = value(result, "array", "queued_peak_slots");
	assert_true(peak > 0 && peak <= 64 + 16);
	assert_true(value(result, "array", "overflow_slots") > 0);
	assert_true(value(result, "sync", "cpu_ns_per_slot.worker") == 0);
	assert_true(value(result, "sync", "class_runs") > 0);
	assert_true(value(result, "sync", "zspages_emptied") ==
		    value(result, "array", "zspages_emptied"));
	zramsim_result_free(result);
}

static void curve_rises_to_all_that_was_freed(void **state)
{
	const struct sim_strategy_result *sr;
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int i;

	(void)state;
	small(&cfg, "exit");
	cfg.strategies[0] = "sync";
	cfg.nr_strategies = 1;
	result = run(&cfg);
	sr = &result->strategies[0];
	assert_int_equal(sr->nr_points, SIM_CURVE_POINTS);
	for (i = 1; i < sr->nr_points; i++) {
		assert_true(sr->curve[i].at_ns >= sr->curve[i - 1].at_ns);
		assert_true(sr->curve[i].returned_bytes >= sr->curve[i - 1].returned_bytes);
	}
	assert_int_equal(sr->curve[sr->nr_points - 1].returned_bytes,
			 sr->after_fill.mem_used_total);
	zramsim_result_free(result);
}

static bool has_warning(const struct zramsim_result *result, const char *words)
{
	unsigned int i;

	for (i = 0; zramsim_result_warnings(result, i); i++) {
		if (strstr(zramsim_result_warnings(result, i), words))
			return true;
	}
	return false;
}

static void the_residue_of_the_rfc_is_named_and_never_back(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	struct zramsim_value v;

	(void)state;
	small(&cfg, "exit");
	cfg.size_bytes = 100 * 4096; /* below the 200 slots at which it wakes its worker */
	cfg.strategies[0] = "rfc";
	cfg.nr_strategies = 1;
	result = run(&cfg);
	assert_true(has_warning(result, "rfc left 100 items that nothing would have freed"));
	assert_int_equal(zramsim_result_value(result, "rfc", "returned_ns.p100", &v), -ENOENT);
	assert_true(isnan(result->strategies[0].samples[SIM_RETURNED_P100]));
	assert_int_equal(result->strategies[0].end.orig_data_size, 0);
	zramsim_result_free(result);
}

/* Does a run with these data warn with these words? */
static bool warns_of(const char *scenario, const char *data, const char *words)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	bool found;

	small(&cfg, scenario);
	cfg.size_bytes = 1 << 20;
	cfg.data = data;
	cfg.strategies[0] = "sync";
	cfg.nr_strategies = 1;
	result = run(&cfg);
	found = has_warning(result, words);
	zramsim_result_free(result);
	return found;
}

/* One page is no exception, and neither is a scenario with pages of its own number. */
static void short_data_are_repeated_with_a_warning(void **state)
{
	static const char *const scenarios[] = { "exit", "swapin", "churn", "pressure" };
	static const char *const says[] = { " has 1 page for 256 slots: it is repeated",
					    " has 2 pages for 256 slots: they are repeated" };
	char path[] = "/tmp/zramsim-test-XXXXXX", spec[40];
	int fd = mkstemp(path), pages;
	size_t i;

	(void)state;
	assert_true(fd >= 0);
	snprintf(spec, sizeof(spec), "file:%s", path);
	for (pages = 1; pages <= 2; pages++) {
		assert_int_equal(ftruncate(fd, (pages - 1) * 4096), 0);
		assert_int_equal(pwrite(fd, path, sizeof(path), (pages - 1) * 4096), sizeof(path));
		for (i = 0; i < ARRAY_SIZE(scenarios); i++)
			assert_true(warns_of(scenarios[i], spec, says[pages - 1]));
	}
	close(fd);
	unlink(path);
	for (i = 0; i < ARRAY_SIZE(scenarios); i++) {
		assert_false(warns_of(scenarios[i], "rfc", "repeated"));
		assert_false(warns_of(scenarios[i], "anon", "repeated"));
	}
}

static void odd_sizes_are_rounded_up_to_pages(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "exit");
	cfg.size_bytes = 1;
	cfg.strategies[0] = "sync";
	cfg.strategies[1] = "bulk";
	cfg.nr_strategies = 2;
	result = run(&cfg);
	assert_int_equal(result->config.size_bytes, 4096);
	assert_int_equal(result->strategies[0].sizes.nr_slots, 1);
	zramsim_result_free(result);
}

/* Everything planned is a function of the configuration. */
static void the_same_seed_plans_the_same(void **state)
{
	static const char *const scenarios[] = { "exit", "swapin", "churn" };
	struct sim_message msg = { message, sizeof(message) };
	struct zramsim_config asked, cfg;
	struct sim_world world;
	u64 digest[3];
	unsigned int s, i;

	(void)state;
	for (s = 0; s < 3; s++) {
		for (i = 0; i < 3; i++) {
			small(&asked, scenarios[s]);
			asked.procs = 3;
			asked.present_pct = 20;
			asked.size_bytes = 1 << 20;
			asked.seed = i < 2 ? 4 : 5;
			assert_int_equal(sim_config_check(&asked, &cfg, &msg), 0);
			assert_int_equal(sim_world_init(&world, &cfg,
							sim_scenario_find(cfg.scenario), &msg),
					 0);
			digest[i] = t_world_digest(&world);
			sim_world_exit(&world);
			sim_config_release(&cfg);
		}
		assert_int_equal(digest[0], digest[1]);
		assert_int_not_equal(digest[0], digest[2]);
	}
}

static void page_tables_use_every_slot_once_in_runs(void **state)
{
	struct sim_message msg = { message, sizeof(message) };
	struct zramsim_config asked, cfg;
	bool seen[1 + 3 * 256] = { false };
	struct sim_world world;
	u32 p, v, slot, swapped = 0, runs = 0;

	(void)state;
	small(&asked, "exit");
	asked.procs = 3;
	asked.present_pct = 50;
	asked.size_bytes = 1 << 20;
	assert_int_equal(sim_config_check(&asked, &cfg, &msg), 0);
	assert_int_equal(sim_world_init(&world, &cfg, &sim_scenario_exit, &msg), 0);
	assert_int_equal(world.nr_filled, 3 * 256);
	assert_int_equal(world.nr_present, 3 * 256);
	for (p = 0; p < 3; p++) {
		for (v = 0; v < world.procs[p].nr_pages; v++) {
			if (!sim_pte_is_swap(world.procs[p].plan[v]))
				continue;
			slot = sim_pte_slot(world.procs[p].plan[v]);
			assert_in_range(slot, 1, 3 * 256);
			assert_false(seen[slot]);
			seen[slot] = true;
			swapped++;
			runs += !v || !sim_pte_is_swap(world.procs[p].plan[v - 1]);
		}
	}
	assert_int_equal(swapped, 3 * 256);
	assert_in_range(runs, 10, 150);
	sim_world_exit(&world);
	sim_config_release(&cfg);
}

/** struct t_stop - stop an experiment after some repeats */
struct t_stop {
	volatile int flag;
	unsigned int after;
};

static void stop_after(void *ctx, unsigned int done, unsigned int total, const char *strategy)
{
	struct t_stop *stop = ctx;

	(void)strategy;
	assert_true(done <= total);
	if (done >= stop->after)
		stop->flag = 1;
}

static void interruption_leaves_a_partial_result(void **state)
{
	struct t_stop stop = { 0, 5 };
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int i, runs = 0;

	(void)state;
	small(&cfg, "exit");
	cfg.runs = 10;
	cfg.progress = stop_after;
	cfg.progress_ctx = &stop;
	cfg.stop = &stop.flag;
	assert_int_equal(zramsim_run(&cfg, &result, message, sizeof(message)), -EINTR);
	assert_non_null(result);
	assert_false(result->complete);
	for (i = 0; i < result->nr_strategies; i++)
		runs += result->strategies[i].nr_runs;
	assert_in_range(runs, 1, 9);
	zramsim_result_free(result);
}

static void interruption_before_the_first_repeat(void **state)
{
	struct t_stop stop = { 1, 0 };
	struct zramsim_result *result;
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "exit");
	cfg.stop = &stop.flag;
	assert_int_equal(zramsim_run(&cfg, &result, message, sizeof(message)), -EINTR);
	assert_null(result);
	assert_non_null(strstr(message, "interrupted"));
}

static void the_time_bound_ends_an_experiment_after_one_round(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int i;

	(void)state;
	small(&cfg, "exit");
	cfg.runs = 500;
	cfg.max_ns = 1;
	cfg.least_runs = 1;
	result = run(&cfg);
	for (i = 0; i < result->nr_strategies; i++)
		assert_true(result->strategies[i].nr_runs >= 1);
	assert_true(has_warning(result, "the time bound"));
	zramsim_result_free(result);
}

static void ratios_refer_to_the_first_strategy(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	struct zramsim_value first, second;

	(void)state;
	small(&cfg, "exit");
	cfg.strategies[0] = "bulk";
	cfg.strategies[1] = "sync";
	cfg.nr_strategies = 2;
	cfg.size_bytes = 1 << 20;
	cfg.runs = 5;
	result = run(&cfg);
	assert_int_equal(zramsim_result_value(result, "bulk", "exit_ns", &first), 0);
	assert_int_equal(zramsim_result_value(result, "sync", "exit_ns", &second), 0);
	assert_true(first.ratio == 1);
	assert_true(second.ratio >= second.min / first.max);
	assert_true(second.ratio <= second.max / first.min);
	assert_true(second.ratio_lo <= second.ratio && second.ratio <= second.ratio_hi);
	assert_string_equal(result->strategies[0].verdict, "");
	assert_non_null(result->strategies[1].verdict);
	if (second.ratio_lo > 1)
		assert_string_equal(result->strategies[1].verdict, "slower");
	assert_int_equal(zramsim_result_value(result, "nobody", "exit_ns", &first), -ENOENT);
	assert_int_equal(zramsim_result_value(result, "sync", "nothing", &first), -ENOENT);
	zramsim_result_free(result);
}

static void a_memory_limit_that_is_too_small_is_named(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "exit");
	cfg.mem_limit_bytes = 64 * 4096;
	assert_int_equal(zramsim_run(&cfg, &result, message, sizeof(message)), -ENOMEM);
	assert_non_null(strstr(message, "--mem-limit '262144' does not hold the data"));
}

static void producers_and_workers_can_be_pinned(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "exit");
	cfg.pin = true;
	cfg.strategies[0] = "sync";
	cfg.strategies[1] = "pcpu-stack";
	cfg.nr_strategies = 2;
	result = run(&cfg);
	assert_true(result->config.nr_pin_cpus >= 1);
	zramsim_result_free(result);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_strategy_measures_an_exit),
		cmocka_unit_test(every_strategy_measures_a_swapin),
		cmocka_unit_test(every_strategy_measures_a_churn),
		cmocka_unit_test(four_processes_with_present_pages),
		cmocka_unit_test(every_page_size_and_scenario),
		cmocka_unit_test(each_unit_and_topology),
		cmocka_unit_test(deferring_nothing_is_for_strategies_that_queue_nothing),
		cmocka_unit_test(counters_add_up_over_a_small_budget),
		cmocka_unit_test(curve_rises_to_all_that_was_freed),
		cmocka_unit_test(the_residue_of_the_rfc_is_named_and_never_back),
		cmocka_unit_test(short_data_are_repeated_with_a_warning),
		cmocka_unit_test(odd_sizes_are_rounded_up_to_pages),
		cmocka_unit_test(the_same_seed_plans_the_same),
		cmocka_unit_test(page_tables_use_every_slot_once_in_runs),
		cmocka_unit_test(interruption_leaves_a_partial_result),
		cmocka_unit_test(interruption_before_the_first_repeat),
		cmocka_unit_test(the_time_bound_ends_an_experiment_after_one_round),
		cmocka_unit_test(ratios_refer_to_the_first_strategy),
		cmocka_unit_test(a_memory_limit_that_is_too_small_is_named),
		cmocka_unit_test(producers_and_workers_can_be_pinned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
