/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. Not kept: optimistic spinning, owner checks, interruptible variants. */
#ifndef KCOMPAT_LINUX_MUTEX_H
#define KCOMPAT_LINUX_MUTEX_H

#include <linux/atomic.h>
#include <linux/types.h>

/** struct mutex - @state: 0 free, 1 held, 2 held and somebody may sleep for it */
struct mutex {
	u32 state;
};

#define __MUTEX_INITIALIZER(x) \
	{                      \
		.state = 0     \
	}
#define DEFINE_MUTEX(x) struct mutex x = __MUTEX_INITIALIZER(x)

/** mutex_lock() - take @lock; may sleep */
void mutex_lock(struct mutex *lock);

/** mutex_unlock() - drop @lock and wake one sleeper */
void mutex_unlock(struct mutex *lock);

/** mutex_init() - make @lock free */
static inline void mutex_init(struct mutex *lock)
{
	lock->state = 0;
}

/** mutex_trylock() - take @lock if it is free */
static inline bool mutex_trylock(struct mutex *lock)
{
	u32 old = 0;

	return try_cmpxchg_acquire(&lock->state, &old, 1);
}

/** mutex_is_locked() - does anybody hold @lock? */
static inline bool mutex_is_locked(const struct mutex *lock)
{
	return READ_ONCE(lock->state);
}

#endif
