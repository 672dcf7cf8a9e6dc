/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * sample: what is written down while a repeat runs. All memory is there beforehand.
 *
 * A producer times one notification in sim_host.sample_every and one operation in as many. It
 * notes every SIM_POINT_SLOTS slots how much memory is back and how much is pending; so does every
 * drain run of a worker. A timed notification costs two readings of the clock (about 1 ns per slot
 * in all), a point about as much as ten notifications (less than 1 ns per slot). On a virtual
 * machine that takes no time, and every notification and operation is timed.
 */
#ifndef SIM_RUN_SAMPLE_H
#define SIM_RUN_SAMPLE_H

#include <linux/atomic.h>
#include <linux/types.h>

#include <kc_unseen.h>

#include "sim/threads/rates.h"

struct zfree;
struct zram;

enum {
	SIM_POINT_SLOTS = 512,
	SIM_MAX_MARKS = 1 << 15,
};

/**
 * struct sim_mark - the state of things at a time
 * @at_ns:	clock
 * @held_pages:	pages of the pool and present pages not yet freed
 * @pending:	items pending
 * @drained:	items drained so far
 */
struct sim_mark {
	u64 at_ns;
	u64 held_pages;
	u64 pending;
	u64 drained;
};

/**
 * struct sim_recorder - marks of all threads of a repeat
 * @zram:	device
 * @zfree:	strategy
 * @present_pages: present pages not yet freed
 * @drained:	items the workers have drained
 * @marks:	[SIM_MAX_MARKS]
 * @nr_marks:	reserved so far
 * @marking:	threads that are writing one down
 * @marks_lost:	there was no room for some
 * @closed:	no more are taken
 */
struct sim_recorder {
	struct zram *zram;
	struct zfree *zfree;
	atomic64_t present_pages;
	atomic64_t drained;
	struct sim_mark *marks;
	atomic_t nr_marks;
	atomic_t marking;
	u32 marks_lost;
	u32 closed;
};

/**
 * struct sim_track - what one producer writes down
 * @recorder:	shared one
 * @notify_in:	notifications until one is timed
 * @op_in:	operations until one is timed
 * @mark_in:	slots until the next mark
 * @notify_ns:	[sim_host.max_times]
 * @nr_notify:	entries in @notify_ns
 * @op_ns:	[sim_host.max_times]
 * @nr_op:	entries in @op_ns
 */
struct sim_track {
	struct sim_recorder *recorder;
	u32 notify_in;
	u32 op_in;
	s32 mark_in;
	u64 *notify_ns;
	u32 nr_notify;
	u64 *op_ns;
	u32 nr_op;
};

/** sim_recorder_init() - get the memory. @recorder: filled in. Return: 0 or -ENOMEM. */
int sim_recorder_init(struct sim_recorder *recorder);

/** sim_recorder_exit() - free it. @recorder: zeroed or made */
void sim_recorder_exit(struct sim_recorder *recorder);

/**
 * sim_recorder_start() - begin a repeat
 * @recorder:	made
 * @zram:	device
 * @zfree:	its strategy
 * @present_pages: present pages there are
 */
void sim_recorder_start(struct sim_recorder *recorder, struct zram *zram, struct zfree *zfree,
			u64 present_pages);

/** sim_recorder_mark() - note the state of things. @recorder: started; any thread */
void sim_recorder_mark(struct sim_recorder *recorder);

/** sim_recorder_drained() - for zfree_params.drained. @ctx: recorder, @nr: items drained */
void sim_recorder_drained(void *ctx, u32 nr);

/** sim_recorder_close() - take no more marks; waits for those being written. @recorder: started */
void sim_recorder_close(struct sim_recorder *recorder);

/** sim_recorder_sort() - order the marks by time. @recorder: closed. Return: how many. */
u32 sim_recorder_sort(struct sim_recorder *recorder);

/** sim_track_init() - get the memory. @track: filled in. Return: 0 or -ENOMEM. */
int sim_track_init(struct sim_track *track, struct sim_recorder *recorder);

/** sim_track_exit() - free it. @track: zeroed or made */
void sim_track_exit(struct sim_track *track);

/**
 * sim_track_start() - begin a repeat
 * @track:	made
 * @phase:	any number; producers with different ones sample different slots
 */
void sim_track_start(struct sim_track *track, u32 phase);

/** sim_sample_now() - is it time to time one? @in: see struct sim_track */
static inline __kc_unseen bool sim_sample_now(u32 *in)
{
	if (likely(--*in))
		return false;
	*in = sim_host.sample_every;
	return true;
}

/** sim_track_time() - keep a duration. @ns: array, @nr: entries in it, @duration: to keep */
static inline __kc_unseen void sim_track_time(u64 *ns, u32 *nr, u64 duration)
{
	if (*nr < sim_host.max_times)
		ns[(*nr)++] = duration;
}

/** sim_track_progress() - slots are done; note the state of things now and then */
static inline __kc_unseen void sim_track_progress(struct sim_track *track, u32 slots)
{
	track->mark_in -= (s32)slots;
	if (track->mark_in <= 0) {
		track->mark_in = SIM_POINT_SLOTS;
		sim_recorder_mark(track->recorder);
	}
}

#endif
