/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: narrowed. Of the kernel's <linux/bitmap.h> only what it has from <linux/find.h>, which
 * nobody else may include there. One load and one test per word, ascending; other threads may
 * change the map.
 */
#ifndef KCOMPAT_LINUX_BITMAP_H
#define KCOMPAT_LINUX_BITMAP_H

#include <linux/bitops.h>
#include <linux/types.h>

/**
 * find_next_bit() - first set bit at or after a position
 * @addr:	bitmap
 * @size:	bits in it
 * @offset:	where to start
 * Return:	bit number, or @size if there is none.
 */
unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset);

/**
 * find_next_zero_bit() - first clear bit at or after a position
 * @addr:	bitmap
 * @size:	bits in it
 * @offset:	where to start
 * Return:	bit number, or @size if there is none.
 */
unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
				 unsigned long offset);

/** find_first_bit() - first set bit, @size if there is none */
static inline unsigned long find_first_bit(const unsigned long *addr, unsigned long size)
{
	return find_next_bit(addr, size, 0);
}

/** find_first_zero_bit() - first clear bit, @size if there is none */
static inline unsigned long find_first_zero_bit(const unsigned long *addr, unsigned long size)
{
	return find_next_zero_bit(addr, size, 0);
}

#define for_each_set_bit(bit, addr, size)                            \
	for ((bit) = find_first_bit((addr), (size)); (bit) < (size); \
	     (bit) = find_next_bit((addr), (size), (bit) + 1))

#endif
