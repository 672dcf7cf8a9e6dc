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

#include <kc_task.h>

#include "sim/virtual/cache.h"
#include "sim/virtual/fiber.h"
#include "sim/virtual/flight.h"
#include "sim/virtual/profile.h"

#define VM_PS_PER_NS 1000ull
#define VM_NEVER     UINT64_MAX

/** enum vm_machine_limits - bounds */
enum vm_machine_limits {
	VM_STACK_BYTES = 256 * 1024,
	VM_STACK_ALIGN = 64 * 1024,  /* a guard page of any host fits */
	VM_AHEAD_NS = 200,	     /* default bound on how far a CPU runs ahead */
	VM_SPIN_AGAIN_PS = 20000000, /* a spinning task looks again by itself after so long */
};

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
 * @event_ps:	price of an event
 * @rmw_ps:	price of an RMW on top
 * @fence_ps:	price of a full barrier
 * @cycle_ps:	of its clock
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
	uint64_t event_ps;
	uint64_t rmw_ps;
	uint64_t fence_ps;
	uint64_t cycle_ps;
	struct vm_flights flights;
};

/**
 * struct vm_now - what every event looks at
 * @tags:	first ways of that CPU's L1, see cache_inline.h; one that never hits where there is
 *		more to do than to look a line up (there are lines under way in @flights)
 * @mask:	of these
 * @base:	first byte of the region
 * @clock:	of the CPU that runs
 * @event_ps:	of that CPU
 * @horizon:	past it another CPU has to run
 * @digest:	of all events so far
 * @accesses:	events so far
 * @sync:	the horizon where tasks synchronise
 * @rmw_ps:	of that CPU
 * @cache:	the caches
 * @flights:	of that CPU
 * @atomics:	of @accesses, RMWs
 * @jitter:	see jitter.h; 0: none
 * @hidden:	not 0: accesses take no time and are not counted
 * @cpu:	that CPU
 * @watched:	tasks that spin
 */
struct vm_now {
	const uint64_t *tags;
	uint64_t mask;
	uintptr_t base;
	uint64_t clock;
	uint64_t event_ps;
	uint64_t horizon;
	uint64_t digest;
	uint64_t accesses;
	uint64_t sync;
	uint64_t rmw_ps;
	struct vm_cache *cache;
	struct vm_flights *flights;
	uint64_t atomics;
	uint64_t jitter;
	unsigned int hidden;
	unsigned int cpu;
	unsigned int watched;
} __attribute__((aligned(64)));

extern struct vm_now vm_now __attribute__((visibility("hidden")));

/** vm_reset_now() - as it is without a machine: nothing is charged */
void vm_reset_now(void);

/** vm_look_again() - @tags is what it has to be for the CPU and its @flights */
void vm_look_again(void);

/**
 * vm_start() - make the machine; the caller becomes the task outside
 * @profile:	stays the caller's
 * @ahead_ns:	bound, 0 the default
 * Return:	0 or -ENOMEM.
 */
int vm_start(const struct vm_profile *profile, uint32_t ahead_ns);

/** vm_stop() - take it down; all tasks have ended and were joined */
void vm_stop(void);

/** vm_profile() - of the machine */
const struct vm_profile *vm_profile(void);

/** vm_cpus() - its CPUs; the task outside has the number after the last */
unsigned int vm_cpus(void);

/** vm_cpu_at() - one of them */
const struct vm_cpu *vm_cpu_at(unsigned int cpu);

/** vm_current() - the task that runs */
struct vm_task *vm_current(void);

/** vm_tasks() - the newest task; go on along @all */
struct vm_task *vm_tasks(void);

/** vm_outside() - is that the task outside? */
bool vm_outside(void);

/** vm_yield() - let a CPU that is behind run; the task may lose its CPU if it can be preempted */
void vm_yield(void);

/** vm_resched() - the same at a reschedule point, for its price. Return: another task ran here. */
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

/** vm_busy_ps() - time a CPU was not idle so far */
uint64_t vm_busy_ps(unsigned int cpu);

#endif
