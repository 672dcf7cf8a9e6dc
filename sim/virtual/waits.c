// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/virtual/machine.h"
#include "sim/virtual/timeline.h"
#include "sim/virtual/waits.h"

enum {
	BUCKET_BITS = 8,
	TIMERS_MIN = 64,
};

/**
 * struct waits - who waits
 * @buckets:	by word, oldest first
 * @timers:	heap by time, then number of the task
 * @nr_timers:	in it
 * @room:	for so many
 */
static struct {
	struct vm_task *buckets[1 << BUCKET_BITS];
	struct vm_task **timers;
	unsigned int nr_timers;
	unsigned int room;
} waits;

uint64_t vm_next_timer = VM_NEVER;

int vm_waits_init(void)
{
	memset(&waits, 0, sizeof(waits));
	vm_next_timer = VM_NEVER;
	waits.room = TIMERS_MIN;
	waits.timers = calloc(waits.room, sizeof(struct vm_task *));
	return waits.timers ? 0 : -ENOMEM;
}

void vm_waits_exit(void)
{
	free(waits.timers);
	memset(&waits, 0, sizeof(waits));
}

/* A task waits for one time, so it is here that memory may be missing, not when it sleeps. */
int vm_waits_reserve(unsigned int nr_tasks)
{
	struct vm_task **more;

	if (nr_tasks <= waits.room)
		return 0;
	more = realloc(waits.timers, 2 * (size_t)nr_tasks * sizeof(struct vm_task *));
	if (!more)
		return -ENOMEM;
	waits.timers = more;
	waits.room = 2 * nr_tasks;
	return 0;
}

/* ---- timers */

static bool sooner(const struct vm_task *a, const struct vm_task *b)
{
	if (a->wake_ps != b->wake_ps)
		return a->wake_ps < b->wake_ps;
	return a->number < b->number;
}

static void timer_put(unsigned int at, struct vm_task *task)
{
	waits.timers[at] = task;
	task->timer = (int)at;
}

static void timer_up(unsigned int at)
{
	struct vm_task *task = waits.timers[at];
	unsigned int parent;

	for (; at; at = parent) {
		parent = (at - 1) / 2;
		if (!sooner(task, waits.timers[parent]))
			break;
		timer_put(at, waits.timers[parent]);
	}
	timer_put(at, task);
}

static void timer_down(unsigned int at)
{
	struct vm_task *task = waits.timers[at];
	unsigned int child;

	for (; (child = 2 * at + 1) < waits.nr_timers; at = child) {
		if (child + 1 < waits.nr_timers &&
		    sooner(waits.timers[child + 1], waits.timers[child]))
			child++;
		if (!sooner(waits.timers[child], task))
			break;
		timer_put(at, waits.timers[child]);
	}
	timer_put(at, task);
}

static void timers_changed(void)
{
	vm_next_timer = waits.nr_timers ? waits.timers[0]->wake_ps : VM_NEVER;
}

static void timer_add(struct vm_task *task, uint64_t ps)
{
	task->wake_ps = ps;
	if (ps == VM_NEVER)
		return;
	timer_put(waits.nr_timers, task);
	timer_up(waits.nr_timers++);
	timers_changed();
}

static void timer_remove(struct vm_task *task)
{
	unsigned int at = (unsigned int)task->timer;
	struct vm_task *last;

	if (task->timer < 0)
		return;
	task->timer = -1;
	task->wake_ps = VM_NEVER;
	last = waits.timers[--waits.nr_timers];
	if (last != task) {
		timer_put(at, last);
		timer_up(at);
		timer_down((unsigned int)last->timer);
	}
	timers_changed();
}

/* ---- words */

static struct vm_task **bucket_of(const void *word)
{
	uint64_t hash = (uint64_t)(uintptr_t)word * 0x9e3779b97f4a7c15ull;

	return &waits.buckets[hash >> (64 - BUCKET_BITS)];
}

static void wait_for(struct vm_task *task, const void *word)
{
	struct vm_task **tail = bucket_of(word);

	while (*tail)
		tail = &(*tail)->next;
	task->word = word;
	task->next = NULL;
	*tail = task;
}

static void stop_waiting(struct vm_task *task)
{
	struct vm_task **pos = bucket_of(task->word);

	while (*pos != task)
		pos = &(*pos)->next;
	*pos = task->next;
	task->next = NULL;
	task->word = NULL;
}

/* The oldest task in that state that waits for the word. */
static struct vm_task *first_waiter(const void *word, enum vm_task_state state)
{
	struct vm_task *task;

	for (task = *bucket_of(word); task; task = task->next) {
		if (task->word == word && task->state == state)
			return task;
	}
	return NULL;
}

void vm_fire_timer(void)
{
	struct vm_task *task = waits.timers[0];
	uint64_t ps = task->wake_ps;

	timer_remove(task);
	if (task->word)
		stop_waiting(task);
	task->timed_out = true;
	if (task->state == VM_SPINS) {
		vm_now.watched--;
		vm_release_spinner(task, ps);
	} else {
		vm_make_ready(task, ps);
	}
}

bool vm_sleep(const void *word, uint64_t until_ps)
{
	struct vm_task *task = vm_current();

	vm_catch_up();
	task->state = VM_SLEEPS;
	task->timed_out = false;
	if (word)
		wait_for(task, word);
	timer_add(task, until_ps);
	vm_leave_cpu(false);
	return !task->timed_out;
}

void vm_wake(const void *word, unsigned int nr)
{
	struct vm_task *task;

	vm_catch_up();
	for (; nr && (task = first_waiter(word, VM_SLEEPS)); nr--) {
		stop_waiting(task);
		timer_remove(task);
		/* What a wake-up costs the one who does it. */
		vm_charge((uint64_t)(vm_profile()->context_switch_ns * (double)VM_PS_PER_NS));
		vm_make_ready(task, vm_now.clock);
	}
}

void vm_spin(const void *word)
{
	struct vm_task *task = vm_current();

	vm_catch_up();
	if (vm_outside()) {
		vm_sleep(NULL, vm_now.clock + VM_PS_PER_NS * VM_AHEAD_NS);
		return;
	}
	task->state = VM_SPINS;
	vm_timeline(SIM_TIMELINE_WAIT, task, vm_now.clock, word);
	wait_for(task, word);
	timer_add(task, vm_now.clock + VM_SPIN_AGAIN_PS);
	vm_now.watched++;
	vm_hold_cpu();
}

void vm_written(const void *word)
{
	struct vm_task *task = first_waiter(word, VM_SPINS);

	if (!task)
		return;
	stop_waiting(task);
	timer_remove(task);
	vm_now.watched--;
	vm_release_spinner(task, vm_now.clock);
}
