// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Choosing who runs: CPUs by their clocks, tasks by weighted time. The waiting is in waits.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port.h"
#include "sim/virtual/event.h"
#include "sim/virtual/machine.h"
#include "sim/virtual/memory.h"
#include "sim/virtual/placement.h"
#include "sim/virtual/runnable.h"
#include "sim/virtual/timeline.h"
#include "sim/virtual/waits.h"

struct kc_virtual_state *kc_virtual_task;
unsigned int nr_cpu_ids;

/**
 * struct machine - the one there is
 * @profile:	its figures
 * @cpus:	[@nr + 1]; the last one is where the task outside is
 * @nr:		CPUs
 * @waiting:	runnable CPUs but the running one
 * @ahead_ps:	bound
 * @slice_ps:	time slice
 * @tasks:	newest first; @nr_tasks: made so far
 * @outside:	the task outside; @current: task that runs
 * @watch_ps:	when to call @look, see vm_watch()
 */
static struct machine {
	const struct vm_profile *profile;
	struct vm_cpu *cpus;
	unsigned int nr;
	struct vm_runnable waiting;
	uint64_t ahead_ps;
	uint64_t slice_ps;
	struct vm_task *tasks;
	unsigned int nr_tasks;
	struct vm_task outside;
	struct vm_task *current;
	uint64_t watch_ps;
	uint64_t (*look)(void);
} vm;

/* Would a task that never sleeps be moved to a faster CPU if one were idle? */
static bool is_misfit(const struct vm_cpu *c)
{
	return c->slow && c->task && c->task->pinned < 0;
}

/* How far may the running CPU go? */
static void set_horizon(void)
{
	const struct vm_cpu *c = &vm.cpus[vm_now.cpu];
	uint64_t other = vm.waiting.nr ? vm.waiting.heap[0].clock : VM_NEVER;
	uint64_t timer = vm_next_timer;

	if (timer < other)
		other = timer;
	vm_now.sync = other;
	vm_now.horizon = other < VM_NEVER - vm.ahead_ps ? other + vm.ahead_ps : VM_NEVER;
	if ((c->queued || is_misfit(c)) && vm_now.horizon > c->slice_end)
		vm_now.horizon = c->slice_end;
	if (c->resched)
		vm_now.horizon = 0;
	if (vm_now.horizon > vm.watch_ps)
		vm_now.horizon = vm.watch_ps;
}

void vm_watch(uint64_t ps, uint64_t (*look)(void))
{
	vm.watch_ps = ps;
	vm.look = look;
	set_horizon();
}

/* ---- tasks of a CPU */

static void enqueue(unsigned int cpu, struct vm_task *task)
{
	vm_queue_add(&vm.cpus[cpu], task);
	task->cpu = cpu;
}

static void dequeue(unsigned int cpu, struct vm_task *task)
{
	vm_queue_remove(&vm.cpus[cpu], task);
}

/* Time that has gone by for the task of a CPU is its own. */
static void account(struct vm_cpu *c)
{
	struct vm_task *task = c->task;
	uint64_t ps = c->clock - task->since_ps, least;
	const struct vm_task *queued;

	task->cpu_ps += ps;
	task->vruntime += ps * VM_NICE_0_WEIGHT / task->weight;
	task->since_ps = c->clock;
	c->busy_ps += ps;
	least = task->vruntime;
	for (queued = c->queue; queued; queued = queued->next)
		least = queued->vruntime < least ? queued->vruntime : least;
	if (least > c->min_vruntime)
		c->min_vruntime = least;
}

/* Who has nothing to do takes what waits elsewhere and may move, from the longest queue. */
static struct vm_task *pull(unsigned int cpu)
{
	struct vm_task *task, *found = NULL;
	unsigned int i, most = 0;

