// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Sleeping for a bit. No locks: a waiter counts itself in its bucket, then looks at the bit
 * again; a waker clears the bit, then looks at the count. Both have a full barrier between.
 */
#include <linux/sched.h>

#include "bit_lock.h"
#include "port.h"

struct kc_wait_bucket kc_wait_table[1 << KC_WAIT_TABLE_BITS];

void bit_lock_wait(u32 *word, unsigned int nr)
{
	struct kc_wait_bucket *bucket = kc_wait_bucket(word);
	u32 seq;

	might_sleep();
	/* Full barrier: pairs with the one in wake_up_bit_word(). */
	__atomic_fetch_add(&bucket->waiters, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		seq = smp_load_acquire(&bucket->seq);
		if (bit_trylock(word, nr))
			break;
		kc_wait(&bucket->seq, seq, KC_FOREVER);
	}
	__atomic_fetch_sub(&bucket->waiters, 1, __ATOMIC_RELAXED);
}

void kc_bit_wake(struct kc_wait_bucket *bucket)
{
	__atomic_fetch_add(&bucket->seq, 1, __ATOMIC_RELEASE);
	kc_wake(&bucket->seq, INT32_MAX);
}
