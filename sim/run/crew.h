/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * crew: the threads of a repeat other than the workers: a producer per process, the foreground
 * task if the scenario has one, the compactor, the hogs.
 *
 * Producers are pinned to the first processors of the configuration, workers to the one after
 * them, hogs see sim/run/hog.h; foreground and compactor go where the host's scheduler puts them.
 */
#ifndef SIM_RUN_CREW_H
#define SIM_RUN_CREW_H

#include <linux/atomic.h>

#include "sim/run/compactor.h"
#include "sim/run/hog.h"
#include "sim/scenario/scenario.h"
#include "sim/swap/foreground.h"

/**
 * struct sim_crew - the threads of a repeat
 * @cfg:	configuration of the repeat
 * @producers:	[@nr]
 * @nr:		processes
 * @foreground:	reset, or NULL: there is none
 * @compactor:	zeroed; what it has done is in there afterwards
 * @hogs:	zeroed
 * @turn:	producer that may look at its core; @nr: all have
 * @ready:	producers and foreground at the start line
 * @go:		set by the last one to arrive
 */
struct sim_crew {
	const struct zramsim_config *cfg;
	struct sim_producer *producers;
	u32 nr;
	struct sim_foreground_task *foreground;
	struct sim_compactor compactor;
	struct sim_hogs hogs;
	u32 turn;
	atomic_t ready;
	atomic_t go;
};

/**
 * sim_crew_run() - start everybody and wait until producers and foreground are done
 * @crew:	filled in as said above
 * @zram:	device
 * @msg:	receives a sentence on failure
 *
 * Hogs and compactor go on until sim_crew_dismiss(), which must follow also after a failure.
 *
 * Return:	0; -EINTR stopped by the user; other errors as they come.
 */
int sim_crew_run(struct sim_crew *crew, struct zram *zram, struct sim_message *msg);

/** sim_crew_dismiss() - end hogs and compactor. @crew: zeroed or run */
void sim_crew_dismiss(struct sim_crew *crew);

/**
 * sim_crew_size() - threads that want a processor, workers included
 * @cfg:	configuration
 * @scenario:	what the processes do
 */
unsigned int sim_crew_size(const struct zramsim_config *cfg,
			   const struct sim_scenario_ops *scenario);

/**
 * sim_crew_alone() - has each producer a processor that no other thread of the experiment uses?
 * @cfg:	checked
 * @scenario:	what the processes do
 */
bool sim_crew_alone(const struct zramsim_config *cfg, const struct sim_scenario_ops *scenario);

#endif
