/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: narrowed. Readers and writers exclude each other as in the kernel; a waiting writer
 * keeps new readers out, and readers that wait for a writer the next one. Otherwise not FIFO.
 * A waiter spins a bounded number of times, then yields.
 * A reader must not take the same lock again for reading.
 */
#ifndef KCOMPAT_LINUX_RWLOCK_H
#define KCOMPAT_LINUX_RWLOCK_H

#include <linux/spinlock.h>

/* The lock word: state in the low half, acquisitions (modulo 2^32) in the high half. */
#define KC_RW_WRITER   0x1ull	      /* a writer holds it */
#define KC_RW_PENDING  0x2ull	      /* a writer waits: new readers queue up behind it */
#define KC_RW_READER   0x100ull	      /* one reader */
#define KC_RW_STATE    0xffffffffull  /* all of the above */
#define KC_RW_ACQUIRED 0x100000000ull /* one acquisition */

/**
 * struct kc_rwlock - reader-writer lock
 * @word:		state and acquisitions: one RMW counts and locks
 * @waiters:		threads in a slow path
 * @writes:		write holds that have ended; the writer's
 * @write_ns:		their sum; the writer's
 * @hold_start_ns:	start of the current write hold; the writer's
 * @hold_ns_max:	longest write hold; the writer's
 * @contended:		acquisitions that had to wait, atomic
 * @wait_ns:		time spent waiting, atomic
 */
struct kc_rwlock {
	u64 word;
	u32 waiters;
	u32 writes;
	u64 write_ns;
	u64 hold_start_ns;
	u64 hold_ns_max;
	u64 contended;
	u64 wait_ns;
};

typedef struct kc_rwlock rwlock_t;

#define __RW_LOCK_UNLOCKED(x) \
	{                     \
		.word = 0     \
	}

/** kc_read_wait() - wait for writers; @lock: counted in for reading, when its word was @old */
void kc_read_wait(rwlock_t *lock, u64 old);

/** kc_write_wait() - wait until nobody holds @lock, then take it for writing */
void kc_write_wait(rwlock_t *lock);

/** kc_write_hold_begin() - time the write hold that begins now. @lock: held for writing */
void kc_write_hold_begin(rwlock_t *lock);

/** kc_write_hold_end() - account the write hold that ends now. @lock: held for writing */
void kc_write_hold_end(rwlock_t *lock);

/** rwlock_stat() - add a lock's counters to @stat; write holds only are timed, each of them */
void rwlock_stat(const rwlock_t *lock, struct kc_lock_stat *stat);

/** rwlock_stat_reset() - start the counters anew. @lock: not held by anybody */
void rwlock_stat_reset(rwlock_t *lock);

/** rwlock_init() - make @lock free and its counters 0 */
static inline void rwlock_init(rwlock_t *lock)
{
	*lock = (rwlock_t)__RW_LOCK_UNLOCKED(lock);
}

/** read_lock() - take @lock for reading; acquire pairs with write_unlock() */
static inline void read_lock(rwlock_t *lock)
{
	u64 old;

	kc_spin_enter();
	old = __atomic_fetch_add(&lock->word, KC_RW_ACQUIRED + KC_RW_READER, __ATOMIC_ACQUIRE);
	if (unlikely(old & (KC_RW_WRITER | KC_RW_PENDING)))
		kc_read_wait(lock, old);
}

/** read_trylock() - take @lock for reading unless a writer holds or wants it */
static inline bool read_trylock(rwlock_t *lock)
{
	u64 old = READ_ONCE(lock->word);

	kc_spin_enter();
	while (!(old & (KC_RW_WRITER | KC_RW_PENDING))) {
		if (try_cmpxchg_acquire(&lock->word, &old, old + KC_RW_ACQUIRED + KC_RW_READER))
			return true;
	}
	kc_spin_leave();
	return false;
}

/** read_unlock() - drop @lock after reading; release pairs with a writer's acquire */
static inline void read_unlock(rwlock_t *lock)
{
	__atomic_fetch_sub(&lock->word, KC_RW_READER, __ATOMIC_RELEASE);
	kc_spin_leave();
}

/** write_trylock() - take @lock for writing if nobody holds it */
static inline bool write_trylock(rwlock_t *lock)
{
	u64 old = READ_ONCE(lock->word);

	if (old & (KC_RW_STATE & ~KC_RW_PENDING))
		return false;
	kc_spin_enter();
	if (!try_cmpxchg_acquire(&lock->word, &old, old + KC_RW_ACQUIRED + KC_RW_WRITER)) {
		kc_spin_leave();
		return false;
	}
	kc_write_hold_begin(lock);
	return true;
}

/** write_lock() - take @lock for writing */
static inline void write_lock(rwlock_t *lock)
{
	if (!write_trylock(lock))
		kc_write_wait(lock);
}

/** write_unlock() - drop @lock after writing; readers may be counting themselves, hence an RMW */
static inline void write_unlock(rwlock_t *lock)
{
	kc_write_hold_end(lock);
	__atomic_fetch_sub(&lock->word, KC_RW_WRITER, __ATOMIC_RELEASE);
	kc_spin_leave();
}

/** rwlock_is_contended() - do readers or writers wait for @lock? */
static inline bool rwlock_is_contended(const rwlock_t *lock)
{
	return READ_ONCE(lock->waiters);
}

#endif
