/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * release: what each release of Linux has of the free path, one table. Layers below never see a
 * release: they get parameters that are named after what they do.
 */
#ifndef SIM_RUN_RELEASE_H
#define SIM_RUN_RELEASE_H

#include <zramsim/device.h>

#include "sim/swap/swap.h"
#include "zram/zram.h"
#include "zsmalloc/zsmalloc.h"

/**
 * struct sim_release - one release
 * @summary:	what it has, in a line
 * @locks:	lock design of zsmalloc
 * @pages:	where zs_free() frees the pages of an emptied zspage
 * @flags:	how slot_free() clears the flags of a slot
 * @clears:	which flags it clears in any case
 * @unlock:	how the slot lock is dropped
 * @stats:	how zram counts
 * @chain_size:	most pages of a zspage, 0: 8
 * @fit:	how many pages the zspages of a class have
 * @groups:	fullness groups
 * @slabs:	where freed handles go
 * @swap:	the swap layer above it
 */
struct sim_release {
	const char *summary;
	enum zramsim_locks locks;
	enum zramsim_pages pages;
	enum zramsim_flags flags;
	enum zram_clears clears;
	enum zram_unlock unlock;
	enum zramsim_stats stats;
	unsigned int chain_size;
	enum zs_fit fit;
	enum zs_groups groups;
	enum zs_slabs slabs;
	struct sim_swap_params swap;
};

/** sim_release_names - "6.1", …: of enum zramsim_kernel from ZRAMSIM_KERNEL_6_1 on, then NULL */
extern const char *const sim_release_names[];

/** sim_release() - the row of a release, by default of the latest. @kernel: in range */
const struct sim_release *sim_release(enum zramsim_kernel kernel);

/** sim_release_fill() - take what is left to defaults from the release. @model: in range */
void sim_release_fill(struct zramsim_model *model);

#endif
