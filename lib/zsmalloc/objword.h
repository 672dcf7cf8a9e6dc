/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * objword: the words that tie handles, objects and pages together.
 *
 * A handle cell holds an object word: the frame number of the page in which the chunk starts, above
 * the index of the chunk within its zspage. 52 bits of physical address leave 64 - 52 + page_shift
 * bits for the index: 40/24 with 4 KiB pages, 38/26 with 16 KiB, 36/28 with 64 KiB.
 *
 * In 7.3 the upper 9 of the index bits hold the index of the object's class. That leaves 15 bits
 * for the index with 4 KiB pages, 17 with 16 KiB, 19 with 64 KiB. We have a use for bit 14 then,
 * which no index reaches: a free or a move of an object sets it, see shard.h.
 *
 * A chunk starts with a header word: the handle with bit 0 set while allocated, twice the index of
 * the next free chunk otherwise.
 *
 * Source: mm/zsmalloc.c of Linux 6.11 to 7.3.
 */
#ifndef ZSMALLOC_OBJWORD_H
#define ZSMALLOC_OBJWORD_H

#include <linux/types.h>

/** enum zs_word_layout - bit widths of object words and chunk headers */
enum zs_word_layout {
	/** @ZS_PHYSMEM_BITS: address bits of the largest machine x86-64 and arm64 allow for */
	ZS_PHYSMEM_BITS = 52,
	ZS_WORD_BITS = 64,
	/** @ZS_CLASS_FIELD_BITS: enough for the 257 classes of 16 and 64 KiB pages */
	ZS_CLASS_FIELD_BITS = 9,
	/** @ZS_OBJ_PIN_BIT: of an object word with a class index */
	ZS_OBJ_PIN_BIT = 14,
	ZS_TAG_BITS = 1,
	ZS_TAG_ALLOCATED = 1,
};

/** ZS_FREE_END - the index behind the last free chunk, as the 32-bit free index shows it */
#define ZS_FREE_END UINT32_MAX

/** ZS_HEADER_END - header of the last chunk position of a new zspage */
#define ZS_HEADER_END (~(u64)0 << ZS_TAG_BITS)

/**
 * zs_index_bits() - width of the index in an object word
 * @page_shift:	12, 14 or 16
 */
static inline unsigned int zs_index_bits(unsigned int page_shift)
{
	return ZS_WORD_BITS - (ZS_PHYSMEM_BITS - page_shift);
}

/**
 * zs_obj_encode() - make an object word
 * @page_shift:	12, 14 or 16
 * @pfn:	frame in which the chunk starts
 * @index:	chunk within its zspage
 */
static inline u64 zs_obj_encode(unsigned int page_shift, unsigned long pfn, unsigned int index)
{
	return (u64)pfn << zs_index_bits(page_shift) | index;
}

/**
 * zs_class_shift() - position of the class index in an object word that has one
 * @page_shift:	12, 14 or 16
 */
static inline unsigned int zs_class_shift(unsigned int page_shift)
{
	return zs_index_bits(page_shift) - ZS_CLASS_FIELD_BITS;
}

/**
 * zs_obj_class_field() - the class index in its place in an object word
 * @page_shift:	12, 14 or 16
 * @index:	canonical class index
 */
static inline u64 zs_obj_class_field(unsigned int page_shift, unsigned int index)
{
	return (u64)index << zs_class_shift(page_shift);
}

/**
 * zs_obj_class() - class index in an object word that has one
 * @page_shift:	12, 14 or 16
 * @obj:	object word
 */
static inline unsigned int zs_obj_class(unsigned int page_shift, u64 obj)
{
	return obj >> zs_class_shift(page_shift) & ((1U << ZS_CLASS_FIELD_BITS) - 1);
}

/**
 * zs_obj_pfn() - frame in which an object starts
 * @page_shift:	12, 14 or 16
 * @obj:	object word
 */
static inline unsigned long zs_obj_pfn(unsigned int page_shift, u64 obj)
{
	return obj >> zs_index_bits(page_shift);
}

/**
 * zs_header_allocated() - header of a chunk in use
 * @handle:	its handle; bit 0 is clear
 */
static inline u64 zs_header_allocated(unsigned long handle)
{
	return (u64)handle | ZS_TAG_ALLOCATED;
}

/**
 * zs_header_free() - header of a free chunk
 * @next:	index of the next free chunk, or ZS_FREE_END
 */
static inline u64 zs_header_free(u32 next)
{
	return (u64)next << ZS_TAG_BITS;
}

/**
 * zs_header_next() - index of the next free chunk
 * @header:	of a free chunk
 * Return:	an index, or ZS_FREE_END.
 */
static inline u32 zs_header_next(u64 header)
{
	return (u32)(header >> ZS_TAG_BITS);
}

/**
 * zs_header_handle() - handle in the header of a chunk
 * @header:	any header
 * @handle:	set if the chunk is in use
 * Return:	true if it is.
 */
static inline bool zs_header_handle(u64 header, unsigned long *handle)
{
	if (!(header & ZS_TAG_ALLOCATED))
		return false;
	*handle = header & ~(u64)ZS_TAG_ALLOCATED;
	return true;
}

#endif
