// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sim/run/config.h"
#include "sim/run/crew.h"
#include "sim/run/model.h"
#include "strategies/registry.h"

static char message[300];

static int check(const struct zramsim_config *asked)
{
	struct sim_message msg = { message, sizeof(message) };
	struct zramsim_config cfg;
	int err;

	message[0] = '\0';
	err = sim_config_check(asked, &cfg, &msg);
	sim_config_release(&cfg);
	return err;
}

static void refused(const struct zramsim_config *asked, int err, const char *words)
{
	assert_int_equal(check(asked), err);
	if (!strstr(message, words))
		fail_msg("\"%s\" does not say \"%s\"", message, words);
}

static void the_defaults_are_the_rfcs_experiment(void **state)
{
	struct sim_message msg = { message, sizeof(message) };
	struct zramsim_config asked, cfg;

	(void)state;
	zramsim_config_init(&asked);
	assert_int_equal(sim_config_check(&asked, &cfg, &msg), 0);
	assert_string_equal(cfg.scenario, "exit");
	assert_string_equal(cfg.data, "anon");
	assert_int_equal(cfg.size_bytes, 256 << 20);
	assert_int_equal(cfg.procs, 1);
	assert_int_equal(cfg.nr_strategies, zfree_nr_strategies());
	assert_string_equal(cfg.strategies[0], "sync");
	assert_int_equal(cfg.ops_count, 4 * 65536);
	assert_non_null(cfg.comp);
	assert_int_equal(cfg.model.kernel, ZRAMSIM_KERNEL_7_3);
	assert_int_equal(cfg.model.locks, ZRAMSIM_LOCKS_CLASS_IDX);
	assert_int_equal(cfg.model.pages, ZRAMSIM_PAGES_OUTSIDE);
	assert_int_equal(cfg.model.flags, ZRAMSIM_FLAGS_SINGLE);
	assert_int_equal(cfg.model.stats, ZRAMSIM_STATS_SHARED);
	assert_int_equal(cfg.model.hold_objs, 256);
	assert_int_equal(cfg.alloc_bytes, 0);
	sim_config_release(&cfg);
}

static void bad_names_are_refused(void **state)
{
	struct zramsim_config cfg;

	(void)state;
	zramsim_config_init(&cfg);
	cfg.scenario = "exits";
	refused(&cfg, -EINVAL, "scenario \"exits\" is not one of exit, swapin, churn");
	cfg.scenario = NULL;
	refused(&cfg, -EINVAL, "scenario \"\" is not one of");

	zramsim_config_init(&cfg);
	cfg.comp = "gzip";
	refused(&cfg, -ENOTSUP, "compressor \"gzip\" is not in this build, which has ");

	cfg.comp = "none";
	cfg.comp_level = 1;
	refused(&cfg, -EINVAL,
		"compressor none has no levels, so not 1 either; leave the level "
		"out");

	zramsim_config_init(&cfg);
	cfg.data = NULL;
	refused(&cfg, -EINVAL, "no data are named");

	zramsim_config_init(&cfg);
	cfg.strategies[0] = "hbitmaps";
	cfg.nr_strategies = 1;
	refused(&cfg, -EINVAL, "strategy \"hbitmaps\" is not one of sync, ");
	cfg.strategies[0] = NULL;
	refused(&cfg, -EINVAL, "strategy \"\" is not one of");
	cfg.strategies[0] = "sync";
	cfg.strategies[1] = "sync";
	cfg.nr_strategies = 2;
	refused(&cfg, -EINVAL, "strategy \"sync\" is named twice");
	cfg.nr_strategies = 33;
	refused(&cfg, -EINVAL, "33 strategies are more than 32");
}

