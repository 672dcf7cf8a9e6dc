/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* zram_phase: the phases of freeing a slot around those of zsmalloc. */
#ifndef ZRAM_ZRAM_PHASE_H
#define ZRAM_ZRAM_PHASE_H

#include "zsmalloc/zs_phase.h"

/**
 * enum zram_phase - phases of a notification and of slot_free(), as kc_phase() takes them
 * @ZRAM_PHASE_NOTIFY:	a notification outside its other phases: counters, slot lock
 * @ZRAM_PHASE_SLOT:	flags, size, handle and statistics of the slot
 * @ZRAM_PHASE_QUEUE:	the hook: a strategy queues or refuses
 * @ZRAM_PHASE_DRAIN:	a drain run outside the others: the strategy's container
 * @ZRAM_PHASE_END:	first number free for others
 */
enum zram_phase {
	ZRAM_PHASE_NOTIFY = ZS_PHASE_END,
	ZRAM_PHASE_SLOT,
	ZRAM_PHASE_QUEUE,
	ZRAM_PHASE_DRAIN,
	ZRAM_PHASE_END,
};

#endif
