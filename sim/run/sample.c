// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include <kc_cost.h>

#include "port.h"
#include "sim/figures/timeline.h"
#include "sim/run/sample.h"
#include "zfree/zfree.h"
#include "zram/zram.h"

int sim_recorder_init(struct sim_recorder *recorder)
{
	memset(recorder, 0, sizeof(*recorder));
	recorder->marks = calloc(SIM_MAX_MARKS, sizeof(*recorder->marks));
	return recorder->marks ? 0 : -ENOMEM;
}

void sim_recorder_exit(struct sim_recorder *recorder)
{
	free(recorder->marks);
	recorder->marks = NULL;
}

void sim_recorder_start(struct sim_recorder *recorder, struct zram *zram, struct zfree *zfree,
			u64 present_pages)
{
	recorder->zram = zram;
	recorder->zfree = zfree;
	atomic64_set(&recorder->present_pages, (s64)present_pages);
	atomic64_set(&recorder->drained, 0);
	atomic_set(&recorder->nr_marks, 0);
	recorder->marks_lost = 0;
	WRITE_ONCE(recorder->closed, 0);
}

/* The clock is read last: what is seen to be back was back by then. */
static void write_mark(struct sim_recorder *recorder)
{
	u32 at = (u32)atomic_fetch_inc_relaxed(&recorder->nr_marks);
	struct sim_mark *mark;

	if (at >= SIM_MAX_MARKS) {
		WRITE_ONCE(recorder->marks_lost, 1);
		return;
	}
	mark = &recorder->marks[at];
	mark->drained = (u64)atomic64_read(&recorder->drained);
	mark->pending = zfree_pending(recorder->zfree);
	mark->held_pages = zs_get_total_pages(zram_pool(recorder->zram)) +
			   (u64)atomic64_read(&recorder->present_pages);
	mark->at_ns = kc_now_ns();
	sim_timeline_memory(mark->pending, mark->held_pages);
}

/*
 * A worker may call this after its last item was counted as freed, so nobody else knows that it
 * is here: it says so. Its increment and its look at @closed are ordered as are the store to
 * @closed and the look at @marking in sim_recorder_close(): one of the two sees the other.
 */
void sim_recorder_mark(struct sim_recorder *recorder)
{
	kc_cost_hide();
	atomic_inc_return(&recorder->marking);
	if (!READ_ONCE(recorder->closed))
		write_mark(recorder);
	atomic_dec_return(&recorder->marking); /* releases the mark to who closes */
	kc_cost_show();
}

void sim_recorder_close(struct sim_recorder *recorder)
{
	WRITE_ONCE(recorder->closed, 1);
	smp_mb();
	while (atomic_read_acquire(&recorder->marking))
		kc_yield();
}

void sim_recorder_drained(void *ctx, u32 nr)
{
	struct sim_recorder *recorder = ctx;

	atomic64_add(nr, &recorder->drained);
	sim_recorder_mark(recorder);
}

static int compare_marks(const void *a, const void *b)
{
	const struct sim_mark *x = a, *y = b;

	return (x->at_ns > y->at_ns) - (x->at_ns < y->at_ns);
}

u32 sim_recorder_sort(struct sim_recorder *recorder)
{
	u32 nr = min((u32)atomic_read(&recorder->nr_marks), (u32)SIM_MAX_MARKS);

	qsort(recorder->marks, nr, sizeof(*recorder->marks), compare_marks);
	return nr;
}

int sim_track_init(struct sim_track *track, struct sim_recorder *recorder)
{
	memset(track, 0, sizeof(*track));
	track->recorder = recorder;
	track->notify_ns = calloc(sim_host.max_times, sizeof(*track->notify_ns));
	track->op_ns = calloc(sim_host.max_times, sizeof(*track->op_ns));
	if (track->notify_ns && track->op_ns)
		return 0;
	sim_track_exit(track);
	return -ENOMEM;
}

void sim_track_exit(struct sim_track *track)
{
	free(track->notify_ns);
	free(track->op_ns);
	track->notify_ns = NULL;
	track->op_ns = NULL;
}

void sim_track_start(struct sim_track *track, u32 phase)
{
	track->notify_in = 1 + phase % sim_host.sample_every;
	track->op_in = 1 + phase % sim_host.sample_every;
	track->mark_in = SIM_POINT_SLOTS;
	track->nr_notify = 0;
	track->nr_op = 0;
}