static void bad_numbers_are_refused(void **state)
{
	struct zramsim_config good, cfg;

	(void)state;
	zramsim_config_init(&good);
	cfg = good;
	cfg.page_bytes = 8192;
	refused(&cfg, -EINVAL, "page-size '8192' is not a page size; use 4k, 16k or 64k");
	cfg = good;
	cfg.size_bytes = 0;
	refused(&cfg, -EINVAL, "size '0' is too small");
	cfg = good;
	cfg.size_bytes = UINT64_MAX;
	refused(&cfg, -EINVAL, "is too large; give at most 4398046511104");
	cfg.size_bytes = 1ull << 42;
	refused(&cfg, -EINVAL, "needs more than 67108864 slots; give less of either");
	cfg = good;
	cfg.procs = 0;
	refused(&cfg, -EINVAL, "procs '0' makes no sense; give at least 1");
	cfg.procs = 65;
	refused(&cfg, -EINVAL, "procs '65' is too large; give at most 64");
	cfg = good;
	cfg.present_pct = 96;
	refused(&cfg, -EINVAL, "present '96' is too large; give at most 95");
	cfg = good;
	cfg.runs = 0;
	refused(&cfg, -EINVAL, "runs '0' makes no sense; give at least 1");
	cfg = good;
	cfg.warmup = 1001;
	refused(&cfg, -EINVAL, "warmup '1001' is too large; give at most 1000");
	cfg = good;
	cfg.ops_count = 1ull << 40;
	refused(&cfg, -EINVAL, "ops '1099511627776' is too large");
}

static void bad_attachments_are_refused(void **state)
{
	struct zramsim_config good, cfg;

	(void)state;
	zramsim_config_init(&good);
	cfg = good;
	cfg.strategy.defer = (enum zramsim_defer)9;
	refused(&cfg, -EINVAL, "defer has a value that is not in its enumeration");
	cfg = good;
	cfg.strategy.nr_workers = 65;
	refused(&cfg, -EINVAL, "workers '65' is too large; give at most 64");
	cfg = good;
	cfg.strategy.budget_bytes = 4095;
	refused(&cfg, -EINVAL, "--budget '4095' holds no page; give at least the page size, 4096");
	cfg.page_bytes = 16384;
	cfg.strategy.budget_bytes = 8192;
	refused(&cfg, -EINVAL, "--budget '8192' holds no page; give at least the page size, 16384");
	cfg = good;
	cfg.strategies[0] = "bitmap";
	cfg.nr_strategies = 1;
	cfg.strategy.defer = ZRAMSIM_DEFER_HANDLE;
	refused(&cfg, -EINVAL,
		"--defer 'handle' does not go with strategy 'bitmap', which queues only slots");
	cfg.strategies[0] = "bulk";
	cfg.strategy.defer = ZRAMSIM_DEFER_SLOT;
	refused(&cfg, -EINVAL,
		"--defer 'slot' does not go with strategy 'bulk', which queues only handles");
	cfg.strategy.defer = ZRAMSIM_DEFER_NONE;
	refused(&cfg, -EINVAL,
		"--defer 'none' does not go with strategy 'bulk', which queues handles; "
		"use --strategy sync");
	cfg.strategy.defer = ZRAMSIM_DEFER_ZSPAGE;
	refused(&cfg, -EINVAL,
		"--defer 'zspage' does not go with strategy 'bulk', which queues handles");
	cfg = good;
	cfg.strategy.worker_nice = 20;
	refused(&cfg, -EINVAL, "worker-nice '20' is not within 0 and 19");
	cfg.strategy.worker_nice = -1;
	refused(&cfg, -EINVAL, "worker-nice '-1' is not within 0 and 19");
	cfg = good;
	cfg.strategy.worker_delay_us = 1000001;
	refused(&cfg, -EINVAL, "worker-delay '1000001' is too large; give at most 1000000");
}

