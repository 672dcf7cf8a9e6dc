/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * hog: threads that only burn CPU time while an experiment is measured, so that producers and
 * workers have to share their processors.
 *
 * Pinned, the first one goes where the workers are, the next ones to the processors after
 * that in turn: one hog takes its processor from the worker only, as many as there are
 * processors leave none to anybody. Not pinned, the scheduler places them.
 */
#ifndef SIM_RUN_HOG_H
#define SIM_RUN_HOG_H

#include <linux/types.h>

#include <zramsim/experiment.h>

#include "sim/message.h"

struct kc_thread;

/**
 * struct sim_hogs - the hogs of a repeat; all-zero is none
 * @threads:	[@nr]
 * @nr:		how many were started
 * @phase:	of their life, a word they sleep on
 */
struct sim_hogs {
	struct kc_thread *threads;
	u32 nr;
	u32 phase;
};

/**
 * sim_hogs_start() - start cfg->hogs threads, which sleep
 * @hogs:	zeroed; sim_hogs_end() also after a failure
 * @cfg:	effective configuration
 * @msg:	receives a sentence on failure
 * Return:	0 or a negative errno.
 */
int sim_hogs_start(struct sim_hogs *hogs, const struct zramsim_config *cfg,
		   struct sim_message *msg);

/** sim_hogs_go() - wake them: from now on they burn. @hogs: started; any thread */
void sim_hogs_go(struct sim_hogs *hogs);

/** sim_hogs_end() - end them and wait for that. @hogs: zeroed or started; zeroed afterwards */
void sim_hogs_end(struct sim_hogs *hogs);

#endif
