// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Scenarios with a foreground task, and what may go on beside any scenario: hogs, compaction. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <linux/minmax.h>

#include "sim/figures/metrics.h"
#include "sim/figures/result.h"
#include "sim/run/config.h"
#include "sim/run/repeat.h"
#include "sim/run/world.h"
#include "sim/scenario/scenario.h"
#include "strategies/registry.h"
#include "tests/sim/t_digest.h"
#include "tests/sim/t_stage.h"
#include "zram/zcomp.h"

static char message[400];

/* One repeat of every strategy on 1 MiB per process. */
static void small(struct zramsim_config *cfg, const char *scenario)
{
	zramsim_config_init(cfg);
	cfg->scenario = scenario;
	cfg->size_bytes = 1 << 20;
	cfg->procs = 2;
	cfg->runs = 1;
	cfg->warmup = 0;
	cfg->max_ns = 0;
	cfg->strategy.flush_ms = 5;
}

static void only(struct zramsim_config *cfg, const char *strategy)
{
	cfg->strategies[0] = strategy;
	cfg->nr_strategies = 1;
}

/* In a short form: one strategy that queues slots, and one that queues handles. */
static void not_all(struct zramsim_config *cfg)
{
	if (!getenv("ZRAMSIM_TEST_SHORT"))
		return;
	cfg->strategies[0] = "hbitmap";
	cfg->strategies[1] = "bulk";
	cfg->nr_strategies = 2;
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

static void foreground_has_figures(const struct zramsim_result *result)
{
	const char *name;
	unsigned int i;

	for (i = 0; i < result->nr_strategies; i++) {
		name = result->strategies[i].name;
		assert_true(value(result, name, "alloc_wait_ns") > 0);
		assert_true(value(result, name, "alloc_wait_ns") >=
			    value(result, name, "alloc_stall_ns.max"));
	}
}

static void lmk_gives_the_foreground_its_memory_under_every_strategy(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int i;

	(void)state;
	small(&cfg, "lmk");
	not_all(&cfg);
	result = run(&cfg);
	assert_int_equal(result->config.present_pct, 50);
	assert_int_equal(result->config.alloc_bytes, 1 << 20);
	foreground_has_figures(result);
	for (i = 0; i < result->nr_strategies; i++) {
		assert_int_equal(result->strategies[i].end.orig_data_size, 0);
		assert_true(value(result, result->strategies[i].name, "reclaimed_slots") == 0);
		assert_true(value(result, result->strategies[i].name, "drains_on_failure") == 0);
	}
	zramsim_result_free(result);
}

static void pressure_makes_the_foreground_swap_under_every_strategy(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int i;

	(void)state;
	/* Swapping out gains nothing in a build without compressors. */
	if (!strcmp(zcomp_name(0), "none"))
		return;
	small(&cfg, "pressure");
	not_all(&cfg);
	/* More than there will ever be, however fast the processes end. */
	cfg.alloc_bytes = 8 << 20;
	cfg.memory_bytes = 6 << 20;
	result = run(&cfg);
	foreground_has_figures(result);
	for (i = 0; i < result->nr_strategies; i++)
		assert_true(value(result, result->strategies[i].name, "reclaimed_slots") >= 512);
	zramsim_result_free(result);
}

static void pressure_has_defaults(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "pressure");
	cfg.present_pct = 30;
	not_all(&cfg);
	result = run(&cfg);
	foreground_has_figures(result);
	zramsim_result_free(result);
}

static void every_lock_design_in(const char *scenario)
{
	static const enum zramsim_locks locks[] = { ZRAMSIM_LOCKS_POOL, ZRAMSIM_LOCKS_CLASS,
						    ZRAMSIM_LOCKS_CLASS_IDX,
						    ZRAMSIM_LOCKS_SHARDED };
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(locks); i++) {
		small(&cfg, scenario);
		cfg.model.locks = locks[i];
		cfg.alloc_bytes = 2 << 20;
		not_all(&cfg);
		result = run(&cfg);
		foreground_has_figures(result);
		zramsim_result_free(result);
	}
}

static void lmk_under_each_lock_design(void **state)
{
	(void)state;
	every_lock_design_in("lmk");
}

static void pressure_under_each_lock_design(void **state)
{
	(void)state;
	every_lock_design_in("pressure");
}

