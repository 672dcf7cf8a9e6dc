/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: exact for the operations it has, with the checks of CONFIG_LIST_HARDENED. Not kept:
 * debug checks, hlist.
 */
#ifndef KCOMPAT_LINUX_LIST_H
#define KCOMPAT_LINUX_LIST_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/types.h>

#define LIST_HEAD_INIT(name)     \
	{                        \
		&(name), &(name) \
	}
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)

/** INIT_LIST_HEAD() - make an empty list of a head */
static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

/** __list_add() - insert @new between two neighbours */
static inline void __list_add(struct list_head *new, struct list_head *prev, struct list_head *next)
{
	BUG_ON(next->prev != prev || prev->next != next || new == prev || new == next);
	next->prev = new;
	new->next = next;
	new->prev = prev;
	prev->next = new;
}

/** list_add() - insert @new after @head: a stack */
static inline void list_add(struct list_head *new, struct list_head *head)
{
	__list_add(new, head, head->next);
}

/** list_add_tail() - insert @new before @head: a queue */
static inline void list_add_tail(struct list_head *new, struct list_head *head)
{
	__list_add(new, head->prev, head);
}

/* What an entry that is on no list points to: no address of a program. */
#define LIST_POISON1 ((void *)0x100ul)
#define LIST_POISON2 ((void *)0x122ul)

/** __list_del_entry() - take @entry off its list, and leave it as it is */
static inline void __list_del_entry(struct list_head *entry)
{
	struct list_head *prev = entry->prev, *next = entry->next;

	BUG_ON(prev->next != entry || next->prev != entry);
	next->prev = prev;
	prev->next = next;
}

/** list_del() - take @entry off its list; it is undefined afterwards */
static inline void list_del(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

/** list_del_init() - take @entry off its list and make it empty */
static inline void list_del_init(struct list_head *entry)
{
	__list_del_entry(entry);
	INIT_LIST_HEAD(entry);
}

/** list_move() - move @entry to the front of another list */
static inline void list_move(struct list_head *entry, struct list_head *head)
{
	__list_del_entry(entry);
	list_add(entry, head);
}

/** list_move_tail() - move @entry to the end of another list */
static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
	__list_del_entry(entry);
	list_add_tail(entry, head);
}

/** list_empty() - is the list empty? */
static inline bool list_empty(const struct list_head *head)
{
	return READ_ONCE(head->next) == head;
}

/** list_splice() - insert the entries of @list at the front of @head; @list is undefined then */
static inline void list_splice(struct list_head *list, struct list_head *head)
{
	if (list_empty(list))
		return;
	list->next->prev = head;
	list->prev->next = head->next;
	head->next->prev = list->prev;
	head->next = list->next;
}

/** list_splice_init() - the same, and @list is empty afterwards */
static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

#define list_entry(ptr, type, member)	    container_of(ptr, type, member)
#define list_first_entry(ptr, type, member) list_entry((ptr)->next, type, member)

/** list_next_entry() - the entry after @pos */
#define list_next_entry(pos, member) list_entry((pos)->member.next, __typeof__(*(pos)), member)

/** list_first_entry_or_null() - first entry, NULL if there is none */
#define list_first_entry_or_null(ptr, type, member) \
	(list_empty(ptr) ? NULL : list_first_entry(ptr, type, member))

#define list_for_each_entry(pos, head, member)                                               \
	for (pos = list_first_entry(head, __typeof__(*pos), member); &pos->member != (head); \
	     pos = list_next_entry(pos, member))

#define list_for_each_entry_safe(pos, n, head, member)               \
	for (pos = list_first_entry(head, __typeof__(*pos), member), \
	    n = list_next_entry(pos, member);                        \
	     &pos->member != (head); pos = n, n = list_next_entry(n, member))

#endif
