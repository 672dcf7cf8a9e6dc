// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * One experiment: every strategy once per round, in random order, round after round.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "port.h"
#include "sim/config.h"
#include "sim/provenance.h"
#include "sim/repeat.h"
#include "sim/result_build.h"
#include "strategies/registry.h"

enum {
	NOISE_WAIT_NS = 20000000,      /* for a free core, before a repeat */
	NOISE_WAIT_ALL_NS = 400000000, /* in the whole experiment */
	FEW_RUNS = 5,
	DEAR_CLOCK_NS = 100,
};

/**
 * struct experiment - one under way
 * @cfg:	effective configuration
 * @world:	what each repeat starts from
 * @stage:	what repeats use
 * @noise:	what a free core does
 * @noise_left_ns: time that may still be spent waiting for a free core
 * @collections: [cfg.nr_strategies]
 * @result:	being made
 * @rng:	order of the strategies
 * @start_ns:	when it began
 * @done:	repeats so far, warm-up included
 * @extra:	repeats that may still be run in place of disturbed ones
 * @out_of_time: the time bound was reached
 */
struct experiment {
	struct zramsim_config cfg;
	struct sim_world world;
	struct sim_stage stage;
	struct sim_noise noise;
	u64 noise_left_ns;
	struct sim_collection *collections;
	struct zramsim_result *result;
	u64 rng;
	u64 start_ns;
	unsigned int done;
	unsigned int extra;
	bool out_of_time;
};

static bool stop_asked(const struct experiment *exp)
{
	return exp->cfg.stop && *exp->cfg.stop;
}

static bool time_is_up(const struct experiment *exp)
{
	return exp->cfg.max_ns && kc_now_ns() - exp->start_ns >= exp->cfg.max_ns;
}

/* Would one repeat more leave time for all that are planned? */
static bool time_for_extra(const struct experiment *exp)
{
	u64 planned = (u64)(exp->cfg.warmup + exp->cfg.runs) * exp->cfg.nr_strategies + 1;
	u64 spent = kc_now_ns() - exp->start_ns;

	return !exp->cfg.max_ns || spent / max(exp->done, 1u) * planned < exp->cfg.max_ns;
}

static void report_progress(const struct experiment *exp, unsigned int strategy)
{
	const struct zramsim_config *cfg = &exp->cfg;
	unsigned int total = (cfg->warmup + cfg->runs) * cfg->nr_strategies;

	if (cfg->progress)
		cfg->progress(cfg->progress_ctx, min(exp->done, total), total,
			      strategy < cfg->nr_strategies ? cfg->strategies[strategy] : "");
}

static void wait_for_core(struct experiment *exp)
{
	u64 start = kc_now_ns(), spent;

	sim_noise_wait(&exp->noise, min(exp->noise_left_ns, (u64)NOISE_WAIT_NS));
	spent = kc_now_ns() - start;
	exp->noise_left_ns -= min(spent, exp->noise_left_ns);
}

static int run_one(struct experiment *exp, unsigned int i, bool counts, struct sim_outcome *outcome,
		   struct sim_message *msg)
{
	struct sim_collection *collection = &exp->collections[i];
	int err;

	report_progress(exp, i);
	wait_for_core(exp);
	err = sim_repeat(&exp->stage, &exp->cfg, zfree_find(exp->cfg.strategies[i]), exp->done, &exp->noise,
			 outcome, msg);
	exp->done++;
	if (!err && counts && collection->nr < collection->room)
		collection->outcomes[collection->nr++] = *outcome;
	return err;
}

/* One repeat, and another one if somebody else used the core meanwhile. */
static int run_strategy(struct experiment *exp, unsigned int i, bool counts,
			struct sim_message *msg)
{
	struct sim_outcome *outcome = malloc(sizeof(*outcome));
	int err;

	if (!outcome)
		return sim_fail(msg, -ENOMEM, "not enough memory for a repeat");
	err = run_one(exp, i, counts, outcome, msg);
	if (!err && counts && outcome->disturbed && exp->extra && time_for_extra(exp) &&
	    !stop_asked(exp)) {
		exp->extra--;
		err = run_one(exp, i, counts, outcome, msg);
		exp->done--; /* progress counts what was planned */
	}
	free(outcome);
	return err;
}

