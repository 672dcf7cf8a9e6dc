// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * discard: the device is told that what it holds is not wanted any more, by ranges.
 *
 * Swap has no part in it: slots are in use there when it ends, and hold nothing. No strategy has,
 * either, as nobody is notified. It is what BLKDISCARD on a zram device does.
 */
#include <errno.h>
#include <inttypes.h>

#include <linux/minmax.h>

#include "sim/scenario/scenario.h"
#include "zram/zram.h"

static u64 discard_ops(const struct sim_proc *proc)
{
	return proc->nr_slots;
}

/* Consecutive slots of consecutive pages, but no more than between two looks at the flag. */
static u32 range_from(const u64 *ptes, u32 v, u32 end)
{
	u32 nr = 1;

	end = min(end, v + SIM_STOP_EVERY);
	while (v + nr < end && ptes[v + nr] == SIM_PTE_SWAP(sim_pte_slot(ptes[v]) + nr))
		nr++;
	return nr;
}

static void discard_produce(struct sim_producer *producer)
{
	const struct sim_proc *proc = producer->proc;
	u64 page_bytes = producer->world->cfg->page_bytes;
	u32 v = 0, nr;

	while (v < proc->nr_pages && !sim_producer_stopped(producer)) {
		if (!sim_pte_is_swap(proc->ptes[v])) {
			v++;
			continue;
		}
		nr = range_from(proc->ptes, v, proc->nr_pages);
		zram_discard(producer->zram, sim_pte_slot(proc->ptes[v]) * page_bytes,
			     nr * page_bytes);
		sim_track_progress(&producer->track, nr);
		v += nr;
	}
}

static int discard_check(const struct sim_producer *producer, struct sim_message *msg)
{
	struct zram_mm_stat st;

	zram_mm_stat(producer->zram, &st);
	if (st.orig_data_size)
		return sim_fail(msg, -EPROTO,
				"a device whose slots were all discarded still has %" PRIi64
				" bytes",
				st.orig_data_size);
	return 0;
}

const struct sim_scenario_ops sim_scenario_discard = {
	.name = "discard",
	.ops = discard_ops,
	.produce = discard_produce,
	.check = discard_check,
};
