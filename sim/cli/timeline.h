/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* timeline: the file of --timeline. */
#ifndef SIM_CLI_TIMELINE_H
#define SIM_CLI_TIMELINE_H

#include "sim/cli/options.h"
#include "sim/figures/timeline.h"

/**
 * timeline_begin() - have the experiment recorded, if that was asked for
 * @opts:	options
 * @timeline:	made empty; timeline_end() it
 * Return:	an exit code, after a sentence if it is not CLI_DONE.
 */
int timeline_begin(const struct cli_options *opts, struct sim_timeline *timeline);

/**
 * timeline_end() - record no more, and free what was recorded
 * @opts:	options
 * @timeline:	from timeline_begin()
 * @write:	write the file first, if anything was recorded
 * Return:	an exit code, after a sentence if it is not CLI_DONE.
 */
int timeline_end(const struct cli_options *opts, struct sim_timeline *timeline, bool write);

#endif
