/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* registry: the studies, each in a file of its own. */
#ifndef SIM_STUDY_REGISTRY_H
#define SIM_STUDY_REGISTRY_H

#include "sim/study/study.h"

extern const struct study_ops study_return_time;

#endif
