/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * provenance: where figures come from.
 */
#ifndef SIM_THREADS_PROVENANCE_H
#define SIM_THREADS_PROVENANCE_H

#include "sim/figures/result.h"

/** sim_provenance_collect() - look at build, machine and load. @provenance: filled in */
void sim_provenance_collect(struct sim_provenance *provenance);

#endif
