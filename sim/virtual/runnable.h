/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* runnable: CPUs that could run, by their clocks; and what CPUs and tasks are made with. */
#ifndef SIM_VIRTUAL_RUNNABLE_H
#define SIM_VIRTUAL_RUNNABLE_H

#include "sim/virtual/cache.h"
#include "sim/virtual/profile.h"
#include "sim/virtual/task.h"

/** enum vm_weights - of tasks */
enum vm_weights {
	VM_NICE_0_WEIGHT = 1024,
};

/** struct vm_turn - a CPU that could run. @clock: of it, which stays while it waits; @cpu: it */
struct vm_turn {
	uint64_t clock;
	unsigned int cpu;
};

/**
 * struct vm_runnable - a heap, the furthest behind first, then the lowest number
 * @cpus:	all CPUs; not owned
 * @heap:	[as many as there are] their turns
 * @nr:		entries in it
 */
struct vm_runnable {
	struct vm_cpu *cpus;
	struct vm_turn *heap;
	unsigned int nr;
};

/** vm_runnable_add() - @runnable: gets another; @cpu: not in it */
void vm_runnable_add(struct vm_runnable *runnable, unsigned int cpu);

/** vm_runnable_swap() - @cpu, not in it, takes the place of the first. Return: that one. */
unsigned int vm_runnable_swap(struct vm_runnable *runnable, unsigned int cpu);

/** vm_runnable_remove() - @runnable: loses one; @cpu: in it */
void vm_runnable_remove(struct vm_runnable *runnable, unsigned int cpu);

/**
 * vm_cpus_init() - set prices and the rest
 * @cpus:	one more than @profile has, zeroed
 * @profile:	figures
 * @cache:	of the machine
 */
void vm_cpus_init(struct vm_cpu *cpus, const struct vm_profile *profile,
		  const struct vm_cache *cache);

/**
 * vm_cpus_price() - set the price of what the build has counted
 * @cpus:	set up
 * @profile:	figures
 * @own:	instructions that one of the build stands for
 */
void vm_cpus_price(struct vm_cpu *cpus, const struct vm_profile *profile, double own);

/** vm_cluster_of() - @profile: of the machine; @cpu: below its number. Return: its cluster. */
unsigned int vm_cluster_of(const struct vm_profile *profile, unsigned int cpu);

/** vm_queue_add() - a task wants a CPU. @c: it */
void vm_queue_add(struct vm_cpu *c, struct vm_task *task);

/** vm_queue_remove() - it wants it no more. @task: in the queue of @c */
void vm_queue_remove(struct vm_cpu *c, struct vm_task *task);

/** vm_queue_best() - who is owed most of those that may run by now, else the earliest, or NULL */
struct vm_task *vm_queue_best(const struct vm_cpu *c);

#endif
