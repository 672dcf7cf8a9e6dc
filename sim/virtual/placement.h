/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* placement: on which CPU a task goes on. */
#ifndef SIM_VIRTUAL_PLACEMENT_H
#define SIM_VIRTUAL_PLACEMENT_H

#include "sim/virtual/profile.h"
#include "sim/virtual/task.h"

/**
 * vm_place() - where a task that was woken runs
 * @cpus:	of the machine
 * @profile:	its figures
 * @task:	in no queue
 *
 * Where it was if nobody is there, else an idle CPU near it, else any idle one, else there.
 * Source: select_idle_sibling() in kernel/sched/fair.c of Linux 7.1, much simplified.
 */
unsigned int vm_place(const struct vm_cpu *cpus, const struct vm_profile *profile,
		      const struct vm_task *task);

/** vm_much_faster() - is a CPU with events at @ps worth leaving one with events at @slow_ps? */
bool vm_much_faster(uint64_t ps, uint64_t slow_ps);

/**
 * vm_faster_idle() - where a busy task of a slow CPU would be better off
 * @cpus:	of the machine
 * @nr:		how many
 * @c:		where it is
 * Return:	the fastest idle CPU, -1 if none is much faster.
 *
 * Source: misfit tasks, kernel/sched/fair.c of Linux 7.1; here without an estimate of the load: who
 * has used up a slice is busy.
 */
int vm_faster_idle(const struct vm_cpu *cpus, unsigned int nr, const struct vm_cpu *c);

#endif
