// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Workers: who runs the drains, and how they are woken.
 *
 * A worker takes run_slots items per run and queues itself again as long as a run has
 * taken something. What a run leaves behind (busy slots, partly filled buffers) and a kick
 * that comes while the last run ends are the flush's business, so @active may be a hint:
 * it only saves producers the queueing of a worker that is about to run anyway.
 */

#include <linux/errno.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "zfree/core.h"
#include "zram/zram_phase.h"

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

	if (core->one_pass) {
		zfree_worker_run(w, ~0U, true);
		return;
	}
	if (zfree_worker_run(w, core->params.run_slots, take_want_all(core)) &&
	    !READ_ONCE(core->closed))
		queue_worker(w);
	else
		WRITE_ONCE(w->active, 0);
}

void zfree_kick_worker(struct zfree_core *core, bool full)
{
	struct zfree_cpu *cpu = this_cpu_ptr(core->cpus);
	struct zfree_worker *w = core->workers;
	unsigned int left = core->nr_workers;

	if (kc_unseen(core->params.workers) == ZFREE_WORKERS_PERCPU) {
		w += smp_processor_id();
		left = 1;
	}
	for (; left; left--, w++) {
		if (!kc_unseen(core->one_pass)) {
			if (READ_ONCE(w->active))
				continue;
			WRITE_ONCE(w->active, 1);
			if (full)
				WRITE_ONCE(core->want_all, 1);
		}
		if (queue_worker(w))
			WRITE_ONCE(cpu->kicks, cpu->kicks + 1);
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

static void worker_init(struct zfree_core *core, struct zfree_worker *w, unsigned int cpu)
{
	INIT_WORK(&w->work, worker_fn);
	w->core = core;
	w->cpu = cpu;
}

/* Calibrating the clock of the phases takes long the first time: not in a run. */
static int set_up_queue(struct workqueue_struct *wq, const struct zfree_params *p)
{
	if (p->record_phases)
		kc_phase_cost_ns();
	workqueue_set_delay(wq, p->delay_us);
	if (p->host_cpu >= 0 && workqueue_set_host_cpu(wq, p->host_cpu))
		return -EINVAL;
	return p->nice ? workqueue_set_nice(wq, p->nice) : 0;
}

int zfree_workers_init(struct zfree_core *core)
{
	const struct zfree_params *p = &core->params;
	bool percpu = p->workers == ZFREE_WORKERS_PERCPU;
	unsigned int flags = WQ_MEM_RECLAIM | (percpu ? 0 : WQ_UNBOUND);
	int err = -ENOMEM;
	unsigned int i;

	core->nr_workers = percpu ? nr_cpu_ids : p->nr_workers;
	core->workers = kvcalloc(core->nr_workers, sizeof(*core->workers), GFP_KERNEL);
	if (!core->workers)
		return -ENOMEM;
	for (i = 0; i < core->nr_workers; i++)
		worker_init(core, &core->workers[i], percpu ? i : WORK_CPU_UNBOUND);
	worker_init(core, &core->flusher, WORK_CPU_UNBOUND);
	worker_init(core, &core->caller, WORK_CPU_UNBOUND);
	init_rwsem(&core->run_lock);

	core->wq = alloc_workqueue("zfree", flags, 0);
	if (!core->wq)
		goto err_free_workers;
	err = set_up_queue(core->wq, p);
	if (err)
		goto err_destroy_wq;
	return 0;

err_destroy_wq:
	destroy_workqueue(core->wq);
err_free_workers:
	kvfree(core->workers);
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
	unsigned int i;

	destroy_workqueue(core->wq);
	for (i = 0; i < core->nr_workers; i++)
		kvfree(core->workers[i].handles);
	kvfree(core->flusher.handles);
	kvfree(core->caller.handles);
	kvfree(core->workers);
}
