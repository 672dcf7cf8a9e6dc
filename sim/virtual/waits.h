/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * waits: who waits for what: sleepers and spinners by the word they wait for, and timers. Between
 * waits.c and machine.c only.
 */
#ifndef SIM_VIRTUAL_WAITS_H
#define SIM_VIRTUAL_WAITS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/virtual/task.h"

/** vm_waits_init() - nobody waits. Return: 0 or -ENOMEM. */
int vm_waits_init(void);

/** vm_waits_reserve() - room for so many tasks to wait for a time. Return: 0 or -ENOMEM. */
int vm_waits_reserve(unsigned int nr_tasks);

/** vm_waits_exit() - free it; also after a failure */
void vm_waits_exit(void);

/** vm_next_timer - when the next timer fires, VM_NEVER without one */
extern uint64_t vm_next_timer __attribute__((visibility("hidden")));

/** vm_fire_timer() - wake who waits for the next timer */
void vm_fire_timer(void);

/** vm_make_ready() - a task that has no CPU wants one. @ps: from then on */
void vm_make_ready(struct vm_task *task, uint64_t ps);

/** vm_leave_cpu() - the running task gives its CPU up. @last: for good */
void vm_leave_cpu(bool last);

/** vm_hold_cpu() - the running task keeps its CPU, which does not run until it is released */
void vm_hold_cpu(void);

/** vm_release_spinner() - the CPU of a spinning task runs again. @ps: from then on */
void vm_release_spinner(struct vm_task *task, uint64_t ps);

#endif
