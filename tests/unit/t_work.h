/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * t_work: an item that counts its runs, notes where it ran, and may be held inside one.
 */
#ifndef TESTS_UNIT_T_WORK_H
#define TESTS_UNIT_T_WORK_H

#include <linux/smp.h>
#include <linux/workqueue.h>

#include "t_run.h"

/** struct t_work - the item; @overlaps: runs that began inside another one */
struct t_work {
	struct work_struct work;
	struct workqueue_struct *wq;
	u32 runs;
	u32 inside;
	u32 overlaps;
	u32 hold;
	u32 requeue;
	u32 cpu;
};

static inline void t_work_fn(struct work_struct *work)
{
	struct t_work *t = container_of(work, struct t_work, work);

	if (__atomic_fetch_add(&t->inside, 1, __ATOMIC_SEQ_CST))
		__atomic_fetch_add(&t->overlaps, 1, __ATOMIC_SEQ_CST);
	WRITE_ONCE(t->cpu, smp_processor_id());
	while (READ_ONCE(t->hold))
		kc_sleep_ns(T_POLL_NS);
	if (READ_ONCE(t->requeue)) {
		WRITE_ONCE(t->requeue, t->requeue - 1);
		queue_work(t->wq, work);
	}
	__atomic_fetch_sub(&t->inside, 1, __ATOMIC_SEQ_CST);
	__atomic_fetch_add(&t->runs, 1, __ATOMIC_SEQ_CST);
}

static inline u32 t_runs(struct t_work *t)
{
	return smp_load_acquire(&t->runs);
}

static inline u32 t_inside(struct t_work *t)
{
	return smp_load_acquire(&t->inside);
}

static inline void t_work_init(struct t_work *t, struct workqueue_struct *wq)
{
	memset(t, 0, sizeof(*t));
	t->wq = wq;
	INIT_WORK(&t->work, t_work_fn);
}

#endif
