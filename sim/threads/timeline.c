// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/figures/timeline.h"

void sim_timeline_begin(const struct sim_world *world, struct zram *zram, const char *strategy,
			unsigned int number)
{
	(void)world;
	(void)zram;
	(void)strategy;
	(void)number;
}

void sim_timeline_end(void)
{
}

void sim_timeline_memory(uint64_t pending, uint64_t held)
{
	(void)pending;
	(void)held;
}
