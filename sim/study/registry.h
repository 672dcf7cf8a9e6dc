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

#endif
