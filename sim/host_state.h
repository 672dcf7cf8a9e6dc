/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * host_state: what the host program has set for the calling thread and what would change a figure
 * or a sentence: the locale (decimal comma, grouping, classes of characters, words of errors), and
 * the floating-point environment (rounding, traps, denormals taken for zero).
 *
 * A call of the public interface puts the C locale and the default environment in their place. It
 * gives the host's back before it calls the host, and when it returns. Threads that are started
 * meanwhile have those of their creator.
 */
#ifndef SIM_HOST_STATE_H
#define SIM_HOST_STATE_H

#include <fenv.h>
#include <locale.h>

/**
 * struct sim_host_state - what is the host's
 * @locale:	of the thread, or LC_GLOBAL_LOCALE
 * @fenv:	floating-point environment
 */
struct sim_host_state {
	locale_t locale;
	fenv_t fenv;
};

/** sim_own_state_begin() - put what the library counts on in place. @host: what was there */
void sim_own_state_begin(struct sim_host_state *host);

/** sim_own_state_end() - give the thread back as it was. @host: from sim_own_state_begin() */
void sim_own_state_end(const struct sim_host_state *host);

#endif
