/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * rates: what differs between threads of this machine and a virtual machine in how much is written
 * down, and how far a repeat can be trusted.
 */
#ifndef SIM_THREADS_RATES_H
#define SIM_THREADS_RATES_H

#include <stdbool.h>

/**
 * struct sim_host - where repeats run
 * @is_machine:	on a virtual machine: nobody else uses it, and nothing changes with time
 * @sample_every: one notification or operation in so many is timed
 * @max_times:	times that are kept, the first so many
 * @few_runs:	fewer repeats are worth a warning
 */
struct sim_host {
	bool is_machine;
	unsigned int sample_every;
	unsigned int max_times;
	unsigned int few_runs;
};

/** sim_host - of this copy of the library */
extern const struct sim_host sim_host;

#endif
