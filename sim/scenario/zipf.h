/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * zipf: numbers of which few are drawn often. Constant time per draw (Walker's aliases).
 */
#ifndef SIM_SCENARIO_ZIPF_H
#define SIM_SCENARIO_ZIPF_H

#include <stdint.h>

/** struct sim_zipf_entry - keep the rank drawn if a second draw is below @keep, else @alias */
struct sim_zipf_entry {
	uint32_t keep;
	uint32_t alias;
};

/**
 * struct sim_zipf - a distribution over 0 to @nr - 1
 * @nr:		ranks
 * @entries:	[nr]
 */
struct sim_zipf {
	uint32_t nr;
	struct sim_zipf_entry *entries;
};

/**
 * sim_zipf_init() - rank k is drawn in proportion to 1 / (k + 1) ^ @theta
 * @zipf:	filled in
 * @nr:		ranks, at least 1
 * @theta:	0 is uniform
 * Return:	0 or -ENOMEM.
 */
int sim_zipf_init(struct sim_zipf *zipf, uint32_t nr, double theta);

/** sim_zipf_exit() - free it. @zipf: zeroed or made */
void sim_zipf_exit(struct sim_zipf *zipf);

/** sim_zipf_draw() - one rank. @zipf: made, @rng: state of the generator */
uint32_t sim_zipf_draw(const struct sim_zipf *zipf, uint64_t *rng);

#endif
