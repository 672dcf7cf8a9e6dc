/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: exact. Operations without underscores are atomic, test_and_* fully ordered. */
#ifndef KCOMPAT_LINUX_BITOPS_H
#define KCOMPAT_LINUX_BITOPS_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

/** set_bit() - set bit @nr of a bitmap; atomic, unordered */
static inline void set_bit(long nr, unsigned long *addr)
{
	__atomic_fetch_or(&addr[BIT_WORD(nr)], BIT_MASK(nr), __ATOMIC_RELAXED);
}

/** clear_bit() - clear bit @nr of a bitmap; atomic, unordered */
static inline void clear_bit(long nr, unsigned long *addr)
{
	__atomic_fetch_and(&addr[BIT_WORD(nr)], ~BIT_MASK(nr), __ATOMIC_RELAXED);
}

/** clear_bit_unlock() - clear bit @nr; atomic, release */
static inline void clear_bit_unlock(long nr, unsigned long *addr)
{
	__atomic_fetch_and(&addr[BIT_WORD(nr)], ~BIT_MASK(nr), __ATOMIC_RELEASE);
}

/** test_bit() - is bit @nr set? */
static inline bool test_bit(long nr, const unsigned long *addr)
{
	return READ_ONCE(addr[BIT_WORD(nr)]) & BIT_MASK(nr);
}

/** test_bit_acquire() - is bit @nr set? Acquire. */
static inline bool test_bit_acquire(long nr, const unsigned long *addr)
{
	return __atomic_load_n(&addr[BIT_WORD(nr)], __ATOMIC_ACQUIRE) & BIT_MASK(nr);
}

/** test_and_set_bit() - set bit @nr. Return: was it set before? */
static inline bool test_and_set_bit(long nr, unsigned long *addr)
{
	unsigned long mask = BIT_MASK(nr);

	return KC_RMW(__ATOMIC_SEQ_CST,
		      __atomic_fetch_or(&addr[BIT_WORD(nr)], mask, __ATOMIC_SEQ_CST)) &
	       mask;
}

/** test_and_set_bit_lock() - set bit @nr with acquire. Return: was it set before? */
static inline bool test_and_set_bit_lock(long nr, unsigned long *addr)
{
	unsigned long mask = BIT_MASK(nr);

	if (READ_ONCE(addr[BIT_WORD(nr)]) & mask)
		return true;
	return __atomic_fetch_or(&addr[BIT_WORD(nr)], mask, __ATOMIC_ACQUIRE) & mask;
}

/** test_and_clear_bit() - clear bit @nr. Return: was it set before? */
static inline bool test_and_clear_bit(long nr, unsigned long *addr)
{
	unsigned long mask = BIT_MASK(nr);

	return KC_RMW(__ATOMIC_SEQ_CST,
		      __atomic_fetch_and(&addr[BIT_WORD(nr)], ~mask, __ATOMIC_SEQ_CST)) &
	       mask;
}

/** __set_bit() - set bit @nr; the caller excludes other writers, not readers */
static inline void __set_bit(long nr, unsigned long *addr)
{
	WRITE_ONCE(addr[BIT_WORD(nr)], READ_ONCE(addr[BIT_WORD(nr)]) | BIT_MASK(nr));
}

/** __clear_bit() - clear bit @nr; the caller excludes other writers, not readers */
static inline void __clear_bit(long nr, unsigned long *addr)
{
	WRITE_ONCE(addr[BIT_WORD(nr)], READ_ONCE(addr[BIT_WORD(nr)]) & ~BIT_MASK(nr));
}

/** __test_and_set_bit() - the same as test_and_set_bit() for a caller that excludes others */
static inline bool __test_and_set_bit(long nr, unsigned long *addr)
{
	bool old = test_bit(nr, addr);

	__set_bit(nr, addr);
	return old;
}

/** __test_and_clear_bit() - the same as test_and_clear_bit() for a caller that excludes others */
static inline bool __test_and_clear_bit(long nr, unsigned long *addr)
{
	bool old = test_bit(nr, addr);

	__clear_bit(nr, addr);
	return old;
}

/** __ffs() - lowest set bit. @word: not 0 */
static inline unsigned long __ffs(unsigned long word)
{
	return (unsigned long)__builtin_ctzl(word);
}

/** __fls() - highest set bit. @word: not 0 */
static inline unsigned long __fls(unsigned long word)
{
	return (unsigned long)(BITS_PER_LONG - 1 - __builtin_clzl(word));
}

/** ffz() - lowest clear bit. @word: not all ones */
static inline unsigned long ffz(unsigned long word)
{
	return __ffs(~word);
}

/** fls() - highest set bit counted from 1, 0 if there is none */
static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

/** fls64() - highest set bit counted from 1, 0 if there is none */
static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

/** hweight32() - set bits */
static inline unsigned int hweight32(u32 w)
{
	return (unsigned int)__builtin_popcount(w);
}

/** hweight64() - set bits */
static inline unsigned int hweight64(u64 w)
{
	return (unsigned int)__builtin_popcountll(w);
}

/** hweight_long() - set bits */
static inline unsigned long hweight_long(unsigned long w)
{
	return (unsigned long)__builtin_popcountl(w);
}

#endif
