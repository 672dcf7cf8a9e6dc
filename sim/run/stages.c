// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <linux/minmax.h>

#include "sim/run/memory.h"
#include "sim/run/stages.h"

/**
 * struct sim_staged - one world
 * @next:	made before it
 * @world:	what its repeats start from
 * @stage:	what they use
 */
struct sim_staged {
	struct sim_staged *next;
	struct sim_world world;
	struct sim_stage stage;
};

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Everything that shapes a world; what is the same for no reason costs memory only. */
static bool same_world(const struct zramsim_config *a, const struct zramsim_config *b)
{
	return same_text(a->scenario, b->scenario) && same_text(a->data, b->data) &&
	       same_text(a->comp, b->comp) && a->comp_level == b->comp_level &&
	       a->page_bytes == b->page_bytes && a->size_bytes == b->size_bytes &&
	       a->procs == b->procs && a->present_pct == b->present_pct &&
	       a->ops_count == b->ops_count && a->seed == b->seed &&
	       a->mem_limit_bytes == b->mem_limit_bytes && a->memory_bytes == b->memory_bytes &&
	       a->alloc_bytes == b->alloc_bytes && a->model.kernel == b->model.kernel;
}

/*
 * Before the data are prepared: the least that keeps them. A snapshot of a file is there beside the
 * compressed pages, which are a third of what anon makes; those of rfc and sizes are few.
 */
static int check_data(const struct zramsim_config *cfg, struct sim_message *msg)
{
	u64 needed = min(cfg->size_bytes * cfg->procs, (u64)SIM_DATA_MAX_BYTES);
	struct sim_memory there = sim_memory_available("");
	struct stat st;

	if (sim_scenario_find(cfg->scenario)->distinct)
		return 0;
	if (!strncmp(cfg->data, "file:", 5) && !stat(cfg->data + 5, &st) && S_ISREG(st.st_mode))
		needed = min(needed, (u64)st.st_size) / 3 * 4;
	else if (!strcmp(cfg->data, "anon"))
		needed /= 3;
	else
		return 0;
	if (needed <= there.bytes)
		return 0;
	return sim_fail(msg, -ENOMEM,
			"%s data of %" PRIu64 " MiB: %" PRIu64
			" MiB of memory are needed and %" PRIu64
			" MiB are available%s; use a smaller size",
			cfg->data, cfg->size_bytes * cfg->procs >> 20, needed >> 20,
			there.bytes >> 20, there.limit);
}

/* Page frames are reserved but not yet there: the fill would touch so many. */
static int check_memory(const struct sim_world *world, struct sim_message *msg)
{
	struct sim_memory there = sim_memory_available("");
	u64 page_bytes = world->cfg->page_bytes, needed;

	needed = (u64)(world->mean_stored_bytes * 1.25) * world->nr_filled +
		 world->nr_present * page_bytes;
	if (world->scenario->faults)
		needed += world->nr_filled * page_bytes;
	if (needed <= there.bytes)
		return 0;
	return sim_fail(msg, -ENOMEM,
			"%" PRIu32 " process%s of %" PRIu64 " MiB: %" PRIu64
			" MiB of memory are needed and %" PRIu64
			" MiB are available%s; use a smaller size",
			world->cfg->procs, sim_plural(world->cfg->procs, "es"),
			world->cfg->size_bytes >> 20, needed >> 20, there.bytes >> 20, there.limit);
}

static void staged_free(struct sim_staged *staged)
{
	if (staged->stage.world)
		sim_stage_exit(&staged->stage);
	if (staged->world.cfg)
		sim_world_exit(&staged->world);
	free(staged);
}

static int staged_make(struct sim_staged *staged, const struct zramsim_config *cfg, double clock_ns,
		       struct sim_message *msg)
{
	int err = check_data(cfg, msg);

	if (!err)
		err = sim_world_init(&staged->world, cfg, sim_scenario_find(cfg->scenario), msg);
	if (!err)
		err = check_memory(&staged->world, msg);
	if (err)
		return err;
	if (sim_stage_init(&staged->stage, &staged->world))
		return sim_fail(msg, -ENOMEM, "not enough memory for the samples");
	staged->stage.clock_ns = clock_ns;
	return sim_rehearse(&staged->stage, msg);
}

int sim_stages_get(struct sim_stages *stages, const struct zramsim_config *cfg,
		   struct sim_stage **stage, struct sim_message *msg)
{
	struct sim_staged *staged;
	int err;

	for (staged = stages->list; staged; staged = staged->next) {
		if (same_world(staged->world.cfg, cfg)) {
			*stage = &staged->stage;
			return 0;
		}
	}
	staged = calloc(1, sizeof(*staged));
	if (!staged)
		return sim_fail(msg, -ENOMEM, "not enough memory for a world");
	err = staged_make(staged, cfg, stages->clock_ns, msg);
	if (err) {
		staged_free(staged);
		return err;
	}
	staged->next = stages->list;
	stages->list = staged;
	*stage = &staged->stage;
	return 0;
}

void sim_stages_exit(struct sim_stages *stages)
{
	struct sim_staged *staged;

	while ((staged = stages->list)) {
		stages->list = staged->next;
		staged_free(staged);
	}
}
