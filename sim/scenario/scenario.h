/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * scenario: what the processes of an experiment do, one file each.
 */
#ifndef SIM_SCENARIO_SCENARIO_H
#define SIM_SCENARIO_SCENARIO_H

#include "phase.h"
#include "port.h"
#include "sim/run/sample.h"
#include "sim/run/world.h"
#include "sim/threads/noise.h"

/** enum sim_scenario_limits - slots or operations between two looks at the stop flag */
enum sim_scenario_limits {
	SIM_STOP_EVERY = 1024,
};

/**
 * struct sim_producer - one process at work in one repeat
 * @world:	what it belongs to
 * @proc:	its page table
 * @zram:	device of the repeat
 * @number:	of the process
 * @repeat:	of the strategy
 * @track:	what it writes down
 * @start_ns:	clock before its first zap, fault or operation
 * @end_ns:	clock after its last
 * @cpu_ns:	CPU time between the two
 * @process_ns:	CPU time of all threads between the two
 * @before:	state of its core before
 * @phases:	where its time went, if that was asked for
 * @wrong:	pages that did not read as they were written
 * @failed:	operations that failed for want of memory
 * @stopped:	the stop flag was seen; the repeat does not count
 */
struct sim_producer {
	struct sim_world *world;
	struct sim_proc *proc;
	struct zram *zram;
	u32 number;
	u32 repeat;
	struct sim_track track;
	u64 start_ns;
	u64 end_ns;
	u64 cpu_ns;
	u64 process_ns;
	struct sim_probe before;
	struct kc_phases phases;
	u64 wrong;
	u64 failed;
	bool stopped;
};

extern const struct sim_scenario_ops sim_scenario_exit;
extern const struct sim_scenario_ops sim_scenario_swapin;
extern const struct sim_scenario_ops sim_scenario_churn;
extern const struct sim_scenario_ops sim_scenario_discard;
extern const struct sim_scenario_ops sim_scenario_lmk;
extern const struct sim_scenario_ops sim_scenario_pressure;

/** sim_scenario_find() - scenario of a name, or NULL. @name: as in the configuration */
const struct sim_scenario_ops *sim_scenario_find(const char *name);

/** sim_scenario_at() - the scenarios in order. @i: 0, 1, … Return: NULL past the last. */
const struct sim_scenario_ops *sim_scenario_at(unsigned int i);

/** sim_producer_stopped() - has the user asked to stop? @producer: at work */
static inline bool sim_producer_stopped(struct sim_producer *producer)
{
	const volatile int *stop = producer->world->cfg->stop;

	if (stop && READ_ONCE(*stop))
		producer->stopped = true;
	return producer->stopped;
}

#endif
