// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * One experiment: the study whose factor is the strategy and whose quantities are all metrics.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linux/container_of.h>
#include <linux/minmax.h>

#include "phase.h"
#include "port.h"
#include "sim/figures/outcome.h"
#include "sim/host_state.h"
#include "sim/run/config.h"
#include "sim/run/repeat.h"
#include "sim/study/shape.h"
#include "sim/study/wording.h"
#include "sim/threads/rates.h"
#include "sim/virtual/entry.h"

/**
 * struct experiment - one under way
 * @ops:	it as a study
 * @result:	being made
 */
struct experiment {
	struct study_ops ops;
	struct zramsim_result *result;
};

static void warn_data(struct study *study, const struct sim_world *world)
{
	const struct sim_source *source = &world->data.source;
	u32 distinct = world->scenario->distinct;
	bool most = source->nr == source->nr_wanted;

	/* A scenario that has so many different pages, and data that are alike, are meant so. */
	if (source->nr >= world->nr_filled || source->ops->alike || (distinct && most))
		return;
	study_warn(study, "%s has %u page%s%s for %" PRIu32 " slot%s: %s", study->base.data,
		   source->nr, sim_plural(source->nr, "s"), most ? " (the most that is kept)" : "",
		   world->nr_filled, sim_plural(world->nr_filled, "s"),
		   source->nr == 1 ? "it is repeated" : "they are repeated");
}

static void warn_repeats(struct study *study, const char *name, const struct sim_outcome *last)
{
	if (last->residue)
		study_warn(study,
			   "%s left %" PRIu64 " item%s that nothing would have freed: drained "
			   "after the measurement",
			   name, last->residue, sim_plural(last->residue, "s"));
	if (last->failed)
		study_warn(study,
			   "%s: %" PRIu64
			   " write%s failed for want of memory (EIO for who writes to "
			   "the block device)",
			   name, last->failed, sim_plural(last->failed, "s"));
	if (last->marks_lost)
		study_warn(study,
			   "%s: the curve and the pending figures end early, the run was too long",
			   name);
}

/* A run with phase timers measures them, too; those of a virtual machine take no time. */
static void warn_phases(struct study *study, struct zramsim_result *result)
{
	const struct zramsim_value *cost;
	double most = 0;
	unsigned int i;

	if (!study->base.phases)
		return;
	result->provenance.phase_ns = kc_phase_cost_ns();
	if (sim_host.is_machine)
		return;
	for (i = 0; i < result->nr_strategies; i++) {
		cost = &result->strategies[i].values[SIM_PHASE_COST];
		if (cost->nr)
			most = max(most, cost->median);
	}
	study_warn(study,
		   "the phases were timed, which costs %.0f ns per change and up to %.0f ns per "
		   "slot: all durations but those of the phases contain it",
		   result->provenance.phase_ns, most);
}

/* A strategy's part of the result, out of the arm it was. */
static void collect(struct zramsim_result *result, const struct study *study, unsigned int i)
{
	const struct study_repeats *repeats = &study->repeats[i];
	struct sim_strategy_result *sr = &result->strategies[i];
	unsigned int m;

	for (m = 0; m < sim_nr_metrics; m++)
		sr->values[m] = study_figure(study, i, 0, m);
	if (i)
		sr->verdict =
			study_verdict(sr->values[SIM_EXIT_NS], study->provenance.machine_error);
	sr->nr_disturbed = repeats->nr_disturbed;
	sim_result_collect(sr, repeats->outcomes, repeats->nr, repeats->kept, repeats->nr_kept);
}

static void finish(struct study *study, struct sim_stage *const *stages)
{
	struct experiment *exp = container_of(study->ops, struct experiment, ops);
	struct zramsim_result *result = exp->result;
	struct study_repeats *repeats;
	unsigned int i;

	result->provenance = study->provenance;
	for (i = 0; i < study->nr_arms; i++) {
		repeats = &study->repeats[i];
		collect(result, study, i);
		sim_result_sizes(&result->strategies[i].sizes, stages[i]->world);
		if (repeats->nr)
			warn_repeats(study, result->strategies[i].name,
				     &repeats->outcomes[repeats->nr - 1]);
		warn_data(study, stages[i]->world);
	}
	warn_phases(study, result);
}

