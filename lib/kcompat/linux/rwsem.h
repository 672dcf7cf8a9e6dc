/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. A waiting writer keeps new readers out. Not kept: spinning, downgrading. */
#ifndef KCOMPAT_LINUX_RWSEM_H
#define KCOMPAT_LINUX_RWSEM_H

#include <linux/mutex.h>
#include <linux/types.h>

/**
 * struct rw_semaphore - sleeping reader-writer lock
 * @state:	readers, plus a bit while a writer holds or wants it
 * @writers:	held by the writer from down_write() to up_write()
 */
struct rw_semaphore {
	u32 state;
	struct mutex writers;
};

/** init_rwsem() - make @sem free */
void init_rwsem(struct rw_semaphore *sem);

/** down_read() - take @sem for reading; may sleep */
void down_read(struct rw_semaphore *sem);

/** down_read_trylock() - take @sem for reading unless a writer holds or wants it */
bool down_read_trylock(struct rw_semaphore *sem);

/** up_read() - drop @sem after reading */
void up_read(struct rw_semaphore *sem);

/** down_write() - take @sem for writing; may sleep */
void down_write(struct rw_semaphore *sem);

/** up_write() - drop @sem after writing */
void up_write(struct rw_semaphore *sem);

#endif
