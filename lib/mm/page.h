/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * page: the descriptor of one page frame, and the page lock.
 *
 * A zone has an array of these; the frame number is the index. While a page is allocated the
 * words named "user" belong to whoever has it; while it is free they link it.
 */
#ifndef MM_PAGE_H
#define MM_PAGE_H

#include <linux/build_bug.h>
#include <linux/types.h>

#include "bit_lock.h"

/**
 * enum page_flags - bits of page->flags
 * @PG_locked:	the page lock
 * @PG_private:	first page of a zspage
 */
enum page_flags {
	PG_locked,
	PG_private,
};

/**
 * enum page_state - where a page is; checked on every free
 * @PAGE_NONE:	never handed out, or inside a free block
 * @PAGE_BUDDY:	first page of a free block of page->order
 * @PAGE_PCP:	on a CPU's list
 * @PAGE_USED:	allocated
 */
enum page_state {
	PAGE_NONE,
	PAGE_BUDDY,
	PAGE_PCP,
	PAGE_USED,
};

/**
 * struct page - a page frame
 * @next:	user: next page of its chain
 * @handle:	user: the handle of a huge object, in place of @next
 * @free_next:	free: frame number of the next page of its list, 0 none
 * @free_prev:	free: frame number of the previous one, 0 none
 * @owner:	user: whatever the page is part of
 * @first_obj_offset: user: 24 bits
 * @refcount:	1 when allocated; freed by the last put
 * @flags:	atomic
 * @state:	enum page_state; the zone's
 * @order:	of the free block it heads; the zone's
 */
struct page {
	union {
		struct page *next;
		unsigned long handle;
		struct {
			u32 free_next;
			u32 free_prev;
		};
	};
	void *owner;
	u32 first_obj_offset;
	u32 refcount;
	u32 flags;
	u8 state;
	u8 order;
};

BUILD_BUG_ON(sizeof(struct page) != 32);

/** trylock_page() - take the page lock if it is free */
static inline bool trylock_page(struct page *page)
{
	return bit_trylock(&page->flags, PG_locked);
}

/** lock_page() - take the page lock; may sleep */
static inline void lock_page(struct page *page)
{
	bit_lock(&page->flags, PG_locked);
}

/** unlock_page() - drop the page lock */
static inline void unlock_page(struct page *page)
{
	bit_unlock(&page->flags, PG_locked);
}

/** PageLocked() - is the page lock held? */
static inline bool PageLocked(const struct page *page)
{
	return bit_is_locked(&page->flags, PG_locked);
}

/** SetPagePrivate() - set the flag; others may take the page lock meanwhile */
static inline void SetPagePrivate(struct page *page)
{
	__atomic_fetch_or(&page->flags, 1U << PG_private, __ATOMIC_RELAXED);
}

/** ClearPagePrivate() - clear the flag; others may take the page lock meanwhile */
static inline void ClearPagePrivate(struct page *page)
{
	__atomic_fetch_and(&page->flags, ~(1U << PG_private), __ATOMIC_RELAXED);
}

/** get_page() - take another reference; the caller has one */
static inline void get_page(struct page *page)
{
	__atomic_fetch_add(&page->refcount, 1, __ATOMIC_RELAXED);
}

/** page_count() - references */
static inline u32 page_count(const struct page *page)
{
	return READ_ONCE(page->refcount);
}

#endif
