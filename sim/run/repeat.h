/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * repeat: one strategy, once: a fresh device is filled, the strategy attached, the processes run,
 * and what they leave is waited for, checked and measured.
 */
#ifndef SIM_RUN_REPEAT_H
#define SIM_RUN_REPEAT_H

#include "sim/figures/outcome.h"
#include "sim/swap/foreground.h"

/**
 * struct sim_stage - what repeats use one after the other
 * @world:	what each starts from
 * @recorder:	memory for marks
 * @producers:	[cfg->procs]
 * @foreground:	task that allocates; zeroed if the scenario has none
 * @clock_ns:	cost of one reading of the clock
 */
struct sim_stage {
	struct sim_world *world;
	struct sim_recorder recorder;
	struct sim_producer *producers;
	struct sim_foreground_task foreground;
	double clock_ns;
};

/** sim_stage_init() - get the memory. @stage: filled in, @world: built. Return: 0 or -ENOMEM. */
int sim_stage_init(struct sim_stage *stage, struct sim_world *world);

/** sim_stage_exit() - free it. @stage: zeroed or made */
void sim_stage_exit(struct sim_stage *stage);

/**
 * sim_rehearse() - fill a device once and take it down again
 * @stage:	made
 * @msg:	receives a sentence on failure
 *
 * So that no repeat is the first to touch the page frames, and data that do not fit are
 * noticed before anything is measured.
 */
int sim_rehearse(struct sim_stage *stage, struct sim_message *msg);

/**
 * sim_repeat() - run one strategy once
 * @stage:	made; nobody else uses it
 * @cfg:	configuration of this repeat; differs from the world's only in what does not
 *		shape the world: how strategies are attached, the model, hogs, compaction
 * @ops:	strategy
 * @number:	of the repeat, for what varies from one to the next
 * @noise:	what a free core does
 * @outcome:	filled in
 * @msg:	receives a sentence on failure
 * Return:	0; -EINTR stopped by the user, nothing measured; -EPROTO an invariant does
 *		not hold, which is a bug in zramsim; other errors as they come.
 */
int sim_repeat(struct sim_stage *stage, const struct zramsim_config *cfg,
	       const struct zfree_ops *ops, u32 number, const struct sim_noise *noise,
	       struct sim_outcome *outcome, struct sim_message *msg);

#endif
