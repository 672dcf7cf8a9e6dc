/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * phase: where the time of a task goes.
 *
 * A task that records is in exactly one phase at a time, so the times of all phases add up to the
 * time it recorded. While nobody records, a phase change is one branch on a word that is only read.
 * What the phases are is the business of the layers above; each has numbers of its own, see
 * zsmalloc/zs_phase.h and zram/zram_phase.h.
 *
 * What a recording does to what it records. A change reads a clock that waits for the loads
 * before it, so that a miss counts for the phase that has it; what would have overlapped does not
 * any more. The cost of a change (kc_phase_cost_ns(), measured by changes back to back) is
 * subtracted from the phase that ends, once per change. That it takes longer cannot be subtracted:
 * a lock held while phases change is held for longer, so others wait more.
 */
#ifndef KCOMPAT_PHASE_H
#define KCOMPAT_PHASE_H

#include <linux/compiler.h>
#include <linux/types.h>

#include <kc_unseen.h>

/** enum kc_phase_limits - phases there is room for; 0 is everything that has no name */
enum kc_phase_limits {
	KC_PHASE_OTHER = 0,
	KC_MAX_PHASES = 24,
};

/**
 * struct kc_phases - what one task has recorded, or several added up
 * @ns:		time in each phase, what the recording itself cost subtracted. The phase of the
 *		start has what is left.
 * @calls:	times each was entered
 * @changes:	of phases
 * @cost_ns:	what these changes cost together, at least; not in @ns
 */
struct kc_phases {
	double ns[KC_MAX_PHASES];
	u64 calls[KC_MAX_PHASES];
	u64 changes;
	double cost_ns;
};

/** kc_phase_recorders - tasks that record; read by kc_phase() only. A static key in the kernel. */
extern unsigned int kc_phase_recorders __attribute__((visibility("hidden")));

/** kc_phase_change() - the slow half of kc_phase(). @phase: new one. Return: the old one. */
unsigned int kc_phase_change(unsigned int phase);

/**
 * kc_phases_on() - does any task record?
 *
 * For short functions: with a second copy of the body for recordings, a call costs one branch while
 * nobody records, and no register holds the old phase. The copy uses kc_phase_change().
 */
static __kc_unseen_inline bool kc_phases_on(void)
{
	return unlikely(kc_unseen_once(kc_phase_recorders));
}

/**
 * kc_phase() - this task goes on to another phase
 * @phase:	below KC_MAX_PHASES
 * Context:	any; touches nothing but the task's own memory.
 * Return:	the phase it was in, to go back to; 0 if this task does not record.
 */
static __kc_unseen_inline unsigned int kc_phase(unsigned int phase)
{
	return kc_phases_on() ? kc_phase_change(phase) : KC_PHASE_OTHER;
}

/**
 * kc_phases_start() - this task begins to record
 * @phase:	it is in
 *
 * What a task has not stopped to record when it ends is lost.
 *
 * Context:	process; not while it records. The first call of the process calibrates a clock,
 *		which takes some milliseconds.
 * Return:	0 or -ENOMEM.
 */
int kc_phases_start(unsigned int phase);

/**
 * kc_phases_stop() - this task stops
 * @sum:	what it has recorded is added; nothing if it has not. NULL: forget it.
 */
void kc_phases_stop(struct kc_phases *sum);

/** kc_phases_add() - add what others have recorded. @sum: to this, @more: that */
void kc_phases_add(struct kc_phases *sum, const struct kc_phases *more);

/** kc_phase_cost_ns() - what one change costs a task that records, at least, measured once */
double kc_phase_cost_ns(void);

#endif