static void foregrounds_in_every_page_size(void **state)
{
	static const char *const scenarios[] = { "lmk", "pressure" };
	static const u32 pages[] = { 16384, 65536 };
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int i, k;

	(void)state;
	for (i = 0; i < 2; i++) {
		for (k = 0; k < 2; k++) {
			small(&cfg, scenarios[k]);
			cfg.page_bytes = pages[i];
			cfg.size_bytes = 4 << 20;
			cfg.alloc_bytes = 1;
			only(&cfg, "bulk");
			result = run(&cfg);
			assert_int_equal(result->config.alloc_bytes, pages[i]);
			foreground_has_figures(result);
			zramsim_result_free(result);
		}
	}
}

/* In every scenario nothing may be left in the zone, whoever frees the zspages. */
static void pages_may_be_freed_anywhere_in_every_scenario(void **state)
{
	static const enum zramsim_pages pages[] = { ZRAMSIM_PAGES_INSIDE, ZRAMSIM_PAGES_OUTSIDE,
						    ZRAMSIM_PAGES_DEFERRED };
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int i, s;

	(void)state;
	for (s = 0; sim_scenario_at(s); s++) {
		for (i = 0; i < ARRAY_SIZE(pages); i++) {
			small(&cfg, sim_scenario_at(s)->name);
			cfg.model.pages = pages[i];
			only(&cfg, "bulk");
			result = run(&cfg);
			zramsim_result_free(result);
		}
	}
}

static void zspages_alone_can_be_deferred(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "lmk");
	cfg.strategy.defer = ZRAMSIM_DEFER_ZSPAGE;
	only(&cfg, "sync");
	result = run(&cfg);
	assert_true(value(result, "sync", "returned_ns.p100") > 0);
	assert_int_equal(result->strategies[0].end.mem_used_total, 0);
	zramsim_result_free(result);
}

static void refused(const struct zramsim_config *cfg, int err, const char *words)
{
	struct zramsim_result *result;

	assert_int_equal(zramsim_run(cfg, &result, message, sizeof(message)), err);
	assert_null(result);
	if (!strstr(message, words))
		fail_msg("\"%s\" does not say \"%s\"", message, words);
}

static void what_can_never_be_had_is_refused(void **state)
{
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "lmk");
	cfg.alloc_bytes = 64 << 20;
	refused(&cfg, -EINVAL, "an allocation of 67108864 bytes needs 67108864 bytes of memory");
	small(&cfg, "pressure");
	cfg.memory_bytes = 4 << 20;
	cfg.alloc_bytes = 64 << 20;
	refused(&cfg, -EINVAL, "even when all of it is swapped out");
	small(&cfg, "exit");
	cfg.memory_bytes = 64 << 10;
	refused(&cfg, -EINVAL, "a memory of 65536 bytes is less than");
}

/* What rfc leaves behind is missing when everything is asked for; what sync has measured stays. */
static void a_strategy_that_fails_does_not_take_the_others_figures(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	struct zramsim_value none;

	(void)state;
	small(&cfg, "lmk");
	cfg.procs = 1;
	cfg.size_bytes = 100 * 4096; /* below the 200 slots at which it wakes its worker */
	cfg.memory_bytes = 2 << 20;
	cfg.alloc_bytes = 2 << 20;
	only(&cfg, "rfc");
	refused(&cfg, -ENOMEM, "and nothing more came back");
	cfg.strategies[cfg.nr_strategies++] = "sync";
	assert_int_equal(zramsim_run(&cfg, &result, message, sizeof(message)), -ENOMEM);
	assert_non_null(strstr(message, "and nothing more came back"));
	assert_non_null(result);
	assert_non_null(strstr(zramsim_result_warnings(result, 0),
			       "rfc failed after 0 repeats and was left out: the foreground"));
	assert_true(value(result, "sync", "exit_ns") > 0);
	assert_int_equal(zramsim_result_value(result, "rfc", "exit_ns", &none), -ENOENT);
	zramsim_result_free(result);
}

static void memory_can_be_short_in_every_scenario(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int s;

	(void)state;
	for (s = 0; sim_scenario_at(s); s++) {
		small(&cfg, sim_scenario_at(s)->name);
		cfg.memory_bytes = 8 << 20;
		only(&cfg, "array");
		result = run(&cfg);
		assert_int_equal(result->config.memory_bytes, 8 << 20);
		zramsim_result_free(result);
	}
}

/* A fault without a page keeps its slot; that is no slot lost by a strategy. */
static void a_fault_without_a_page_is_no_bug(void **state)
{
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "swapin");
	cfg.procs = 1;
	cfg.size_bytes = 8 << 20;
	cfg.memory_bytes = 6 << 20; /* the device holds some 4 MiB of it at the start */
	only(&cfg, "sync");
	refused(&cfg, -ENOMEM, "sync: no page was left for a fault of process 0; give the machine");
	cfg.procs = 2;
	cfg.memory_bytes = 12 << 20;
	only(&cfg, "bulk");
	refused(&cfg, -ENOMEM, "bulk: no page was left for a fault of process");
}

