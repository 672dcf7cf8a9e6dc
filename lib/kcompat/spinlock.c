// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Slow paths and statistics of spinlocks and reader-writer locks. The orderings are those of
 * the fast paths in the headers: taking is an acquire, dropping a release, on the lock word.
 */
#include <linux/rwlock.h>
#include <linux/spinlock.h>

#include "clock.h"
#include "port.h"

void kc_raw_spin_wait(raw_spinlock_t *lock)
{
	unsigned int spins = 0;

	/* The caller has entered; a successful attempt would count a second time. */
	while (READ_ONCE(lock->locked) || __atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE))
		kc_relax(&lock->locked, &spins);
}

void kc_spin_wait(spinlock_t *lock)
{
	u64 start = kc_now_ns();

	__atomic_fetch_add(&lock->waiters, 1, __ATOMIC_RELAXED);
	kc_raw_spin_wait(&lock->raw);
	__atomic_fetch_sub(&lock->waiters, 1, __ATOMIC_RELAXED);
	WRITE_ONCE(lock->contended, lock->contended + 1);
	WRITE_ONCE(lock->wait_ns, lock->wait_ns + kc_now_ns() - start);
}

/*
 * The first hold is timed, then another of the next few, so that a lock rarely taken has an
 * estimate, too; from there on distances are 1 to 2 * KC_HOLD_SAMPLE. They are scattered by a hash
 * of the number of this hold: a fixed distance would follow the zspages, many of 64 objects.
 */
void kc_spin_hold_begin(spinlock_t *lock)
{
	u32 hash = (u32)lock->acquisitions * 0x9e3779b1u >> 16;
	u32 range = lock->timed ? 2 * KC_HOLD_SAMPLE : KC_HOLD_SAMPLE / 4;

	lock->timed_at = (u32)lock->acquisitions + 1 + (hash & (range - 1));
	lock->hold_start_ns = kc_now_ns();
}

void kc_spin_hold_end(spinlock_t *lock)
{
	u64 ns = kc_now_ns() - lock->hold_start_ns;

	lock->hold_start_ns = 0;
	WRITE_ONCE(lock->timed, lock->timed + 1);
	WRITE_ONCE(lock->timed_ns, lock->timed_ns + ns);
	if (ns > lock->hold_ns_max)
		WRITE_ONCE(lock->hold_ns_max, ns);
}

/* The sum of all holds, from the sum of @timed of them. */
static u64 kc_hold_ns(u64 timed_ns, u32 timed, u64 holds)
{
	double ns = (double)timed_ns - (double)timed * kc_now_cost_ns();

	return timed && ns > 0 ? (u64)(ns / (double)timed * (double)holds) : 0;
}

void spin_lock_stat(const spinlock_t *lock, struct kc_lock_stat *stat)
{
	u64 hold = READ_ONCE(lock->hold_ns_max);
	u64 acquisitions = READ_ONCE(lock->acquisitions);

	stat->acquisitions += acquisitions;
	stat->hold_ns +=
		kc_hold_ns(READ_ONCE(lock->timed_ns), READ_ONCE(lock->timed), acquisitions);
	stat->contended += READ_ONCE(lock->contended);
	stat->wait_ns += READ_ONCE(lock->wait_ns);
	if (hold > stat->hold_ns_max)
		stat->hold_ns_max = hold;
}

void spin_lock_stat_reset(spinlock_t *lock)
{
	WRITE_ONCE(lock->acquisitions, 0);
	WRITE_ONCE(lock->timed_at, KC_HOLD_FIRST);
	WRITE_ONCE(lock->timed, 0);
	WRITE_ONCE(lock->timed_ns, 0);
	WRITE_ONCE(lock->contended, 0);
	WRITE_ONCE(lock->wait_ns, 0);
	WRITE_ONCE(lock->hold_ns_max, 0);
}