static void bad_free_paths_are_refused(void **state)
{
	struct zramsim_config good, cfg;

	(void)state;
	zramsim_config_init(&good);
	cfg = good;
	cfg.model.locks = (enum zramsim_locks)5;
	refused(&cfg, -EINVAL, "locks has a value that is not in its enumeration");
	cfg = good;
	cfg.model.pages = (enum zramsim_pages)4;
	refused(&cfg, -EINVAL, "pages has a value that is not in its enumeration");
	cfg = good;
	cfg.model.flags = (enum zramsim_flags)3;
	refused(&cfg, -EINVAL, "flags has a value that is not in its enumeration");
	cfg = good;
	cfg.model.stats = (enum zramsim_stats)3;
	refused(&cfg, -EINVAL, "stats has a value that is not in its enumeration");
	cfg = good;
	cfg.model.hold_objs = 65537;
	refused(&cfg, -EINVAL, "hold '65537' is too large; give at most 65536");
	cfg = good;
	cfg.strategy.defer = ZRAMSIM_DEFER_NONE;
	cfg.model.pages = ZRAMSIM_PAGES_DEFERRED;
	refused(&cfg, -EINVAL,
		"--defer 'none' does not go with --pages 'deferred', which defers emptied zspages");
	cfg = good;
	cfg.strategy.defer = ZRAMSIM_DEFER_ZSPAGE;
	cfg.model.pages = ZRAMSIM_PAGES_OUTSIDE;
	refused(&cfg, -EINVAL, "--defer 'zspage' does not go with --pages 'outside', as it leaves");
}

static void bad_company_is_refused(void **state)
{
	struct zramsim_config good, cfg;

	(void)state;
	zramsim_config_init(&good);
	cfg = good;
	cfg.hogs = 257;
	refused(&cfg, -EINVAL, "hogs '257' is too large; give at most 256");
	cfg = good;
	cfg.memory_bytes = 1ull << 42;
	refused(&cfg, -EINVAL, "--memory '4398046511104' is more than 67108864 pages");
	cfg = good;
	cfg.alloc_bytes = 1ull << 41;
	refused(&cfg, -EINVAL, "' is more than 67108864 pages");
	cfg.alloc_bytes = 4096;
	refused(&cfg, -EINVAL,
		"--alloc '4096' does not go with --scenario 'exit', in which nothing is allocated");
}

static void deferred_zspages_are_left_to_the_pools_worker(void **state)
{
	struct sim_message msg = { message, sizeof(message) };
	struct zramsim_config asked, cfg;

	(void)state;
	zramsim_config_init(&asked);
	asked.strategy.defer = ZRAMSIM_DEFER_ZSPAGE;
	assert_int_equal(sim_config_check(&asked, &cfg, &msg), 0);
	assert_int_equal(cfg.model.pages, ZRAMSIM_PAGES_DEFERRED);
	assert_int_equal(cfg.nr_strategies, 1);
	assert_string_equal(cfg.strategies[0], "sync");
	sim_config_release(&cfg);
}

/* What releases differ in, said a second time. */
static void a_release_decides_what_is_not_asked_for(void **state)
{
	static const struct {
		enum zramsim_kernel kernel;
		enum zramsim_locks locks;
		enum zramsim_pages pages;
	} releases[] = {
		{ ZRAMSIM_KERNEL_6_1, ZRAMSIM_LOCKS_POOL, ZRAMSIM_PAGES_INSIDE },
		{ ZRAMSIM_KERNEL_6_6, ZRAMSIM_LOCKS_POOL, ZRAMSIM_PAGES_INSIDE },
		{ ZRAMSIM_KERNEL_6_12, ZRAMSIM_LOCKS_CLASS, ZRAMSIM_PAGES_INSIDE },
		{ ZRAMSIM_KERNEL_6_18, ZRAMSIM_LOCKS_CLASS, ZRAMSIM_PAGES_INSIDE },
		{ ZRAMSIM_KERNEL_7_1, ZRAMSIM_LOCKS_CLASS, ZRAMSIM_PAGES_INSIDE },
		{ ZRAMSIM_KERNEL_7_2, ZRAMSIM_LOCKS_CLASS, ZRAMSIM_PAGES_INSIDE },
		{ ZRAMSIM_KERNEL_7_3, ZRAMSIM_LOCKS_CLASS_IDX, ZRAMSIM_PAGES_OUTSIDE },
		{ ZRAMSIM_KERNEL_DEFAULT, ZRAMSIM_LOCKS_CLASS_IDX, ZRAMSIM_PAGES_OUTSIDE },
	};
	struct sim_message msg = { message, sizeof(message) };
	struct zramsim_config asked, cfg;
	char text[SIM_MODEL_CHARS];
	size_t i;

	(void)state;
	zramsim_config_init(&asked);
	for (i = 0; i < sizeof(releases) / sizeof(releases[0]); i++) {
		asked.model = (struct zramsim_model){ .kernel = releases[i].kernel };
		assert_int_equal(sim_config_check(&asked, &cfg, &msg), 0);
		assert_int_equal(cfg.model.locks, releases[i].locks);
		assert_int_equal(cfg.model.pages, releases[i].pages);
		assert_int_equal(cfg.model.flags, ZRAMSIM_FLAGS_SINGLE);
		sim_model_text(&cfg, text);
		assert_null(strstr(text, "with"));
		sim_config_release(&cfg);
	}
	assert_string_equal(text, "kernel 7.3");
}

