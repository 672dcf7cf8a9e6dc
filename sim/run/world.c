// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <linux/cache.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>

#include "mm/zone.h"
#include "port.h"
#include "sim/run/model.h"
#include "sim/run/release.h"
#include "sim/run/world.h"
#include "sim/threads/rates.h"
#include "zram/zram.h"

enum {
	WORLD_PRESENT_RUN = 16,	  /* mean length of a run of present pages */
	WORLD_SPARE_PAGES = 8192, /* partly filled zspages, lists of the CPUs */
	/* A machine with less has smaller batches, and none that runs zram has. */
	WORLD_LEAST_MACHINE = 1 << 30,
};

/* Which pages of a process are present: runs, so that a swap batch has neighbours. */
static void plan_present(struct sim_proc *proc, u32 present_pct, u64 *rng)
{
	u64 nr_present = proc->nr_pages - proc->nr_slots, nr_swapped = proc->nr_slots, v, run;
	bool present = kc_random_below(rng, 100) < present_pct;
	u64 mean;

	for (v = 0; v < proc->nr_pages; present = !present) {
		mean = WORLD_PRESENT_RUN;
		if (!present)
			mean = present_pct ? mean * (100 - present_pct) / present_pct : nr_swapped;
		run = 1 + kc_random_below(rng, 2 * max(mean, (u64)1));
		run = min(run, present ? nr_present : nr_swapped);
		/* The last kind there is takes the rest. */
		if (!(present ? nr_swapped : nr_present))
			run = proc->nr_pages - v;
		if (present)
			nr_present -= run;
		else
			nr_swapped -= run;
		for (; run; run--)
			proc->plan[v++] = present ? SIM_PTE_PRESENT(0) : SIM_PTE_NONE;
	}
}

static int plan_proc(struct sim_world *world, struct sim_proc *proc, u64 *rng)
{
	const struct zramsim_config *cfg = world->cfg;
	u64 slots = cfg->size_bytes / cfg->page_bytes;

	proc->nr_slots = (u32)slots;
	proc->nr_pages = (u32)(slots * 100 / (100 - cfg->present_pct));
	proc->plan = calloc(proc->nr_pages, sizeof(*proc->plan));
	proc->ptes = kc_raw_alloc(proc->nr_pages * sizeof(*proc->ptes), L1_CACHE_BYTES);
	if (!proc->plan || !proc->ptes)
		return -ENOMEM;
	spin_lock_init(&proc->ptl);
	plan_present(proc, cfg->present_pct, rng);
	world->nr_present += proc->nr_pages - proc->nr_slots;
	return 0;
}

/* The next @nr swapped pages of a process get consecutive slots. Return: where to go on. */
static u32 plan_cluster(struct sim_proc *proc, u32 from, u32 nr, u32 slot)
{
	for (; nr; from++) {
		if (sim_pte_present(proc->plan[from]))
			continue;
		proc->plan[from] = SIM_PTE_SWAP(slot++);
		nr--;
	}
	return from;
}

/* Hand the clusters out, to a random process among those that still need one each time. */
static int plan_slots(struct sim_world *world, u64 *rng)
{
	u32 procs = world->cfg->procs, slot = 1, waiting = procs, pick, p, nr;
	u32 *left = calloc(procs * 3, sizeof(*left)), *from = left + procs, *queue = from + procs;

	if (!left)
		return -ENOMEM;
	for (p = 0; p < procs; p++) {
		left[p] = world->procs[p].nr_slots;
		queue[p] = p;
	}
	while (waiting) {
		pick = (u32)kc_random_below(rng, waiting);
		p = queue[pick];
		nr = min(left[p], sim_swap_room(&world->swap, slot));
		from[p] = plan_cluster(&world->procs[p], from[p], nr, slot);
		slot += nr;
		left[p] -= nr;
		if (!left[p])
			queue[pick] = queue[--waiting];
	}
	world->nr_filled = slot - 1;
	free(left);
	return 0;
}

/* The header, the slots of the processes, and in clusters of its own what is swapped out later. */
static int make_swap(struct sim_world *world)
{
	const struct zramsim_config *cfg = world->cfg;
	u64 nr = cfg->size_bytes / cfg->page_bytes * cfg->procs + 1;

	if (world->scenario->reclaims) {
		nr = roundup(nr - 1, (u64)SIM_CLUSTER_SLOTS_4K) + 1;
		world->spare_slot = (u32)nr;
		nr += cfg->alloc_bytes / cfg->page_bytes;
	}
	return sim_swap_init(&world->swap, (u32)nr, cfg->page_bytes,
			     &sim_release(cfg->model.kernel)->swap);
}

