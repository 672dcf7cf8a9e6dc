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
#define LLIST_HEAD(name) struct llist_head name = LLIST_HEAD_INIT(name)

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

/** llist_next() - the node that was pushed before @node, or NULL */
static inline struct llist_node *llist_next(struct llist_node *node)
{
	return node->next;
}

/** llist_reverse_order() - turn a chain from llist_del_all() round, oldest first */
static inline struct llist_node *llist_reverse_order(struct llist_node *head)
{
	struct llist_node *reversed = NULL;

	while (head) {
		struct llist_node *next = head->next;

		head->next = reversed;
		reversed = head;
		head = next;
	}
	return reversed;
}

#define llist_entry(ptr, type, member) container_of(ptr, type, member)

#define llist_for_each(pos, node) for ((pos) = (node); (pos); (pos) = (pos)->next)

#define llist_for_each_safe(pos, n, node) \
	for ((pos) = (node); (pos) && ((n) = (pos)->next, true); (pos) = (n))

/** kc_llist_entry() - llist_entry(), NULL for NULL; evaluates @ptr once */
#define kc_llist_entry(ptr, type, member)                            \
	__extension__({                                              \
		struct llist_node *kc_node = (ptr);                  \
		kc_node ? llist_entry(kc_node, type, member) : NULL; \
	})

/** llist_for_each_entry_safe() - walk a chain whose entries may be freed on the way */
#define llist_for_each_entry_safe(pos, n, node, member)            \
	for (pos = kc_llist_entry(node, __typeof__(*pos), member); \
	     pos && (n = kc_llist_entry(pos->member.next, __typeof__(*n), member), true); pos = n)

#endif
