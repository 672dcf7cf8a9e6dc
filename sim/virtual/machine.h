/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * machine: simulated CPUs on one host thread, each with a clock, and the tasks that run on them.
 *
 * The runnable CPU that is furthest behind runs. It goes on until it has to wait or is further
 * ahead of the next one than a bound. Where tasks synchronise (atomics, locks, sleeping, waking) it
 * goes on only until it is ahead at all. All times are picoseconds. Everything is a function of the
 * program, the profile and the bound: ties go to the lower CPU, then to whoever came first.
 *
 * Preemption: a task loses its CPU where it could be preempted (no lock held, preemption enabled)
 * when its time slice is over. It does so, too, when a task that is owed time was woken there.
 * Weights follow nice values; the task with the least weighted time is next.
 *
 * The task that makes the machine runs outside of it: its accesses take no time, it only waits.
 *
 * There is one machine in a process: the entry points the compiler calls have no context.
 */
#ifndef SIM_VIRTUAL_MACHINE_H
#define SIM_VIRTUAL_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/virtual/kernel.h"
#include "sim/virtual/now.h"
#include "sim/virtual/profile.h"
#include "sim/virtual/task.h"

/** enum vm_machine_limits - bounds */
enum vm_machine_limits {
	VM_STACK_BYTES = 256 * 1024,
	VM_STACK_ALIGN = 64 * 1024,  /* a guard page of any host fits */
	VM_AHEAD_NS = 200,	     /* default bound on how far a CPU runs ahead */
	VM_SPIN_AGAIN_PS = 20000000, /* a spinning task looks again by itself after so long */
};

/**
 * vm_start() - make the machine; the caller becomes the task outside
 * @profile:	stays the caller's
 * @kernel:	what its events cost; stays the caller's
 * @ahead_ns:	bound, 0 the default
 * Return:	0 or -ENOMEM.
 */
int vm_start(const struct vm_profile *profile, const struct vm_kernel *kernel, uint32_t ahead_ns);

/** vm_stop() - take it down; all tasks have ended and were joined */
void vm_stop(void);

/** vm_profile() - of the machine */
const struct vm_profile *vm_profile(void);

/** vm_set_kernel() - events cost something else from now on. @kernel: stays the caller's */
void vm_set_kernel(const struct vm_kernel *kernel);

/** vm_cpus() - its CPUs; the task outside has the number after the last */
unsigned int vm_cpus(void);

/** vm_cpu_at() - one of them */
const struct vm_cpu *vm_cpu_at(unsigned int cpu);

/** vm_resched() - vm_yield() where a task offers to, for its price. Return: another ran here. */
bool vm_resched(bool give_up);

/**
 * vm_watch() - have a function called as time goes by, which must not touch the machine
 * @ps:		when a CPU that runs is past this, VM_NEVER: not at all
 * @look:	called then. Return: when next.
 */
void vm_watch(uint64_t ps, uint64_t (*look)(void));

/** vm_charge() - the running task has used so much time. @ps: duration */
void vm_charge(uint64_t ps);

/** vm_sleep() - until @until_ps, or woken by vm_wake(@word). Return: false if the time was up. */
bool vm_sleep(const void *word, uint64_t until_ps);

/** vm_wake() - wake tasks that sleep on @word, the oldest first. @nr: at most so many */
void vm_wake(const void *word, unsigned int nr);

/** vm_spin() - keep the CPU until somebody has written @word */
void vm_spin(const void *word);

/** vm_written() - @word has got another value: a task that spins for it looks again */
void vm_written(const void *word);

/** vm_busy_ps() - time a CPU was not idle so far */
uint64_t vm_busy_ps(unsigned int cpu);

#endif
