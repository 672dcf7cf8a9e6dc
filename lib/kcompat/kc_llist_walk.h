/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* kc_llist_walk: going along a chain of an llist, whatever that is made of. Of linux/llist.h. */
#ifndef KCOMPAT_KC_LLIST_WALK_H
#define KCOMPAT_KC_LLIST_WALK_H

#include <linux/container_of.h>
#include <linux/llist.h>
#include <linux/types.h>

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