/* What is the study's becomes the result's. */
static void take(struct zramsim_result *result, struct study *study)
{
	unsigned int i;

	for (i = 0; i < study->nr_arms; i++) {
		result->strategies[i].samples = study->repeats[i].samples;
		result->strategies[i].rounds = study->repeats[i].rounds;
		study->repeats[i].samples = NULL;
		study->repeats[i].rounds = NULL;
	}
	memcpy(result->warnings, study->warnings, sizeof(result->warnings));
	result->nr_warnings = study->nr_warnings;
	study->nr_warnings = 0;
	result->config.pin = study->arms[0].cfg.pin;
	result->complete = study->complete;
	result->wall_ns = study->wall_ns;
}

/* Return: also on failure, @figures says whether there are some. */
static int run(struct experiment *exp, const struct zramsim_config *cfg, bool *figures,
	       struct sim_message *msg)
{
	struct study *study;
	unsigned int i;
	int err;

	exp->ops.name = "experiment";
	exp->ops.finish = finish;
	exp->ops.factors[0].key = "strategy";
	for (i = 0; i < cfg->nr_strategies; i++)
		exp->ops.factors[0].levels[i] = cfg->strategies[i];
	err = study_run(&exp->ops, cfg, &study, msg);
	*figures = study != NULL;
	if (study)
		take(exp->result, study);
	study_free(study);
	return err;
}

/* Repeats on a virtual machine differ only in what lies where, so one is made. */
static uint64_t given(const struct zramsim_config *asked)
{
	struct zramsim_config defaults;

	zramsim_config_init(&defaults);
	if (asked->machine)
		defaults.runs = 1;
	return sim_options_changed(asked, &defaults);
}

/* On a virtual machine, if this program has them. */
static int run_virtual(const struct zramsim_config *asked, struct zramsim_result **result,
		       char *message, size_t message_bytes)
{
	struct sim_message msg = { message, message_bytes };
	int err;

	if (!sim_virtual_run)
		return sim_fail(&msg, -ENOTSUP, "this build has no virtual machines");
	err = sim_virtual_run(asked, result, message, message_bytes);
	if (*result)
		(*result)->given = given(asked);
	return err;
}

static int run_asked(const struct zramsim_config *asked, struct zramsim_result **result,
		     char *message, size_t message_bytes)
{
	struct sim_message msg = { message, message_bytes };
	struct experiment exp = { 0 };
	struct zramsim_config cfg;
	bool figures;
	int err;

	if (asked->machine && !sim_host.is_machine)
		return run_virtual(asked, result, message, message_bytes);
	err = sim_config_check(asked, &cfg, &msg);
	if (!err) {
		exp.result = sim_result_create(&cfg);
		if (!exp.result)
			err = sim_fail(&msg, -ENOMEM, "not enough memory for a result");
	}
	if (err) {
		sim_config_release(&cfg);
		return err;
	}
	exp.result->given = given(asked);
	/* The arms are checked by themselves: whether somebody has asked for processors matters. */
	cfg.pin = asked->pin;
	cfg.nr_pin_cpus = asked->nr_pin_cpus;
	err = run(&exp, &cfg, &figures, &msg);
	if (figures)
		*result = exp.result;
	else
		zramsim_result_free(exp.result);
	return err;
}

/** struct host_call - how the host is called back. @asked: its configuration, @host: its state */
struct host_call {
	const struct zramsim_config *asked;
	struct sim_host_state host;
};

static void call_host(void *ctx, unsigned int done, unsigned int total, const char *strategy)
{
	struct host_call *call = ctx;

	sim_own_state_end(&call->host);
	call->asked->progress(call->asked->progress_ctx, done, total, strategy);
	sim_own_state_begin(&call->host);
}

int zramsim_run(const struct zramsim_config *asked, struct zramsim_result **result, char *message,
		size_t message_bytes)
{
	struct sim_message msg = { message, message_bytes };
	struct host_call call = { .asked = asked };
	struct zramsim_config cfg = *asked;
	int err;

	*result = NULL;
	if (kc_is_orphan())
		return sim_fail(&msg, -EPERM,
				"this process was forked while the library was in use, and its "
				"threads stayed in the parent; fork before the first call, or exec "
				"in the child");
	if (cfg.progress) {
		cfg.progress = call_host;
		cfg.progress_ctx = &call;
	}
	sim_own_state_begin(&call.host);
	err = run_asked(&cfg, result, message, message_bytes);
	sim_own_state_end(&call.host);
	return err;
}
