/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: exact for what is here: add and del_all need no exclusion among each other. The same
 * functions as over liburcu, whose code is out of the machine's sight.
 */
#ifndef KCOMPAT_LINUX_LLIST_H
#define KCOMPAT_LINUX_LLIST_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/types.h>

/** struct llist_node - @next: the node pushed before this one */
struct llist_node {
	struct llist_node *next;
};

/** struct llist_head - @first: newest node */
struct llist_head {
	struct llist_node *first;
};

#define LLIST_HEAD_INIT(name) \
	{                     \
		NULL          \
	}

/** init_llist_head() - make the list empty */
static inline void init_llist_head(struct llist_head *list)
{
	list->first = NULL;
}

/** llist_empty() - is the list empty? A snapshot. */
static inline bool llist_empty(const struct llist_head *list)
{
	return !READ_ONCE(list->first);
}

/** llist_add() - push a node; full barrier. Return: was the list empty before? */
static inline bool llist_add(struct llist_node *node, struct llist_head *list)
{
	struct llist_node *first = READ_ONCE(list->first);

	do {
		node->next = first;
	} while (!try_cmpxchg(&list->first, &first, node));
	return !first;
}

/** llist_del_all() - take everything. Return: newest node, NULL if the list was empty. */
static inline struct llist_node *llist_del_all(struct llist_head *list)
{
	return xchg(&list->first, NULL);
}

#include <kc_llist_walk.h>

#endif
