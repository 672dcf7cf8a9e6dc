/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: exact. */
#ifndef KCOMPAT_LINUX_LOG2_H
#define KCOMPAT_LINUX_LOG2_H

#include <linux/bitops.h>

/** is_power_of_2() - exactly one bit set? */
static inline bool is_power_of_2(unsigned long n)
{
	return n && !(n & (n - 1));
}

/** ilog2() - log2 rounded down. @n: not 0 */
static inline int ilog2(u64 n)
{
	return 63 - __builtin_clzll(n);
}

/** roundup_pow_of_two() - smallest power of two that is not below @n. @n: not 0 */
static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n <= 1 ? 1 : 1UL << (ilog2(n - 1) + 1);
}

/** rounddown_pow_of_two() - largest power of two that is not above @n. @n: not 0 */
static inline unsigned long rounddown_pow_of_two(unsigned long n)
{
	return 1UL << ilog2(n);
}

/** order_base_2() - log2 rounded up, 0 for 0 and 1 */
static inline int order_base_2(unsigned long n)
{
	return n > 1 ? ilog2(n - 1) + 1 : 0;
}

#endif
