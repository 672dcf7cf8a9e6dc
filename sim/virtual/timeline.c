// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kc_watch.h>

#include "mm/zone.h"
#include "phase.h"
#include "sim/figures/metrics.h"
#include "sim/run/world.h"
#include "sim/virtual/entry.h"
#include "sim/virtual/machine.h"
#include "sim/virtual/timeline.h"
#include "zram/device.h"
#include "zsmalloc/pool.h"

bool vm_timeline_on;

/**
 * struct recording - the one there is
 * @to:		where it goes, NULL: nowhere
 * @world:	being measured
 * @zram:	being measured
 */
static struct recording {
	struct sim_timeline *to;
	const struct sim_world *world;
	struct zram *zram;
} recording;

static void add(enum sim_timeline_kind kind, uint64_t ps, const struct vm_task *task,
		const char *name, uint64_t value)
{
	struct sim_timeline *to = recording.to;

	if (to->nr == SIM_TIMELINE_EVENTS) {
		to->cut = true;
		return;
	}
	to->events[to->nr++] = (struct sim_timeline_event){
		.ps = ps,
		.name = name,
		.value = value,
		.task = task ? task->number : 0,
		.cpu = task ? (uint16_t)task->cpu : 0,
		.kind = (uint16_t)kind,
	};
}

/* Tasks come and go; their names are kept. */
static void keep_name(const struct vm_task *task)
{
	struct sim_timeline *to = recording.to;

	if (task->number >= SIM_TIMELINE_TASKS)
		return;
	if (to->nr_tasks <= task->number)
		to->nr_tasks = task->number + 1;
	snprintf(to->names[task->number], SIM_TIMELINE_NAME, "%s", task->name);
}

static bool is_in(const void *ptr, const void *base, size_t size)
{
	return (uintptr_t)ptr - (uintptr_t)base < size;
}

/* @number: which one of several */
static const char *lock_name(const void *word, uint64_t *number)
{
	const struct sim_swap *swap = &recording.world->swap;
	const struct zs_pool *pool = recording.zram->pool;
	unsigned int i;

	*number = SIM_TIMELINE_ALONE;
	if (is_in(word, recording.world->zone, sizeof(struct zone)))
		return "zone";
	if (is_in(word, pool, sizeof(*pool)))
		return "pool";
	if (is_in(word, swap->clusters, swap->nr_clusters * sizeof(*swap->clusters))) {
		*number = (size_t)((const char *)word - (const char *)swap->clusters) /
			  sizeof(*swap->clusters);
		return "cluster";
	}
	for (i = 0; i < pool->nr_classes; i++) {
		if (!is_in(word, pool->class_of[i], sizeof(struct size_class)))
			continue;
		*number = pool->class_of[i]->shape.size;
		return "class";
	}
	return "other";
}

void vm_timeline_write(enum sim_timeline_kind kind, const struct vm_task *task, uint64_t ps,
		       const void *what)
{
	const char *name = what;
	uint64_t number = 0;

	/* The task outside only waits. */
	if (task->cpu >= vm_cpus())
		return;
	keep_name(task);
	if (kind == SIM_TIMELINE_WAIT)
		name = lock_name(what, &number);
	add(kind, ps, task, name, number);
}

void kc_watch_phase(unsigned int phase)
{
	if (vm_timeline_on)
		vm_timeline(SIM_TIMELINE_PHASE, vm_current(), vm_now.clock,
			    phase == KC_PHASE_OTHER ? NULL : sim_phase_name(phase));
}

void sim_timeline_begin(const struct sim_world *world, struct zram *zram, const char *strategy,
			unsigned int number)
{
	const struct vm_task *task;
	unsigned int cpu;

	if (!recording.to)
		return;
	recording.world = world;
	recording.zram = zram;
	recording.to->nr_cpus = vm_cpus();
	vm_timeline_on = true;
	add(SIM_TIMELINE_REPEAT, vm_now.clock, NULL, strategy, number);
	for (cpu = 0; cpu < vm_cpus(); cpu++) {
		task = vm_cpu_at(cpu)->task;
		if (task)
			vm_timeline(SIM_TIMELINE_RUN, task, vm_now.clock, NULL);
	}
}

void sim_timeline_end(void)
{
	if (!vm_timeline_on)
		return;
	add(SIM_TIMELINE_DONE, vm_now.clock, NULL, NULL, 0);
	vm_timeline_on = false;
}

void sim_timeline_memory(uint64_t pending, uint64_t held)
{
	unsigned int shift;

	if (!vm_timeline_on)
		return;
	shift = recording.zram->page_shift;
	add(SIM_TIMELINE_PENDING, vm_now.clock, NULL, NULL, pending << shift);
	add(SIM_TIMELINE_HELD, vm_now.clock, NULL, NULL, held << shift);
	add(SIM_TIMELINE_FREE, vm_now.clock, NULL, NULL,
	    (uint64_t)recording.world->zone->nr_free << shift);
}

int sim_virtual_timeline(struct sim_timeline *timeline)
{
	recording.to = timeline;
	vm_timeline_on = false;
	if (!timeline)
		return 0;
	memset(timeline, 0, sizeof(*timeline));
	timeline->events = malloc(SIM_TIMELINE_EVENTS * sizeof(*timeline->events));
	timeline->names = calloc(SIM_TIMELINE_TASKS, sizeof(*timeline->names));
	if (timeline->events && timeline->names)
		return 0;
	free(timeline->events);
	free(timeline->names);
	recording.to = NULL;
	return -ENOMEM;
}
