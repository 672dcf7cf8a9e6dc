/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * rounds: repeats of a number of things to measure, its arms, interleaved: round after round,
 * each arm once per round, in random order, so that whatever changes with time changes for all.
 */
#ifndef SIM_RUN_ROUNDS_H
#define SIM_RUN_ROUNDS_H

#include <linux/types.h>

#include <zramsim/experiment.h>

#include "sim/message.h"
#include "sim/threads/noise.h"

/**
 * struct sim_rounds_ops - what is repeated
 * @name:	of an arm, for the progress report
 * @repeat:	measure @arm once. @number: of the repeat, over all arms; @counts: false in the
 *		warm-up; @disturbed: set if somebody else used the processor. 0; -EINTR if stopped,
 *		nothing was measured; another negative errno with a sentence
 */
struct sim_rounds_ops {
	const char *(*name)(void *ctx, unsigned int arm);
	int (*repeat)(void *ctx, unsigned int arm, u32 number, bool counts, bool *disturbed,
		      struct sim_message *msg);
};

/**
 * struct sim_rounds - an interleaved run
 * @cfg:	runs, warmup, seed, max_ns, stop and progress count here
 * @nr_arms:	arms
 * @ops:	what is repeated
 * @ctx:	passed to @ops
 * @noise:	what a free core does
 * @noise_left_ns: time that may still be spent waiting for a free core
 * @order:	[nr_arms] of the round
 * @rng:	order of the arms
 * @start_ns:	when it began
 * @done:	repeats so far, warm-up included, extra ones not
 * @number:	repeats begun so far
 * @extra:	repeats that may still be run in place of disturbed ones
 * @out_of_time: the time bound was reached
 */
struct sim_rounds {
	const struct zramsim_config *cfg;
	unsigned int nr_arms;
	const struct sim_rounds_ops *ops;
	void *ctx;
	struct sim_noise noise;
	u64 noise_left_ns;
	unsigned int *order;
	u64 rng;
	u64 start_ns;
	unsigned int done;
	u32 number;
	unsigned int extra;
	bool out_of_time;
};

/**
 * sim_rounds_init() - learn what a free core does, and start the clock
 * @rounds:	filled in; sim_rounds_exit() frees it
 * @cfg:	see there; stays
 * @nr_arms:	arms
 * @ops:	what is repeated
 * @ctx:	passed to @ops
 * Return:	0 or -ENOMEM.
 */
int sim_rounds_init(struct sim_rounds *rounds, const struct zramsim_config *cfg,
		    unsigned int nr_arms, const struct sim_rounds_ops *ops, void *ctx);

/** sim_rounds_exit() - free it. @rounds: zeroed or made */
void sim_rounds_exit(struct sim_rounds *rounds);

/**
 * sim_rounds_run() - all repeats of all arms
 * @rounds:	made
 * @msg:	receives a sentence on failure
 *
 * Every arm has one repeat, and those of the warm-up, however long that takes; later ones begin
 * only before cfg->max_ns is over. A disturbed repeat is followed by another one while there is
 * time.
 * Return:	0; -EINTR stopped by the user; other errors as they come.
 */
int sim_rounds_run(struct sim_rounds *rounds, struct sim_message *msg);

/** sim_rounds_planned() - repeats there are to be, warm-up included. @rounds: made */
unsigned int sim_rounds_planned(const struct sim_rounds *rounds);

#endif