static u64 kc_rw_wait_begin(rwlock_t *lock)
{
	__atomic_fetch_add(&lock->waiters, 1, __ATOMIC_RELAXED);
	return kc_now_ns();
}

static void kc_rw_wait_end(rwlock_t *lock, u64 start)
{
	__atomic_fetch_sub(&lock->waiters, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&lock->contended, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&lock->wait_ns, kc_now_ns() - start, __ATOMIC_RELAXED);
}

/*
 * Who has counted itself in while a writer holds the lock goes before the next writer, as the first
 * of the kernel's queue does: one that takes the lock again and again starves no reader. Behind a
 * writer that waits readers count themselves out, or it would starve.
 */
void kc_read_wait(rwlock_t *lock, u64 old)
{
	u64 start = kc_rw_wait_begin(lock);
	unsigned int spins = 0;

	while (old & KC_RW_PENDING) {
		__atomic_fetch_sub(&lock->word, KC_RW_ACQUIRED + KC_RW_READER, __ATOMIC_RELAXED);
		while (READ_ONCE(lock->word) & KC_RW_PENDING)
			kc_relax(&lock->word, &spins);
		old = __atomic_fetch_add(&lock->word, KC_RW_ACQUIRED + KC_RW_READER,
					 __ATOMIC_RELAXED);
	}
	/* Pairs with write_unlock(). */
	while (smp_load_acquire(&lock->word) & KC_RW_WRITER)
		kc_relax(&lock->word, &spins);
	kc_rw_wait_end(lock, start);
}

void kc_write_wait(rwlock_t *lock)
{
	u64 start = kc_rw_wait_begin(lock);
	unsigned int spins = 0;

	kc_spin_enter();
	for (;;) {
		u64 old = READ_ONCE(lock->word);

		/* The writer that gets in takes the mark along; others set it again. */
		if (!(old & KC_RW_STATE & ~KC_RW_PENDING)) {
			u64 new = (old & ~KC_RW_PENDING) + KC_RW_ACQUIRED + KC_RW_WRITER;

			if (try_cmpxchg_acquire(&lock->word, &old, new))
				break;
		} else if (!(old & KC_RW_PENDING)) {
			__atomic_fetch_or(&lock->word, KC_RW_PENDING, __ATOMIC_RELAXED);
		}
		kc_relax(&lock->word, &spins);
	}
	kc_write_hold_begin(lock);
	kc_rw_wait_end(lock, start);
}

void kc_write_hold_begin(rwlock_t *lock)
{
	lock->hold_start_ns = kc_now_ns();
}

void kc_write_hold_end(rwlock_t *lock)
{
	u64 ns = kc_now_ns() - lock->hold_start_ns;

	WRITE_ONCE(lock->writes, lock->writes + 1);
	WRITE_ONCE(lock->write_ns, lock->write_ns + ns);
	if (ns > lock->hold_ns_max)
		WRITE_ONCE(lock->hold_ns_max, ns);
}

void rwlock_stat(const rwlock_t *lock, struct kc_lock_stat *stat)
{
	u64 hold = READ_ONCE(lock->hold_ns_max);
	u32 writes = READ_ONCE(lock->writes);

	stat->acquisitions += READ_ONCE(lock->word) >> 32;
	stat->hold_ns += kc_hold_ns(READ_ONCE(lock->write_ns), writes, writes);
	stat->contended += READ_ONCE(lock->contended);
	stat->wait_ns += READ_ONCE(lock->wait_ns);
	if (hold > stat->hold_ns_max)
		stat->hold_ns_max = hold;
}

void rwlock_stat_reset(rwlock_t *lock)
{
	__atomic_fetch_and(&lock->word, KC_RW_STATE, __ATOMIC_RELAXED);
	WRITE_ONCE(lock->writes, 0);
	WRITE_ONCE(lock->write_ns, 0);
	WRITE_ONCE(lock->contended, 0);
	WRITE_ONCE(lock->wait_ns, 0);
	WRITE_ONCE(lock->hold_ns_max, 0);
}
