// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * lmk: apps of mixed present and swapped pages are killed together, each unmapped by its own
 * thread, while a foreground task allocates zeroed pages at once.
 *
 * The machine has little more memory than what the apps hold, so the task has to wait for what
 * the kill gives back. It does nothing about it: in the kernel the one that waits would be in
 * direct reclaim, with little left to reclaim but what is being freed already.
 */
#include <errno.h>

#include <linux/minmax.h>

#include "mm/zone.h"
#include "sim/swap/foreground.h"
#include "sim/swap/zap.h"

enum {
	LMK_PRESENT_PCT = 50,
	LMK_RESERVE_PAGES = 64, /* free at the start, or this share of what is held: */
	LMK_RESERVE_SHARE = 64,
	LMK_CHECK_EVERY = 16, /* pages looked at after a repeat: one in so many, in turn */
};

static u64 lmk_memory(const struct sim_world *world, u64 held)
{
	(void)world;
	return held + max(held / LMK_RESERVE_SHARE, (u64)LMK_RESERVE_PAGES);
}

static u64 lmk_ops(const struct sim_proc *proc)
{
	return proc->nr_slots;
}

static void lmk_allocate(struct sim_foreground_task *task)
{
	struct zone *zone = task->producer.world->zone;
	struct sim_proc *proc = &task->proc;
	struct page *page;

	while (task->next < proc->nr_pages) {
		page = sim_foreground_page(task, GFP_KERNEL | __GFP_ZERO, NULL);
		if (!page)
			return;
		proc->ptes[task->next++] = SIM_PTE_PRESENT(page_to_pfn(zone, page));
	}
}

/* A page that somebody else had, too, would not be all zeros any more. */
static int lmk_check_foreground(const struct sim_foreground_task *task, struct sim_message *msg)
{
	struct zone *zone = task->producer.world->zone;
	const struct sim_proc *proc = &task->proc;
	const u64 *words;
	size_t i;
	u32 v;

	for (v = task->producer.repeat % LMK_CHECK_EVERY; v < proc->nr_pages;
	     v += LMK_CHECK_EVERY) {
		words = page_address(zone, pfn_to_page(zone, sim_pte_pfn(proc->ptes[v])));
		for (i = 0; i < zone_page_size(zone) / sizeof(*words); i++) {
			if (words[i])
				return sim_fail(msg, -EPROTO,
						"page %u of the foreground task was written by "
						"somebody else",
						v);
		}
	}
	return 0;
}

const struct sim_scenario_ops sim_scenario_lmk = {
	.name = "lmk",
	.frees_all = true,
	.present_pct = LMK_PRESENT_PCT,
	.memory = lmk_memory,
	.ops = lmk_ops,
	.produce = sim_zap,
	.check = sim_zap_check,
	.allocate = lmk_allocate,
	.check_foreground = lmk_check_foreground,
};
