// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "port.h"
#include "sim/run/rounds.h"
#include "sim/threads/rates.h"

enum {
	NOISE_WAIT_NS = 20000000,      /* for a free core, before a repeat */
	NOISE_WAIT_ALL_NS = 400000000, /* in the whole run, or a twentieth of its bound */
	NOISE_WAIT_SHARE = 20,
};

static bool stop_asked(const struct sim_rounds *rounds)
{
	return rounds->cfg->stop && *rounds->cfg->stop;
}

static bool time_is_up(const struct sim_rounds *rounds)
{
	return rounds->cfg->max_ns && kc_now_ns() - rounds->start_ns >= rounds->cfg->max_ns;
}

unsigned int sim_rounds_planned(const struct sim_rounds *rounds)
{
	return (rounds->cfg->warmup + rounds->cfg->runs) * rounds->nr_arms;
}

/* Would one repeat more leave time for all that are planned? */
static bool time_for_extra(const struct sim_rounds *rounds)
{
	u64 planned = (u64)sim_rounds_planned(rounds) + 1;
	u64 spent = kc_now_ns() - rounds->start_ns;

	return !rounds->cfg->max_ns ||
	       spent / max(rounds->done, 1u) * planned < rounds->cfg->max_ns;
}

static void report_progress(const struct sim_rounds *rounds, unsigned int arm)
{
	const struct zramsim_config *cfg = rounds->cfg;
	unsigned int total = sim_rounds_planned(rounds);

	if (cfg->progress)
		cfg->progress(cfg->progress_ctx, min(rounds->done, total), total,
			      arm < rounds->nr_arms ? rounds->ops->name(rounds->ctx, arm) : "");
}

static void wait_for_core(struct sim_rounds *rounds)
{
	u64 start = kc_now_ns(), spent;

	sim_noise_wait(&rounds->noise, min(rounds->noise_left_ns, (u64)NOISE_WAIT_NS));
	spent = kc_now_ns() - start;
	rounds->noise_left_ns -= min(spent, rounds->noise_left_ns);
}

static int run_one(struct sim_rounds *rounds, unsigned int arm, bool counts, bool *disturbed,
		   struct sim_message *msg)
{
	*disturbed = false;
	report_progress(rounds, arm);
	wait_for_core(rounds);
	return rounds->ops->repeat(rounds->ctx, arm, rounds->number++, counts, disturbed, msg);
}

/* One repeat, and another one if somebody else used the core meanwhile. */
static int run_arm(struct sim_rounds *rounds, unsigned int arm, bool counts,
		   struct sim_message *msg)
{
	bool disturbed;
	int err = run_one(rounds, arm, counts, &disturbed, msg);

	rounds->done++;
	if (!err && counts && disturbed && rounds->extra && time_for_extra(rounds) &&
	    !stop_asked(rounds)) {
		rounds->extra--;
		err = run_one(rounds, arm, counts, &disturbed, msg);
	}
	return err;
}

static void shuffle(struct sim_rounds *rounds)
{
	unsigned int i, j, swap;

	for (i = 0; i < rounds->nr_arms; i++)
		rounds->order[i] = i;
	/* Nothing changes with time on a virtual machine. */
	for (i = sim_host.is_machine ? 0 : rounds->nr_arms; i-- > 1;) {
		j = (unsigned int)kc_random_below(&rounds->rng, i + 1);
		swap = rounds->order[i];
		rounds->order[i] = rounds->order[j];
		rounds->order[j] = swap;
	}
}

static int run_round(struct sim_rounds *rounds, unsigned int round, struct sim_message *msg)
{
	bool first = round <= rounds->cfg->warmup, counts = round >= rounds->cfg->warmup;
	unsigned int i;
	int err;

	shuffle(rounds);
	for (i = 0; i < rounds->nr_arms; i++) {
		if (stop_asked(rounds))
			return sim_fail(msg, -EINTR, "interrupted after %u repeats", rounds->done);
		/* Every arm has one repeat at least, however long that takes. */
		if (!first && time_is_up(rounds)) {
			rounds->out_of_time = true;
			return 0;
		}
		err = run_arm(rounds, rounds->order[i], counts, msg);
		if (err)
			return err;
	}
	return 0;
}

int sim_rounds_run(struct sim_rounds *rounds, struct sim_message *msg)
{
	unsigned int round, nr = rounds->cfg->warmup + rounds->cfg->runs;
	int err = 0;

	for (round = 0; round < nr && !err && !rounds->out_of_time; round++)
		err = run_round(rounds, round, msg);
	report_progress(rounds, rounds->nr_arms);
	return err;
}

int sim_rounds_init(struct sim_rounds *rounds, const struct zramsim_config *cfg,
		    unsigned int nr_arms, const struct sim_rounds_ops *ops, void *ctx)
{
	memset(rounds, 0, sizeof(*rounds));
	rounds->cfg = cfg;
	rounds->nr_arms = nr_arms;
	rounds->ops = ops;
	rounds->ctx = ctx;
	rounds->start_ns = kc_now_ns();
	rounds->noise_left_ns = max((u64)NOISE_WAIT_ALL_NS, cfg->max_ns / NOISE_WAIT_SHARE);
	rounds->extra = cfg->runs * nr_arms;
	rounds->rng = cfg->seed ^ 0x6f72646572ull;
	rounds->order = calloc(max(nr_arms, 1u), sizeof(*rounds->order));
	if (!rounds->order)
		return -ENOMEM;
	sim_noise_init(&rounds->noise);
	return 0;
}

void sim_rounds_exit(struct sim_rounds *rounds)
{
	free(rounds->order);
	memset(rounds, 0, sizeof(*rounds));
}
