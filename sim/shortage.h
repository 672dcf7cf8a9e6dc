/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * shortage: what the host did not give although it was asked: threads and memory. Code that can do
 * without goes on and counts it, so that no figure is missing, or of fewer threads, without a word.
 */
#ifndef SIM_SHORTAGE_H
#define SIM_SHORTAGE_H

#include "sim/message.h"

/**
 * struct sim_shortage - how often so far, in the life of the process
 * @threads:	a thread could not be started
 * @memory:	sim_memory_misses()
 */
struct sim_shortage {
	unsigned int threads;
	unsigned int memory;
};

/** sim_shortage_now() - a look at the counters, to be compared with a later one */
struct sim_shortage sim_shortage_now(void);

/** sim_shortage_of_threads() - why the last thread was refused since @before, or 0 */
int sim_shortage_of_threads(const struct sim_shortage *before);

/**
 * sim_fail_host() - say what the host has refused, and what to do about it
 * @msg:	where
 * @err:	negative errno
 * @before:	look taken before it was asked; a thread refused since then is the reason, whatever
 *		@err has become on its way up. NULL: @err is the host's own
 * @fmt:	what could not be done, without a full stop
 * Return:	the reason.
 */
int sim_fail_host(struct sim_message *msg, int err, const struct sim_shortage *before,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
