/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * shadow: what reclaim has noted of each page it took, until its slot is freed.
 *
 * A tree of 64 entries a node for each area of slots, after the kernel's XArray of a swap cache. A
 * node without any page is on a list, from which reclaim would take it. Nodes are made in advance
 * and stay, where the kernel frees one that is empty. Callers hold one lock.
 * Source: clear_shadow_from_swap_cache() in mm/swap_state.c, workingset_update_node() in
 * mm/workingset.c and xas_store() in lib/xarray.c of Linux 6.1 and 6.12.
 */
#ifndef SIM_SWAP_SHADOW_H
#define SIM_SWAP_SHADOW_H

#include <linux/list.h>
#include <linux/types.h>

/** enum sim_shadow_limits - entries of a node, marks per entry, slots of an area */
enum sim_shadow_limits {
	SIM_SHADOW_SHIFT = 6,
	SIM_SHADOW_ENTRIES = 1 << SIM_SHADOW_SHIFT,
	SIM_SHADOW_MARKS = 3,
	SIM_SHADOW_AREA = 1 << 14,
};

/**
 * struct sim_shadow_node - one node
 * @shift:	bits of an index that are for those below it; 0 where entries are shadows
 * @count:	entries in use
 * @nr_values:	of these, shadows
 * @list:	among those that have shadows only
 * @slots:	nodes, or shadows
 * @marks:	bit per entry, never set for a shadow
 */
struct sim_shadow_node {
	u8 shift;
	u8 count;
	u8 nr_values;
	struct list_head list;
	void *slots[SIM_SHADOW_ENTRIES];
	unsigned long marks[SIM_SHADOW_MARKS];
};

/**
 * struct sim_shadows - all of a swap device
 * @heads:	[nr_areas], root of each tree
 * @nodes:	[nr_nodes], of all trees
 * @nr_areas:	trees
 * @nr_nodes:	nodes
 * @list:	nodes that have shadows only
 */
struct sim_shadows {
	struct sim_shadow_node **heads;
	struct sim_shadow_node *nodes;
	u32 nr_areas;
	u32 nr_nodes;
	struct list_head list;
};

/** sim_shadows_init() - make the trees. @nr_slots: for so many. Return: 0 or -ENOMEM. */
int sim_shadows_init(struct sim_shadows *shadows, u32 nr_slots);

/** sim_shadows_exit() - free them. @shadows: zeroed or made */
void sim_shadows_exit(struct sim_shadows *shadows);

/** sim_shadows_reset() - no slot has one. @shadows: made or zeroed */
void sim_shadows_reset(struct sim_shadows *shadows);

/** sim_shadows_set() - note one. @slot: has none */
void sim_shadows_set(struct sim_shadows *shadows, u32 slot);

/** sim_shadows_clear() - drop those of consecutive slots. @slot: first, @nr: all have one */
void sim_shadows_clear(struct sim_shadows *shadows, u32 slot, u32 nr);

#endif
