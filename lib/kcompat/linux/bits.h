/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: exact. */
#ifndef KCOMPAT_LINUX_BITS_H
#define KCOMPAT_LINUX_BITS_H

#define BITS_PER_LONG (8 * __SIZEOF_LONG__)

#define BIT(nr) (1UL << (nr))

#define BIT_WORD(nr)	  ((nr) / BITS_PER_LONG)
#define BIT_MASK(nr)	  (1UL << ((nr) % BITS_PER_LONG))
#define BITS_TO_LONGS(nr) (((nr) + BITS_PER_LONG - 1) / BITS_PER_LONG)

/** GENMASK() - bits @h down to @l set */
#define GENMASK(h, l) ((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))

#endif
