/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* phases: the phases of the free path by name. */
#ifndef SIM_FIGURES_PHASES_H
#define SIM_FIGURES_PHASES_H

/**
 * sim_phase_name() - name of a phase
 * @phase:	below KC_MAX_PHASES: see zsmalloc/zs_phase.h and zram/zram_phase.h
 * Return:	as in results, NULL for a number that is no phase.
 */
const char *sim_phase_name(unsigned int phase);

#endif
