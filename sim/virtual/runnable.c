// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/virtual/runnable.h"

#include "sim/virtual/cache_inline.h"
#include "sim/virtual/now.h"
#include "sim/virtual/placement.h"

/* Each nice level is worth a factor of 1.25. Source: kernel/sched/core.c of Linux 7.1. */
#define NICE_FACTOR 1.25

static bool before(struct vm_turn a, struct vm_turn b)
{
	return a.clock != b.clock ? a.clock < b.clock : a.cpu < b.cpu;
}

static struct vm_turn turn_of(const struct vm_runnable *r, unsigned int cpu)
{
	return (struct vm_turn){ r->cpus[cpu].clock, cpu };
}

static void put(struct vm_runnable *r, unsigned int at, struct vm_turn turn)
{
	r->heap[at] = turn;
	r->cpus[turn.cpu].heap = (int)at;
}

static void up(struct vm_runnable *r, unsigned int at, struct vm_turn turn)
{
	unsigned int parent;

	for (; at; at = parent) {
		parent = (at - 1) / 2;
		if (!before(turn, r->heap[parent]))
			break;
		put(r, at, r->heap[parent]);
	}
	put(r, at, turn);
}

static void down(struct vm_runnable *r, unsigned int at, struct vm_turn turn)
{
	unsigned int child;

	for (; (child = 2 * at + 1) < r->nr; at = child) {
		if (child + 1 < r->nr)
			child += before(r->heap[child + 1], r->heap[child]);
		if (!before(r->heap[child], turn))
			break;
		put(r, at, r->heap[child]);
	}
	put(r, at, turn);
}

void vm_runnable_add(struct vm_runnable *runnable, unsigned int cpu)
{
	up(runnable, runnable->nr++, turn_of(runnable, cpu));
}

unsigned int vm_runnable_swap(struct vm_runnable *runnable, unsigned int cpu)
{
	unsigned int first = runnable->heap[0].cpu;

	runnable->cpus[first].heap = -1;
	down(runnable, 0, turn_of(runnable, cpu));
	return first;
}

void vm_runnable_remove(struct vm_runnable *runnable, unsigned int cpu)
{
	unsigned int at = (unsigned int)runnable->cpus[cpu].heap;
	struct vm_turn last = runnable->heap[--runnable->nr];

	runnable->cpus[cpu].heap = -1;
	if (last.cpu == cpu)
		return;
	up(runnable, at, last);
	down(runnable, (unsigned int)runnable->cpus[last.cpu].heap, last);
}

unsigned int vm_cluster_of(const struct vm_profile *profile, unsigned int cpu)
{
	unsigned int i, end = 0;

	for (i = 0; i < profile->nr_clusters; i++) {
		end += profile->clusters[i].cpus;
		if (cpu < end)
			return i;
	}
	return 0;
}

static const struct vm_core *core_of(const struct vm_profile *profile, unsigned int cpu)
{
	return &profile->cores[profile->clusters[vm_cluster_of(profile, cpu)].core];
}

void vm_cpus_init(struct vm_cpu *cpus, const struct vm_profile *profile,
		  const struct vm_cache *cache)
{
	const struct vm_core *core;
	unsigned int i;

	for (i = 0; i < profile->nr_cpus; i++) {
		core = core_of(profile, i);
		cpus[i].cycle_ps = vm_ps_of(1000.0 / core->mhz);
		cpus[i].insn_ps = core->insn_ps;
		cpus[i].rmw_ps = vm_ps_of(core->rmw_ns);
		cpus[i].fence_ps = vm_ps_of(core->fence_ns);
		cpus[i].heap = -1;
		cpus[i].hot = cache->l1[i].hot;
		cpus[i].hot_mask = cache->l1[i].mask;
	}
	cpus[i].heap = -1;
	/* The task outside is on a CPU without caches. */
	cpus[i].hot = &vm_no_tag;
}

void vm_cpus_price(struct vm_cpu *cpus, const struct vm_profile *profile, double own)
{
	const double shift = 1 << VM_PRICE_SHIFT;
	uint64_t fastest = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < profile->nr_cpus; i++) {
		cpus[i].tick_price =
			(uint64_t)(core_of(profile, i)->insn_ps * own * shift / VM_TICKS_PER_INSN +
				   0.5);
		if (cpus[i].tick_price < fastest)
			fastest = cpus[i].tick_price;
	}
	for (i = 0; i < profile->nr_cpus; i++)
		cpus[i].slow = vm_much_faster(fastest, cpus[i].tick_price);
}

void vm_task_nice(struct vm_task *task, int nice)
{
	double weight = VM_NICE_0_WEIGHT;
	int i;

	for (i = 0; i < nice; i++)
		weight /= NICE_FACTOR;
	for (i = 0; i > nice; i--)
		weight *= NICE_FACTOR;
	task->nice = nice;
	task->weight = (uint32_t)(weight + 0.5);
}

void vm_queue_add(struct vm_cpu *c, struct vm_task *task)
{
	struct vm_task **tail = &c->queue;

	while (*tail)
		tail = &(*tail)->next;
	task->next = NULL;
	*tail = task;
	task->state = VM_QUEUED;
	c->queued++;
}

void vm_queue_remove(struct vm_cpu *c, struct vm_task *task)
{
	struct vm_task **pos = &c->queue;

	while (*pos != task)
		pos = &(*pos)->next;
	*pos = task->next;
	task->next = NULL;
	c->queued--;
}

struct vm_task *vm_queue_best(const struct vm_cpu *c)
{
	struct vm_task *best = NULL, *task;
	bool task_ready, best_ready = false;

	for (task = c->queue; task; task = task->next) {
		task_ready = task->ready_ps <= c->clock;
		if (!best || (task_ready && !best_ready) ||
		    (task_ready && task->vruntime < best->vruntime) ||
		    (!task_ready && !best_ready && task->ready_ps < best->ready_ps)) {
			best = task;
			best_ready = task_ready;
		}
	}
	return best;
}
