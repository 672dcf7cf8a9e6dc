// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "port.h"
#include "sim/figures/stats.h"
#include "sim/run/config.h"
#include "sim/run/model.h"
#include "sim/run/pins.h"
#include "sim/scenario/scenario.h"
#include "strategies/registry.h"
#include "zfree/core.h"
#include "zram/zcomp.h"

void zramsim_config_init(struct zramsim_config *cfg)
{
	struct sim_request req;

	sim_options_init(&req);
	*cfg = req.config;
	cfg->least_runs = SIM_INTERVAL_MIN;
}

/* Append a name to a list "a, b, c" in a buffer. */
static void list_name(char *list, size_t size, const char *name)
{
	size_t len = strlen(list);

	snprintf(list + len, size - len, "%s%s", len ? ", " : "", name);
}

static bool allocates(const char *scenario)
{
	const struct sim_scenario_ops *ops = sim_scenario_find(scenario);

	return ops && ops->allocate;
}

static int check_scenario(struct zramsim_config *cfg, struct sim_message *msg)
{
	const struct sim_scenario_ops *ops = cfg->scenario ? sim_scenario_find(cfg->scenario)
							   : NULL;
	char names[128] = "";
	unsigned int i;

	if (!ops) {
		for (i = 0; sim_scenario_at(i); i++)
			list_name(names, sizeof(names), sim_scenario_at(i)->name);
		return sim_fail(msg, -EINVAL, "scenario \"%s\" is not one of %s",
				cfg->scenario ? cfg->scenario : "", names);
	}
	cfg->scenario = ops->name;
	if (!cfg->present_pct)
		cfg->present_pct = ops->present_pct;
	return 0;
}

static int check_level(const struct zramsim_config *cfg, struct sim_message *msg)
{
	int level = cfg->comp_level, min, max;

	zcomp_levels(cfg->comp, &min, &max);
	if (!level || (level >= min && level <= max))
		return 0;
	if (!min && !max)
		return sim_fail(msg, -EINVAL,
				"compressor %s has no levels, so not %d either; "
				"leave the level out",
				cfg->comp, level);
	return sim_fail(msg, -EINVAL, "compressor %s has no level %d; its levels are %d to %d",
			cfg->comp, level, min, max);
}

static int check_comp(struct zramsim_config *cfg, struct sim_message *msg)
{
	char names[128] = "";
	unsigned int i;

	for (i = 0; zcomp_name(i); i++) {
		if (!cfg->comp || !strcmp(cfg->comp, zcomp_name(i))) {
			cfg->comp = zcomp_name(i);
			return check_level(cfg, msg);
		}
		list_name(names, sizeof(names), zcomp_name(i));
	}
	return sim_fail(msg, -ENOTSUP, "compressor \"%s\" is not in this build, which has %s",
			cfg->comp, names);
}

/* What queues nothing suits all. */
static bool defer_suits(enum zramsim_defer defer, unsigned int units)
{
	switch (defer) {
	case ZRAMSIM_DEFER_NONE:
	case ZRAMSIM_DEFER_ZSPAGE:
		return !units;
	case ZRAMSIM_DEFER_HANDLE:
		return !units || units & BIT(ZFREE_HANDLE);
	case ZRAMSIM_DEFER_SLOT:
		return !units || units & BIT(ZFREE_SLOT);
	case ZRAMSIM_DEFER_DEFAULT:
		break;
	}
	return true;
}

static bool suits(const struct zramsim_config *cfg, const struct zfree_ops *ops)
{
	return defer_suits(cfg->strategy.defer, ops->units);
}

static int all_strategies(struct zramsim_config *cfg)
{
	const struct zfree_ops *ops;
	unsigned int i;

	for (i = 0; i < zfree_nr_strategies(); i++) {
		ops = zfree_strategy(i);
		if (suits(cfg, ops) && cfg->nr_strategies < ZRAMSIM_MAX_STRATEGIES)
			cfg->strategies[cfg->nr_strategies++] = ops->name;
	}
	return 0;
}

static int refuse_defer(const struct zramsim_config *cfg, const struct zfree_ops *ops,
			struct sim_message *msg)
{
	const char *unit = ops->units & BIT(ZFREE_SLOT) ? "slot" : "handle";
	const char *defer = sim_option_word("defer", cfg);

	if (cfg->strategy.defer <= ZRAMSIM_DEFER_ZSPAGE)
		return sim_fail(
			msg, -EINVAL,
			"--defer '%s' does not go with strategy '%s', which queues %ss; use "
			"--strategy sync, or leave --defer out",
			defer, ops->name, unit);
	return sim_fail(msg, -EINVAL,
			"--defer '%s' does not go with strategy '%s', which queues only %ss; use "
			"--defer %s, or leave '%s' out",
			defer, ops->name, unit, unit, ops->name);
}

