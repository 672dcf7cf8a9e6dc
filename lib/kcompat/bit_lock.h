/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * bit_lock: one bit of a 32-bit word is a sleeping lock. The kernel makes such locks, of the page
 * and of the slot, out of wait_on_bit_lock() and clear_and_wake_up_bit(); as there, waiters of all
 * words share 256 hashed queues. Not kept: words of 64 bits, killable waits, FIFO order.
 */
#ifndef KCOMPAT_BIT_LOCK_H
#define KCOMPAT_BIT_LOCK_H

#include <linux/atomic.h>
#include <linux/types.h>

enum {
	KC_WAIT_TABLE_BITS = 8,
};

/** struct kc_wait_bucket - @seq: moves on each wake-up; @waiters: threads that may sleep */
struct kc_wait_bucket {
	u32 seq;
	u32 waiters;
};

/* Inherent registry: any word of the process may be waited for. 2 KiB, read-mostly. */
extern struct kc_wait_bucket kc_wait_table[1 << KC_WAIT_TABLE_BITS]
	__attribute__((visibility("hidden")));

/** kc_wait_bucket() - the queue where waiters of @word sleep */
static inline struct kc_wait_bucket *kc_wait_bucket(const u32 *word)
{
	u64 hash = (u64)(unsigned long)word * 0x61c8864680b583ebull;

	return &kc_wait_table[hash >> (64 - KC_WAIT_TABLE_BITS)];
}

/** bit_lock_wait() - sleep until bit @nr of @word could be taken, and take it; acquire */
void bit_lock_wait(u32 *word, unsigned int nr);

/** kc_bit_wake() - wake who sleeps in @bucket */
void kc_bit_wake(struct kc_wait_bucket *bucket);

/**
 * bit_trylock_word() - take a bit of a word if it is clear, and say what else was in the word
 * @word:	acquire pairs with bit_unlock()
 * @nr:		number of the bit
 * @old:	the word without the bit; filled in if the bit was taken
 */
static __always_inline bool bit_trylock_word(u32 *word, unsigned int nr, u32 *old)
{
	u32 mask = (u32)1 << nr;

	if (READ_ONCE(*word) & mask)
		return false;
	*old = __atomic_fetch_or(word, mask, __ATOMIC_ACQUIRE);
	return !(*old & mask);
}

/** bit_trylock() - take bit @nr of @word if it is clear; acquire pairs with bit_unlock() */
static inline bool bit_trylock(u32 *word, unsigned int nr)
{
	u32 old;

	return bit_trylock_word(word, nr, &old);
}

/** bit_lock() - take bit @nr of @word; may sleep */
static inline void bit_lock(u32 *word, unsigned int nr)
{
	if (!bit_trylock(word, nr))
		bit_lock_wait(word, nr);
}

/** wake_up_bit_word() - wake waiters of @word after a bit of it was cleared by an RMW */
static inline void wake_up_bit_word(u32 *word)
{
	struct kc_wait_bucket *bucket = kc_wait_bucket(word);

	/*
	 * Store of the bit before load of the count; a waiter counts itself before it looks at
	 * the bit (a full-barrier RMW in bit_lock_wait()). One of the two sees the other.
	 */
	smp_mb__after_atomic();
	if (unlikely(READ_ONCE(bucket->waiters)))
		kc_bit_wake(bucket);
}

/** bit_unlock() - clear bit @nr of @word with release and wake a waiter */
static inline void bit_unlock(u32 *word, unsigned int nr)
{
	__atomic_fetch_and(word, ~((u32)1 << nr), __ATOMIC_RELEASE);
	wake_up_bit_word(word);
}

/**
 * bit_unlock_flip() - bit_unlock() that changes other bits of the holder at the same time
 * @word:	locked
 * @flip:	bits to be inverted, the lock's among them
 */
static inline void bit_unlock_flip(u32 *word, u32 flip)
{
	__atomic_fetch_xor(word, flip, __ATOMIC_RELEASE);
	wake_up_bit_word(word);
}

/** bit_is_locked() - is bit @nr of @word set? */
static inline bool bit_is_locked(const u32 *word, unsigned int nr)
{
	return READ_ONCE(*word) & ((u32)1 << nr);
}

#endif
