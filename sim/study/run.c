// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A study on this machine: its arms as experiments or probes that take turns, round after round,
 * each once per round, in random order, so that whatever changes with time changes for all.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "port.h"
#include "sim/figures/stats.h"
#include "sim/run/options.h"
#include "sim/run/pins.h"
#include "sim/run/stages.h"
#include "sim/shortage.h"
#include "sim/study/shape.h"
#include "sim/threads/noise.h"
#include "sim/threads/provenance.h"
#include "sim/threads/rates.h"
#include "sim/virtual/entry.h"
#include "strategies/registry.h"

enum {
	NOISE_WAIT_NS = 20000000,      /* for a free core, before a repeat */
	NOISE_WAIT_ALL_NS = 400000000, /* in the whole run, or a twentieth of its bound */
	NOISE_WAIT_SHARE = 20,
};

/**
 * struct execution - a study under way
 * @study:	what is run
 * @noise:	what a free core does
 * @noise_left_ns: time that may still be spent waiting for a free core
 * @order:	[nr_arms] of the round
 * @rng:	order of the arms
 * @start_ns:	when it began
 * @done:	repeats so far, warm-up included, extra ones not
 * @number:	repeats begun so far
 * @round:	under way, from 0 when repeats begin to count
 * @extra:	repeats that may still be run in place of disturbed ones
 * @out_of_time: the time bound was reached
 * @stopped_ns:	time in which the process stood still, which the bound does not count
 * @failed:	[nr_arms]: it failed, and is not run any more
 * @err:	what the first of these failed with
 * @finished:	the study has figures
 * @shortage:	of the host, when it began
 * @stages:	worlds
 * @stage:	[nr_arms] of each arm; NULL for probes
 * @outcome:	of the repeat under way
 * @name:	of the arm under way
 */
struct execution {
	struct study *study;
	struct sim_noise noise;
	u64 noise_left_ns;
	unsigned int *order;
	u64 rng;
	u64 start_ns;
	unsigned int done;
	u32 number;
	unsigned int round;
	unsigned int extra;
	bool out_of_time;
	u64 stopped_ns;
	bool *failed;
	int err;
	bool finished;
	struct sim_shortage shortage;
	struct sim_stages stages;
	struct sim_stage **stage;
	struct sim_outcome outcome;
	char name[STUDY_NAME_CHARS];
};

static const char *arm_name(struct execution *exe, unsigned int i)
{
	study_arm_name(exe->study, i, exe->name);
	return exe->name;
}

/* One experiment's repeat: its metrics, then what the study works out itself. */
static int repeat_experiment(struct execution *exe, unsigned int i, u32 number, double *values,
			     struct sim_message *msg)
{
	const struct study *study = exe->study;
	const struct study_arm *arm = &study->arms[i];
	unsigned int q;
	int err;

	err = sim_repeat(exe->stage[i], &arm->cfg, zfree_find(arm->cfg.strategies[0]), number,
			 &exe->noise, &exe->outcome, msg);
	if (err)
		return err;
	for (q = 0; q < study->nr_quantities; q++) {
		if (study->metrics[q] >= 0)
			values[q] = exe->outcome.metrics[study->metrics[q]];
	}
	if (study->ops->derive)
		study->ops->derive(arm, &exe->outcome, values);
	return 0;
}

/** struct probe_call - one call of a study's probe */
struct probe_call {
	struct execution *exe;
	unsigned int arm;
	u32 number;
	double *values;
	struct sim_message *msg;
	int err;
};

static void call_probe(void *arg)
{
	struct probe_call *call = arg;
	struct study *study = call->exe->study;

	call->err =
		study->ops->probe(&study->arms[call->arm], call->number, call->values, call->msg);
}

/* What runs outside of a virtual machine takes no time there, so a task of its own does it. */
static int call_probe_inside(struct probe_call *call)
{
	struct kc_thread thread;
	int err;

	if (!sim_host.is_machine) {
		call_probe(call);
		return call->err;
	}
	err = kc_thread_create(&thread, "probe", call_probe, call);
	if (err)
		return sim_fail_host(call->msg, err, NULL, "the probe's task cannot be made");
	kc_thread_join(&thread);
	return call->err;
}