/* Half of the pages are zeros, a quarter ones, and the others compress. */
static void make_pages(char *path)
{
	unsigned char page[4096];
	unsigned int i, k;
	FILE *file;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	file = fdopen(fd, "w");
	for (i = 0; i < 256; i++) {
		memset(page, i % 4 == 1 ? 0xff : 0, sizeof(page));
		for (k = 0; k < sizeof(page) && i % 4 == 3; k++)
			page[k] = (unsigned char)(k % 64 * i);
		assert_int_equal(fwrite(page, sizeof(page), 1, file), 1);
	}
	fclose(file);
}

/* What swap keeps itself the device never sees: neither when it is filled nor afterwards. */
static void zeros_never_reach_the_device_in_any_scenario(void **state)
{
	char path[] = "/tmp/zramsim-test-XXXXXX", spec[40];
	const struct sim_strategy_result *sr;
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int s, i;

	(void)state;
	make_pages(path);
	snprintf(spec, sizeof(spec), "file:%s", path);
	for (s = 0; sim_scenario_at(s); s++) {
		small(&cfg, sim_scenario_at(s)->name);
		cfg.data = spec;
		result = run(&cfg);
		for (i = 0; i < result->nr_strategies; i++) {
			sr = &result->strategies[i];
			assert_int_equal(sr->sizes.nr_slots, 512);
			assert_int_equal(sr->sizes.same_slots, 384);
			assert_int_equal(sr->sizes.zero_slots, 256);
			assert_int_equal(sr->after_fill.orig_data_size, 256 * 4096);
			assert_int_equal(sr->after_fill.same_pages, 128);
			assert_int_equal(sr->after_fill.notify_free, 0);
			if (sim_scenario_at(s)->frees_all)
				assert_int_equal(sr->end.notify_free, 512);
			else
				assert_true(sr->end.same_pages <= 512 / 2);
			if (!strcmp(cfg.scenario, "discard")) {
				assert_int_equal(sr->end.orig_data_size, 0);
				assert_int_equal(sr->end.mem_used_total, 0);
				assert_int_equal(sr->end.notify_free, 512);
			}
		}
		zramsim_result_free(result);
	}
	unlink(path);
}

static void hogs_and_a_compactor_end_with_the_repeat(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int s;

	(void)state;
	for (s = 0; sim_scenario_at(s); s++) {
		small(&cfg, sim_scenario_at(s)->name);
		cfg.hogs = 2;
		cfg.compact_us = 100;
		cfg.strategy.worker_nice = 10;
		cfg.strategy.worker_delay_us = 100;
		cfg.strategies[0] = "sync";
		cfg.strategies[1] = "pcpu-page";
		cfg.nr_strategies = 2;
		cfg.ops_count = 200;
		result = run(&cfg);
		zramsim_result_free(result);
	}
}

static void hogs_need_not_be_pinned(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;

	(void)state;
	small(&cfg, "exit");
	cfg.pin = false;
	cfg.hogs = 2;
	only(&cfg, "bulk");
	result = run(&cfg);
	zramsim_result_free(result);
}

static void repeat(struct t_stage *t, const struct zramsim_config *cfg, const char *strategy,
		   struct sim_outcome *outcome)
{
	struct sim_message msg = { message, sizeof(message) };
	int err = sim_repeat(&t->stage, cfg, zfree_find(strategy), 3, &t->noise, outcome, &msg);

	if (err)
		fail_msg("%d: %s", err, message);
}

static void a_repeat_that_was_let_go_compacts(void **state)
{
	struct zramsim_config asked;
	struct sim_outcome outcome;
	struct t_stage t;

	(void)state;
	small(&asked, "exit");
	asked.compact_us = 1000000;
	t_stage_init(&t, &asked, message, sizeof(message));
	repeat(&t, &t.cfg, "bulk", &outcome);
	assert_true(outcome.compaction.runs >= 1);
	assert_true(outcome.compaction.ns > 0);
	asked = t.cfg;
	asked.compact_us = 0;
	repeat(&t, &asked, "bulk", &outcome);
	assert_true(outcome.compaction.runs == 0);
	t_stage_exit(&t);
}