	for (i = 0; i < vm.nr; i++) {
		if (vm.cpus[i].queued <= most)
			continue;
		for (task = vm.cpus[i].queue; task; task = task->next) {
			if (task->pinned < 0 && !task->kc.depth) {
				found = task;
				most = vm.cpus[i].queued;
				break;
			}
		}
	}
	if (!found)
		return NULL;
	dequeue(found->cpu, found);
	enqueue(cpu, found);
	return found;
}

/* The task of a CPU leaves it. */
static void unseat(struct vm_cpu *c)
{
	vm_timeline(SIM_TIMELINE_STOP, c->task, c->clock, NULL);
	c->task = NULL;
}

/* Give an idle CPU a task. Return: false if there is none. */
static bool fill_cpu(unsigned int cpu)
{
	struct vm_cpu *c = &vm.cpus[cpu];
	struct vm_task *task = vm_queue_best(c);

	if (!task && cpu < vm.nr)
		task = pull(cpu);
	if (!task)
		return false;
	dequeue(cpu, task);
	if (c->clock < task->ready_ps)
		c->clock = task->ready_ps;
	c->task = task;
	c->resched = false;
	task->state = VM_RUNS;
	task->since_ps = c->clock;
	task->kc.cpu = cpu;
	if (cpu < vm.nr)
		c->clock += vm_ps_of(vm.profile->context_switch_ns);
	c->slice_end = c->clock + vm.slice_ps;
	vm_timeline(SIM_TIMELINE_RUN, task, task->since_ps, NULL);
	return true;
}

static void deadlock(void)
{
	const struct vm_task *task;

	for (task = vm.tasks; task; task = task->all)
		kc_warn(task->name, (int)task->cpu, "waits; the line is the CPU");
	kc_bug(__FILE__, __LINE__, "every task of the virtual machine waits for another");
}

/* The next CPU to run, off the heap. */
static unsigned int next_cpu(void)
{
	unsigned int cpu;
	uint64_t timer;

	for (;;) {
		timer = vm_next_timer;
		if (vm.waiting.nr && vm.waiting.heap[0].clock <= timer) {
			cpu = vm.waiting.heap[0].cpu;
			vm_runnable_remove(&vm.waiting, cpu);
			return cpu;
		}
		if (timer == VM_NEVER)
			deadlock();
		vm_fire_timer();
	}
}

/* Go to a CPU that is not among the waiting ones. */
static void switch_to(unsigned int cpu, bool last)
{
	struct vm_cpu *c = &vm.cpus[cpu];
	struct vm_task *from = vm.current, *to = c->task;

	vm.current = to;
	kc_virtual_task = &to->kc;
	from->hidden = vm_now.hidden;
	vm_now.hidden = to->hidden;
	from->covered = vm_now.covered;
	vm_now.covered = to->covered;
	vm_moved();
	vm_now.cpu = cpu;
	vm_now.clock = c->clock;
	vm_now.tick_price = c->tick_price;
	vm_now.rmw_ps = c->rmw_ps;
	vm_now.flights = &c->flights;
	vm_now.base = (uintptr_t)vm_region;
	vm_now.hot = c->hot;
	vm_now.mask = c->hot_mask;
	vm_mix((uint64_t)cpu << 32 | to->number);
	set_horizon();
	if (from != to)
		vm_fiber_switch(from->fiber, to->fiber, last);
}

/* The running CPU has been put where it belongs: go to whoever is next. */
static void switch_to_next(bool last)
{
	switch_to(next_cpu(), last);
}

/* It goes on when it is its turn again. */
static void wait_for_turn(unsigned int cpu)
{
	const struct vm_turn *first = vm.waiting.heap;

	if (vm.waiting.nr && first->clock < vm.cpus[cpu].clock && first->clock <= vm_next_timer) {
		switch_to(vm_runnable_swap(&vm.waiting, cpu), false);
		return;
	}
	vm_runnable_add(&vm.waiting, cpu);
	switch_to_next(false);
}

