/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * zpdesc: what a page descriptor says while its page belongs to a zspage.
 *
 * The chain link and the handle word of a huge object share a place; a huge page has no next. The
 * low 24 bits of first_obj_offset are the offset of the first chunk that starts in the page, the
 * upper ones its type.
 *
 * Source: mm/zpdesc.h of Linux 7.1.
 */
#ifndef ZSMALLOC_ZPDESC_H
#define ZSMALLOC_ZPDESC_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/types.h>

#include "mm/page.h"
#include "zsmalloc/zspage.h"

/** ZS_PAGE_ONLY_GFP - flags of zs_malloc() that concern pages, not descriptors and cells */
#define ZS_PAGE_ONLY_GFP (__GFP_HIGHMEM | __GFP_MOVABLE)

/** enum zpdesc_word - the parts of first_obj_offset */
enum zpdesc_word {
	ZPDESC_OFFSET_MASK = (1 << 24) - 1,
	/** @ZPDESC_MOVABLE: set while the page can be migrated */
	ZPDESC_MOVABLE = 1 << 24,
};

/** zpdesc_zspage() - zspage of a page. @page: page */
static __always_inline struct zspage *zpdesc_zspage(const struct page *page)
{
	struct zspage *zspage = page->owner;

	BUG_ON(zspage->magic != ZSPAGE_MAGIC);
	return zspage;
}

/** zpdesc_next() - next page of a chain that is not huge. @page: page */
static __always_inline struct page *zpdesc_next(const struct page *page)
{
	return page->next;
}

/** zpdesc_set_next() - link a page. @page: page; @next: what follows, or NULL */
static inline void zpdesc_set_next(struct page *page, struct page *next)
{
	page->next = next;
}

/** zpdesc_handle() - header word of a huge object. @page: its page */
static inline u64 zpdesc_handle(const struct page *page)
{
	return page->handle;
}

/** zpdesc_set_handle() - set the header word of a huge object. @page: its page; @header: word */
static inline void zpdesc_set_handle(struct page *page, u64 header)
{
	page->handle = header;
}

/** zpdesc_first_offset() - offset of the first chunk that starts in a page. @page: page */
static inline unsigned int zpdesc_first_offset(const struct page *page)
{
	return READ_ONCE(page->first_obj_offset) & ZPDESC_OFFSET_MASK;
}

/** zpdesc_set_first_offset() - set it. @page: page that is not movable; @offset: bytes */
static inline void zpdesc_set_first_offset(struct page *page, unsigned int offset)
{
	WRITE_ONCE(page->first_obj_offset, offset);
}

/** zpdesc_is_movable() - may a page be migrated? @page: locked; any page of the zone */
static inline bool zpdesc_is_movable(const struct page *page)
{
	return READ_ONCE(page->first_obj_offset) & ZPDESC_MOVABLE;
}

/** zpdesc_set_movable() - let a page be migrated from now on. @page: locked */
static inline void zpdesc_set_movable(struct page *page)
{
	WRITE_ONCE(page->first_obj_offset, page->first_obj_offset | ZPDESC_MOVABLE);
}

/** zpdesc_init() - make a fresh page part of a zspage. @page: page; @zspage: its zspage */
static inline void zpdesc_init(struct page *page, struct zspage *zspage)
{
	WRITE_ONCE(page->owner, zspage);
	page->next = NULL;
	WRITE_ONCE(page->first_obj_offset, 0);
}

/** zpdesc_set_first() - mark the first page of a chain. @page: page */
static inline void zpdesc_set_first(struct page *page)
{
	SetPagePrivate(page);
}

/** zpdesc_clear() - end that; the page is nobody's until it is freed. @page: page */
static inline void zpdesc_clear(struct page *page)
{
	ClearPagePrivate(page);
	WRITE_ONCE(page->owner, NULL);
	page->next = NULL;
	WRITE_ONCE(page->first_obj_offset, 0);
}

#endif