static int check_strategy(struct zramsim_config *cfg, unsigned int i, struct sim_message *msg)
{
	const char *name = cfg->strategies[i];
	const struct zfree_ops *ops = name ? zfree_find(name) : NULL;
	char names[256] = "";
	unsigned int k;

	if (!ops) {
		for (k = 0; k < zfree_nr_strategies(); k++)
			list_name(names, sizeof(names), zfree_strategy(k)->name);
		return sim_fail(msg, -EINVAL, "strategy \"%s\" is not one of %s", name ? name : "",
				names);
	}
	for (k = 0; k < i; k++) {
		if (!strcmp(cfg->strategies[k], name))
			return sim_fail(msg, -EINVAL, "strategy \"%s\" is named twice", name);
	}
	if (!suits(cfg, ops))
		return refuse_defer(cfg, ops, msg);
	cfg->strategies[i] = ops->name;
	return 0;
}

int sim_config_strategies(struct zramsim_config *cfg, struct sim_message *msg)
{
	unsigned int i;
	int err;

	if (cfg->nr_strategies > ZRAMSIM_MAX_STRATEGIES)
		return sim_fail(msg, -EINVAL, "%u strategies are more than %d", cfg->nr_strategies,
				ZRAMSIM_MAX_STRATEGIES);
	if (!cfg->nr_strategies)
		return all_strategies(cfg);
	for (i = 0; i < cfg->nr_strategies; i++) {
		err = check_strategy(cfg, i, msg);
		if (err)
			return err;
	}
	return 0;
}

static u64 whole_pages(const struct zramsim_config *cfg, u64 bytes)
{
	return bytes / cfg->page_bytes * cfg->page_bytes +
	       (bytes % cfg->page_bytes ? cfg->page_bytes : 0);
}

static int check_sizes(struct zramsim_config *cfg, struct sim_message *msg)
{
	u64 slots;

	if (cfg->size_bytes > (u64)SIM_MAX_SLOTS * cfg->page_bytes / cfg->procs)
		return sim_fail(msg, -EINVAL,
				"--size '%" PRIu64 "' with --procs '%" PRIu32
				"' needs more than %d "
				"slots; give less of either",
				cfg->size_bytes, cfg->procs, SIM_MAX_SLOTS);
	cfg->size_bytes = whole_pages(cfg, cfg->size_bytes);
	cfg->mem_limit_bytes = whole_pages(cfg, cfg->mem_limit_bytes);
	slots = cfg->size_bytes / cfg->page_bytes;
	if (!cfg->ops_count)
		cfg->ops_count = min(slots * SIM_CHURN_OPS_PER_SLOT, (u64)SIM_MAX_OPS);
	return 0;
}

/* Memory there is, and what the foreground wants of it. */
static int check_memory(struct zramsim_config *cfg, struct sim_message *msg)
{
	const u64 most = (u64)SIM_MAX_SLOTS * cfg->page_bytes;

	if (cfg->memory_bytes > most || cfg->alloc_bytes > most)
		return sim_fail(msg, -EINVAL, "--%s '%" PRIu64 "' is more than %d pages; give less",
				cfg->memory_bytes > most ? "memory" : "alloc",
				max(cfg->memory_bytes, cfg->alloc_bytes), SIM_MAX_SLOTS);
	if (cfg->alloc_bytes && !allocates(cfg->scenario))
		return sim_fail(msg, -EINVAL,
				"--alloc '%" PRIu64 "' does not go with --scenario '%s', in which "
				"nothing is allocated at once; use --scenario lmk or pressure, or "
				"leave --alloc out",
				cfg->alloc_bytes, cfg->scenario);
	if (!cfg->alloc_bytes && allocates(cfg->scenario))
		cfg->alloc_bytes = cfg->size_bytes;
	cfg->alloc_bytes = whole_pages(cfg, cfg->alloc_bytes);
	cfg->memory_bytes = whole_pages(cfg, cfg->memory_bytes);
	return 0;
}

static int check_model(struct zramsim_config *cfg, struct sim_message *msg)
{
	return sim_model_complete(&cfg->model, cfg->strategy.defer, msg);
}

static int check_budget(struct zramsim_config *cfg, struct sim_message *msg)
{
	if (cfg->strategy.budget_bytes < cfg->page_bytes)
		return sim_fail(msg, -EINVAL,
				"--budget '%" PRIu64
				"' holds no page; give at least the page size, %" PRIu32,
				cfg->strategy.budget_bytes, cfg->page_bytes);
	return 0;
}

