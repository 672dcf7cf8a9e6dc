// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/run/release.h"

#include <stddef.h>

enum {
	LATEST = ZRAMSIM_KERNEL_7_3,
};

const char *const sim_release_names[] = {
	"6.1", "6.6", "6.12", "6.18", "7.1", "7.2", "7.3", NULL,
};

/*
 * Source: zs_free() and free_zspage() in mm/zsmalloc.c, slot_free() (zram_free_page() up to 6.19)
 * in drivers/block/zram/zram_drv.c, kmem_cache_free() in mm/slub.c, of each release.
 */
/* clang-format off */
static const struct sim_release releases[] = {
	[ZRAMSIM_KERNEL_6_1] = {
		.summary = "one lock for the pool; chains of 4, a slot cache per CPU, zeros stored",
		.locks = ZRAMSIM_LOCKS_POOL, .pages = ZRAMSIM_PAGES_INSIDE,
		.flags = ZRAMSIM_FLAGS_SINGLE, .stats = ZRAMSIM_STATS_SHARED,
		.chain_size = 4, .fit = ZS_FIT_MOST_USED, .groups = ZS_GROUPS_QUARTERS,
		.clears = ZRAM_CLEARS_IDLE,
		.slabs = ZS_SLABS_FREELIST,
		.swap = { SIM_SWAP_FREES_SLOTS, SIM_SWAP_NOTES_LOCKED, false } },
	[ZRAMSIM_KERNEL_6_6] = {
		.summary = "as 6.1, with chains of 8",
		.locks = ZRAMSIM_LOCKS_POOL, .pages = ZRAMSIM_PAGES_INSIDE,
		.flags = ZRAMSIM_FLAGS_SINGLE, .stats = ZRAMSIM_STATS_SHARED,
		.clears = ZRAM_CLEARS_TWO,
		.slabs = ZS_SLABS_FREELIST,
		.swap = { SIM_SWAP_FREES_SLOTS, SIM_SWAP_NOTES_LOCKED, false } },
	[ZRAMSIM_KERNEL_6_12] = {
		.summary = "pool lock and class lock again; runs freed at once, zeros kept by swap",
		.locks = ZRAMSIM_LOCKS_CLASS, .pages = ZRAMSIM_PAGES_INSIDE,
		.flags = ZRAMSIM_FLAGS_SINGLE, .stats = ZRAMSIM_STATS_SHARED,
		.clears = ZRAM_CLEARS_TWO, .unlock = ZRAM_UNLOCK_STORE,
		.slabs = ZS_SLABS_FREELIST,
		.swap = { SIM_SWAP_FREES_CACHED_RUNS, SIM_SWAP_NOTES_LOCKED, true } },
	[ZRAMSIM_KERNEL_6_18] = {
		.summary = "as 6.12, without the cache of slots",
		.locks = ZRAMSIM_LOCKS_CLASS, .pages = ZRAMSIM_PAGES_INSIDE,
		.flags = ZRAMSIM_FLAGS_SINGLE, .stats = ZRAMSIM_STATS_SHARED,
		.slabs = ZS_SLABS_FREELIST,
		.swap = { SIM_SWAP_FREES_RUNS, SIM_SWAP_NOTES_ATOMIC, true } },
	[ZRAMSIM_KERNEL_7_1] = {
		.summary = "as 6.18",
		.locks = ZRAMSIM_LOCKS_CLASS, .pages = ZRAMSIM_PAGES_INSIDE,
		.flags = ZRAMSIM_FLAGS_SINGLE, .stats = ZRAMSIM_STATS_SHARED,
		.slabs = ZS_SLABS_FREELIST,
		.swap = { SIM_SWAP_FREES_RUNS, SIM_SWAP_NOTES_ATOMIC, true } },
	[ZRAMSIM_KERNEL_7_2] = {
		.summary = "as 7.1, with handles in sheaves and swap's notes in one table",
		.locks = ZRAMSIM_LOCKS_CLASS, .pages = ZRAMSIM_PAGES_INSIDE,
		.flags = ZRAMSIM_FLAGS_SINGLE, .stats = ZRAMSIM_STATS_SHARED,
		.slabs = ZS_SLABS_SHEAVES,
		.swap = { SIM_SWAP_FREES_RUNS, SIM_SWAP_NOTES_TABLE, true } },
	[ZRAMSIM_KERNEL_7_3] = {
		.summary = "class lock only, pages of emptied zspages freed after it (default)",
		.locks = ZRAMSIM_LOCKS_CLASS_IDX, .pages = ZRAMSIM_PAGES_OUTSIDE,
		.flags = ZRAMSIM_FLAGS_SINGLE, .stats = ZRAMSIM_STATS_SHARED,
		.slabs = ZS_SLABS_SHEAVES,
		.swap = { SIM_SWAP_FREES_RUNS, SIM_SWAP_NOTES_TABLE, true } },
};
/* clang-format on */

const struct sim_release *sim_release(enum zramsim_kernel kernel)
{
	return &releases[kernel ? kernel : LATEST];
}

void sim_release_fill(struct zramsim_model *model)
{
	const struct sim_release *release;

	if (!model->kernel)
		model->kernel = (enum zramsim_kernel)LATEST;
	release = sim_release(model->kernel);
	if (!model->locks)
		model->locks = release->locks;
	if (!model->pages)
		model->pages = release->pages;
	if (!model->flags)
		model->flags = release->flags;
	if (!model->stats)
		model->stats = release->stats;
}
