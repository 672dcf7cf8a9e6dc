// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The flush: nothing stays pending longer than the flush delay for want of company.
 *
 * A producer that finds @armed clear sets it and starts the timer; all others only read
 * it. Clearing it must not lose a producer that has just read it as set:
 *
 *	producer (under RCU)		flush
 *	queue the item			armed = 0
 *	read armed			synchronize_rcu()
 *					if something is pending: arm again
 *
 * A producer that read the old 1 was inside its RCU section before the grace period ended,
 * which then waited for it, so the flush counts its item as pending. One that began later
 * reads 0 and arms, or reads the 1 of somebody who has armed since; that one's flush has
 * not begun and will see the item.
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
	if (kc_unseen(core->one_pass) || READ_ONCE(core->closed))
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
static void disarm(struct zfree_core *core)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		const struct zfree_cpu *c = per_cpu_ptr(core->cpus, cpu);

		if (READ_ONCE(c->limit) != READ_ONCE(c->queued))
			work_on_cpu(cpu, return_stock, core);
	}
	WRITE_ONCE(core->armed, 0);
	synchronize_rcu();
	if (zfree_core_pending(core))
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
