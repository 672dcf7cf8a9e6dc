/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * timeline: what happened when on a virtual machine, event by event. Recording takes none of its
 * time and none of its memory, so that a run with a timeline is the same as one without.
 *
 * Threads on the host have no timeline: for them the functions do nothing.
 */
#ifndef SIM_FIGURES_TIMELINE_H
#define SIM_FIGURES_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_world;
struct zram;

enum {
	SIM_TIMELINE_EVENTS = 1 << 20,
	SIM_TIMELINE_TASKS = 4096,
	SIM_TIMELINE_NAME = 24,
};

/* The number of a lock that there is only one of. */
#define SIM_TIMELINE_ALONE UINT64_MAX

/**
 * enum sim_timeline_kind - what happened
 * @SIM_TIMELINE_REPEAT:   a repeat begins; name: the strategy, value: number of the repeat
 * @SIM_TIMELINE_DONE:     it has ended; what is open on any track ends
 * @SIM_TIMELINE_RUN:      the task has got the CPU
 * @SIM_TIMELINE_STOP:     it has lost it
 * @SIM_TIMELINE_PHASE:    it has gone on to the phase of the name, NULL: to none
 * @SIM_TIMELINE_WAIT:     it begins to wait for the lock of the name, value: its number or
 *			   SIM_TIMELINE_ALONE
 * @SIM_TIMELINE_GO:       it waits no more
 * @SIM_TIMELINE_PENDING:  value: bytes of pages that are pending
 * @SIM_TIMELINE_HELD:     value: bytes the pool and present pages hold
 * @SIM_TIMELINE_FREE:     value: bytes of pages on the free lists
 */
enum sim_timeline_kind {
	SIM_TIMELINE_REPEAT,
	SIM_TIMELINE_DONE,
	SIM_TIMELINE_RUN,
	SIM_TIMELINE_STOP,
	SIM_TIMELINE_PHASE,
	SIM_TIMELINE_WAIT,
	SIM_TIMELINE_GO,
	SIM_TIMELINE_PENDING,
	SIM_TIMELINE_HELD,
	SIM_TIMELINE_FREE,
};

/**
 * struct sim_timeline_event - something happened
 * @ps:		when, since the machine was made
 * @name:	see the kind; lives as long as the program
 * @value:	see the kind
 * @task:	number of the task
 * @cpu:	it was on
 * @kind:	what
 */
struct sim_timeline_event {
	uint64_t ps;
	const char *name;
	uint64_t value;
	uint32_t task;
	uint16_t cpu;
	uint16_t kind;
};

/**
 * struct sim_timeline - what was recorded
 * @events:	[@nr] in order of time for each CPU, and for each task
 * @nr:		how many, at most SIM_TIMELINE_EVENTS
 * @cut:	there were more
 * @names:	[@nr_tasks] name of each task, by number
 * @nr_tasks:	entries in @names
 * @nr_cpus:	of the machine
 */
struct sim_timeline {
	struct sim_timeline_event *events;
	size_t nr;
	bool cut;
	char (*names)[SIM_TIMELINE_NAME];
	unsigned int nr_tasks;
	unsigned int nr_cpus;
};

/**
 * sim_timeline_begin() - a repeat is about to be measured
 * @world:	its locks get names by it
 * @zram:	likewise
 * @strategy:	name
 * @number:	of the repeat
 */
void sim_timeline_begin(const struct sim_world *world, struct zram *zram, const char *strategy,
			unsigned int number);

/** sim_timeline_end() - it was measured */
void sim_timeline_end(void);

/** sim_timeline_memory() - how things stand. @pending: items; @held: pages, see the kinds */
void sim_timeline_memory(uint64_t pending, uint64_t held);

#endif