/* Leave the CPU of the running task to another one, or to nobody. */
void vm_leave_cpu(bool last)
{
	struct vm_cpu *c = &vm.cpus[vm_now.cpu];

	c->clock = vm_now.clock;
	account(c);
	unseat(c);
	if (fill_cpu(vm_now.cpu))
		vm_runnable_add(&vm.waiting, vm_now.cpu);
	switch_to_next(last);
}

void vm_hold_cpu(void)
{
	vm.cpus[vm_now.cpu].clock = vm_now.clock;
	switch_to_next(false);
}

void vm_release_spinner(struct vm_task *task, uint64_t ps)
{
	struct vm_cpu *c = &vm.cpus[task->cpu];

	if (c->clock < ps)
		c->clock = ps;
	task->state = VM_RUNS;
	vm_timeline(SIM_TIMELINE_GO, task, c->clock, NULL);
	vm_runnable_add(&vm.waiting, task->cpu);
	set_horizon();
}

static bool must_go(const struct vm_cpu *c)
{
	if (!c->queued || vm.current->kc.depth)
		return false;
	return c->resched || vm_now.clock >= c->slice_end;
}

/*
 * Back into the queue of its CPU, and the next one from there, unless the running task is owed
 * more than all of them and does not give up. Return: was it another?
 */
static bool requeue(bool give_up)
{
	unsigned int cpu = vm_now.cpu;
	struct vm_cpu *c = &vm.cpus[cpu];
	struct vm_task *task = vm.current, *next;

	c->clock = vm_now.clock;
	account(c);
	next = vm_queue_best(c);
	c->resched = false;
	if (next->ready_ps > c->clock || (!give_up && next->vruntime > task->vruntime)) {
		c->slice_end = c->clock + vm.slice_ps;
		return false;
	}
	unseat(c);
	task->ready_ps = c->clock;
	enqueue(cpu, task);
	fill_cpu(cpu);
	return c->task != task;
}

/* At the end of a slice: leave a slow CPU. Return: the task has moved. */
static bool leave_slow(struct vm_cpu *c)
{
	int to;

	if (vm_now.clock < c->slice_end || vm.current->kc.depth || !is_misfit(c))
		return false;
	to = vm_faster_idle(vm.cpus, vm.nr, c);
	if (to < 0 && !c->queued)
		c->slice_end = vm_now.clock + vm.slice_ps;
	if (to >= 0)
		vm_task_move((unsigned int)to);
	return to >= 0;
}

void vm_yield(void)
{
	struct vm_cpu *c = &vm.cpus[vm_now.cpu];

	vm_catch_up();
	if (vm_now.clock > vm.watch_ps) {
		vm.watch_ps = vm.look();
		set_horizon();
		if (vm_now.clock <= vm_now.horizon && vm_now.clock <= vm_now.sync)
			return;
	}
	if (leave_slow(c))
		return;
	if (must_go(c))
		requeue(false);
	else
		c->clock = vm_now.clock;
	wait_for_turn((unsigned int)(c - vm.cpus));
}

bool vm_resched(bool give_up)
{
	struct vm_cpu *c = &vm.cpus[vm_now.cpu];
	bool other = false;

	if (vm_outside())
		return false;
	vm_charge(vm_ps_of(vm.profile->yield_ns));
	if (c->queued && (give_up || must_go(c)))
		other = requeue(give_up);
	if (!other)
		c->clock = vm_now.clock;
	wait_for_turn((unsigned int)(c - vm.cpus));
	return other;
}

void vm_charge(uint64_t ps)
{
	vm_catch_up();
	if (!vm_outside())
		vm_now.clock += ps;
	vm_moved();
}

/* ---- tasks */

