/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * metrics: the numbers of sim_metrics[], and the phases, for those who fill them in.
 */
#ifndef SIM_FIGURES_METRICS_H
#define SIM_FIGURES_METRICS_H

/** enum sim_metric_id - index into sim_metrics[] */
enum sim_metric_id {
	SIM_EXIT_NS,
	SIM_EXIT_NS_PER_SLOT,
	SIM_NOTIFY_P50,
	SIM_NOTIFY_P90,
	SIM_NOTIFY_P99,
	SIM_NOTIFY_P999,
	SIM_NOTIFY_MAX,
	SIM_OP_P50,
	SIM_OP_P99,
	SIM_RETURNED_P50,
	SIM_RETURNED_P90,
	SIM_RETURNED_P99,
	SIM_RETURNED_P100,
	SIM_CPU_PRODUCER,
	SIM_CPU_WORKER,
	SIM_CPU_TOTAL,
	SIM_HELD_PEAK_BYTES,
	SIM_HELD_BYTE_SECONDS,
	SIM_QUEUED_PEAK_SLOTS,
	SIM_OLDEST_QUEUED_NS,
	SIM_OVERFLOW_SLOTS,
	SIM_MISS_SLOTS,
	SIM_STRANDED_SLOTS,
	SIM_LATE_SLOTS,
	SIM_CANCELLED_SLOTS,
	SIM_ZSPAGES_EMPTIED,
	SIM_CLASS_RUNS,
	SIM_STRATEGY_BYTES,
	SIM_FREES_UNLOCKED,
	SIM_ZSPAGES_DEFERRED,
	SIM_OBJECTS_MOVED,
	SIM_REFUSED_SLOTS,
	SIM_KICKS,
	SIM_DRAIN_RUNS,
	SIM_ALLOC_WAIT_NS,
	SIM_ALLOC_STALL_MAX,
	SIM_RECLAIMED_SLOTS,
	SIM_DRAINS_ON_FAILURE,
	SIM_PHASE_COST,
	SIM_ACCESSES,
	SIM_ATOMICS,
	SIM_INSNS,
	SIM_STALL,
	SIM_LINE_TRANSFERS,
	SIM_NR_METRICS,
};

/**
 * sim_phase_name() - name of a phase
 * @phase:	below KC_MAX_PHASES: see zsmalloc/zs_phase.h and zram/zram_phase.h
 * Return:	as in results, NULL for a number that is no phase.
 */
const char *sim_phase_name(unsigned int phase);

#endif