static int run_round(struct experiment *exp, unsigned int round, struct sim_message *msg)
{
	unsigned int order[ZRAMSIM_MAX_STRATEGIES], nr = exp->cfg.nr_strategies, i, j, swap;
	bool first = round <= exp->cfg.warmup;
	int err;

	for (i = 0; i < nr; i++)
		order[i] = i;
	for (i = nr; i-- > 1;) {
		j = (unsigned int)kc_random_below(&exp->rng, i + 1);
		swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
	for (i = 0; i < nr; i++) {
		if (stop_asked(exp))
			return sim_fail(msg, -EINTR, "interrupted after %u repeats", exp->done);
		/* Every strategy has one repeat at least, however long that takes. */
		if (!first && time_is_up(exp)) {
			exp->out_of_time = true;
			return 0;
		}
		err = run_strategy(exp, order[i], round >= exp->cfg.warmup, msg);
		if (err)
			return err;
	}
	return 0;
}

static int run_rounds(struct experiment *exp, struct sim_message *msg)
{
	unsigned int round;
	int err = 0;

	for (round = 0; round < exp->cfg.warmup + exp->cfg.runs && !err && !exp->out_of_time;
	     round++)
		err = run_round(exp, round, msg);
	report_progress(exp, exp->cfg.nr_strategies);
	return err;
}

static void warn_machine(struct experiment *exp)
{
	const struct sim_provenance *prov = &exp->result->provenance;
	unsigned int workers = max(exp->cfg.strategy.nr_workers, 1u);
	struct zramsim_result *result = exp->result;

	if (prov->nr_cpus < exp->cfg.procs + workers)
		sim_result_warn(
			result,
			"%u producing and %u draining threads share %u processors: exit times "
			"contain waiting for a processor",
			exp->cfg.procs, workers, prov->nr_cpus);
	if (strcmp(prov->governor, "unknown") && strcmp(prov->governor, "performance"))
		sim_result_warn(result,
				"the cpufreq governor is %s: set it to performance for steady "
				"figures",
				prov->governor);
	if (!isnan(prov->load_1min) && prov->load_1min > 0.5 * prov->nr_cpus)
		sim_result_warn(result, "the load average was %.1f on %u processors at the start",
				prov->load_1min, prov->nr_cpus);
	if (prov->clock_ns > DEAR_CLOCK_NS)
		sim_result_warn(result, "reading the clock costs %.0f ns: notify_ns is coarse",
				prov->clock_ns);
	if (strstr(prov->flags, "-fsanitize"))
		sim_result_warn(result, "built with a sanitizer: durations mean nothing");
#ifndef __OPTIMIZE__
	sim_result_warn(result, "built without optimisation: durations mean little");
#endif
}

static void warn_data(struct experiment *exp)
{
	const struct sim_source *source = &exp->world.data.source;
	u64 nr = exp->world.nr_filled;

	if (source->note[0])
		sim_result_warn(exp->result, "%s", source->note);
	if (exp->world.scenario->distinct)
		return;
	if (source->nr < nr && source->nr > 1)
		sim_result_warn(exp->result,
				"%s has %u pages%s for %" PRIu64 " slots: they are repeated",
				exp->cfg.data, source->nr,
				source->nr == source->nr_wanted ? " (the most that is kept)" : "",
				nr);
}

static void warn_collection(struct experiment *exp, unsigned int i)
{
	const struct sim_collection *collection = &exp->collections[i];
	const char *name = exp->cfg.strategies[i];
	const struct sim_outcome *last;

	if (!collection->nr)
		return;
	last = &collection->outcomes[collection->nr - 1];
	if (last->residue)
		sim_result_warn(exp->result,
				"%s left %" PRIu64
				" items that nothing would have freed: they were "
				"drained after the measurement",
				name, last->residue);
	if (last->failed)
		sim_result_warn(exp->result, "%s: %" PRIu64 " writes failed for want of memory",
				name, last->failed);
	if (last->marks_lost)
		sim_result_warn(exp->result,
				"%s: the curve and the pending figures end early, the run was too "
				"long",
				name);
}

/* From collections to a result. */
static void conclude(struct experiment *exp)
{
	struct zramsim_result *result = exp->result;
	unsigned int i, disturbed = 0, kept = 0, fewest = UINT32_MAX;

	for (i = 0; i < exp->cfg.nr_strategies; i++) {
		disturbed += sim_result_collect(result, i, &exp->collections[i]);
		kept += result->strategies[i].nr_runs;
		fewest = min(fewest, result->strategies[i].nr_runs);
		sim_result_sizes(&result->strategies[i].sizes, &exp->world);
		warn_collection(exp, i);
	}
	sim_result_compare(result);
	if (disturbed)
		sim_result_warn(result,
				"%u of %u repeats ran while another task used the core or its "
				"sibling hyperthread, and there was no time for others",
				disturbed, kept);
	if (exp->out_of_time)
		sim_result_warn(result,
				"the time bound of %.1f s was reached after %u of %u repeats",
				(double)exp->cfg.max_ns / 1e9, exp->done,
				(exp->cfg.warmup + exp->cfg.runs) * exp->cfg.nr_strategies);
	if (fewest < FEW_RUNS)
		sim_result_warn(result, "only %u repeats: intervals are wide or missing", fewest);
	warn_machine(exp);
	warn_data(exp);
	result->wall_ns = kc_now_ns() - exp->start_ns;
}

static int prepare(struct experiment *exp, struct sim_message *msg)
{
	const struct zramsim_config *cfg = &exp->cfg;
	unsigned int i;
	int err;

	sim_noise_init(&exp->noise);
	exp->noise_left_ns = NOISE_WAIT_ALL_NS;
	exp->extra = (cfg->runs + 1) / 2 * cfg->nr_strategies;
	exp->rng = cfg->seed ^ 0x6f72646572ull;
	err = sim_world_init(&exp->world, cfg, sim_scenario_find(cfg->scenario), msg);
	if (err)
		return err;
	if (sim_stage_init(&exp->stage, &exp->world))
		return sim_fail(msg, -ENOMEM, "not enough memory for the samples");
	exp->stage.clock_ns = exp->result->provenance.clock_ns;
	err = sim_rehearse(&exp->stage, msg);
	if (err)
		return err;
	exp->collections = calloc(cfg->nr_strategies, sizeof(*exp->collections));
	if (!exp->collections)
		return sim_fail(msg, -ENOMEM, "not enough memory for the repeats");
	for (i = 0; i < cfg->nr_strategies; i++) {
		exp->collections[i].room = 2 * cfg->runs;
		exp->collections[i].outcomes = calloc(2 * cfg->runs, sizeof(struct sim_outcome));
		if (!exp->collections[i].outcomes)
			return sim_fail(msg, -ENOMEM, "not enough memory for %u repeats",
					cfg->runs);
	}
	return 0;
}

static void experiment_exit(struct experiment *exp)
{
	unsigned int i;

	for (i = 0; exp->collections && i < exp->cfg.nr_strategies; i++)
		free(exp->collections[i].outcomes);
	free(exp->collections);
	if (exp->stage.world)
		sim_stage_exit(&exp->stage);
	if (exp->world.cfg)
		sim_world_exit(&exp->world);
}

int zramsim_run(const struct zramsim_config *asked, struct zramsim_result **result, char *message,
		size_t message_bytes)
{
	struct sim_message msg = { message, message_bytes };
	struct experiment exp = { .start_ns = kc_now_ns() };
	int err;

	*result = NULL;
	err = sim_config_check(asked, &exp.cfg, &msg);
	if (err) {
		sim_config_release(&exp.cfg);
		return err;
	}
	exp.result = sim_result_create(&exp.cfg);
	if (!exp.result) {
		sim_config_release(&exp.cfg);
		return sim_fail(&msg, -ENOMEM, "not enough memory for a result");
	}
	sim_provenance_collect(&exp.result->provenance);
	err = prepare(&exp, &msg);
	if (!err)
		err = run_rounds(&exp, &msg);
	if (!err || (err == -EINTR && exp.collections)) {
		exp.result->complete = !err;
		conclude(&exp);
		*result = exp.result;
	} else {
		zramsim_result_free(exp.result);
	}
	/* The configuration's strings are the result's. */
	experiment_exit(&exp);
	return err;
}
