// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/virtual/runnable.h"

/* Each nice level is worth a factor of 1.25. Source: kernel/sched/core.c of Linux 7.1. */
#define NICE_FACTOR 1.25

static bool before(const struct vm_runnable *r, unsigned int a, unsigned int b)
{
	if (r->cpus[a].clock != r->cpus[b].clock)
		return r->cpus[a].clock < r->cpus[b].clock;
	return a < b;
}

static void put(struct vm_runnable *r, unsigned int at, unsigned int cpu)
{
	r->heap[at] = cpu;
	r->cpus[cpu].heap = (int)at;
}

static void up(struct vm_runnable *r, unsigned int at)
{
	unsigned int cpu = r->heap[at], parent;

	for (; at; at = parent) {
		parent = (at - 1) / 2;
		if (!before(r, cpu, r->heap[parent]))
			break;
		put(r, at, r->heap[parent]);
	}
	put(r, at, cpu);
}

static void down(struct vm_runnable *r, unsigned int at)
{
	unsigned int cpu = r->heap[at], child;

	for (; (child = 2 * at + 1) < r->nr; at = child) {
		if (child + 1 < r->nr && before(r, r->heap[child + 1], r->heap[child]))
			child++;
		if (!before(r, r->heap[child], cpu))
			break;
		put(r, at, r->heap[child]);
	}
	put(r, at, cpu);
}

void vm_runnable_add(struct vm_runnable *runnable, unsigned int cpu)
{
	put(runnable, runnable->nr, cpu);
	up(runnable, runnable->nr++);
}

void vm_runnable_remove(struct vm_runnable *runnable, unsigned int cpu)
{
	unsigned int at = (unsigned int)runnable->cpus[cpu].heap;
	unsigned int last = runnable->heap[--runnable->nr];

	runnable->cpus[cpu].heap = -1;
	if (last == cpu)
		return;
	put(runnable, at, last);
	up(runnable, at);
	down(runnable, (unsigned int)runnable->cpus[last].heap);
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

static uint64_t ps_of(double ns)
{
	return (uint64_t)(ns * (double)VM_PS_PER_NS + 0.5);
}

uint64_t vm_cpus_init(struct vm_cpu *cpus, const struct vm_profile *profile)
{
	const struct vm_core *core;
	uint64_t fastest = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < profile->nr_cpus; i++) {
		core = &profile->cores[profile->clusters[vm_cluster_of(profile, i)].core];
		cpus[i].cycle_ps = ps_of(1000.0 / core->mhz);
		cpus[i].event_ps = ps_of(core->event_cycles * 1000.0 / core->mhz);
		cpus[i].rmw_ps = ps_of(core->rmw_ns);
		cpus[i].fence_ps = ps_of(core->fence_ns);
		cpus[i].heap = -1;
		if (cpus[i].event_ps < fastest)
			fastest = cpus[i].event_ps;
	}
	cpus[i].heap = -1;
	return fastest;
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