void vm_make_ready(struct vm_task *task, uint64_t ps)
{
	unsigned int cpu = task == &vm.outside ? vm.nr : vm_place(vm.cpus, vm.profile, task);
	struct vm_cpu *c = &vm.cpus[cpu];

	task->ready_ps = ps;
	/* Who has slept is owed no more than a slice. */
	if (task->vruntime + vm.slice_ps < c->min_vruntime)
		task->vruntime = c->min_vruntime - vm.slice_ps;
	if (c->task) {
		c->resched |= task->vruntime + vm.slice_ps / 4 < c->task->vruntime;
		enqueue(cpu, task);
	} else {
		if (cpu < vm.nr)
			task->ready_ps += vm_ps_of(vm.profile->wakeup_ns);
		enqueue(cpu, task);
		fill_cpu(cpu);
		vm_runnable_add(&vm.waiting, cpu);
	}
	set_horizon();
}

static void task_main(void *arg)
{
	struct vm_task *task = arg;

	task->fn(task->arg);
	if (task->exit_fn)
		task->exit_fn(task->exit_arg);
	task->state = VM_ENDED;
	task->end_word = 1;
	vm_wake(&task->end_word, UINT32_MAX);
	vm_leave_cpu(true);
}

static void task_init(struct vm_task *task, const char *name)
{
	snprintf(task->name, sizeof(task->name), "%s", name);
	task->number = vm.nr_tasks++;
	task->pinned = -1;
	task->weight = VM_NICE_0_WEIGHT;
	task->timer = -1;
	task->wake_ps = VM_NEVER;
	task->cpu = vm.nr;
	task->all = vm.tasks;
	vm.tasks = task;
}

struct vm_task *vm_task_new(const char *name, void (*fn)(void *arg), void *arg)
{
	struct vm_task *task = calloc(1, sizeof(*task));

	vm_catch_up();
	if (!task || vm_waits_reserve(vm.nr_tasks + 1))
		goto err_free;
	task->stack = vm_memory_alloc(VM_STACK_BYTES, VM_STACK_ALIGN);
	if (!task->stack)
		goto err_free;
	task->fiber = vm_fiber_new(task->stack, VM_STACK_BYTES, task_main, task);
	if (!task->fiber)
		goto err_free_stack;
	task->fn = fn;
	task->arg = arg;
	task_init(task, name);
	if (vm_now.cpu < vm.nr)
		task->cpu = vm_now.cpu;
	vm_make_ready(task, vm_now.clock);
	return task;

err_free_stack:
	vm_memory_free(task->stack, VM_STACK_BYTES, VM_STACK_ALIGN);
err_free:
	free(task);
	return NULL;
}

void vm_task_free(struct vm_task *task)
{
	struct vm_task **pos = &vm.tasks;

	while (*pos != task)
		pos = &(*pos)->all;
	*pos = task->all;
	vm_fiber_free(task->fiber);
	vm_memory_free(task->stack, VM_STACK_BYTES, VM_STACK_ALIGN);
	free(task);
}

void vm_task_move(unsigned int cpu)
{
	struct vm_task *task = vm.current;
	struct vm_cpu *c = &vm.cpus[vm_now.cpu], *to = &vm.cpus[cpu];

	if (cpu == vm_now.cpu)
		return;
	vm_catch_up();
	c->clock = vm_now.clock;
	account(c);
	unseat(c);
	if (fill_cpu(vm_now.cpu))
		vm_runnable_add(&vm.waiting, vm_now.cpu);
	task->ready_ps = vm_now.clock;
	enqueue(cpu, task);
	if (!to->task) {
		fill_cpu(cpu);
		vm_runnable_add(&vm.waiting, cpu);
	}
	switch_to_next(false);
}