/* Repeats in one world may differ in the model, and those with phases have some. */
static void a_repeat_has_a_model_and_phases_of_its_own(void **state)
{
	struct zramsim_config asked, cfg;
	struct sim_outcome outcome;
	struct t_stage t;
	unsigned int i;
	double ns;

	(void)state;
	small(&asked, "lmk");
	t_stage_init(&t, &asked, message, sizeof(message));
	for (i = 0; i < 4; i++) {
		cfg = t.cfg;
		cfg.model.locks = (enum zramsim_locks)(ZRAMSIM_LOCKS_CLASS + i);
		cfg.model.flags = ZRAMSIM_FLAGS_SINGLE;
		cfg.phases = i % 2;
		repeat(&t, &cfg, "hbitmap", &outcome);
		ns = t.stage.producers[0].phases.ns[KC_PHASE_OTHER];
		assert_true(cfg.phases ? ns > 0 : ns == 0);
	}
	t_stage_exit(&t);
}

static void the_foreground_has_all_its_pages(void **state)
{
	struct zramsim_config asked;
	struct sim_outcome outcome;
	struct t_stage t;

	(void)state;
	small(&asked, "lmk");
	t_stage_init(&t, &asked, message, sizeof(message));
	repeat(&t, &t.cfg, "array", &outcome);
	assert_int_equal(t.stage.foreground.figures.pages, 256);
	assert_true(outcome.nr_points > 1);
	t_stage_exit(&t);
}

/* Everything planned is a function of the configuration. */
static void the_same_seed_plans_the_same_foreground(void **state)
{
	static const char *const scenarios[] = { "lmk", "pressure" };
	struct sim_message msg = { message, sizeof(message) };
	struct zramsim_config asked, cfg;
	struct sim_world world;
	u64 digest[3];
	unsigned int s, i;

	(void)state;
	for (s = 0; s < 2; s++) {
		for (i = 0; i < 3; i++) {
			small(&asked, scenarios[s]);
			asked.seed = i < 2 ? 4 : 5;
			assert_int_equal(sim_config_check(&asked, &cfg, &msg), 0);
			assert_int_equal(sim_world_init(&world, &cfg,
							sim_scenario_find(cfg.scenario), &msg),
					 0);
			digest[i] = t_world_digest(&world);
			assert_true(s ? world.spare_slot > world.nr_filled : !world.spare_slot);
			sim_world_exit(&world);
			sim_config_release(&cfg);
		}
		assert_int_equal(digest[0], digest[1]);
		assert_int_not_equal(digest[0], digest[2]);
	}
}

static void stop_at_once(void *ctx, unsigned int done, unsigned int total, const char *strategy)
{
	(void)done;
	(void)total;
	(void)strategy;
	*(volatile int *)ctx = 1;
}

static void a_foreground_can_be_interrupted(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	volatile int stop = 0;

	(void)state;
	small(&cfg, "lmk");
	cfg.progress = stop_at_once;
	cfg.progress_ctx = (void *)(uintptr_t)&stop;
	cfg.stop = &stop;
	assert_int_equal(zramsim_run(&cfg, &result, message, sizeof(message)), -EINTR);
	zramsim_result_free(result);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(lmk_gives_the_foreground_its_memory_under_every_strategy),
		cmocka_unit_test(pressure_makes_the_foreground_swap_under_every_strategy),
		cmocka_unit_test(pressure_has_defaults),
		cmocka_unit_test(lmk_under_each_lock_design),
		cmocka_unit_test(pressure_under_each_lock_design),
		cmocka_unit_test(foregrounds_in_every_page_size),
		cmocka_unit_test(pages_may_be_freed_anywhere_in_every_scenario),
		cmocka_unit_test(zspages_alone_can_be_deferred),
		cmocka_unit_test(what_can_never_be_had_is_refused),
		cmocka_unit_test(a_strategy_that_fails_does_not_take_the_others_figures),
		cmocka_unit_test(memory_can_be_short_in_every_scenario),
		cmocka_unit_test(a_fault_without_a_page_is_no_bug),
		cmocka_unit_test(zeros_never_reach_the_device_in_any_scenario),
		cmocka_unit_test(hogs_and_a_compactor_end_with_the_repeat),
		cmocka_unit_test(hogs_need_not_be_pinned),
		cmocka_unit_test(a_repeat_that_was_let_go_compacts),
		cmocka_unit_test(a_repeat_has_a_model_and_phases_of_its_own),
		cmocka_unit_test(the_foreground_has_all_its_pages),
		cmocka_unit_test(the_same_seed_plans_the_same_foreground),
		cmocka_unit_test(a_foreground_can_be_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