static int plan_procs(struct sim_world *world, struct sim_message *msg)
{
	const struct zramsim_config *cfg = world->cfg;
	u64 rng = cfg->seed ^ 0x776f726c64ull;
	u32 p;
	int err;

	world->procs = kc_raw_alloc(cfg->procs * sizeof(*world->procs), L1_CACHE_BYTES);
	err = world->procs ? make_swap(world) : -ENOMEM;
	for (p = 0; p < cfg->procs && !err; p++)
		err = plan_proc(world, &world->procs[p], &rng);
	if (!err)
		err = plan_slots(world, &rng);
	for (p = 0; p < cfg->procs && !err && world->scenario->plan; p++)
		err = world->scenario->plan(world, &world->procs[p], kc_random_u64(&rng));
	if (err)
		return sim_fail(msg, err,
				"not enough memory for the page tables of %u process%s of %" PRIu64
				" bytes",
				cfg->procs, sim_plural(cfg->procs, "es"), cfg->size_bytes);
	return 0;
}

static int make_zone(struct sim_world *world, struct sim_message *msg)
{
	const struct zramsim_config *cfg = world->cfg;
	struct zone_params params = { .page_shift = ilog2(cfg->page_bytes) };
	u64 nr = world->nr_filled + world->nr_present + WORLD_SPARE_PAGES;

	if (world->scenario->faults)
		nr += world->nr_filled;
	if (world->scenario->reclaims)
		nr += cfg->alloc_bytes / cfg->page_bytes;
	/* Not much more than is used: repeats then share what is touched, and in the cache. */
	params.nr_pages = max(nr + nr / 4, cfg->memory_bytes / cfg->page_bytes);
	params.machine_pages =
		max(params.nr_pages, (unsigned long)(WORLD_LEAST_MACHINE / cfg->page_bytes));
	world->zone = zone_create(&params);
	if (!IS_ERR(world->zone))
		return 0;
	world->zone = NULL;
	return sim_fail(msg, -ENOMEM, "not enough address space for %lu page%s; use a smaller size",
			params.nr_pages, sim_plural(params.nr_pages, "s"));
}

u64 sim_slot_content(const struct sim_world *world, u32 slot)
{
	u32 distinct = world->scenario->distinct;

	return distinct ? (slot - 1) % distinct : slot - 1;
}

static void measure_data(struct sim_world *world)
{
	u64 bytes = 0;
	u32 slot;

	for (slot = 1; slot <= world->nr_filled; slot++)
		bytes += sim_data_item(&world->data, sim_slot_content(world, slot))->len;
	world->mean_stored_bytes = (double)bytes / world->nr_filled;
}

int sim_world_init(struct sim_world *world, const struct zramsim_config *cfg,
		   const struct sim_scenario_ops *scenario, struct sim_message *msg)
{
	struct sim_data_params params = {
		.spec = cfg->data,
		.comp = cfg->comp,
		.comp_level = cfg->comp_level,
		.page_bytes = cfg->page_bytes,
		.nr_slots = cfg->size_bytes / cfg->page_bytes * cfg->procs,
		.seed = cfg->seed,
		/* A virtual machine charges what is copied, whatever it is. */
		.keep = !sim_host.is_machine || scenario->content,
		.stop = cfg->stop,
	};
	struct zs_shape table[ZS_MAX_CLASSES];
	int err;

	params.huge_bytes = sim_model_geometry(&cfg->model, cfg->page_bytes, table);
	if (scenario->distinct)
		params.nr_slots = min(params.nr_slots, (u64)scenario->distinct);
	memset(world, 0, sizeof(*world));
	world->cfg = cfg;
	world->scenario = scenario;
	err = sim_data_prepare(&params, &world->data, msg);
	if (err)
		return err;
	if (scenario->content && !sim_data_has_content(&world->data))
		return sim_fail(
			msg, -EINVAL,
			"data \"%s\" has sizes but no content, and scenario %s reads pages; "
			"use scenario exit, or other data",
			cfg->data, scenario->name);
	err = plan_procs(world, msg);
	if (err)
		return err;
	measure_data(world);
	return make_zone(world, msg);
}

void sim_world_exit(struct sim_world *world)
{
	u32 p;

	for (p = 0; world->procs && p < world->cfg->procs; p++) {
		if (world->scenario->unplan)
			world->scenario->unplan(&world->procs[p]);
		free(world->procs[p].plan);
		kc_raw_free(world->procs[p].ptes);
	}
	kc_raw_free(world->procs);
	sim_ballast_exit(&world->ballast);
	sim_swap_exit(&world->swap);
	zone_destroy(world->zone);
	sim_data_release(&world->data);
	memset(world, 0, sizeof(*world));
}

/* As sim_swap_write() leaves a slot. */
static int fill_slot(struct sim_world *world, struct zram *zram, u32 slot)
{
	const struct sim_item *item = sim_data_item(&world->data, sim_slot_content(world, slot));

	if (item->len)
		return zram_write_compressed(zram, slot, item->data, item->len);
	if (sim_item_is_zeros(item) && sim_swap_zeros(&world->swap, slot))
		return 0;
	return zram_write_same(zram, slot, item->word);
}

