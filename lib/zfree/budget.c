// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The budget: what CPUs take of it and give back.
 *
 * Who sums up reads what has left before what has come: drained and cancelled, then for each CPU
 * returned, credit, taken. An item goes through these states in the opposite order, once, and each
 * writer has a barrier between two of them, so the sum may be too large but never too small.
 */

#include <linux/minmax.h>

#include "zfree/core.h"

u32 zfree_reserve(struct zfree_core *core, u32 want)
{
	struct zfree_cpu *cpu = this_cpu_ptr(core->cpus);
	long budget = core->zf->budget_slots;
	long nr = min(want, core->stock);
	long now, over;

	if (zfree_over_budget(core, budget))
		return 0;
	now = atomic_long_add_return_relaxed(nr, &core->reserved);
	over = clamp(now - budget, 0L, nr);
	if (over) {
		atomic_long_sub(over, &core->reserved);
		now = min(now, budget);
		nr -= over;
	}
	if (unlikely(!nr)) {
		zfree_count(&cpu->denied, 1);
		return 0;
	}
	if ((u32)now > cpu->peak)
		WRITE_ONCE(cpu->peak, (u32)now);
	zfree_count(&cpu->taken, (u64)nr);
	/* Pairs with the one between credit and taken in sum_used(). */
	smp_wmb();
	return (u32)nr;
}

void zfree_give(struct zfree *zf, u32 nr)
{
	struct zfree_core *core = zf->core;

	if (!nr)
		return;
	/* Pairs with the one between returned and credit in sum_used(). */
	smp_wmb();
	zfree_count(&this_cpu_ptr(core->cpus)->returned, nr);
	atomic_long_sub(nr, &core->reserved);
}

void zfree_stock_return(struct zfree_core *core)
{
	u32 *credit, nr;

	preempt_disable();
	credit = this_cpu_ptr(core->zf->credit);
	nr = *credit;
	WRITE_ONCE(*credit, 0);
	zfree_give(core->zf, nr);
	preempt_enable();
}
