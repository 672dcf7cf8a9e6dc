// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>

#include <linux/math.h>
#include <linux/minmax.h>

#include <kc_cost.h>

#include "mm/zone.h"
#include "sim/swap/zap.h"

enum {
	GATHER_INLINE = 8,
	GATHER_MAX_BATCHES = 19,	 /* at most 10000 pages in them */
	GATHER_CHUNK = 512,		 /* freed between two reschedule points */
	GATHER_HEADER_BYTES = 16,	 /* of a batch, which is a page */
	GATHER_MAX_PAGES = 8 + 19 * 510, /* what fits with 4 KiB pages */
};

/**
 * struct gather - present pages whose mapping is gone
 * @pages:	them
 * @nr:		how many
 * @room:	when to free them
 */
struct gather {
	struct page *pages[GATHER_MAX_PAGES];
	u32 nr;
	u32 room;
};

static u32 gather_room(u32 page_bytes)
{
	u32 per_batch = (page_bytes - GATHER_HEADER_BYTES) / sizeof(void *);
	u32 batches = min(10000 / per_batch, (u32)GATHER_MAX_BATCHES);

	return min(GATHER_INLINE + batches * per_batch, (u32)GATHER_MAX_PAGES);
}

static void gather_flush(struct gather *gather, struct sim_producer *producer)
{
	struct sim_recorder *recorder = producer->track.recorder;
	u32 done, nr;

	for (done = 0; done < gather->nr; done += nr) {
		nr = min(gather->nr - done, (u32)GATHER_CHUNK);
		free_pages_bulk(producer->world->zone, gather->pages + done, nr);
		atomic64_sub(nr, &recorder->present_pages);
	}
	if (gather->nr)
		sim_recorder_mark(recorder);
	gather->nr = 0;
}

/* Consecutive entries of consecutive slots. */
static u32 swap_batch(const u64 *ptes, u32 v, u32 end)
{
	u32 nr = 1;

	while (v + nr < end && ptes[v + nr] == SIM_PTE_SWAP(sim_pte_slot(ptes[v]) + nr))
		nr++;
	return nr;
}

static u32 zap_swap(struct sim_producer *producer, u32 v, u32 end)
{
	u64 *ptes = producer->proc->ptes;
	struct sim_swap *swap = &producer->world->swap;
	u32 nr = sim_swap_takes_runs(swap) ? swap_batch(ptes, v, end) : 1, i;

	kc_cost_events(KC_EVENT_ZAP, nr);
	sim_swap_put(swap, sim_pte_slot(ptes[v]), nr, &producer->track);
	for (i = v; i < v + nr; i++)
		ptes[i] = SIM_PTE_NONE;
	sim_track_progress(&producer->track, nr);
	return nr;
}

/* Return: where to go on; short of @end when the gather is full. */
static u32 zap_table(struct sim_producer *producer, struct gather *gather, u32 v, u32 end)
{
	struct sim_proc *proc = producer->proc;
	u64 pte;

	spin_lock(&proc->ptl);
	while (v < end && gather->nr < gather->room) {
		pte = proc->ptes[v];
		if (sim_pte_is_swap(pte)) {
			v += zap_swap(producer, v, end);
			continue;
		}
		if (sim_pte_present(pte))
			gather->pages[gather->nr++] =
				pfn_to_page(producer->world->zone, sim_pte_pfn(pte));
		proc->ptes[v++] = SIM_PTE_NONE;
	}
	spin_unlock(&proc->ptl);
	return v;
}

void sim_zap(struct sim_producer *producer)
{
	u32 entries = producer->world->cfg->page_bytes / sizeof(u64), v = 0, end, before;
	struct sim_proc *proc = producer->proc;
	struct gather gather;

	/* Entries of its first page table that are not of this mapping. */
	before = roundup(proc->nr_pages, entries) - proc->nr_pages;

	gather.nr = 0;
	gather.room = gather_room(producer->world->cfg->page_bytes);
	while (v < proc->nr_pages && !sim_producer_stopped(producer)) {
		end = min(roundup(before + v + 1, entries) - before, proc->nr_pages);
		v = zap_table(producer, &gather, v, end);
		if (gather.nr == gather.room)
			gather_flush(&gather, producer);
	}
	gather_flush(&gather, producer);
}

int sim_zap_check(const struct sim_producer *producer, struct sim_message *msg)
{
	const struct sim_proc *proc = producer->proc;
	u32 v;

	for (v = 0; v < proc->nr_pages; v++) {
		if (proc->ptes[v] != SIM_PTE_NONE)
			return sim_fail(msg, -EPROTO, "page %u of process %u is still mapped", v,
					producer->number);
	}
	return 0;
}