/*
 * Processors to pin to: those asked for, or all that this process may use, in turn. Where the
 * system lets nobody be pinned, and nobody has asked for it, threads are not.
 */
static int check_pins(struct zramsim_config *cfg, struct sim_message *msg)
{
	unsigned int i, cpu;
	bool asked = cfg->nr_pin_cpus;
	int err;

	if (!cfg->pin)
		return 0;
	if (cfg->nr_pin_cpus > ZRAMSIM_MAX_CPUS)
		return sim_fail(msg, -EINVAL, "%u processors to pin to are more than %d",
				cfg->nr_pin_cpus, ZRAMSIM_MAX_CPUS);
	for (i = 0; i < cfg->nr_pin_cpus; i++) {
		if (!kc_host_cpu_allowed(cfg->pin_cpus[i]))
			return sim_fail(msg, -EINVAL,
					"processor %u does not exist, or this process may not use "
					"it",
					cfg->pin_cpus[i]);
	}
	for (i = 0; !asked && i < KC_MAX_HOST_CPUS && cfg->nr_pin_cpus < ZRAMSIM_MAX_CPUS; i++) {
		if (kc_host_cpu_allowed(i))
			cfg->pin_cpus[cfg->nr_pin_cpus++] = i;
	}
	err = sim_pins_try(cfg, &cpu);
	if (err && asked)
		return sim_pins_fail(msg, err, cpu);
	if (!err)
		return 0;
	cfg->pin = false;
	cfg->nr_pin_cpus = 0;
	return 0;
}

int sim_config_check(const struct zramsim_config *asked, struct zramsim_config *cfg,
		     struct sim_message *msg)
{
	static int (*const checks[])(struct zramsim_config *, struct sim_message *) = {
		sim_options_check, check_scenario, check_comp,	check_sizes,	       check_memory,
		check_pins,	   check_budget,   check_model, sim_config_strategies,
	};
	size_t i;
	int err = 0;

	*cfg = *asked;
	for (i = 0; i < ARRAY_SIZE(checks) && !err; i++)
		err = checks[i](cfg, msg);
	if (!err && !asked->data)
		err = sim_fail(msg, -EINVAL, "no data are named; use anon");
	cfg->data = err ? NULL : strdup(asked->data);
	if (!err && !cfg->data)
		err = sim_fail(msg, -ENOMEM, "not enough memory for the configuration");
	return err;
}

void sim_config_release(struct zramsim_config *cfg)
{
	free((void *)(uintptr_t)cfg->data);
	cfg->data = NULL;
}

/* Those below have the numbers of the public ones. */
_Static_assert((int)ZRAMSIM_BATCH_DEFAULT == (int)ZS_BATCH_DEFAULT, "batch");
_Static_assert((int)ZRAMSIM_BATCH_NONE == (int)ZS_BATCH_NONE, "batch");
_Static_assert((int)ZRAMSIM_BATCH_RUNS == (int)ZS_BATCH_RUNS, "batch");
_Static_assert((int)ZRAMSIM_BATCH_SORTED == (int)ZS_BATCH_SORTED, "batch");
_Static_assert((int)ZRAMSIM_WORKERS_UNBOUND == (int)ZFREE_WORKERS_UNBOUND, "workers");
_Static_assert((int)ZRAMSIM_WORKERS_PERCPU == (int)ZFREE_WORKERS_PERCPU, "workers");

int sim_strategy_params(const struct zramsim_strategy_params *from, const struct zfree_ops *ops,
			struct zfree_params *to, struct zfree_ops *effective)
{
	struct sim_message ignored = { 0 };
	struct zramsim_config cfg;

	zramsim_config_init(&cfg);
	cfg.strategy = *from;
	if (sim_options_check(&cfg, &ignored) || !defer_suits(from->defer, ops->units))
		return -EINVAL;
	*to = (struct zfree_params)ZFREE_PARAMS_INIT;
	*effective = *ops;
	if (from->defer == ZRAMSIM_DEFER_HANDLE || from->defer == ZRAMSIM_DEFER_SLOT)
		to->units = BIT(from->defer == ZRAMSIM_DEFER_HANDLE ? ZFREE_HANDLE : ZFREE_SLOT);
	to->batch = (enum zs_batch)from->batch;
	to->workers = (enum zfree_workers)from->workers;
	to->nr_workers = from->nr_workers;
	to->run_slots = from->run_slots;
	to->budget_bytes = from->budget_bytes;
	to->kick_bytes = from->kick_bytes;
	to->flush_ms = from->flush_ms;
	to->nice = from->worker_nice;
	to->delay_us = from->worker_delay_us;
	return 0;
}
