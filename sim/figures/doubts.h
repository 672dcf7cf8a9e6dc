/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * doubts: what about the machine and the build makes figures doubtful.
 */
#ifndef SIM_FIGURES_DOUBTS_H
#define SIM_FIGURES_DOUBTS_H

#include "sim/figures/result.h"

/**
 * sim_doubts() - name everything that speaks against the figures
 * @cfg:	experiment; of several, the one with the most threads
 * @prov:	where it runs
 * @warn:	called with each sentence, without a full stop
 * @ctx:	passed to @warn
 */
void sim_doubts(const struct zramsim_config *cfg, const struct sim_provenance *prov,
		void (*warn)(void *ctx, const char *sentence), void *ctx);

#endif
