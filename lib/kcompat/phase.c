// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Recording of phases. A recording belongs to its task; no locks. The count of recorders is
 * relaxed: a task needs to see only its own recording, which it has started itself.
 */
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/gfp.h>

#include <kc_watch.h>

#include "account.h"
#include "clock.h"
#include <kc_task.h>
#include "phase.h"
#include "port.h"

enum {
	KC_COST_ROUNDS = 31,
	KC_COST_CHANGES = 256, /* per round */
};

/**
 * struct kc_recording - what a task has recorded so far
 * @phase:	it is in
 * @base:	it was started in
 * @start:	clock at the start
 * @last:	clock at the last change
 * @cycles:	in each phase but @base
 * @calls:	times each was entered
 * @changes:	as in &struct kc_phases
 */
struct kc_recording {
	unsigned int phase;
	unsigned int base;
	u64 start;
	u64 last;
	s64 cycles[KC_MAX_PHASES];
	u64 calls[KC_MAX_PHASES];
	u64 changes;
};

/* Alone in its line: everybody reads it all the time. Inherent: it guards a task's own state. */
unsigned int kc_phase_recorders ____cacheline_aligned;

/* Inherent: what a change costs on this machine, in femtoseconds and 1; 0 not measured yet. */
static u64 kc_phase_cost_fs ____cacheline_aligned;

#define FS_PER_NS 1e6

static unsigned int kc_recording_change(struct kc_recording *rec, unsigned int phase)
{
	unsigned int old = rec->phase;
	u64 now;

	rec->phase = phase;
	kc_watch_phase(phase);
	rec->calls[phase]++;
	if (old == phase && phase == rec->base)
		return old;
	now = kc_cycles();
	rec->cycles[old] += (s64)(now - rec->last);
	rec->last = now;
	rec->changes++;
	return old;
}

unsigned int kc_phase_change(unsigned int phase)
{
	struct kc_recording *rec = kc_task.recording;

	return rec ? kc_recording_change(rec, phase) : KC_PHASE_OTHER;
}

static void kc_recording_init(struct kc_recording *rec, unsigned int phase)
{
	*rec = (struct kc_recording){ .phase = phase, .base = phase };
	rec->calls[phase] = 1;
	rec->start = kc_cycles();
	rec->last = rec->start;
}

static void kc_phases_forget(void)
{
	kc_phases_stop(NULL);
}

int kc_phases_start(unsigned int phase)
{
	struct kc_recording *rec;

	kc_current();
	BUG_ON(kc_task.recording || phase >= KC_MAX_PHASES);
	if (kc_should_fail(NULL, GFP_KERNEL))
		return -ENOMEM;
	rec = kc_raw_alloc(sizeof(*rec), L1_CACHE_BYTES);
	if (!rec)
		return -ENOMEM;
	kc_cycle_ns();
	kc_phase_cost_ns();
	kc_recording_init(rec, phase);
	kc_task.forget_recording = kc_phases_forget;
	kc_task.recording = rec;
	__atomic_fetch_add(&kc_phase_recorders, 1, __ATOMIC_RELAXED);
	return 0;
}

/* The changes out of a phase are those into it: each has its cost subtracted once. */
static double kc_recording_ns(const struct kc_recording *rec, unsigned int phase, double cost)
{
	double ns = (double)rec->cycles[phase] * kc_cycle_ns() - (double)rec->calls[phase] * cost;

	return ns > 0 ? ns : 0;
}

static void kc_recording_sum(const struct kc_recording *rec, u64 end, struct kc_phases *sum)
{
	double cost = kc_phase_cost_ns(), others = 0, ns, left;
	unsigned int i;

	for (i = 0; i < KC_MAX_PHASES; i++) {
		sum->calls[i] += rec->calls[i];
		if (i == rec->base)
			continue;
		ns = kc_recording_ns(rec, i, cost);
		others += ns;
		sum->ns[i] += ns;
	}
	left = (double)(s64)(end - rec->start) * kc_cycle_ns() - (double)rec->changes * cost;
	sum->ns[rec->base] += left > others ? left - others : 0;
	sum->changes += rec->changes;
	sum->cost_ns += (double)rec->changes * cost;
}

void kc_phases_stop(struct kc_phases *sum)
{
	struct kc_recording *rec = kc_task.recording;
	u64 end = kc_cycles();

	if (!rec)
		return;
	__atomic_fetch_sub(&kc_phase_recorders, 1, __ATOMIC_RELAXED);
	kc_task.recording = NULL;
	if (rec->phase != rec->base)
		rec->cycles[rec->phase] += (s64)(end - rec->last);
	if (sum)
		kc_recording_sum(rec, end, sum);
	kc_raw_free(rec);
}

void kc_phases_add(struct kc_phases *sum, const struct kc_phases *more)
{
	unsigned int i;

	for (i = 0; i < KC_MAX_PHASES; i++) {
		sum->ns[i] += more->ns[i];
		sum->calls[i] += more->calls[i];
	}
	sum->changes += more->changes;
	sum->cost_ns += more->cost_ns;
}

/*
 * Through kc_phase(), with a recording of its own: the caller's goes on untouched. The fastest
 * round counts, as others may have lost the processor.
 */
double kc_phase_cost_ns(void)
{
	struct kc_recording *recording = kc_task.recording, rec;
	u64 fs = READ_ONCE(kc_phase_cost_fs), cycles, least = UINT64_MAX;
	unsigned int i, j;

	if (likely(fs))
		return (double)(fs - 1) / FS_PER_NS;
	kc_recording_init(&rec, KC_PHASE_OTHER);
	kc_task.recording = &rec;
	__atomic_fetch_add(&kc_phase_recorders, 1, __ATOMIC_RELAXED);
	for (i = 0; i < KC_COST_ROUNDS; i++) {
		cycles = kc_cycles();
		for (j = 0; j < KC_COST_CHANGES; j++)
			kc_phase(1 + j % 2);
		cycles = kc_cycles() - cycles;
		least = cycles < least ? cycles : least;
	}
	__atomic_fetch_sub(&kc_phase_recorders, 1, __ATOMIC_RELAXED);
	kc_task.recording = recording;
	fs = (u64)((double)least / KC_COST_CHANGES * kc_cycle_ns() * FS_PER_NS);
	WRITE_ONCE(kc_phase_cost_fs, fs + 1);
	return (double)fs / FS_PER_NS;
}
