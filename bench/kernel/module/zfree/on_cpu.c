// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A call on another CPU, as work_on_cpu() makes it, but on a queue with a rescuer. Drains run in
 * workers of such a queue, and in writes that reclaim makes, and neither may wait for one without.
 * The queue is not the core's: its rescuer may be what waits here.
 */
#include <linux/workqueue.h>

#include "zfree/instruments.h"
#include "zfree/strategy.h"

struct on_cpu {
	struct work_struct work;
	long (*fn)(void *arg);
	void *arg;
	long ret;
};

static struct workqueue_struct *queue;

static void call(struct work_struct *work)
{
	struct on_cpu *call = container_of(work, struct on_cpu, work);

	call->ret = call->fn(call->arg);
}

long zfree_on_cpu(unsigned int cpu, long (*fn)(void *arg), void *arg)
{
	struct on_cpu there = { .fn = fn, .arg = arg };

	INIT_WORK_ONSTACK(&there.work, call);
	queue_work_on(cpu, queue, &there.work);
	flush_work(&there.work);
	destroy_work_on_stack(&there.work);
	return there.ret;
}

int zfree_on_cpu_init(void)
{
	queue = alloc_workqueue("zfree-cpu", WQ_MEM_RECLAIM | WQ_PERCPU, 0);
	return queue ? 0 : -ENOMEM;
}

void zfree_on_cpu_exit(void)
{
	destroy_workqueue(queue);
}
