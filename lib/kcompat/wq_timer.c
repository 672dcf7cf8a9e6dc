// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The timers of a queue: a list of delayed work, earliest first.
 */
#include <linux/smp.h>

#include "wq_pool.h"

#define NSEC_PER_JIFFY (1000000000ull / HZ)

bool kc_timer_remove(struct delayed_work *dwork)
{
	struct workqueue_struct *wq = smp_load_acquire(&dwork->wq);
	bool armed;

	if (!wq)
		return false;
	raw_spin_lock(&wq->timer_lock);
	armed = dwork->armed;
	if (armed) {
		list_del(&dwork->timer);
		dwork->armed = false;
	}
	raw_spin_unlock(&wq->timer_lock);
	return armed;
}

bool kc_timer_arm(unsigned int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
		  unsigned long delay)
{
	struct delayed_work *pos;
	struct list_head *where;
	bool first;

	raw_spin_lock(&wq->timer_lock);
	dwork->cpu = cpu < nr_cpu_ids ? cpu : smp_processor_id();
	dwork->expires_ns = kc_now_ns() + delay * NSEC_PER_JIFFY;
	dwork->armed = true;
	where = &wq->timers;
	list_for_each_entry(pos, &wq->timers, timer) {
		if (pos->expires_ns > dwork->expires_ns) {
			where = &pos->timer;
			break;
		}
	}
	list_add_tail(&dwork->timer, where);
	first = wq->timers.next == &dwork->timer;
	/* Pairs with the acquire in kc_timer_remove(). */
	smp_store_release(&dwork->wq, wq);
	raw_spin_unlock(&wq->timer_lock);
	return first;
}

struct delayed_work *kc_timer_due(struct workqueue_struct *wq, u64 *left)
{
	struct delayed_work *dwork = NULL;
	u64 now;

	*left = KC_FOREVER;
	raw_spin_lock(&wq->timer_lock);
	if (!list_empty(&wq->timers)) {
		dwork = list_first_entry(&wq->timers, struct delayed_work, timer);
		now = kc_now_ns();
		if (dwork->expires_ns > now) {
			*left = dwork->expires_ns - now;
			dwork = NULL;
		} else {
			list_del(&dwork->timer);
			dwork->armed = false;
		}
	}
	raw_spin_unlock(&wq->timer_lock);
	return dwork;
}
