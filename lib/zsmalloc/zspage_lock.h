/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * zspage_lock: keeps the objects of a zspage where they are.
 *
 * Readers may sleep while they hold it; there can be many. A writer moves objects and never waits:
 * it tries, and while it works it keeps the inner spinlock, so that new readers spin.
 *
 * Source: mm/zsmalloc.c of Linux 6.18 to 7.1.
 */
#ifndef ZSMALLOC_ZSPAGE_LOCK_H
#define ZSMALLOC_ZSPAGE_LOCK_H

#include <linux/spinlock.h>
#include <linux/types.h>

/** ZSPAGE_WRITER - value of the count while a writer works */
#define ZSPAGE_WRITER (-1)

/**
 * struct zspage_lock - reader-writer lock without a blocking writer
 * @lock:	guards @count; a writer holds it throughout
 * @count:	readers, or ZSPAGE_WRITER
 */
struct zspage_lock {
	raw_spinlock_t lock;
	int count;
};

/** zspage_lock_init() - make a lock that nobody holds. @zl: lock */
static inline void zspage_lock_init(struct zspage_lock *zl)
{
	raw_spin_lock_init(&zl->lock);
	zl->count = 0;
}

/**
 * zspage_read_lock() - keep objects from moving
 * @zl:	lock
 * Context:	spins while a writer works; the holder may sleep.
 */
static inline void zspage_read_lock(struct zspage_lock *zl)
{
	raw_spin_lock(&zl->lock);
	zl->count++;
	raw_spin_unlock(&zl->lock);
}

/** zspage_read_unlock() - let objects move again. @zl: held for reading */
static inline void zspage_read_unlock(struct zspage_lock *zl)
{
	raw_spin_lock(&zl->lock);
	zl->count--;
	raw_spin_unlock(&zl->lock);
}

/**
 * zspage_write_trylock() - get the right to move objects
 * @zl:	lock
 * Return:	false if a reader holds it.
 */
static inline bool zspage_write_trylock(struct zspage_lock *zl)
{
	raw_spin_lock(&zl->lock);
	if (zl->count) {
		raw_spin_unlock(&zl->lock);
		return false;
	}
	zl->count = ZSPAGE_WRITER;
	return true;
}

/** zspage_write_unlock() - end what zspage_write_trylock() began. @zl: held for writing */
static inline void zspage_write_unlock(struct zspage_lock *zl)
{
	zl->count = 0;
	raw_spin_unlock(&zl->lock);
}

#endif
