// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * One experiment: every strategy once per round, in random order, round after round.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "port.h"
#include "sim/figures/doubts.h"
#include "sim/figures/result_build.h"
#include "sim/run/config.h"
#include "sim/run/rounds.h"
#include "sim/run/stages.h"
#include "sim/threads/provenance.h"
#include "sim/threads/rates.h"
#include "sim/virtual/entry.h"
#include "strategies/registry.h"

/**
 * struct experiment - one under way
 * @cfg:	effective configuration
 * @stages:	the world that its repeats start from
 * @stage:	what repeats use
 * @rounds:	repeats of the strategies
 * @collections: [cfg.nr_strategies]
 * @result:	being made
 * @outcome:	of the repeat under way
 */
struct experiment {
	struct zramsim_config cfg;
	struct sim_stages stages;
	struct sim_stage *stage;
	struct sim_rounds rounds;
	struct sim_collection *collections;
	struct zramsim_result *result;
	struct sim_outcome outcome;
};

static const char *strategy_name(void *ctx, unsigned int i)
{
	const struct experiment *exp = ctx;

	return exp->cfg.strategies[i];
}

static int repeat_strategy(void *ctx, unsigned int i, u32 number, bool counts, bool *disturbed,
			   struct sim_message *msg)
{
	struct experiment *exp = ctx;
	struct sim_collection *collection = &exp->collections[i];
	int err;

	err = sim_repeat(exp->stage, &exp->cfg, zfree_find(exp->cfg.strategies[i]), number,
			 &exp->rounds.noise, &exp->outcome, msg);
	if (err)
		return err;
	*disturbed = exp->outcome.disturbed;
	if (counts && collection->nr < collection->room)
		collection->outcomes[collection->nr++] = exp->outcome;
	return 0;
}

static const struct sim_rounds_ops repeat_ops = {
	.name = strategy_name,
	.repeat = repeat_strategy,
};

static void add_warning(void *ctx, const char *sentence)
{
	sim_result_warn(ctx, "%s", sentence);
}

static void warn_data(struct experiment *exp)
{
	const struct sim_source *source = &exp->stage->world->data.source;
	u64 nr = exp->stage->world->nr_filled;

	if (source->note[0])
		sim_result_warn(exp->result, "%s", source->note);
	if (exp->stage->world->scenario->distinct)
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
		sim_result_sizes(&result->strategies[i].sizes, exp->stage->world);
		warn_collection(exp, i);
	}
	sim_result_compare(result);
	if (disturbed)
		sim_result_warn(result,
				"%u of %u repeats ran while another task used the core or its "
				"sibling hyperthread, and there was no time for others",
				disturbed, kept);
	if (exp->rounds.out_of_time)
		sim_result_warn(result,
				"the time bound of %.1f s was reached after %u of %u repeats",
				(double)exp->cfg.max_ns / 1e9, exp->rounds.done,
				sim_rounds_planned(&exp->rounds));
	if (fewest < sim_host.few_runs)
		sim_result_warn(result, "only %u repeats: intervals are wide or missing", fewest);
	sim_doubts(&exp->cfg, &result->provenance, add_warning, result);
	warn_data(exp);
	result->wall_ns = kc_now_ns() - exp->rounds.start_ns;
}

static int make_collections(struct experiment *exp, struct sim_message *msg)
{
	const struct zramsim_config *cfg = &exp->cfg;
	unsigned int i;

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

static int prepare(struct experiment *exp, struct sim_message *msg)
{
	int err =
		sim_rounds_init(&exp->rounds, &exp->cfg, exp->cfg.nr_strategies, &repeat_ops, exp);

	if (err)
		return sim_fail(msg, err, "not enough memory for an experiment");
	exp->stages.clock_ns = exp->result->provenance.clock_ns;
	err = sim_stages_get(&exp->stages, &exp->cfg, &exp->stage, msg);
	return err ? err : make_collections(exp, msg);
}

static void experiment_exit(struct experiment *exp)
{
	unsigned int i;

	for (i = 0; exp->collections && i < exp->cfg.nr_strategies; i++)
		free(exp->collections[i].outcomes);
	free(exp->collections);
	sim_stages_exit(&exp->stages);
	sim_rounds_exit(&exp->rounds);
	free(exp);
}

static int run(struct experiment *exp, struct zramsim_result **result, struct sim_message *msg)
{
	int err;

	exp->result = sim_result_create(&exp->cfg);
	if (!exp->result) {
		sim_config_release(&exp->cfg);
		return sim_fail(msg, -ENOMEM, "not enough memory for a result");
	}
	sim_provenance_collect(&exp->result->provenance);
	err = prepare(exp, msg);
	if (!err)
		err = sim_rounds_run(&exp->rounds, msg);
	if (!err || (err == -EINTR && exp->collections)) {
		exp->result->complete = !err;
		conclude(exp);
		*result = exp->result;
	} else {
		zramsim_result_free(exp->result);
	}
	return err;
}

/* On a virtual machine, if this program has them. */
static int run_virtual(const struct zramsim_config *asked, struct zramsim_result **result,
		       char *message, size_t message_bytes)
{
	struct sim_message msg = { message, message_bytes };

	if (!sim_virtual_run)
		return sim_fail(&msg, -ENOTSUP, "this build has no virtual machines");
	return sim_virtual_run(asked, result, message, message_bytes);
}

int zramsim_run(const struct zramsim_config *asked, struct zramsim_result **result, char *message,
		size_t message_bytes)
{
	struct sim_message msg = { message, message_bytes };
	struct experiment *exp;
	int err;

	*result = NULL;
	if (asked->machine && !sim_host.is_machine)
		return run_virtual(asked, result, message, message_bytes);
	exp = calloc(1, sizeof(*exp));
	if (!exp)
		return sim_fail(&msg, -ENOMEM, "not enough memory for an experiment");
	err = sim_config_check(asked, &exp->cfg, &msg);
	if (err)
		sim_config_release(&exp->cfg);
	else
		err = run(exp, result, &msg);
	/* The configuration's strings are the result's. */
	experiment_exit(exp);
	return err;
}