static int repeat_probe(struct execution *exe, unsigned int i, u32 number, double *values,
			bool *disturbed, struct sim_message *msg)
{
	struct probe_call call = {
		.exe = exe, .arm = i, .number = number, .values = values, .msg = msg
	};
	struct sim_probe before, after;
	int err;

	sim_noise_probe(&before);
	err = call_probe_inside(&call);
	sim_noise_probe(&after);
	*disturbed = sim_noise_hit(&exe->noise, &before) || sim_noise_hit(&exe->noise, &after);
	return err;
}

static int repeat_arm(struct execution *exe, unsigned int i, u32 number, bool counts,
		      bool *disturbed, struct sim_message *msg)
{
	double values[STUDY_MAX_QUANTITIES];
	struct study_repeats *repeats = &exe->study->repeats[i];
	unsigned int q;
	int err;

	for (q = 0; q < STUDY_MAX_QUANTITIES; q++)
		values[q] = NAN;
	if (exe->study->ops->probe) {
		err = repeat_probe(exe, i, number, values, disturbed, msg);
	} else {
		err = repeat_experiment(exe, i, number, values, msg);
		*disturbed = !err && exe->outcome.disturbed;
		exe->stopped_ns += exe->outcome.stopped_ns;
		repeats->stranded =
			fmax(repeats->stranded, exe->outcome.metrics[SIM_STRANDED_SLOTS]);
	}
	if (!err && counts && repeats->outcomes && repeats->nr < exe->study->room)
		repeats->outcomes[repeats->nr] = exe->outcome;
	if (!err && counts)
		study_record(exe->study, i, values, (struct sim_turn){ exe->round, *disturbed });
	return err;
}

static bool stop_asked(const struct execution *exe)
{
	return exe->study->base.stop && READ_ONCE(*exe->study->base.stop);
}

static u64 spent_ns(const struct execution *exe)
{
	u64 ns = kc_now_ns() - exe->start_ns;

	return ns - min(ns, exe->stopped_ns);
}

static bool time_is_up(const struct execution *exe)
{
	return exe->study->base.max_ns && spent_ns(exe) >= exe->study->base.max_ns;
}

static unsigned int planned_repeats(const struct execution *exe)
{
	return (exe->study->base.warmup + exe->study->base.runs) * exe->study->nr_arms;
}

/* Would one repeat more leave time for all that are planned? */
static bool time_for_extra(const struct execution *exe)
{
	u64 planned = (u64)planned_repeats(exe) + 1;
	u64 spent = spent_ns(exe);

	return !exe->study->base.max_ns ||
	       spent / max(exe->done, 1u) * planned < exe->study->base.max_ns;
}

static void report_progress(struct execution *exe, unsigned int arm)
{
	const struct zramsim_config *cfg = &exe->study->base;
	unsigned int total = planned_repeats(exe);

	if (cfg->progress)
		cfg->progress(cfg->progress_ctx, min(exe->done, total), total,
			      arm < exe->study->nr_arms ? arm_name(exe, arm) : "");
}

static void wait_for_core(struct execution *exe)
{
	u64 start = kc_now_ns(), spent;

	sim_noise_wait(&exe->noise, min(exe->noise_left_ns, (u64)NOISE_WAIT_NS));
	spent = kc_now_ns() - start;
	exe->noise_left_ns -= min(spent, exe->noise_left_ns);
}

static int run_one(struct execution *exe, unsigned int arm, bool counts, bool *disturbed,
		   struct sim_message *msg)
{
	*disturbed = false;
	report_progress(exe, arm);
	wait_for_core(exe);
	return repeat_arm(exe, arm, exe->number++, counts, disturbed, msg);
}

/* One repeat, and another one if somebody else used the core meanwhile. */
static int run_arm(struct execution *exe, unsigned int arm, bool counts, struct sim_message *msg)
{
	bool disturbed;
	int err = run_one(exe, arm, counts, &disturbed, msg);

	exe->done++;
	if (!err && counts && disturbed && exe->extra && time_for_extra(exe) && !stop_asked(exe)) {
		exe->extra--;
		err = run_one(exe, arm, counts, &disturbed, msg);
	}
	return err;
}

static void shuffle(struct execution *exe)
{
	unsigned int i, j, swap;

	for (i = 0; i < exe->study->nr_arms; i++)
		exe->order[i] = i;
	/* Nothing changes with time on a virtual machine. */
	for (i = sim_host.is_machine ? 0 : exe->study->nr_arms; i-- > 1;) {
		j = (unsigned int)kc_random_below(&exe->rng, i + 1);
		swap = exe->order[i];
		exe->order[i] = exe->order[j];
		exe->order[j] = swap;
	}
}