static int fill_slots(struct sim_world *world, struct zram *zram)
{
	const struct sim_proc *proc;
	u32 slot, p, v;
	int err;

	for (slot = 1; slot <= world->nr_filled; slot++) {
		err = fill_slot(world, zram, slot);
		if (err)
			return err;
	}
	for (p = 0; p < world->cfg->procs; p++) {
		proc = &world->procs[p];
		for (v = 0; v < proc->nr_pages; v++) {
			if (sim_pte_is_swap(proc->plan[v]))
				sim_swap_get(&world->swap, sim_pte_slot(proc->plan[v]),
					     sim_cgroup(p));
		}
	}
	return 0;
}

static int fill_tables(struct sim_world *world)
{
	struct sim_proc *proc;
	struct page *page;
	u32 p, v;

	for (p = 0; p < world->cfg->procs; p++) {
		proc = &world->procs[p];
		for (v = 0; v < proc->nr_pages; v++) {
			proc->ptes[v] = proc->plan[v];
			if (!sim_pte_present(proc->plan[v]))
				continue;
			page = alloc_page(world->zone, GFP_KERNEL);
			proc->ptes[v] = page ? SIM_PTE_PRESENT(page_to_pfn(world->zone, page))
					     : SIM_PTE_NONE;
			if (!page)
				return -ENOMEM;
			/* Used, so that no fault of the host meets who gets it next. */
			*(u64 *)page_address(world->zone, page) = v;
		}
		spin_lock_init(&proc->ptl);
	}
	return 0;
}

/* Can the foreground task ever get what it wants, once the processes are gone? */
static int check_alloc(const struct sim_world *world, u64 memory, struct sim_message *msg)
{
	const struct zramsim_config *cfg = world->cfg;
	u64 least = cfg->alloc_bytes;

	if (!world->scenario->allocate)
		return 0;
	memory -= world->scenario->reserve_pages;
	if (world->scenario->reclaims)
		least = (u64)(world->mean_stored_bytes *
			      ((double)cfg->alloc_bytes / cfg->page_bytes));
	if (least <= memory * cfg->page_bytes)
		return 0;
	return sim_fail(msg, -EINVAL,
			"an allocation of %" PRIu64 " bytes needs %" PRIu64
			" bytes of memory%s, and the machine has %" PRIu64
			"; allocate less, or give it more memory",
			cfg->alloc_bytes, least,
			world->scenario->reclaims ? " even when all of it is swapped out" : "",
			memory * cfg->page_bytes);
}

/* The machine gets as many page frames as the user says, or the scenario. */
static int limit_memory(struct sim_world *world, struct sim_message *msg)
{
	const struct zramsim_config *cfg = world->cfg;
	u64 memory = cfg->memory_bytes / cfg->page_bytes, reserve = world->scenario->reserve_pages;
	struct zone_stats st;
	int err;

	zone_stats(world->zone, &st);
	if (!cfg->memory_bytes && world->scenario->memory)
		memory = min(world->scenario->memory(world, st.used), (u64)st.managed);
	else if (!cfg->memory_bytes)
		return 0;
	if (memory < st.used + reserve)
		return sim_fail(msg, -EINVAL,
				"a memory of %" PRIu64 " bytes is less than the %" PRIu64
				" that are needed before anything is freed",
				cfg->memory_bytes, (st.used + reserve) * cfg->page_bytes);
	err = check_alloc(world, memory, msg);
	if (err)
		return err;
	err = sim_ballast_load(&world->ballast, world->zone, (u32)(st.managed - memory + reserve));
	zone_drain_pcp(world->zone);
	return err ? sim_fail(msg, err, "not enough memory for a smaller machine") : 0;
}

int sim_world_fill(struct sim_world *world, struct zram *zram, struct sim_message *msg)
{
	struct zram_mm_stat st;
	int err;

	world->swap.zram = zram;
	sim_swap_reset(&world->swap);
	err = fill_slots(world, zram);
	if (!err)
		err = fill_tables(world);
	if (!err)
		return limit_memory(world, msg);
	zram_mm_stat(zram, &st);
	if (err == -ENOMEM && world->cfg->mem_limit_bytes)
		return sim_fail(msg, err,
				"--mem-limit '%" PRIu64
				"' does not hold the data: it was reached after "
				"%" PRIi64 " bytes before compression, where who writes to the "
				"block device sees EIO; raise it, or use a smaller size",
				world->cfg->mem_limit_bytes, st.orig_data_size);
	return sim_fail(msg, err, "filling the device failed: %s", strerror(-err));
}

void sim_world_clear(struct sim_world *world)
{
	struct sim_proc *proc;
	u32 p, v;
	u64 pte;

	sim_ballast_drop(&world->ballast);
	for (p = 0; p < world->cfg->procs; p++) {
		proc = &world->procs[p];
		for (v = 0; v < proc->nr_pages; v++) {
			pte = proc->ptes[v];
			if (sim_pte_present(pte))
				__free_page(world->zone,
					    pfn_to_page(world->zone, sim_pte_pfn(pte)));
			proc->ptes[v] = SIM_PTE_NONE;
		}
	}
}
