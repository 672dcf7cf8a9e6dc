/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * factor: a level, written as on the command line, applied to a configuration.
 */
#ifndef SIM_STUDY_FACTOR_H
#define SIM_STUDY_FACTOR_H

#include <zramsim/experiment.h>

/** enum study_applied - what came of a level */
enum study_applied {
	STUDY_APPLIED,	     /* it is in the configuration */
	STUDY_NO_OPTION,     /* the factor is not called as an option: the study's own business */
	STUDY_NO_SUCH_LEVEL, /* the option cannot have this value */
};

/**
 * study_apply() - set the option a factor is called as
 * @cfg:	configuration
 * @key:	of the factor: strategy, scenario, data, locks, pages, flags, defer, batch, procs,
 *		workers, hogs, size, present, page-size, budget, kick, run-slots, hold, worker-nice,
 *		worker-delay, compact-every, alloc, memory
 * @level:	value; sizes with K, M or G, times with us, ms or s, shares with %. Valid as long
 *		as @cfg
 */
enum study_applied study_apply(struct zramsim_config *cfg, const char *key, const char *level);

#endif
