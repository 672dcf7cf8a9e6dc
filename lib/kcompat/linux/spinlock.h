/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: narrowed. A lock does not disable preemption (its holder may lose the host CPU) and
 * there are no interrupts. A waiter spins a bounded number of times, then yields; not FIFO.
 *
 * spinlock_t counts what happens to it; raw_spinlock_t is the bare 4-byte lock for objects of
 * which there are many.
 */
#ifndef KCOMPAT_LINUX_SPINLOCK_H
#define KCOMPAT_LINUX_SPINLOCK_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include <kc_spin.h>
#include <kc_unseen.h>

#include "port.h"

enum {
	KC_HOLD_FIRST = 1,   /* first acquisition that is timed */
	KC_HOLD_SAMPLE = 64, /* one hold in so many is timed, on average; a power of two */
};

/**
 * struct kc_lock_stat - what happened to one lock, or to several added up
 * @acquisitions:	times taken
 * @contended:		times it was not free at once
 * @wait_ns:		time spent waiting for it
 * @hold_ns_max:	longest hold among those that were timed, reading the clock included
 * @hold_ns:		time it was held, estimated: mean of the holds that were timed, what
 *			reading the clock costs subtracted, times acquisitions. Of a
 *			reader-writer lock: the holds of writers only, each of them timed.
 */
struct kc_lock_stat {
	u64 acquisitions;
	u64 contended;
	u64 wait_ns;
	u64 hold_ns_max;
	u64 hold_ns;
};

/** struct raw_spinlock_t - @locked: 0 or 1 */
typedef struct {
	u32 locked;
} raw_spinlock_t;

/**
 * struct spinlock - a lock that counts; all but @raw and @waiters belong to its holder
 * @raw:		the lock
 * @waiters:		threads in the slow path
 * @acquisitions:	times taken
 * @hold_start_ns:	start of the hold being timed, 0 none
 * @timed_at:		low half of the acquisition to be timed next
 * @timed:		holds that were timed
 * @timed_ns:		their sum
 * @contended:		acquisitions that had to wait
 * @wait_ns:		for so long
 * @hold_ns_max:	longest hold that was timed
 */
struct spinlock {
	raw_spinlock_t raw;
	u32 waiters;
	u64 acquisitions;
	u64 hold_start_ns;
	u32 timed_at;
	u32 timed;
	u64 timed_ns;
	u64 contended;
	u64 wait_ns;
	u64 hold_ns_max;
};

typedef struct spinlock spinlock_t;

#define __RAW_SPIN_LOCK_UNLOCKED \
	{                        \
		.locked = 0      \
	}
#define __SPIN_LOCK_UNLOCKED(x)                                            \
	{                                                                  \
		.raw = __RAW_SPIN_LOCK_UNLOCKED, .timed_at = KC_HOLD_FIRST \
	}
#define DEFINE_RAW_SPINLOCK(x) raw_spinlock_t x = __RAW_SPIN_LOCK_UNLOCKED
#define DEFINE_SPINLOCK(x)     spinlock_t x = __SPIN_LOCK_UNLOCKED(x)

/** kc_raw_spin_wait() - wait for a lock that was busy and take it. @lock: lock */
void kc_raw_spin_wait(raw_spinlock_t *lock);

/** kc_spin_wait() - the same for a counting lock. @lock: lock */
void kc_spin_wait(spinlock_t *lock);

/** kc_spin_hold_begin() - time the hold that begins now. @lock: held */
void kc_spin_hold_begin(spinlock_t *lock);

/** kc_spin_hold_end() - account the timed hold that ends now. @lock: held */
void kc_spin_hold_end(spinlock_t *lock);

/** spin_lock_stat() - add a lock's counters to @stat (the maximum of hold_ns_max) */
void spin_lock_stat(const spinlock_t *lock, struct kc_lock_stat *stat);

/** spin_lock_stat_reset() - start the counters anew. @lock: not held by anybody */
void spin_lock_stat_reset(spinlock_t *lock);

/** raw_spin_lock_init() - make @lock free */
static inline void raw_spin_lock_init(raw_spinlock_t *lock)
{
	lock->locked = 0;
}

/** raw_spin_trylock() - take @lock if it is free; acquire pairs with the unlock's release */
static inline bool raw_spin_trylock(raw_spinlock_t *lock)
{
	kc_spin_enter();
	if (!READ_ONCE(lock->locked) && !__atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE))
		return true;
	kc_spin_leave();
	return false;
}

/** raw_spin_lock() - take @lock */
static inline void raw_spin_lock(raw_spinlock_t *lock)
{
	kc_spin_enter();
	if (unlikely(__atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE)))
		kc_raw_spin_wait(lock);
}

/** raw_spin_unlock() - drop @lock */
static inline void raw_spin_unlock(raw_spinlock_t *lock)
{
	smp_store_release(&lock->locked, 0);
	kc_spin_leave();
}

/** raw_spin_is_locked() - does anybody hold @lock? */
static inline bool raw_spin_is_locked(const raw_spinlock_t *lock)
{
	return READ_ONCE(lock->locked);
}

/** spin_lock_init() - make @lock free and its counters 0 */
static inline void spin_lock_init(spinlock_t *lock)
{
	*lock = (spinlock_t)__SPIN_LOCK_UNLOCKED(lock);
}

/** kc_spin_acquired() - count an acquisition; only the holder writes these fields */
static inline __kc_unseen void kc_spin_acquired(spinlock_t *lock)
{
	u64 nr = READ_ONCE(lock->acquisitions) + 1;

	WRITE_ONCE(lock->acquisitions, nr);
	if (unlikely((u32)nr == lock->timed_at))
		kc_spin_hold_begin(lock);
}

/** spin_lock() - take @lock */
static inline void spin_lock(spinlock_t *lock)
{
	kc_spin_enter();
	if (unlikely(__atomic_exchange_n(&lock->raw.locked, 1, __ATOMIC_ACQUIRE)))
		kc_spin_wait(lock);
	kc_spin_acquired(lock);
}

/** spin_trylock() - take @lock if it is free */
static inline bool spin_trylock(spinlock_t *lock)
{
	if (!raw_spin_trylock(&lock->raw))
		return false;
	kc_spin_acquired(lock);
	return true;
}

/** spin_unlock() - drop @lock */
static inline void spin_unlock(spinlock_t *lock)
{
	if (unlikely(kc_unseen(lock->hold_start_ns)))
		kc_spin_hold_end(lock);
	raw_spin_unlock(&lock->raw);
}

/** spin_is_locked() - does anybody hold @lock? */
static inline bool spin_is_locked(const spinlock_t *lock)
{
	return raw_spin_is_locked(&lock->raw);
}

/** spin_is_contended() - does anybody wait for @lock? */
static inline bool spin_is_contended(const spinlock_t *lock)
{
	return READ_ONCE(lock->waiters);
}

/** lockdep_assert_held() - @lock is held by somebody */
#define lockdep_assert_held(lock) BUG_ON(!spin_is_locked(lock))

#endif
