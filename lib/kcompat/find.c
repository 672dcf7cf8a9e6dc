// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <linux/bitmap.h>

/* @invert is 0 to look for ones, ~0 for zeros; a constant at each call. */
static __always_inline unsigned long kc_find_next(const unsigned long *addr, unsigned long size,
						  unsigned long offset, unsigned long invert)
{
	unsigned long word, bit;

	if (offset >= size)
		return size;
	word = (READ_ONCE(addr[BIT_WORD(offset)]) ^ invert) & (~0UL << (offset % BITS_PER_LONG));
	offset -= offset % BITS_PER_LONG;
	while (!word) {
		offset += BITS_PER_LONG;
		if (offset >= size)
			return size;
		word = READ_ONCE(addr[BIT_WORD(offset)]) ^ invert;
	}
	bit = offset + __ffs(word);
	return bit < size ? bit : size;
}

unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset)
{
	return kc_find_next(addr, size, offset, 0);
}

unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
				 unsigned long offset)
{
	return kc_find_next(addr, size, offset, ~0UL);
}
