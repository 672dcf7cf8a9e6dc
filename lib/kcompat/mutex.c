// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Sleeping locks over kc_wait(). Lock order inside a rw_semaphore: writers, then the state.
 */
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sched.h>

#include "port.h"

enum {
	KC_MUTEX_FREE,
	KC_MUTEX_HELD,
	KC_MUTEX_WAITED, /* held, and somebody may sleep */
};

#define KC_RWSEM_WRITER 0x80000000u /* a writer holds it or waits for the readers to leave */

void mutex_lock(struct mutex *lock)
{
	might_sleep();
	if (mutex_trylock(lock))
		return;
	while (__atomic_exchange_n(&lock->state, KC_MUTEX_WAITED, __ATOMIC_ACQUIRE))
		kc_wait(&lock->state, KC_MUTEX_WAITED, KC_FOREVER);
}

void mutex_unlock(struct mutex *lock)
{
	if (__atomic_exchange_n(&lock->state, KC_MUTEX_FREE, __ATOMIC_RELEASE) == KC_MUTEX_WAITED)
		kc_wake(&lock->state, 1);
}

void init_rwsem(struct rw_semaphore *sem)
{
	sem->state = 0;
	mutex_init(&sem->writers);
}

bool down_read_trylock(struct rw_semaphore *sem)
{
	u32 old = READ_ONCE(sem->state);

	while (!(old & KC_RWSEM_WRITER)) {
		if (try_cmpxchg_acquire(&sem->state, &old, old + 1))
			return true;
	}
	return false;
}

void down_read(struct rw_semaphore *sem)
{
	might_sleep();
	while (!down_read_trylock(sem)) {
		u32 old = READ_ONCE(sem->state);

		if (old & KC_RWSEM_WRITER)
			kc_wait(&sem->state, old, KC_FOREVER);
	}
}

void up_read(struct rw_semaphore *sem)
{
	if (__atomic_sub_fetch(&sem->state, 1, __ATOMIC_RELEASE) == KC_RWSEM_WRITER)
		kc_wake(&sem->state, INT32_MAX);
}

void down_write(struct rw_semaphore *sem)
{
	u32 old;

	mutex_lock(&sem->writers);
	__atomic_fetch_or(&sem->state, KC_RWSEM_WRITER, __ATOMIC_ACQUIRE);
	while ((old = smp_load_acquire(&sem->state)) != KC_RWSEM_WRITER)
		kc_wait(&sem->state, old, KC_FOREVER);
}

void up_write(struct rw_semaphore *sem)
{
	__atomic_fetch_and(&sem->state, ~KC_RWSEM_WRITER, __ATOMIC_RELEASE);
	kc_wake(&sem->state, INT32_MAX);
	mutex_unlock(&sem->writers);
}
