// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <linux/cache.h>
#include <linux/minmax.h>

#include "mm/zone.h"
#include "sim/swap/foreground.h"
#include "zfree/zfree.h"
#include "zram/zram.h"

enum {
	FOREGROUND_PAUSE_NS = 50000,
	FOREGROUND_LOOK_NS = 1000000, /* most that one look counts for: it may have been stopped */
};

int sim_foreground_init(struct sim_foreground_task *task, struct sim_world *world,
			struct sim_recorder *recorder)
{
	memset(task, 0, sizeof(*task));
	task->proc.nr_pages = (u32)(world->cfg->alloc_bytes / world->cfg->page_bytes);
	spin_lock_init(&task->proc.ptl);
	task->producer.world = world;
	task->producer.proc = &task->proc;
	task->producer.number = world->cfg->procs;
	task->proc.ptes =
		kc_raw_alloc(task->proc.nr_pages * sizeof(*task->proc.ptes), L1_CACHE_BYTES);
	if (!task->proc.ptes)
		return -ENOMEM;
	return sim_track_init(&task->producer.track, recorder);
}

void sim_foreground_exit(struct sim_foreground_task *task)
{
	kc_raw_free(task->proc.ptes);
	sim_track_exit(&task->producer.track);
	memset(task, 0, sizeof(*task));
}

void sim_foreground_reset(struct sim_foreground_task *task, struct zram *zram, u32 repeat,
			  u64 patience_ns)
{
	task->producer.zram = zram;
	task->producer.repeat = repeat;
	task->producer.wrong = 0;
	task->producer.stopped = false;
	task->figures = (struct sim_foreground){ 0 };
	task->next = 0;
	task->reclaim = 0;
	task->patience_ns = patience_ns;
	task->own_ns = 0;
	task->gave_up = false;
	WRITE_ONCE(task->ended, 0);
	sim_track_start(&task->producer.track, repeat);
	if (task->producer.world->scenario->prepare)
		task->producer.world->scenario->prepare(task);
}

void sim_foreground_run(struct sim_foreground_task *task)
{
	u64 start = kc_now_ns();
	u32 before = task->next;

	task->own_ns = 0;
	task->producer.world->scenario->allocate(task);
	task->figures.pages = task->next - before;
	task->figures.wait_ns = kc_now_ns() - start - task->own_ns;
}

static bool task_ended(struct sim_foreground_task *task)
{
	return READ_ONCE(task->ended) || sim_producer_stopped(&task->producer);
}

/* What was lent to who reclaims comes first, as below a watermark. */
static struct page *take_page(struct sim_foreground_task *task, gfp_t gfp)
{
	struct sim_world *world = task->producer.world;

	if (!sim_ballast_refill(&world->ballast))
		return NULL;
	return alloc_page(world->zone, gfp);
}

/* One number that changes when anything comes back, or is on its way. */
static u64 state_of_memory(const struct sim_foreground_task *task)
{
	const struct sim_recorder *recorder = task->producer.track.recorder;

	return zs_get_total_pages(zram_pool(task->producer.zram)) +
	       (u64)atomic64_read(&recorder->present_pages) + zfree_pending(recorder->zfree);
}

static struct page *wait_for_page(struct sim_foreground_task *task, gfp_t gfp,
				  bool (*relieve)(struct sim_foreground_task *task, u32 attempt))
{
	u64 start = kc_now_ns(), seen = start, waited = 0, last = 0, state, now;
	struct page *page = NULL;
	u32 attempt;

	for (attempt = 0; !page && !task_ended(task) && !task->gave_up; attempt++) {
		if (!relieve || !relieve(task, attempt))
			kc_sleep_ns(FOREGROUND_PAUSE_NS);
		page = take_page(task, gfp);
		now = kc_now_ns();
		waited += min(now - seen, (u64)FOREGROUND_LOOK_NS);
		seen = now;
		state = state_of_memory(task);
		if (state != last) {
			waited = 0;
			last = state;
			sim_recorder_mark(task->producer.track.recorder);
		}
		task->gave_up = !page && waited > task->patience_ns;
	}
	task->figures.stall_ns_max = max(task->figures.stall_ns_max, kc_now_ns() - start);
	return page;
}

struct page *sim_foreground_page(struct sim_foreground_task *task, gfp_t gfp,
				 bool (*relieve)(struct sim_foreground_task *task, u32 attempt))
{
	struct page *page = take_page(task, gfp);

	return likely(page) ? page : wait_for_page(task, gfp, relieve);
}

int sim_foreground_check(const struct sim_foreground_task *task, struct sim_message *msg)
{
	if (!task->gave_up)
		return 0;
	return sim_fail(
		msg, -ENOMEM,
		"the foreground task has %u of %u page%s, and nothing more came back within "
		"%" PRIu64 " ms; let it allocate less, or give the machine more memory",
		task->next, task->proc.nr_pages, sim_plural(task->proc.nr_pages, "s"),
		task->patience_ns / 1000000);
}

void sim_foreground_drop(struct sim_foreground_task *task)
{
	struct zone *zone = task->producer.world ? task->producer.world->zone : NULL;
	u32 v;

	for (v = 0; v < task->next; v++) {
		if (sim_pte_present(task->proc.ptes[v]))
			__free_page(zone, pfn_to_page(zone, sim_pte_pfn(task->proc.ptes[v])));
		task->proc.ptes[v] = SIM_PTE_NONE;
	}
	task->next = 0;
}
