/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * phase: where the time of a task goes.
 *
 * A task that records is in exactly one phase at a time, so the times of all phases add up to the
 * time it recorded. While nobody records, a phase change is one branch on a word that is only read.
 * What the phases are is the business of the layers above; each has numbers of its own, see
 * zsmalloc/zs_phase.h and zram/zram_phase.h.
 */
#ifndef KCOMPAT_PHASE_H
#define KCOMPAT_PHASE_H

#include <linux/compiler.h>
#include <linux/types.h>

/** enum kc_phase_limits - phases there is room for; 0 is everything that has no name */
enum kc_phase_limits {
	KC_PHASE_OTHER = 0,
	KC_MAX_PHASES = 24,
};

/**
 * struct kc_phases - what one task has recorded, or several added up
 * @ns:		time in each phase, what the recording itself cost subtracted
 * @calls:	times each was entered
 */
struct kc_phases {
	double ns[KC_MAX_PHASES];
	u64 calls[KC_MAX_PHASES];
};

/** kc_phase_recorders - tasks that record; read by kc_phase() only. A static key in the kernel. */
extern unsigned int kc_phase_recorders;

/** kc_phase_change() - the slow half of kc_phase(). @phase: new one. Return: the old one. */
unsigned int kc_phase_change(unsigned int phase);

/**
 * kc_phase() - this task goes on to another phase
 * @phase:	below KC_MAX_PHASES
 * Context:	any.
 * Return:	the phase it was in, to go back to; 0 if this task does not record.
 */
static __always_inline unsigned int kc_phase(unsigned int phase)
{
	return unlikely(READ_ONCE(kc_phase_recorders)) ? kc_phase_change(phase) : KC_PHASE_OTHER;
}

/**
 * kc_phases_start() - this task begins to record
 * @phase:	it is in
 * Context:	process; not while it records.
 * Return:	0 or -ENOMEM.
 */
int kc_phases_start(unsigned int phase);

/**
 * kc_phases_stop() - this task stops
 * @sum:	what it has recorded is added; nothing if it has not
 */
void kc_phases_stop(struct kc_phases *sum);

/** kc_phase_cost_ns() - what one change costs a task that records, measured once, in ns */
double kc_phase_cost_ns(void);

#endif