static bool all_failed(const struct execution *exe)
{
	unsigned int i = 0;

	while (i < exe->study->nr_arms && exe->failed[i])
		i++;
	return i == exe->study->nr_arms;
}

/*
 * Run an arm, unless it has failed before. One that fails does not take the others' figures: it is
 * left out from then on. Return: 0, -EINTR, or the first failure once no arm is left.
 */
static int try_arm(struct execution *exe, unsigned int arm, bool counts, struct sim_message *msg)
{
	char text[256] = "";
	struct sim_message why = { text, sizeof(text) };
	int err = exe->failed[arm] ? 0 : run_arm(exe, arm, counts, &why);

	if (!err)
		return 0;
	if (!exe->err || err == -EINTR)
		sim_fail(msg, err, "%s", text);
	if (err == -EINTR)
		return err;
	exe->failed[arm] = true;
	exe->err = exe->err ? exe->err : err;
	study_warn(exe->study, "%s failed after %u repeat%s and was left out: %s",
		   arm_name(exe, arm), exe->study->repeats[arm].nr,
		   sim_plural(exe->study->repeats[arm].nr, "s"), text);
	return all_failed(exe) ? exe->err : 0;
}

static int run_round(struct execution *exe, unsigned int round, struct sim_message *msg)
{
	const struct zramsim_config *cfg = &exe->study->base;
	bool due = round < cfg->warmup + max(cfg->least_runs, 1u), counts = round >= cfg->warmup;
	unsigned int i;
	int err;

	exe->round = counts ? round - cfg->warmup : 0;
	shuffle(exe);
	for (i = 0; i < exe->study->nr_arms; i++) {
		if (stop_asked(exe))
			return sim_fail(msg, -EINTR, "interrupted after %u repeat%s", exe->done,
					sim_plural(exe->done, "s"));
		/* Every arm has so many repeats, however long that takes. */
		if (!due && time_is_up(exe)) {
			exe->out_of_time = true;
			return 0;
		}
		err = try_arm(exe, exe->order[i], counts, msg);
		if (err)
			return err;
	}
	return 0;
}

static int run_rounds(struct execution *exe, struct sim_message *msg)
{
	unsigned int round, nr = exe->study->base.warmup + exe->study->base.runs;
	int err = 0;

	for (round = 0; round < nr && !err && !exe->out_of_time; round++)
		err = run_round(exe, round, msg);
	report_progress(exe, exe->study->nr_arms);
	return err;
}

/* Asked for by nobody, and refused by the system: then threads are where it puts them. */
static void warn_pins(struct study *study)
{
	const struct zramsim_config *cfg = &study->arms[0].cfg;
	struct zramsim_config pinned = *cfg;
	unsigned int cpu;
	int err;

	if (!study->base.pin || cfg->pin)
		return;
	for (cpu = 0; !kc_host_cpu_allowed(cpu); cpu++)
		;
	pinned.pin = true;
	pinned.nr_pin_cpus = 1;
	pinned.pin_cpus[0] = cpu;
	err = sim_pins_try(&pinned, &cpu);
	study_warn(study,
		   "threads are not pinned, as the system does not allow it (%s): a worker may "
		   "take the processor of the process it works for; --pin none says so yourself",
		   strerror(-err));
}

/* Queues do without workers, and data are prepared by fewer threads. */
static void warn_threads(const struct execution *exe)
{
	int why = sim_shortage_of_threads(&exe->shortage);

	if (why)
		study_warn(
			exe->study,
			"some threads could not be started (%s), others did their work: end some "
			"threads, or raise their limit (ulimit -u, pids.max), and run it again",
			strerror(-why));
}

static void warn(const struct execution *exe)
{
	unsigned int i, fewest = UINT32_MAX;
	struct study *study = exe->study;

	for (i = 0; i < study->nr_arms; i++) {
		if (!exe->failed[i])
			fewest = min(fewest, study->repeats[i].nr_kept);
		if (exe->stage && exe->stage[i]->world->data.source.note[0])
			study_warn(study, "%s", exe->stage[i]->world->data.source.note);
	}
	if (exe->out_of_time)
		study_warn(study, "the time bound of %.1f s was reached after %u of %u repeat%s",
			   (double)study->base.max_ns / 1e9, exe->done, planned_repeats(exe),
			   sim_plural(planned_repeats(exe), "s"));
	if (fewest < sim_host.few_runs)
		study_warn(study, "only %u repeat%s: fewer than %u give no interval and no verdict",
			   fewest, sim_plural(fewest, "s"), sim_host.few_runs);
	warn_pins(study);
	warn_threads(exe);
	study_doubt(study);
}