static void what_is_asked_for_overrides_the_release_and_is_named(void **state)
{
	struct sim_message msg = { message, sizeof(message) };
	struct zramsim_config asked, cfg;
	char text[SIM_MODEL_CHARS];

	(void)state;
	zramsim_config_init(&asked);
	asked.model.kernel = ZRAMSIM_KERNEL_6_6;
	asked.model.locks = ZRAMSIM_LOCKS_SHARDED;
	asked.model.pages = ZRAMSIM_PAGES_INSIDE;
	asked.model.flags = ZRAMSIM_FLAGS_MERGED;
	assert_int_equal(sim_config_check(&asked, &cfg, &msg), 0);
	assert_int_equal(cfg.model.locks, ZRAMSIM_LOCKS_SHARDED);
	assert_int_equal(cfg.model.flags, ZRAMSIM_FLAGS_MERGED);
	sim_model_text(&cfg, text);
	assert_string_equal(text, "kernel 6.6, with --locks sharded --flags merged");
	sim_config_release(&cfg);
}

static void a_model_reaches_the_layers_below(void **state)
{
	struct zramsim_model model = {
		.locks = ZRAMSIM_LOCKS_SHARDED,
		.pages = ZRAMSIM_PAGES_OUTSIDE,
		.flags = ZRAMSIM_FLAGS_SINGLE,
		.stats = ZRAMSIM_STATS_PERCPU,
		.hold_objs = 17,
	};
	struct zram_params params = { 0 };

	(void)state;
	sim_model_params(&model, &params);
	assert_int_equal(params.pool.locks, ZS_LOCKS_SHARDED);
	assert_int_equal(params.pool.pages, ZS_PAGES_OUTSIDE);
	assert_int_equal(params.pool.hold_objs, 17);
	assert_int_equal(params.flags, ZRAM_FLAGS_SINGLE);
	assert_int_equal(params.stats, ZRAM_STATS_PERCPU);
	/* No option has these: the release alone. */
	assert_int_equal(params.pool.slabs, ZS_SLABS_SHEAVES);
	model.kernel = ZRAMSIM_KERNEL_7_1;
	sim_model_params(&model, &params);
	assert_int_equal(params.pool.slabs, ZS_SLABS_FREELIST);
	model.kernel = ZRAMSIM_KERNEL_7_2;
	sim_model_params(&model, &params);
	assert_int_equal(params.pool.slabs, ZS_SLABS_SHEAVES);
}

static void bad_processors_are_refused(void **state)
{
	struct zramsim_config cfg;

	(void)state;
	zramsim_config_init(&cfg);
	cfg.pin = true;
	cfg.nr_pin_cpus = 1;
	cfg.pin_cpus[0] = 1023;
	refused(&cfg, -EINVAL, "processor 1023 does not exist, or this process may not use it");
	cfg.nr_pin_cpus = 257;
	refused(&cfg, -EINVAL, "257 processors to pin to are more than 256");
}

