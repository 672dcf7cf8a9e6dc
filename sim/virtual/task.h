/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* task: the threads of a virtual machine, and the CPUs that they are on. */
#ifndef SIM_VIRTUAL_TASK_H
#define SIM_VIRTUAL_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include <kc_task.h>

#include "sim/virtual/fiber.h"
#include "sim/virtual/flight.h"

/** enum vm_task_state - what a task does */
enum vm_task_state {
	VM_QUEUED, /* wants its CPU */
	VM_RUNS,   /* has it */
	VM_SPINS,  /* has it, and waits for a word to be written */
	VM_SLEEPS, /* waits for a wake-up or a time */
	VM_ENDED,
};

/**
 * struct vm_task - a task
 * @kc:		what the library knows of it
 * @name:	for messages and timelines
 * @number:	in order of creation
 * @fiber:	its context
 * @stack:	its stack, NULL for the one outside
 * @fn:		what it runs
 * @arg:	for @fn
 * @exit_fn:	called when it ends, with @exit_arg
 * @exit_arg:	NULL: nothing
 * @state:	see there
 * @cpu:	it is on, or was last
 * @pinned:	CPU it must not leave, -1 none
 * @nice:	nice value
 * @weight:	from it
 * @vruntime:	weighted time it has had
 * @cpu_ps:	time it has had, up to @since_ps
 * @since_ps:	clock when it got its CPU
 * @ready_ps:	when it may run
 * @wake_ps:	when it is woken at the latest, VM_NEVER
 * @word:	what it waits for, sleeping or spinning
 * @timed_out:	@wake_ps is what ended its wait
 * @hidden:	what vm_now.hidden is while it runs
 * @covered:	what vm_now.covered is then
 * @timer:	place among the timers, -1 none
 * @next:	link: in its CPU's queue or a list of waiters
 * @all:	link of all tasks
 * @end_word:	1 when it has ended; joiners sleep on it
 */
struct vm_task {
	struct kc_virtual_state kc;
	char name[16];
	unsigned int number;
	struct vm_fiber *fiber;
	void *stack;
	void (*fn)(void *arg);
	void *arg;
	void (*exit_fn)(void *arg);
	void *exit_arg;
	enum vm_task_state state;
	unsigned int cpu;
	int pinned;
	int nice;
	uint32_t weight;
	uint64_t vruntime;
	uint64_t cpu_ps;
	uint64_t since_ps;
	uint64_t ready_ps;
	uint64_t wake_ps;
	const void *word;
	bool timed_out;
	unsigned int hidden;
	unsigned int covered;
	int timer;
	struct vm_task *next;
	struct vm_task *all;
	uint32_t end_word;
};

/**
 * struct vm_cpu - a simulated CPU
 * @clock:	its time
 * @task:	that has it, NULL if idle
 * @queue:	tasks that want it, in order of arrival
 * @queued:	how many
 * @resched:	somebody in @queue is owed time
 * @slice_end:	when the slice of @task is over
 * @min_vruntime: the least of what wants it; never falls
 * @busy_ps:	time it was not idle
 * @heap:	place among the runnable CPUs, -1 none
 * @slow:	there are CPUs that are much faster
 * @insn_ps:	price of an instruction of the kernel
 * @tick_price:	of a part of one of the build, see &struct vm_now
 * @rmw_ps:	price of an RMW on top
 * @fence_ps:	price of a full barrier
 * @cycle_ps:	of its clock
 * @hot:	lines that it finds at once, see cache_inline.h
 * @hot_mask:	of these
 * @flights:	what it has prefetched
 */
struct vm_cpu {
	uint64_t clock;
	struct vm_task *task;
	struct vm_task *queue;
	unsigned int queued;
	bool resched;
	uint64_t slice_end;
	uint64_t min_vruntime;
	uint64_t busy_ps;
	int heap;
	bool slow;
	double insn_ps;
	uint64_t tick_price;
	uint64_t rmw_ps;
	uint64_t fence_ps;
	uint64_t cycle_ps;
	const uint32_t *hot;
	uint64_t hot_mask;
	struct vm_flights flights;
};

/** vm_current() - the task that runs */
struct vm_task *vm_current(void);

/** vm_tasks() - the newest task; go on along @all */
struct vm_task *vm_tasks(void);

/** vm_outside() - is that the task outside? */
bool vm_outside(void);

/** vm_task_new() - make a task; it begins as if it were woken. Return: NULL without memory. */
struct vm_task *vm_task_new(const char *name, void (*fn)(void *arg), void *arg);

/** vm_task_free() - forget a task that has ended */
void vm_task_free(struct vm_task *task);

/** vm_task_pin() - keep a task on a CPU, -1 on none; the running one moves at once */
void vm_task_pin(struct vm_task *task, int cpu);

/** vm_task_move() - the running task goes to another CPU; it may come back by vm_task_move() */
void vm_task_move(unsigned int cpu);

/** vm_task_nice() - set the nice value. @nice: -20 to 19 */
void vm_task_nice(struct vm_task *task, int nice);

/** vm_task_ps() - CPU time a task has used */
uint64_t vm_task_ps(const struct vm_task *task);

#endif
