// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A drain run: what a strategy hands its items to.
 *
 * A slot is freed only under its lock and only if ZRAM_DEFERRED is still set then, so an
 * entry left over from before a rewrite frees nothing.
 */

#include <linux/minmax.h>
#include <linux/prefetch.h>
#include <linux/sched.h>

#include "zfree/core.h"
#include "zram/slot.h"
#include "zram/slot_word.h"
#include "zsmalloc/zsmalloc.h"

u32 zfree_collector_room(const struct zfree_core *core)
{
	u32 share = core->zf->budget_slots / ZFREE_COLLECT_SHARE;

	if (core->params.batch == ZS_BATCH_NONE)
		return 0;
	return clamp(share, 1U, (u32)ZFREE_COLLECT);
}

void zfree_run_begin(struct zfree_run *run, struct zfree_worker *w)
{
	struct zfree_core *core = w->core;
	u32 budget = core->zf->budget_slots;

	*run = (struct zfree_run){ .core = core, .worker = w, .batch = core->params.batch };
	run->step = core->exact ? 1 : max(budget / ZFREE_RETURN_SHARE, 1U);
	run->handles = w->handles;
	run->room = zfree_collector_room(core);
}

/*
 * Give back the budget of what has been freed; what is collected has not been yet. It is counted
 * first: whoever gets that budget and queues something must not make more look pending than
 * the budget allows.
 */
static void return_budget(struct zfree_run *run)
{
	u32 gone = run->freed - run->nr - run->returned;

	if (!gone)
		return;
	WRITE_ONCE(run->worker->drained, run->worker->drained + gone);
	smp_mb__before_atomic();
	atomic_long_sub(gone, &run->core->reserved);
	run->returned += gone;
}

static void free_collected(struct zfree_run *run)
{
	zs_free_bulk(run->core->pool, run->handles, run->nr, run->batch);
	run->nr = 0;
	return_budget(run);
}

void zfree_run_end(struct zfree_run *run)
{
	struct zfree_worker *w = run->worker;

	if (run->nr)
		free_collected(run);
	return_budget(run);
	WRITE_ONCE(w->stale, w->stale + run->stale);
	WRITE_ONCE(w->runs, w->runs + 1);
}

static void run_freed(struct zfree_run *run, u32 nr)
{
	u32 before = run->freed;

	run->freed += nr;
	if (run->freed - run->nr - run->returned >= run->step)
		return_budget(run);
	if (before / ZFREE_RESCHED_ITEMS != run->freed / ZFREE_RESCHED_ITEMS)
		cond_resched();
}

static void collect(struct zfree_run *run, unsigned long handle)
{
	if (run->nr == run->room)
		free_collected(run);
	run->handles[run->nr++] = handle;
}

/* False: the slot is busy, and @wait did not ask to wait. */
static bool free_slot(struct zfree_run *run, u32 index, bool wait)
{
	bool now = run->batch == ZS_BATCH_NONE;
	unsigned long handle = 0;

	switch (slot_drain(run->core->zram, index, wait, now ? NULL : &handle)) {
	case SLOT_BUSY:
		return false;
	case SLOT_STALE:
		run->stale++;
		return true;
	case SLOT_FREED:
		break;
	}
	if (handle)
		collect(run, handle);
	run_freed(run, 1);
	return true;
}

bool zfree_run_all(const struct zfree_run *run)
{
	return run->all;
}

bool zfree_slot_try(struct zfree_run *run, u32 index)
{
	return free_slot(run, index, run->wait);
}

void zfree_slots(struct zfree_run *run, const u32 *index, u32 nr)
{
	struct zram_slot *table = run->core->zram->table;
	u32 i;

	for (i = 0; i < nr; i++) {
		if (i + ZFREE_SLOTS_AHEAD < nr)
			prefetchw(&table[index[i + ZFREE_SLOTS_AHEAD]]);
		free_slot(run, index[i], true);
	}
}

void zfree_handles(struct zfree_run *run, unsigned long *handles, u32 nr)
{
	struct zs_pool *pool = run->core->pool;
	u32 i;

	if (run->batch == ZS_BATCH_NONE) {
		for (i = 0; i < nr; i++)
			zs_free(pool, handles[i]);
	} else if (nr >= run->room) {
		/* Long enough to be freed where it lies. */
		zs_free_bulk(pool, handles, nr, run->batch);
	} else {
		for (i = 0; i < nr; i++)
			collect(run, handles[i]);
	}
	run_freed(run, nr);
}

void zfree_items(struct zfree_run *run, unsigned long *items, u32 nr)
{
	struct zram_slot *table = run->core->zram->table;
	u32 i;

	if (run->core->zf->unit == ZFREE_HANDLE) {
		zfree_handles(run, items, nr);
		return;
	}
	for (i = 0; i < nr; i++) {
		if (i + ZFREE_SLOTS_AHEAD < nr)
			prefetchw(&table[items[i + ZFREE_SLOTS_AHEAD]]);
		free_slot(run, (u32)items[i], true);
	}
}
