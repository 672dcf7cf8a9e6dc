// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <string.h>

#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/math.h>

#include "port.h"
#include "sim/swap/shadow.h"

/* What is noted does not matter here; that it is no pointer does. */
#define SHADOW ((void *)1ul)

enum {
	TOP_SHIFT = 2 * SIM_SHADOW_SHIFT,
	PER_AREA = SIM_SHADOW_AREA >> SIM_SHADOW_SHIFT, /* nodes with shadows */
	MIDDLE = PER_AREA >> SIM_SHADOW_SHIFT,
	NODES = 1 + MIDDLE + PER_AREA,
};

int sim_shadows_init(struct sim_shadows *shadows, u32 nr_slots)
{
	memset(shadows, 0, sizeof(*shadows));
	shadows->nr_areas = DIV_ROUND_UP(nr_slots, SIM_SHADOW_AREA);
	shadows->nr_nodes = shadows->nr_areas * NODES;
	shadows->heads = kc_raw_alloc(shadows->nr_areas * sizeof(*shadows->heads), L1_CACHE_BYTES);
	shadows->nodes = kc_raw_alloc(shadows->nr_nodes * sizeof(*shadows->nodes), L1_CACHE_BYTES);
	if (!shadows->heads || !shadows->nodes) {
		sim_shadows_exit(shadows);
		return -ENOMEM;
	}
	sim_shadows_reset(shadows);
	return 0;
}

void sim_shadows_exit(struct sim_shadows *shadows)
{
	kc_raw_free(shadows->heads);
	kc_raw_free(shadows->nodes);
	memset(shadows, 0, sizeof(*shadows));
}

static void node_adopt(struct sim_shadow_node *node, u32 offset, struct sim_shadow_node *child)
{
	node->slots[offset] = child;
	node->count++;
	child->shift = (u8)(node->shift - SIM_SHADOW_SHIFT);
}

static void area_reset(struct sim_shadow_node *top)
{
	struct sim_shadow_node *middle = top + 1, *low = middle + MIDDLE;
	u32 i;

	top->shift = TOP_SHIFT;
	for (i = 0; i < MIDDLE; i++)
		node_adopt(top, i, &middle[i]);
	for (i = 0; i < PER_AREA; i++)
		node_adopt(&middle[i / SIM_SHADOW_ENTRIES], i % SIM_SHADOW_ENTRIES, &low[i]);
}

void sim_shadows_reset(struct sim_shadows *shadows)
{
	u32 i;

	memset(shadows->nodes, 0, shadows->nr_nodes * sizeof(*shadows->nodes));
	INIT_LIST_HEAD(&shadows->list);
	for (i = 0; i < shadows->nr_nodes; i++)
		INIT_LIST_HEAD(&shadows->nodes[i].list);
	for (i = 0; i < shadows->nr_areas; i++) {
		shadows->heads[i] = &shadows->nodes[i * NODES];
		area_reset(shadows->heads[i]);
	}
}

static struct sim_shadow_node *node_of(const struct sim_shadows *shadows, u32 slot)
{
	struct sim_shadow_node *node = READ_ONCE(shadows->heads[slot / SIM_SHADOW_AREA]);
	u32 shift;

	slot %= SIM_SHADOW_AREA; /* each tree begins anew */
	while ((shift = READ_ONCE(node->shift)) != 0)
		node = READ_ONCE(node->slots[slot >> shift & (SIM_SHADOW_ENTRIES - 1)]);
	return node;
}

/* Only nodes without a page are worth taking, and there is nothing in an empty one. */
static void node_relist(struct sim_shadows *shadows, struct sim_shadow_node *node)
{
	if (READ_ONCE(node->count) && READ_ONCE(node->count) == READ_ONCE(node->nr_values)) {
		if (list_empty(&node->list))
			list_add_tail(&node->list, &shadows->list);
	} else if (!list_empty(&node->list)) {
		list_del_init(&node->list);
	}
}

static void node_store(struct sim_shadows *shadows, struct sim_shadow_node *node, u32 offset,
		       void *entry)
{
	int values = !!entry - !!READ_ONCE(node->slots[offset]);
	unsigned long others = ~(1ul << offset);
	u32 i;

	/* An entry of a higher node would stand for many. */
	BUG_ON(READ_ONCE(node->shift));
	WRITE_ONCE(node->slots[offset], entry);
	for (i = 0; i < SIM_SHADOW_MARKS && !entry; i++)
		WRITE_ONCE(node->marks[i], READ_ONCE(node->marks[i]) & others);
	WRITE_ONCE(node->count, (u8)(READ_ONCE(node->count) + values));
	WRITE_ONCE(node->nr_values, (u8)(READ_ONCE(node->nr_values) + values));
	node_relist(shadows, node);
}

void sim_shadows_set(struct sim_shadows *shadows, u32 slot)
{
	node_store(shadows, node_of(shadows, slot), slot % SIM_SHADOW_ENTRIES, SHADOW);
}

void sim_shadows_clear(struct sim_shadows *shadows, u32 slot, u32 nr)
{
	struct sim_shadow_node *node = node_of(shadows, slot);

	for (; nr; slot++, nr--) {
		if (!(slot % SIM_SHADOW_ENTRIES) || READ_ONCE(node->shift))
			node = node_of(shadows, slot);
		BUG_ON(READ_ONCE(node->slots[slot % SIM_SHADOW_ENTRIES]) != SHADOW);
		node_store(shadows, node, slot % SIM_SHADOW_ENTRIES, NULL);
	}
}
