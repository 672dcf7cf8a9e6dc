/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: narrowed. A lock-free stack (liburcu's cds_lfs) with the kernel's rules:
 *
 *			add	del_all
 *	add		-	-
 *	del_all		-	-
 *
 * (- no exclusion needed). Not kept: llist_del_first() and batches whose ends are given.
 */
#ifndef KCOMPAT_LINUX_LLIST_H
#define KCOMPAT_LINUX_LLIST_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/types.h>

/* liburcu's functions rather than its inlines, which the undefined-behaviour sanitizer rejects. */
#pragma push_macro("_LGPL_SOURCE")
#undef _LGPL_SOURCE
#include <urcu/lfstack.h>
#pragma pop_macro("_LGPL_SOURCE")

#include "kc_tsan.h"

/** struct llist_node - @next: the node pushed before this one */
struct llist_node {
	union {
		struct llist_node *next;
		struct cds_lfs_node lfs;
	};
};

/** struct llist_head - @stack: newest node first */
struct llist_head {
	struct __cds_lfs_stack stack;
};

#define LLIST_HEAD_INIT(name) \
	{                     \
		{             \
			NULL  \
		}             \
	}

/** init_llist_head() - make the list empty */
static inline void init_llist_head(struct llist_head *list)
{
	list->stack.head = NULL;
}

/** llist_empty() - is the list empty? A snapshot. */
static inline bool llist_empty(const struct llist_head *list)
{
	return !READ_ONCE(list->stack.head);
}

/** llist_add() - push a node; full barrier. Return: was the list empty before? */
static inline bool llist_add(struct llist_node *node, struct llist_head *list)
{
	kc_tsan_release(list);
	return !cds_lfs_push(&list->stack, &node->lfs);
}

/** llist_del_all() - take everything. Return: newest node, NULL if the list was empty. */
static inline struct llist_node *llist_del_all(struct llist_head *list)
{
	struct cds_lfs_head *head = __cds_lfs_pop_all(&list->stack);

	kc_tsan_acquire(list);
	return head ? (struct llist_node *)&head->node : NULL;
}

#include <kc_llist_walk.h>

#endif
