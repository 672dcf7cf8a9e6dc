// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Delayed work, and the manager thread of a queue.
 */
#include <linux/bug.h>
#include <linux/smp.h>

#include "wq_pool.h"

#define NSEC_PER_JIFFY (1000000000ull / HZ)
#define KC_RETRY_NS    10000000ull /* until the next attempt to start a thread */

void kc_manager_kick(struct workqueue_struct *wq)
{
	__atomic_fetch_add(&wq->manager_seq, 1, __ATOMIC_RELEASE);
	kc_wake(&wq->manager_seq, 1);
}

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

/* The caller has set PENDING. */
static void kc_timer_arm(unsigned int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			 unsigned long delay)
{
	struct delayed_work *pos;
	struct list_head *where;
	bool first;

	if (!delay) {
		kc_work_insert(cpu, wq, &dwork->work);
		return;
	}
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
	if (first)
		kc_manager_kick(wq);
}

/* Queue what is due. Returns the time until the next timer. */
static u64 kc_timer_fire(struct workqueue_struct *wq)
{
	struct delayed_work *dwork;
	u64 now, left = KC_FOREVER;

	raw_spin_lock(&wq->timer_lock);
	while (!list_empty(&wq->timers)) {
		dwork = list_first_entry(&wq->timers, struct delayed_work, timer);
		now = kc_now_ns();
		if (dwork->expires_ns > now) {
			left = dwork->expires_ns - now;
			break;
		}
		list_del(&dwork->timer);
		dwork->armed = false;
		raw_spin_unlock(&wq->timer_lock);
		kc_work_insert(dwork->cpu, wq, &dwork->work);
		raw_spin_lock(&wq->timer_lock);
	}
	raw_spin_unlock(&wq->timer_lock);
	return left;
}

void kc_manager_main(void *arg)
{
	struct workqueue_struct *wq = arg;
	unsigned int i;
	u64 timeout;
	u32 seq;

	for (;;) {
		seq = smp_load_acquire(&wq->manager_seq);
		if (READ_ONCE(wq->manager_stop))
			return;
		timeout = kc_timer_fire(wq);
		for (i = 0; i < wq->nr_pools; i++) {
			if (READ_ONCE(wq->pools[i].need_worker) && kc_pool_spawn(&wq->pools[i]))
				timeout = timeout < KC_RETRY_NS ? timeout : KC_RETRY_NS;
		}
		kc_wait(&wq->manager_seq, seq, timeout);
	}
}

bool queue_delayed_work_on(unsigned int cpu, struct workqueue_struct *wq,
			   struct delayed_work *dwork, unsigned long delay)
{
	if (!kc_work_set_pending(&dwork->work))
		return false;
	kc_timer_arm(cpu, wq, dwork, delay);
	return true;
}

bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
			unsigned long delay)
{
	return queue_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay);
}

bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay)
{
	enum kc_grab grab = kc_work_grab(&dwork->work, dwork);

	if (grab != KC_GRAB_CANCELLED)
		kc_timer_arm(WORK_CPU_UNBOUND, wq, dwork, delay);
	return grab != KC_GRAB_IDLE;
}

bool flush_delayed_work(struct delayed_work *dwork)
{
	bool armed = kc_timer_remove(dwork);

	if (armed)
		kc_work_insert(dwork->cpu, dwork->wq, &dwork->work);
	return flush_work(&dwork->work) || armed;
}

bool cancel_delayed_work(struct delayed_work *dwork)
{
	return kc_work_cancel(&dwork->work, dwork);
}

bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	return kc_work_cancel_sync(&dwork->work, dwork);
}
