/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* timeline, virtual: what the machine tells of its tasks. Nothing is written unless one was asked
 * for and a repeat is being measured. */
#ifndef SIM_VIRTUAL_TIMELINE_H
#define SIM_VIRTUAL_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/figures/timeline.h"
#include "sim/virtual/task.h"

/* A repeat is being measured, and its events are wanted. */
extern bool vm_timeline_on __attribute__((visibility("hidden")));

/** vm_timeline_write() - the slow half of vm_timeline() */
void vm_timeline_write(enum sim_timeline_kind kind, const struct vm_task *task, uint64_t ps,
		       const void *what);

/**
 * vm_timeline() - tell something of a task
 * @kind:	RUN, STOP, PHASE, WAIT or GO
 * @task:	on its CPU
 * @ps:		when
 * @what:	WAIT: the word of the lock; PHASE: name
 */
static inline void vm_timeline(enum sim_timeline_kind kind, const struct vm_task *task, uint64_t ps,
			       const void *what)
{
	if (__builtin_expect(vm_timeline_on, 0))
		vm_timeline_write(kind, task, ps, what);
}

#endif