void vm_task_pin(struct vm_task *task, int cpu)
{
	vm_catch_up();
	task->pinned = cpu;
	if (cpu < 0 || task == &vm.outside || task->cpu == (unsigned int)cpu)
		return;
	if (task == vm.current) {
		vm_task_move((unsigned int)cpu);
	} else if (task->state == VM_QUEUED) {
		dequeue(task->cpu, task);
		task->cpu = (unsigned int)cpu;
		vm_make_ready(task, task->ready_ps);
	} else if (task->state == VM_RUNS && vm.cpus[task->cpu].heap >= 0 && !task->kc.depth) {
		struct vm_cpu *c = &vm.cpus[task->cpu];

		account(c);
		unseat(c);
		vm_runnable_remove(&vm.waiting, task->cpu);
		if (fill_cpu(task->cpu))
			vm_runnable_add(&vm.waiting, task->cpu);
		vm_make_ready(task, c->clock);
	}
}

uint64_t vm_task_ps(const struct vm_task *task)
{
	uint64_t now;

	if (task->state != VM_RUNS && task->state != VM_SPINS)
		return task->cpu_ps;
	vm_catch_up();
	now = task == vm.current ? vm_now.clock : vm.cpus[task->cpu].clock;
	return task->cpu_ps + now - task->since_ps;
}

uint64_t vm_busy_ps(unsigned int cpu)
{
	const struct vm_cpu *c = &vm.cpus[cpu];

	return c->busy_ps + (c->task ? c->clock - c->task->since_ps : 0);
}

/* ---- the machine */

void vm_set_kernel(const struct vm_kernel *kernel)
{
	vm_now.kernel = kernel;
	vm_cpus_price(vm.cpus, vm.profile, kernel->own);
	vm_now.tick_price = vm.cpus[vm_now.cpu].tick_price;
}

int vm_start(const struct vm_profile *profile, const struct vm_kernel *kernel, uint32_t ahead_ns)
{
	memset(&vm, 0, sizeof(vm));
	vm_reset_now();
	vm.profile = profile;
	vm.nr = profile->nr_cpus;
	nr_cpu_ids = vm.nr + 1;
	vm.cpus = calloc(vm.nr + 1, sizeof(*vm.cpus));
	vm.waiting.cpus = vm.cpus;
	vm.waiting.heap = calloc(vm.nr + 1, sizeof(*vm.waiting.heap));
	vm.outside.fiber = vm_fiber_main();
	vm_now.cache = vm_cache_new(profile);
	if (!vm.cpus || !vm.waiting.heap || !vm.outside.fiber || !vm_now.cache || vm_waits_init()) {
		vm_stop();
		return -ENOMEM;
	}
	vm.ahead_ps = (ahead_ns ? ahead_ns : VM_AHEAD_NS) * VM_PS_PER_NS;
	vm.slice_ps = vm_ps_of(profile->slice_us * 1000);
	vm.watch_ps = VM_NEVER;
	vm_cpus_init(vm.cpus, profile, vm_now.cache);
	vm_set_kernel(kernel);
	task_init(&vm.outside, "outside");
	vm.outside.state = VM_RUNS;
	vm.outside.kc.cpu = vm.nr;
	vm.cpus[vm.nr].task = &vm.outside;
	vm.current = &vm.outside;
	kc_virtual_task = &vm.outside.kc;
	vm_now.cpu = vm.nr;
	vm_now.flights = &vm.cpus[vm.nr].flights;
	set_horizon();
	return 0;
}

void vm_stop(void)
{
	vm_waits_exit();
	vm_cache_free(vm_now.cache);
	if (vm.outside.fiber)
		vm_fiber_free(vm.outside.fiber);
	free(vm.cpus);
	free(vm.waiting.heap);
	memset(&vm, 0, sizeof(vm));
	vm_reset_now();
}

const struct vm_profile *vm_profile(void)
{
	return vm.profile;
}

unsigned int vm_cpus(void)
{
	return vm.nr;
}

const struct vm_cpu *vm_cpu_at(unsigned int cpu)
{
	return &vm.cpus[cpu];
}

struct vm_task *vm_current(void)
{
	return vm.current;
}

struct vm_task *vm_tasks(void)
{
	return vm.tasks;
}

bool vm_outside(void)
{
	return vm.current == &vm.outside;
}
