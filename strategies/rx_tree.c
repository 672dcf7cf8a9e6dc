// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "strategies/rx_tree.h"

static inline u32 rx_offset(u64 index, u32 shift)
{
	return index >> shift & (RX_SLOTS - 1);
}

static void rx_put_node(struct rx_tree *tree, struct rx_node *node)
{
	node->parent = tree->pool;
	tree->pool = node;
}

/* Nodes in the pool have no marks, and so nothing that is not 0. */
static struct rx_node *rx_get_node(struct rx_tree *tree, struct rx_node *parent, u32 shift,
				   u32 index)
{
	struct rx_node *node = tree->pool;

	if (!node)
		return NULL;
	tree->pool = node->parent;
	node->parent = parent;
	node->shift = (u8)shift;
	node->offset = (u8)rx_offset(index, shift + RX_SHIFT);
	return node;
}

/* Takes away @node and its ancestors as far as they are empty, then shrinks the head. */
static void rx_trim(struct rx_tree *tree, struct rx_node *node)
{
	struct rx_node *parent;

	for (; node && !node->marks; node = parent) {
		parent = node->parent;
		if (parent) {
			parent->marks &= ~BIT(node->offset);
			parent->child[node->offset] = NULL;
		} else {
			tree->root = NULL;
		}
		rx_put_node(tree, node);
	}
	while (tree->root && tree->root->shift > RX_SHIFT && tree->root->marks == 1) {
		node = tree->root;
		tree->root = node->child[0];
		tree->root->parent = NULL;
		node->child[0] = NULL;
		node->marks = 0;
		rx_put_node(tree, node);
	}
}

/* Makes the head cover @index: an empty tree starts as high as needed, others grow on top. */
static noinline_for_stack struct rx_node *rx_grow(struct rx_tree *tree, u32 index)
{
	struct rx_node *node;
	u32 shift = RX_SHIFT;

	while (tree->root && (u64)index >> (tree->root->shift + RX_SHIFT)) {
		node = rx_get_node(tree, NULL, tree->root->shift + RX_SHIFT, 0);
		if (!node) {
			rx_trim(tree, NULL);
			return NULL;
		}
		node->child[0] = tree->root;
		node->marks = 1;
		tree->root->parent = node;
		tree->root->offset = 0;
		tree->root = node;
	}
	if (!tree->root) {
		while ((u64)index >> (shift + RX_SHIFT))
			shift += RX_SHIFT;
		tree->root = rx_get_node(tree, NULL, shift, 0);
	}
	return tree->root;
}

/* The child of @node for @index, which may be new. It is marked once something is in it. */
static struct rx_node *rx_child(struct rx_tree *tree, struct rx_node *node, u32 shift, u32 index)
{
	u32 offset = rx_offset(index, shift);
	struct rx_node *child = node->child[offset];

	if (child)
		return child;
	child = rx_get_node(tree, node, shift - RX_SHIFT, index);
	if (child)
		node->child[offset] = child;
	else
		rx_trim(tree, node);
	return child;
}

static noinline_for_stack void rx_mark(struct rx_node *node, u32 offset)
{
	for (; node && !(node->marks & BIT(offset)); node = node->parent) {
		node->marks |= BIT(offset);
		offset = node->offset;
	}
}

bool rx_add(struct rx_tree *tree, u32 index)
{
	struct rx_node *node = tree->root;
	u32 shift = node ? node->shift : 0;
	u64 word;

	if (unlikely(!node || (u64)index >> (shift + RX_SHIFT))) {
		node = rx_grow(tree, index);
		if (!node)
			return false;
		shift = node->shift;
	}
	for (; shift > RX_SHIFT; shift -= RX_SHIFT) {
		node = rx_child(tree, node, shift, index);
		if (!node)
			return false;
	}
	word = node->word[rx_offset(index, RX_SHIFT)];
	node->word[rx_offset(index, RX_SHIFT)] = word | BIT(index & (RX_SLOTS - 1));
	if (unlikely(!word))
		rx_mark(node, rx_offset(index, RX_SHIFT));
	return true;
}

static void rx_clear(struct rx_tree *tree, struct rx_node *node, u32 offset, u64 bits)
{
	node->word[offset] &= ~bits;
	if (node->word[offset])
		return;
	node->marks &= ~BIT(offset);
	if (!node->marks)
		rx_trim(tree, node);
}

/*
 * The first mark word with an index at or after @index: its node, and in @base its first
 * index. Once the way has left that of @index, it takes the first of each level.
 */
static struct rx_node *rx_next(const struct rx_tree *tree, u64 index, u64 *base)
{
	struct rx_node *node = tree->root;
	u64 marks, first;
	u32 offset;

	if (!node || index >> (node->shift + RX_SHIFT))
		return NULL;
	for (;;) {
		marks = node->marks & ~0UL << rx_offset(index, node->shift);
		while (!marks) {
			offset = node->offset;
			node = node->parent;
			if (!node)
				return NULL;
			marks = node->marks & (~0UL << offset) << 1;
		}
		first = index & ~0UL << node->shift << RX_SHIFT;
		first |= __ffs(marks) << node->shift;
		index = max(first, index);
		if (node->shift == RX_SHIFT)
			break;
		node = node->child[__ffs(marks)];
	}
	*base = first;
	return node;
}

bool rx_del(struct rx_tree *tree, u32 index)
{
	u32 offset = rx_offset(index, RX_SHIFT);
	u64 bit = BIT(index & (RX_SLOTS - 1));
	struct rx_node *node;
	u64 base;

	node = rx_next(tree, index, &base);
	if (!node || base != (index & ~(RX_SLOTS - 1U)) || !(node->word[offset] & bit))
		return false;
	rx_clear(tree, node, offset, bit);
	return true;
}

u32 rx_take(struct rx_tree *tree, u32 from, u32 *index, u32 want)
{
	struct rx_node *node;
	u64 base, rest, word;
	u32 offset;
	u32 nr = 0;

	node = rx_next(tree, from, &base);
	if (!node)
		node = rx_next(tree, 0, &base);
	if (!node)
		return 0;
	offset = rx_offset(base, RX_SHIFT);
	word = node->word[offset];
	for (rest = word; rest && nr < want; rest &= rest - 1)
		index[nr++] = (u32)(base + __ffs(rest));
	rx_clear(tree, node, offset, word & ~rest);
	return nr;
}

int rx_init(struct rx_tree *tree, u32 lowest, u32 size)
{
	u64 covered = RX_SLOTS;
	u32 i;

	*tree = (struct rx_tree){ 0 };
	do {
		covered *= RX_SLOTS;
		tree->nr_nodes += min(lowest, (u32)DIV_ROUND_UP((u64)size, covered));
	} while (covered < size);
	tree->nodes = kvcalloc(tree->nr_nodes, sizeof(*tree->nodes), GFP_KERNEL);
	if (!tree->nodes)
		return -ENOMEM;
	for (i = tree->nr_nodes; i; i--)
		rx_put_node(tree, &tree->nodes[i - 1]);
	return 0;
}

void rx_exit(struct rx_tree *tree)
{
	kvfree(tree->nodes);
}
