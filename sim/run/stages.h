/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * stages: the worlds that a number of configurations start from, each made once and kept while
 * repeats of all of them take turns.
 */
#ifndef SIM_RUN_STAGES_H
#define SIM_RUN_STAGES_H

#include "sim/run/repeat.h"

struct sim_staged;

/**
 * struct sim_stages - worlds made so far
 * @list:	the last one made
 * @clock_ns:	cost of one reading of the clock
 */
struct sim_stages {
	struct sim_staged *list;
	double clock_ns;
};

/**
 * sim_stages_get() - the stage of a configuration
 * @stages:	clock_ns set
 * @cfg:	checked; stays until sim_stages_exit()
 * @stage:	filled in; belongs to @stages
 * @msg:	receives a sentence on failure
 *
 * Configurations that start from the same share it; a new one is made, filled once and taken
 * down again.
 * Return:	0; -ENOMEM also if the machine has less memory available than it would need; other
 *		errors as sim_world_init() and sim_rehearse() have them.
 */
int sim_stages_get(struct sim_stages *stages, const struct zramsim_config *cfg,
		   struct sim_stage **stage, struct sim_message *msg);

/** sim_stages_exit() - free all. @stages: zeroed or used */
void sim_stages_exit(struct sim_stages *stages);

#endif
