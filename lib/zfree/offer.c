// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The hook: what happens inside a notification, and when a pending slot is taken away.
 *
 * Nothing here is a shared line that is written per item. A CPU takes budget in stocks
 * of up to ZFREE_STOCK_SLOTS with one atomic each, counts in its own counters, and
 * reads @armed, which changes once per burst.
 */

#include <linux/minmax.h>

#include "zfree/core.h"
#include "zram/slot_word.h"

static struct zfree_core *core_of(struct zram_free_hook *hook)
{
	return container_of(hook, struct zfree_core, hook);
}

/* Other CPUs read the counters at any time; only the owner writes them. */
static inline void count(u64 *counter, s64 n)
{
	WRITE_ONCE(*counter, *counter + (u64)n);
}

static inline u32 credit_of(const struct zfree_cpu *cpu)
{
	return (u32)(cpu->limit - cpu->queued);
}

/* True if a worker should be queued: enough is pending, or all the budget is out. */
static bool take_stock(struct zfree_core *core, struct zfree_cpu *cpu)
{
	long budget = core->zf->budget_slots;
	long now, over;

	if (atomic_long_read(&core->reserved) >= budget)
		return !kc_unseen(core->one_pass);

	now = atomic_long_add_return_relaxed(core->stock, &core->reserved);
	over = clamp(now - budget, 0L, (long)core->stock);
	if (over)
		atomic_long_sub(over, &core->reserved);
	now = min(now, budget);
	count(&cpu->limit, core->stock - over);
	if ((u32)now > cpu->peak)
		WRITE_ONCE(cpu->peak, (u32)now);
	return now >= (long)core->zf->kick_slots && credit_of(cpu);
}

static void put_credit(struct zfree_core *core, struct zfree_cpu *cpu, u32 keep)
{
	u32 credit = credit_of(cpu);
	u32 give;

	if (credit <= keep)
		return;
	give = keep ? core->stock : credit;
	count(&cpu->limit, -(s64)give);
	atomic_long_sub(give, &core->reserved);
}

void zfree_stock_return(struct zfree_core *core)
{
	preempt_disable();
	put_credit(core, this_cpu_ptr(core->cpus), 0);
	preempt_enable();
}

/* Full, maybe of entries that are pending no more. */
static noinline_for_stack bool offer_refused(struct zfree_core *core, struct zfree_cpu *cpu)
{
	count(&cpu->queued, -1);
	put_credit(core, cpu, core->credit_max);
	count(&cpu->overflow, 1);
	count(&cpu->refused, 1);
	if (!core->one_pass)
		zfree_kick_worker(core, true);
	return false;
}

/* The stock is used up. */
static noinline_for_stack bool offer_slow(struct zfree_core *core, struct zfree_cpu *cpu,
					  unsigned long item)
{
	bool kick = take_stock(core, cpu);

	if (!credit_of(cpu)) {
		count(&cpu->overflow, 1);
		if (kick)
			zfree_kick_worker(core, true);
		return false;
	}
	count(&cpu->queued, 1);
	if (!core->queue(core->zf, item))
		return offer_refused(core, cpu);
	if (!READ_ONCE(core->armed))
		zfree_flush_arm(core);
	if (kick && !kc_unseen(core->ops->hand_over))
		zfree_kick_worker(core, false);
	return true;
}

/*
 * An item is counted as queued before a drain can see it, so that queued is never behind
 * what was drained or cancelled.
 */
static inline bool offer_item(struct zfree_core *core, unsigned long item)
{
	struct zfree_cpu *cpu = this_cpu_ptr(core->cpus);
	u64 queued = cpu->queued;

	if (unlikely(queued == cpu->limit))
		return offer_slow(core, cpu, item);
	WRITE_ONCE(cpu->queued, queued + 1);
	if (unlikely(!core->queue(core->zf, item)))
		return offer_refused(core, cpu);
	if (unlikely(!READ_ONCE(core->armed)))
		zfree_flush_arm(core);
	return true;
}

static bool offer_slot(struct zram_free_hook *hook, u32 index)
{
	return offer_item(core_of(hook), index);
}

static bool offer_handle(struct zram_free_hook *hook, unsigned long handle, u32 size)
{
	(void)size;
	return offer_item(core_of(hook), handle);
}

static void cancel_slot(struct zram_free_hook *hook, u32 index)
{
	struct zfree_core *core = core_of(hook);
	struct zfree_cpu *cpu;

	preempt_disable();
	cpu = this_cpu_ptr(core->cpus);
	if (core->ops->cancel)
		core->ops->cancel(core->zf, index);
	count(&cpu->cancelled, 1);
	count(&cpu->limit, 1);
	put_credit(core, cpu, core->credit_max);
	preempt_enable();
}

static void drain_hook(struct zram_free_hook *hook)
{
	zfree_drain_core(core_of(hook));
}

void zfree_hook_init(struct zfree_core *core)
{
	if (!core->ops->units)
		return;
	core->queue = core->ops->queue;
	if (core->zf->unit == ZFREE_SLOT)
		core->hook.offer_slot = offer_slot;
	else
		core->hook.offer_handle = offer_handle;
	core->hook.cancel = cancel_slot;
	core->hook.drain = drain_hook;
}

void zfree_kick(struct zfree *zf)
{
	if (atomic_long_read(&zf->core->reserved) >= (long)zf->kick_slots)
		zfree_kick_worker(zf->core, false);
}
