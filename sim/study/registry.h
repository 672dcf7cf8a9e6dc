/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* registry: the studies, each in a file of its own. */
#ifndef SIM_STUDY_REGISTRY_H
#define SIM_STUDY_REGISTRY_H

#include "sim/study/study.h"

extern const struct study_ops study_lock_share;
extern const struct study_ops study_total_work;
extern const struct study_ops study_queue_scope;
extern const struct study_ops study_drainers;
extern const struct study_ops study_budget;
extern const struct study_ops study_swapin;
extern const struct study_ops study_return_time;
extern const struct study_ops study_scan_cost;
extern const struct study_ops study_slot_free_split;
extern const struct study_ops study_peak_memory;
extern const struct study_ops study_starved_worker;
extern const struct study_ops study_compaction;
extern const struct study_ops study_batching;
extern const struct study_ops study_zspage_emptied;
extern const struct study_ops study_statistics;

#endif
