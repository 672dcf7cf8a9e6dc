/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* One number for what a seed decides, so that two can be compared. */
#ifndef TESTS_SIM_T_DIGEST_H
#define TESTS_SIM_T_DIGEST_H

#include <xxhash.h>

#include "sim/data/data.h"
#include "sim/run/world.h"

/* Differs when any stored byte differs. */
static inline u64 t_data_digest(const struct sim_data *data)
{
	const struct sim_item *item;
	u64 digest = 0;
	u32 i;

	for (i = 0; i < data->source.nr; i++) {
		item = &data->items[i];
		digest = XXH3_64bits_withSeed(&item->len, sizeof(item->len), digest);
		digest = XXH3_64bits_withSeed(&item->word, sizeof(item->word), digest);
		digest = XXH3_64bits_withSeed(item->data, item->len, digest);
	}
	return digest;
}

/* Differs when the data or any page table differs. */
static inline u64 t_world_digest(const struct sim_world *world)
{
	u64 digest = t_data_digest(&world->data);
	const struct sim_proc *proc;
	u32 p;

	for (p = 0; p < world->cfg->procs; p++) {
		proc = &world->procs[p];
		digest = XXH3_64bits_withSeed(proc->plan, proc->nr_pages * sizeof(*proc->plan),
					      digest);
	}
	return digest;
}

#endif
