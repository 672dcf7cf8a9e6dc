// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * pressure: a task has filled the memory there is and goes on allocating and filling pages while
 * processes end. When there is no page left it reclaims by itself: first what is pending is
 * drained, then it swaps out its oldest pages, SWAP_BATCH at a time, and so on in turn.
 *
 * Swapping out needs memory for what is stored. As in the kernel those who reclaim may use what
 * lies below the minimum watermark, here PRESSURE_RESERVE_PAGES: they are lent for one batch and
 * taken back before the task gets another page.
 * Source: mm/vmscan.c (batches of 32) and mm/page_alloc.c (watermarks) of Linux 7.1.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "mm/zone.h"
#include "sim/swap/foreground.h"
#include "sim/swap/zap.h"
#include "zfree/zfree.h"
#include "zram/zram.h"

enum {
	SWAP_BATCH = 32,
	PRESSURE_FREE_PAGES = 64,   /* at the start */
	PRESSURE_SPARE_PAGES = 512, /* partly filled zspages of all classes */
	/* Each page of a batch may need a zspage of eight pages. */
	PRESSURE_RESERVE_PAGES = SWAP_BATCH * ZS_DEFAULT_CHAIN,
	PRESSURE_CHECK_EVERY = 16, /* pages compared after a repeat: one in so many, in turn */
};

/* Three quarters of what the task wants, but what is there at the start has to fit. */
static u64 pressure_memory(const struct sim_world *world, u64 held)
{
	u64 alloc = world->cfg->alloc_bytes / world->cfg->page_bytes;

	return max(alloc / 4 * 3 + PRESSURE_SPARE_PAGES, held) + PRESSURE_RESERVE_PAGES;
}

static u64 pressure_ops(const struct sim_proc *proc)
{
	return proc->nr_slots;
}

static u32 foreground_slot(const struct sim_foreground_task *task, u32 v)
{
	return task->producer.world->spare_slot + v;
}

/* Items, and zspages that are left to the pool's worker. Return: false if there were none. */
static bool drain_pending(struct sim_foreground_task *task)
{
	struct zfree *zfree = task->producer.track.recorder->zfree;
	struct zs_pool *pool = zram_pool(task->producer.zram);
	unsigned long before = zs_get_total_pages(pool);
	bool pending = zfree_pending(zfree);

	if (pending)
		zfree_drain(zfree);
	zs_flush_deferred(pool);
	if (!pending && zs_get_total_pages(pool) >= before)
		return false;
	task->figures.drains++;
	return true;
}

/* Return: false if the page could not be stored. */
static bool swap_out_page(struct sim_foreground_task *task, u32 v)
{
	struct sim_world *world = task->producer.world;
	struct sim_proc *proc = &task->proc;
	u32 slot = foreground_slot(task, v);
	struct page *page = pfn_to_page(world->zone, sim_pte_pfn(proc->ptes[v]));

	if (sim_swap_write(&world->swap, slot, page_address(world->zone, page)))
		return false;
	sim_swap_get(&world->swap, slot, sim_cgroup(task->producer.number));
	spin_lock(&proc->ptl);
	proc->ptes[v] = SIM_PTE_SWAP(slot);
	spin_unlock(&proc->ptl);
	__free_page(world->zone, page);
	task->figures.reclaimed++;
	return true;
}

/* Return: false if nothing could be swapped out. */
static bool swap_out_batch(struct sim_foreground_task *task)
{
	struct sim_ballast *ballast = &task->producer.world->ballast;
	u32 nr = 0;

	sim_ballast_lend(ballast, PRESSURE_RESERVE_PAGES);
	while (nr < SWAP_BATCH && task->reclaim < task->next &&
	       swap_out_page(task, task->reclaim)) {
		task->reclaim++;
		nr++;
	}
	sim_ballast_refill(ballast);
	return nr;
}

static bool pressure_relieve(struct sim_foreground_task *task, u32 attempt)
{
	if (attempt % 2 == 0 && drain_pending(task))
		return true;
	return swap_out_batch(task);
}

static void write_page(struct sim_foreground_task *task, struct page *page)
{
	struct sim_world *world = task->producer.world;
	u64 start = kc_now_ns();

	sim_data_page(&world->data, task->next, page_address(world->zone, page));
	task->proc.ptes[task->next++] = SIM_PTE_PRESENT(page_to_pfn(world->zone, page));
	task->own_ns += kc_now_ns() - start;
}

/* The task has grown until memory is full, or has half of what it wants. */
static void pressure_prepare(struct sim_foreground_task *task)
{
	struct zone *zone = task->producer.world->zone;
	struct zone_stats st;
	struct page *page;
	unsigned long nr;

	zone_stats(zone, &st);
	nr = st.managed - st.used;
	nr = min(nr - min(nr, (unsigned long)PRESSURE_FREE_PAGES),
		 (unsigned long)task->proc.nr_pages / 2);
	for (; nr; nr--) {
		page = alloc_page(zone, GFP_KERNEL);
		if (!page)
			return;
		write_page(task, page);
	}
}

static void pressure_allocate(struct sim_foreground_task *task)
{
	struct page *page;

	while (task->next < task->proc.nr_pages) {
		page = sim_foreground_page(task, GFP_KERNEL, pressure_relieve);
		if (!page)
			return;
		write_page(task, page);
	}
}

/* Is the page there, or in its slot, with what the task has written? @have: room for a page */
static bool page_is_right(const struct sim_foreground_task *task, u32 v, void *have,
			  const void *want)
{
	const struct sim_world *world = task->producer.world;
	u64 pte = task->proc.ptes[v];
	const void *content = have;

	if (sim_pte_present(pte))
		content = page_address(world->zone, pfn_to_page(world->zone, sim_pte_pfn(pte)));
	else if (!sim_pte_is_swap(pte) || sim_pte_slot(pte) != foreground_slot(task, v) ||
		 sim_swap_read(&task->producer.world->swap, sim_pte_slot(pte), have))
		return false;
	return !memcmp(content, want, world->cfg->page_bytes);
}

static int pressure_check_foreground(const struct sim_foreground_task *task,
				     struct sim_message *msg)
{
	const struct sim_world *world = task->producer.world;
	u8 *want = malloc(2 * (size_t)world->cfg->page_bytes);
	int err = 0;
	u32 v;

	if (!want)
		return sim_fail(msg, -ENOMEM, "not enough memory for two pages");
	for (v = task->producer.repeat % PRESSURE_CHECK_EVERY; v < task->proc.nr_pages && !err;
	     v += PRESSURE_CHECK_EVERY) {
		sim_data_page(&world->data, v, want);
		if (!page_is_right(task, v, want + world->cfg->page_bytes, want))
			err = sim_fail(msg, -EPROTO,
				       "page %u of the foreground task is not as it was written",
				       v);
	}
	free(want);
	return err;
}

const struct sim_scenario_ops sim_scenario_pressure = {
	.name = "pressure",
	.content = true,
	.reclaims = true,
	.reserve_pages = PRESSURE_RESERVE_PAGES,
	.memory = pressure_memory,
	.prepare = pressure_prepare,
	.ops = pressure_ops,
	.produce = sim_zap,
	.check = sim_zap_check,
	.allocate = pressure_allocate,
	.check_foreground = pressure_check_foreground,
};
