// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * swapin: every page is faulted in: a page is allocated, the slot read into it, the swap entry
 * dropped. Source: mm/memory.c of Linux 7.1.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kc_cost.h>

#include "mm/zone.h"
#include "sim/scenario/scenario.h"
#include "zram/zram.h"

enum {
	SWAPIN_CHECK_EVERY = 16, /* pages compared after a repeat: one in so many, in turn */
};

static bool swapin_fault(struct sim_producer *producer, u32 v)
{
	struct zone *zone = producer->world->zone;
	struct sim_proc *proc = producer->proc;
	u32 slot = sim_pte_slot(proc->ptes[v]);
	struct page *page = alloc_page(zone, GFP_KERNEL);

	kc_cost_fault();
	if (!page) {
		producer->failed++;
		return false;
	}
	if (sim_swap_read(&producer->world->swap, slot, page_address(zone, page)))
		producer->wrong++;
	spin_lock(&proc->ptl);
	proc->ptes[v] = SIM_PTE_PRESENT(page_to_pfn(zone, page));
	spin_unlock(&proc->ptl);
	sim_swap_put(&producer->world->swap, slot, 1, &producer->track);
	sim_track_progress(&producer->track, 1);
	return true;
}

static void swapin_produce(struct sim_producer *producer)
{
	struct sim_track *track = &producer->track;
	struct sim_proc *proc = producer->proc;
	u64 start;
	u32 v;

	for (v = 0; v < proc->nr_pages; v++) {
		if (v % SIM_STOP_EVERY == 0 && sim_producer_stopped(producer))
			return;
		if (!sim_pte_is_swap(proc->ptes[v]))
			continue;
		if (!sim_sample_now(&track->op_in)) {
			swapin_fault(producer, v);
			continue;
		}
		start = kc_now_ns();
		swapin_fault(producer, v);
		sim_track_time(track->op_ns, &track->nr_op, kc_now_ns() - start);
	}
}

static u64 swapin_ops(const struct sim_proc *proc)
{
	return proc->nr_slots;
}

static int swapin_check(const struct sim_producer *producer, struct sim_message *msg)
{
	const struct sim_world *world = producer->world;
	const struct sim_proc *proc = producer->proc;
	void *want = malloc(world->cfg->page_bytes), *have;
	u32 v;
	int err = 0;

	if (!want)
		return sim_fail(msg, -ENOMEM, "not enough memory for a page");
	for (v = producer->repeat % SWAPIN_CHECK_EVERY; v < proc->nr_pages && !err;
	     v += SWAPIN_CHECK_EVERY) {
		if (!sim_pte_is_swap(proc->plan[v]))
			continue;
		have = page_address(world->zone,
				    pfn_to_page(world->zone, sim_pte_pfn(proc->ptes[v])));
		sim_data_page(&world->data, sim_slot_content(world, sim_pte_slot(proc->plan[v])),
			      want);
		if (memcmp(have, want, world->cfg->page_bytes))
			err = sim_fail(msg, -EPROTO,
				       "page %u of process %u was not read as it was written", v,
				       producer->number);
	}
	free(want);
	return err;
}

const struct sim_scenario_ops sim_scenario_swapin = {
	.name = "swapin",
	.content = true,
	.faults = true,
	.frees_all = true,
	.ops = swapin_ops,
	.produce = swapin_produce,
	.check = swapin_check,
};
