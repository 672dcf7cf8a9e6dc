// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Workers: who runs the drains, and how they are woken.
 *
 * A worker takes run_slots items per run and queues itself again as long as a run has
 * taken something. A kick queues one that is not pending: PENDING is cleared before the
 * function runs, so what was queued before a kick is seen by the run it asked for, or by the one
 * it found pending. What a run leaves behind (busy slots, partly filled buffers) is the flush's.
 */

#include <linux/errno.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "zfree/core.h"

/* Without memory for it this run is not recorded. */
static bool record_begin(const struct zfree_core *core)
{
	return core->params.record_phases && !kc_phases_start(ZRAM_PHASE_DRAIN);
}

u32 zfree_worker_run(struct zfree_worker *w, u32 budget, bool all)
{
	struct zfree_core *core = w->core;
	struct zfree_run run;
	bool recorded;
	u32 taken;

	down_read(&core->run_lock);
	recorded = record_begin(core);
	zfree_run_begin(&run, w);
	run.all = all;
	taken = core->ops->drain(core->zf, &run, budget);
	zfree_run_end(&run);
	if (recorded)
		kc_phases_stop(&w->phases);
	up_read(&core->run_lock);

	if (core->params.drained && run.freed)
		core->params.drained(core->params.drained_ctx, run.freed);
	return taken;
}

static bool queue_worker(struct zfree_worker *w)
{
	return queue_work_on(w->cpu, w->core->wq, &w->work);
}

static bool take_want_all(struct zfree_core *core)
{
	if (!READ_ONCE(core->want_all))
		return false;
	WRITE_ONCE(core->want_all, 0);
	return true;
}

static void worker_fn(struct work_struct *work)
{
	struct zfree_worker *w = container_of(work, struct zfree_worker, work);
	struct zfree_core *core = w->core;
	u32 budget = core->params.run_slots;
	u32 taken;

	if (core->exact) {
		zfree_worker_run(w, ~0U, true);
		return;
	}
	/* Partly filled buffers are in use, and those who fill them are busy: they come last. */
	taken = zfree_worker_run(w, budget, false);
	if (!taken && take_want_all(core))
		taken = zfree_worker_run(w, budget, true);
	if (taken && !READ_ONCE(core->closed))
		queue_worker(w);
}

/* A design with a counter of its own queues its work item each time, as a patch of it does. */
void zfree_kick_worker(struct zfree_core *core, bool full)
{
	struct zfree_worker *w = core->workers;
	unsigned int left = core->nr_workers;

	if (kc_unseen(core->params.workers) == ZFREE_WORKERS_PERCPU) {
		w += smp_processor_id();
		left = 1;
	}
	/* Whoever is pending has not looked at it yet. */
	if (full)
		WRITE_ONCE(core->want_all, 1);
	for (; left; left--, w++) {
		if (!kc_unseen(core->exact) && work_pending(&w->work))
			continue;
		if (queue_worker(w))
			this_cpu_inc(core->cpus->kicks);
		return;
	}
}

/*
 * A notification that is still inside ops->queue() may hold back what others have queued
 * before this call (a summary bit not yet set, say), hence the grace period. After that,
 * with all workers kept out, a drain that takes nothing has found everything.
 */
void zfree_drain_core(struct zfree_core *core)
{
	struct zfree_worker *w = &core->caller;
	unsigned int phase;
	struct zfree_run run;
	u32 freed, taken;

	synchronize_rcu();
	down_write(&core->run_lock);
	do {
		phase = kc_phase(ZRAM_PHASE_DRAIN);
		zfree_run_begin(&run, w);
		run.all = true;
		run.wait = true;
		taken = core->ops->drain(core->zf, &run, core->params.run_slots);
		zfree_run_end(&run);
		kc_phase(phase);
		freed = run.freed;
		if (core->params.drained && freed)
			core->params.drained(core->params.drained_ctx, freed);
		cond_resched();
	} while (taken);
	up_write(&core->run_lock);
}

/* What is freed in bulk is collected in memory made here: a drain runs where memory is short. */
static int worker_init(struct zfree_core *core, struct zfree_worker *w, unsigned int cpu)
{
	u32 room = zfree_collector_room(core);

	INIT_WORK(&w->work, worker_fn);
	w->core = core;
	w->cpu = cpu;
	if (!room)
		return 0;
	w->handles = kvmalloc_array(room, sizeof(*w->handles), GFP_KERNEL);
	return w->handles ? 0 : -ENOMEM;
}

static int workers_init(struct zfree_core *core, bool percpu)
{
	unsigned int i;
	int err;

	err = worker_init(core, &core->flusher, WORK_CPU_UNBOUND);
	if (!err)
		err = worker_init(core, &core->caller, WORK_CPU_UNBOUND);
	for (i = 0; i < core->nr_workers && !err; i++)
		err = worker_init(core, &core->workers[i], percpu ? i : WORK_CPU_UNBOUND);
	return err;
}

static void workers_exit(struct zfree_core *core)
{
	unsigned int i;

	for (i = 0; i < core->nr_workers; i++)
		kvfree(core->workers[i].handles);
	kvfree(core->flusher.handles);
	kvfree(core->caller.handles);
	kvfree(core->workers);
}

/* Calibrating the clock of the phases takes long the first time: not in a run. */
static int set_up_queue(struct workqueue_struct *wq, const struct zfree_params *p)
{
	int err;

	if (p->record_phases)
		kc_phase_cost_ns();
	workqueue_set_delay(wq, p->delay_us);
	err = p->host_cpu >= 0 ? workqueue_set_host_cpu(wq, p->host_cpu) : 0;
	return err || !p->nice ? err : workqueue_set_nice(wq, p->nice);
}

int zfree_workers_init(struct zfree_core *core)
{
	const struct zfree_params *p = &core->params;
	bool percpu = p->workers == ZFREE_WORKERS_PERCPU;
	unsigned int flags = WQ_MEM_RECLAIM | (percpu ? WQ_PERCPU : WQ_UNBOUND);
	int err;

	core->nr_workers = percpu ? nr_cpu_ids : p->nr_workers;
	core->workers = kvcalloc(core->nr_workers, sizeof(*core->workers), GFP_KERNEL);
	if (!core->workers)
		return -ENOMEM;
	init_rwsem(&core->run_lock);
	err = workers_init(core, percpu);
	if (err)
		goto err_exit_workers;

	err = -ENOMEM;
	core->wq = alloc_workqueue("zfree", flags, 0);
	if (!core->wq)
		goto err_exit_workers;
	err = set_up_queue(core->wq, p);
	if (err)
		goto err_destroy_wq;
	return 0;

err_destroy_wq:
	destroy_workqueue(core->wq);
err_exit_workers:
	workers_exit(core);
	return err;
}

void zfree_workers_stop(struct zfree_core *core)
{
	unsigned int i;

	cancel_delayed_work_sync(&core->flush);
	for (i = 0; i < core->nr_workers; i++)
		cancel_work_sync(&core->workers[i].work);
}

void zfree_workers_exit(struct zfree_core *core)
{
	destroy_workqueue(core->wq);
	workers_exit(core);
}