static int make_stages(struct execution *exe, struct sim_message *msg)
{
	struct study *study = exe->study;
	unsigned int i;
	int err = 0;

	if (study->ops->probe)
		return 0;
	exe->stages.clock_ns = study->provenance.clock_ns;
	exe->stage = calloc(study->nr_arms, sizeof(struct sim_stage *));
	if (!exe->stage)
		return sim_fail(msg, -ENOMEM, "not enough memory for the combinations");
	for (i = 0; i < study->nr_arms && !err; i++)
		err = sim_stages_get(&exe->stages, &study->arms[i].cfg, &exe->stage[i], msg);
	return err;
}

/* A figure that is missing, or a virtual machine with fewer tasks, must not pass for a result. */
static int check_shortage(const struct execution *exe, struct sim_message *msg)
{
	if (sim_host.is_machine && sim_shortage_of_threads(&exe->shortage))
		return sim_fail(msg, -ENOMEM, "not enough memory for the tasks of the machine");
	if (sim_memory_misses() == exe->shortage.memory)
		return 0;
	return sim_fail(msg, -ENOMEM, "not enough memory to work the figures out");
}

static bool any_recorded(const struct study *study)
{
	unsigned int i = 0;

	while (i < study->nr_arms && !study->repeats[i].nr)
		i++;
	return i < study->nr_arms;
}

static int execute(struct execution *exe, struct sim_message *msg)
{
	struct study *study = exe->study;
	int err;

	exe->shortage = sim_shortage_now();
	exe->start_ns = kc_now_ns();
	exe->noise_left_ns = max((u64)NOISE_WAIT_ALL_NS, study->base.max_ns / NOISE_WAIT_SHARE);
	exe->extra = study->base.runs * study->nr_arms;
	exe->rng = study->base.seed ^ 0x6f72646572ull;
	exe->order = calloc(study->nr_arms, sizeof(*exe->order));
	exe->failed = calloc(study->nr_arms, sizeof(*exe->failed));
	if (!exe->order || !exe->failed)
		return sim_fail(msg, -ENOMEM, "not enough memory for a study");
	sim_noise_init(&exe->noise);
	sim_provenance_collect(&study->provenance);
	err = make_stages(exe, msg);
	if (err)
		return err;
	err = run_rounds(exe, msg);
	if (err == -EINTR ? !exe->done : !any_recorded(study))
		return err;
	study->complete = err != -EINTR;
	study->wall_ns = kc_now_ns() - exe->start_ns;
	study_finish(study);
	if (study->ops->finish)
		study->ops->finish(study, exe->stage);
	warn(exe);
	if (check_shortage(exe, msg))
		return -ENOMEM;
	exe->finished = true;
	return err ? err : exe->err;
}

static u64 given(const struct study_ops *ops, const struct zramsim_config *base)
{
	struct zramsim_config defaults;

	study_defaults(ops, &defaults);
	if (base->machine)
		defaults.runs = SIM_INTERVAL_MIN;
	return sim_options_changed(base, &defaults);
}

int study_run(const struct study_ops *ops, const struct zramsim_config *base, struct study **study,
	      struct sim_message *msg)
{
	struct execution *exe;
	int err;

	*study = NULL;
	if (base->machine && !sim_host.is_machine) {
		if (!sim_virtual_study)
			return sim_fail(msg, -ENOTSUP, "this build has no virtual machines");
		err = sim_virtual_study(ops->name, base, study, msg);
		if (*study)
			(*study)->given = given(ops, base);
		return err;
	}
	exe = calloc(1, sizeof(*exe));
	if (!exe)
		return sim_fail(msg, -ENOMEM, "not enough memory for a study");
	err = study_plan(ops, base, &exe->study, msg);
	if (!err) {
		exe->study->given = given(ops, base);
		err = execute(exe, msg);
	}
	/* Worlds refer to the configurations of the arms. */
	sim_stages_exit(&exe->stages);
	if (exe->finished)
		*study = exe->study;
	else
		study_free(exe->study);
	free(exe->order);
	free(exe->failed);
	free(exe->stage);
	free(exe);
	return err;
}