/* All strategies, except those that do not have the unit. */
static void a_unit_selects_the_strategies_that_have_it(void **state)
{
	struct sim_message msg = { message, sizeof(message) };
	struct zramsim_config asked, cfg;
	unsigned int i;

	(void)state;
	zramsim_config_init(&asked);
	asked.strategy.defer = ZRAMSIM_DEFER_HANDLE;
	assert_int_equal(sim_config_check(&asked, &cfg, &msg), 0);
	assert_string_equal(cfg.strategies[0], "sync");
	assert_true(cfg.nr_strategies < zfree_nr_strategies());
	for (i = 1; i < cfg.nr_strategies; i++)
		assert_true(zfree_find(cfg.strategies[i])->units & BIT(ZFREE_HANDLE));
	sim_config_release(&cfg);
}

static void no_batch_overrides_what_a_strategy_prefers(void **state)
{
	struct zramsim_strategy_params from = { .batch = ZRAMSIM_BATCH_NONE };
	struct zfree_params to;
	struct zfree_ops ops;

	(void)state;
	assert_int_equal(sim_strategy_params(&from, &zfree_bulk, &to, &ops), 0);
	assert_int_equal(to.batch, ZS_BATCH_NONE);
	from.batch = ZRAMSIM_BATCH_DEFAULT;
	assert_int_equal(sim_strategy_params(&from, &zfree_bulk, &to, &ops), 0);
	assert_int_equal(to.batch, ZS_BATCH_DEFAULT);
	from.batch = (enum zramsim_batch)77;
	assert_int_equal(sim_strategy_params(&from, &zfree_bulk, &to, &ops), -EINVAL);
}

/* Whom its own worker, hog or foreground may displace has no neighbour by that. */
static void a_producer_is_alone_where_no_thread_of_ours_may_come(void **state)
{
	const struct sim_scenario_ops *exits = sim_scenario_find("exit");
	struct zramsim_config cfg;

	(void)state;
	zramsim_config_init(&cfg);
	cfg.procs = 2;
	cfg.nr_pin_cpus = 3;
	cfg.strategy.nr_workers = 1;
	assert_true(sim_crew_alone(&cfg, exits));
	assert_false(sim_crew_alone(&cfg, sim_scenario_find("lmk")));
	assert_false(sim_crew_alone(&cfg, sim_scenario_find("pressure")));
	cfg.hogs = 1;
	assert_false(sim_crew_alone(&cfg, exits));
	cfg.nr_pin_cpus = 4;
	assert_true(sim_crew_alone(&cfg, exits));
	cfg.compact_us = 100;
	assert_false(sim_crew_alone(&cfg, exits));
	cfg.compact_us = 0;
	cfg.strategy.workers = ZRAMSIM_WORKERS_PERCPU;
	assert_false(sim_crew_alone(&cfg, exits));
	cfg.strategy.workers = ZRAMSIM_WORKERS_UNBOUND;
	cfg.pin = false;
	assert_false(sim_crew_alone(&cfg, exits));
	cfg.pin = true;
	cfg.nr_pin_cpus = 1; /* --pin 0 puts all on one */
	assert_false(sim_crew_alone(&cfg, exits));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults_are_the_rfcs_experiment),
		cmocka_unit_test(bad_names_are_refused),
		cmocka_unit_test(bad_numbers_are_refused),
		cmocka_unit_test(bad_attachments_are_refused),
		cmocka_unit_test(bad_free_paths_are_refused),
		cmocka_unit_test(bad_company_is_refused),
		cmocka_unit_test(deferred_zspages_are_left_to_the_pools_worker),
		cmocka_unit_test(a_release_decides_what_is_not_asked_for),
		cmocka_unit_test(what_is_asked_for_overrides_the_release_and_is_named),
		cmocka_unit_test(a_model_reaches_the_layers_below),
		cmocka_unit_test(bad_processors_are_refused),
		cmocka_unit_test(a_unit_selects_the_strategies_that_have_it),
		cmocka_unit_test(no_batch_overrides_what_a_strategy_prefers),
		cmocka_unit_test(a_producer_is_alone_where_no_thread_of_ours_may_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
