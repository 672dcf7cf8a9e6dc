// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The hook: what happens inside a notification, and when a pending slot is taken away.
 *
 * No shared line is written per item. A CPU takes budget by the stock, and until that is used up
 * one number of its own, its credit, is all that is looked at and changed here: budget, flush and
 * kick are decided when a stock is taken. A design that counts item by item has a way of its own,
 * and so has one whose buffers are its stocks.
 */

#include <linux/container_of.h>

#include "zfree/core.h"

static struct zfree *zf_of(struct zram_free_hook *hook)
{
	return container_of(hook, struct zfree, hook);
}

/* A patch has one container and calls it directly. */
static __always_inline bool queue_item(struct zfree *zf, unsigned long item)
{
	return kc_unseen(zf->queue)(zf, item);
}

/*
 * The item is freed now. Of the budget that is out, part may be in partly filled buffers, or be
 * held by entries that are pending no more.
 */
static noinline_for_stack bool offer_failed(struct zfree_core *core)
{
	zfree_count(&this_cpu_ptr(core->cpus)->overflow, 1);
	if (!core->exact)
		zfree_kick_worker(core, true);
	return false;
}

static noinline_for_stack bool offer_refused(struct zfree *zf)
{
	u32 *credit = this_cpu_ptr(zf->credit);

	WRITE_ONCE(*credit, *credit + 1);
	return offer_failed(zf->core);
}

/* The flush may be disarmed at any time until this has looked, see flush.c: it reserves first. */
u32 zfree_take(struct zfree *zf, u32 want)
{
	struct zfree_core *core = zf->core;
	u32 nr = zfree_reserve(core, want);

	if (nr && !READ_ONCE(core->armed))
		zfree_flush_arm(core);
	return nr;
}

/* The stock is used up. A worker is kicked when the item is there, or it might find nothing. */
static noinline_for_stack bool offer_slow(struct zfree *zf, u32 *credit, unsigned long item)
{
	u32 nr = zfree_take(zf, zf->core->stock);

	if (!nr)
		return offer_failed(zf->core);
	WRITE_ONCE(*credit, nr - 1);
	if (!queue_item(zf, item))
		return offer_refused(zf);
	if (!zf->core->traits.hand_over)
		zfree_kick(zf);
	return true;
}

/* Less credit before the item is there: queued is never behind what was drained or cancelled. */
static __always_inline bool offer_item(struct zfree *zf, unsigned long item)
{
	u32 *credit = this_cpu_ptr(zf->credit);
	u32 left = *credit;

	if (unlikely(!left))
		return offer_slow(zf, credit, item);
	WRITE_ONCE(*credit, left - 1);
	return likely(queue_item(zf, item)) || offer_refused(zf);
}

static bool offer_slot(struct zram_free_hook *hook, u32 index)
{
	return offer_item(zf_of(hook), index);
}

static bool offer_handle(struct zram_free_hook *hook, unsigned long handle, u32 size)
{
	(void)size;
	return offer_item(zf_of(hook), handle);
}

/* The strategy fills a buffer, whose room it has taken. */
static bool offer_slot_to_buffer(struct zram_free_hook *hook, u32 index)
{
	struct zfree *zf = zf_of(hook);

	return likely(queue_item(zf, index)) || offer_failed(zf->core);
}

static bool offer_handle_to_buffer(struct zram_free_hook *hook, unsigned long handle, u32 size)
{
	struct zfree *zf = zf_of(hook);

	(void)size;
	return likely(queue_item(zf, handle)) || offer_failed(zf->core);
}

/* For the report; such a design knows no peak. */
static __kc_unseen void note_peak(struct zfree_core *core, long now)
{
	struct zfree_cpu *cpu = this_cpu_ptr(core->cpus);

	if (now > (long)cpu->peak)
		WRITE_ONCE(cpu->peak, (u32)now);
}

static noinline_for_stack void count_kick(struct zfree_core *core)
{
	this_cpu_inc(core->cpus->kicks);
}

/* A patch has one work item and queues it each time. */
static __always_inline void kick_exactly(struct zfree_core *core)
{
	struct zfree_worker *w = core->workers;

	if (unlikely(kc_unseen(core->nr_workers) > 1))
		zfree_kick_worker(core, false);
	else if (unlikely(queue_work_on(w->cpu, core->wq, &w->work)))
		count_kick(core);
}

static bool offer_exactly(struct zfree *zf, unsigned long item)
{
	struct zfree_core *core = zf->core;
	long now;

	if (zfree_over_budget(core, (long)kc_unseen(zf->budget_slots)))
		return offer_failed(core);
	now = atomic_long_inc_return_relaxed(&core->reserved);
	if (unlikely(!queue_item(zf, item))) {
		atomic_long_dec(&core->reserved);
		return offer_failed(core);
	}
	note_peak(core, now);
	if (now >= (long)kc_unseen(zf->kick_slots))
		kick_exactly(core);
	return true;
}

static bool offer_slot_exactly(struct zram_free_hook *hook, u32 index)
{
	return offer_exactly(zf_of(hook), index);
}

static bool offer_handle_exactly(struct zram_free_hook *hook, unsigned long handle, u32 size)
{
	(void)size;
	return offer_exactly(zf_of(hook), handle);
}

static void cancel_slot(struct zram_free_hook *hook, u32 index)
{
	struct zfree *zf = zf_of(hook);
	struct zfree_core *core = zf->core;

	preempt_disable();
	if (core->ops->cancel)
		core->ops->cancel(zf, index);
	zfree_count(&this_cpu_ptr(core->cpus)->cancelled, 1);
	preempt_enable();
	/* Pairs with the one in sum_items(): who has this budget came later. */
	smp_mb__before_atomic();
	atomic_long_dec(&core->reserved);
}

static void drain_hook(struct zram_free_hook *hook)
{
	zfree_drain_core(zf_of(hook)->core);
}

void zfree_hook_init(struct zfree_core *core)
{
	struct zfree *zf = core->zf;
	struct zram_free_hook *hook = &zf->hook;
	bool buffers = zfree_credit_in_buffers(core);

	if (!core->ops->units)
		return;
	zf->queue = core->ops->queue;
	if (zf->unit == ZFREE_SLOT)
		hook->offer_slot = core->exact ? offer_slot_exactly
				   : buffers   ? offer_slot_to_buffer
					       : offer_slot;
	else
		hook->offer_handle = core->exact ? offer_handle_exactly
				     : buffers	 ? offer_handle_to_buffer
						 : offer_handle;
	hook->cancel = cancel_slot;
	hook->drain = drain_hook;
}

void zfree_kick(struct zfree *zf)
{
	if (atomic_long_read(&zf->core->reserved) >= (long)zf->kick_slots)
		zfree_kick_worker(zf->core, false);
}
