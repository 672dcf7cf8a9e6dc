/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * geometry: which sizes a pool has, and how each is laid out in pages.
 *
 * Pure functions of page size and chain size; nothing here knows a pool.
 */
#ifndef ZSMALLOC_GEOMETRY_H
#define ZSMALLOC_GEOMETRY_H

#include <linux/types.h>

#include "zsmalloc/zsmalloc.h"

/** enum zs_geometry_limits - constants of the class layout, in bytes unless named otherwise */
enum zs_geometry_limits {
	ZS_ALIGN = 8,
	ZS_HANDLE_SIZE = 8,
	ZS_MIN_ALLOC_SIZE = 32,
	/** @ZS_CLASS_BITS: the distance between two classes is the page size >> ZS_CLASS_BITS */
	ZS_CLASS_BITS = 8,
	/** @ZS_MAX_CLASSES: most class indices any supported page size has */
	ZS_MAX_CLASSES = 257,
};

/**
 * struct zs_shape - one size class as the rules lay it out
 * @index:	canonical class index: the largest index that is served by it
 * @size:	chunk size in bytes, header included
 * @pages:	pages in a zspage
 * @objs:	chunks in a zspage
 */
struct zs_shape {
	unsigned int index;
	unsigned int size;
	unsigned int pages;
	unsigned int objs;
};

/**
 * zs_geometry_nr_classes() - class indices there are, canonical or not
 * @page_shift:	12, 14 or 16
 * Return:	255 for 4 KiB pages, 257 for 16 and 64 KiB.
 */
unsigned int zs_geometry_nr_classes(unsigned int page_shift);

/**
 * zs_geometry_index() - class index for a chunk
 * @page_shift:	12, 14 or 16
 * @bytes:	payload and header
 * Return:	the smallest index whose size holds @bytes; the last one above that.
 */
unsigned int zs_geometry_index(unsigned int page_shift, size_t bytes);

/**
 * zs_geometry_shape() - lay out one class index, before merging
 * @page_shift:	12, 14 or 16
 * @chain_size:	most pages in a zspage
 * @fit:	how many pages it has; the smaller number on a tie
 * @index:	class index
 *
 * Source:	mm/zsmalloc.c of Linux 6.1 and 7.1.
 */
struct zs_shape zs_geometry_shape(unsigned int page_shift, unsigned int chain_size, enum zs_fit fit,
				  unsigned int index);

/**
 * zs_geometry_table() - lay out all class indices
 * @page_shift:	12, 14 or 16
 * @chain_size:	most pages in a zspage
 * @fit:	how many it has
 * @table:	filled in: what serves each index; neighbours with the same pages and
 *		objects share the entry of the largest
 *
 * Shape:	@table[zs_geometry_nr_classes()].
 * Return:	how many different classes there are.
 */
unsigned int zs_geometry_table(unsigned int page_shift, unsigned int chain_size, enum zs_fit fit,
			       struct zs_shape *table);

/**
 * zs_geometry_huge_size() - smallest payload that is stored in a huge zspage
 * @page_shift:	12, 14 or 16
 * @table:	as zs_geometry_table() filled it in
 * Units:	bytes.
 */
size_t zs_geometry_huge_size(unsigned int page_shift, const struct zs_shape *table);

/**
 * zs_shape_is_huge() - one object per page, without a header
 * @shape:	class
 */
static inline bool zs_shape_is_huge(const struct zs_shape *shape)
{
	return shape->pages == 1 && shape->objs == 1;
}

#endif
