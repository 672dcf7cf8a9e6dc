/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * rx_tree: a set of indices as a tree of 64-slot nodes with marks, after the kernel's XArray
 * and IDA, with a pool of nodes made in advance. For zfree_radix.c.
 *
 * An index has no value to store, so the lowest nodes hold mark words in place of children,
 * as IDA does. What is empty does not exist: empty nodes go back to the pool, and the head
 * shrinks while its first child is its only one.
 *
 * The caller excludes everybody else in every function.
 *
 * Source:	growth, marks and shrinking of lib/xarray.c, lib/idr.c of Linux 7.1.
 */
#ifndef STRATEGIES_RX_TREE_H
#define STRATEGIES_RX_TREE_H

#include <linux/types.h>

enum {
	RX_SHIFT = 6,
	RX_SLOTS = 1 << RX_SHIFT,
};

/**
 * struct rx_node - a node
 * @parent:	NULL in the head; in the pool: the next one
 * @marks:	children that exist, words that are not 0
 * @shift:	a child covers 1 << @shift indices; RX_SHIFT in the lowest nodes
 * @offset:	in @parent
 * @child:	where @shift is above RX_SHIFT
 * @word:	where it is RX_SHIFT: which of 64 indices are in the set
 *
 * What has no mark is 0.
 */
struct rx_node {
	struct rx_node *parent;
	u64 marks;
	u8 shift;
	u8 offset;
	union {
		struct rx_node *child[RX_SLOTS];
		u64 word[RX_SLOTS];
	};
};

/**
 * struct rx_tree - a set
 * @root:	head, NULL: the set is empty
 * @pool:	free nodes
 * @nodes:	all nodes
 * @nr_nodes:	how many
 */
struct rx_tree {
	struct rx_node *root;
	struct rx_node *pool;
	struct rx_node *nodes;
	u32 nr_nodes;
};

/**
 * rx_init() - make an empty set
 * @tree:	filled in
 * @lowest:	ranges of 4096 indices it has room for, wherever they are
 * @size:	all indices are below
 *
 * Context:	process, may sleep.
 * Return:	0 or -ENOMEM.
 */
int rx_init(struct rx_tree *tree, u32 lowest, u32 size);

/** rx_exit() - free the pool. @tree: set */
void rx_exit(struct rx_tree *tree);

/**
 * rx_add() - put an index into the set
 * @tree:	set
 * @index:	index
 * Return:	false if the pool is used up.
 */
bool rx_add(struct rx_tree *tree, u32 index);

/**
 * rx_del() - take an index out of the set
 * @tree:	set
 * @index:	index
 * Return:	was it in?
 */
bool rx_del(struct rx_tree *tree, u32 index);

/**
 * rx_take() - take out the next few indices, at most those of one mark word
 * @tree:	set
 * @from:	where to look first; past the end the search goes on at 0
 * @index:	room for RX_SLOTS, filled in
 * @want:	at most so many, at least 1
 * Return:	how many; 0 means that the set is empty.
 */
u32 rx_take(struct rx_tree *tree, u32 from, u32 *index, u32 want);

#endif
