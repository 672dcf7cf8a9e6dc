/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* One line on standard error that says how far an experiment is, if a terminal shows it. */
#ifndef SIM_CLI_PROGRESS_H
#define SIM_CLI_PROGRESS_H

#include <stdbool.h>

/**
 * progress_wanted() - is there a terminal that can erase a line?
 * Return:	false when standard error is a file or a pipe, or TERM is dumb or missing.
 */
bool progress_wanted(void);

/**
 * progress_show() - for zramsim_config.progress
 * @ctx:	unused
 * @done:	repeats finished
 * @total:	repeats in all
 * @strategy:	the one that comes next
 */
void progress_show(void *ctx, unsigned int done, unsigned int total, const char *strategy);

/** progress_clear() - erase the line */
void progress_clear(void);

#endif
