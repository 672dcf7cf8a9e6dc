// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The flush: nothing stays pending longer than the flush delay for want of company.
 *
 * Only a producer that takes a stock looks at @armed. Whoever has credit queues without a look,
 * so clearing @armed must not leave anybody with credit, or with an item queued on it:
 *
 *	producer (under RCU)			flush
 *	reserved += stock; credit = stock	take all credit back
 *	read armed				armed = 0
 *	queue the item				synchronize_rcu()
 *						if (reserved) arm again
 *
 * Let a producer queue an item after armed = 0. The credit it uses was taken after the flush had
 * emptied that CPU, in a section T that read armed after it had raised reserved.
 *
 * - T read 0, or began after armed = 0 and read the 1 of somebody who has armed since: a timer
 *   runs whose flush has not begun.
 * - T read the old 1. Then T had begun before the grace period did, which waited for it, so the
 *   flush sees what T took. It is given back by whoever frees or cancels the item, or by the
 *   next flush where it is still credit; until then reserved is not 0, and the flush arms again.
 *
 * A strategy whose buffers are its stocks keeps its CPUs' credit; a drain that takes partly filled
 * buffers gives it back. There the flush takes nothing back: credit that it finds arms it again.
 */

#include <linux/rcupdate.h>
#include <linux/smp.h>

#include "zfree/core.h"

static void start_timer(struct zfree_core *core)
{
	queue_delayed_work(core->wq, &core->flush, msecs_to_jiffies(core->params.flush_ms));
}

void zfree_flush_arm(struct zfree_core *core)
{
	if (kc_unseen(core->exact) || READ_ONCE(core->closed))
		return;
	if (!cmpxchg(&core->armed, 0, 1))
		start_timer(core);
}

static long return_stock(void *arg)
{
	zfree_stock_return(arg);
	return 0;
}

/* Budget in the stock of idle CPUs would make the next burst look bigger than it is. */
static void take_credit_back(struct zfree_core *core)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (READ_ONCE(*per_cpu_ptr(core->zf->credit, cpu)))
			zfree_on_cpu(cpu, return_stock, core);
	}
}

static void disarm(struct zfree_core *core)
{
	if (!zfree_credit_in_buffers(core))
		take_credit_back(core);
	WRITE_ONCE(core->armed, 0);
	synchronize_rcu();
	if (atomic_long_read(&core->reserved))
		zfree_flush_arm(core);
}

/*
 * A round looks at as many items as were pending when it began, or until there is nothing
 * more, in runs like any worker's; the first also takes partly filled buffers. Without that
 * bound a steady stream of new items would keep it running for ever.
 */
static void flush_fn(struct work_struct *work)
{
	struct zfree_core *core = container_of(to_delayed_work(work), struct zfree_core, flush);
	bool first = !core->flush_left;
	u32 taken;

	if (READ_ONCE(core->closed))
		return;
	if (first)
		core->flush_left = zfree_core_pending(core);

	taken = zfree_worker_run(&core->flusher, core->params.run_slots, first);
	if (taken && taken < core->flush_left) {
		core->flush_left -= taken;
		queue_delayed_work(core->wq, &core->flush, 0);
		return;
	}
	core->flush_left = 0;
	if (zfree_core_pending(core))
		start_timer(core);
	else
		disarm(core);
}

void zfree_flush_init(struct zfree_core *core)
{
	INIT_DELAYED_WORK(&core->flush, flush_fn);
}
