/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The slot table: 16 bytes per slot, its lock a bit of the slot word.
 *
 * Rules of the slot lock: exclusive; slot_lock() may sleep and so may the holder;
 * atomic contexts only slot_trylock() and cope with failure. Lock order: slot lock,
 * then what zs_free() takes.
 */
#ifndef ZRAM_SLOT_H
#define ZRAM_SLOT_H

#include <linux/types.h>

struct zram;

/** slot_trylock() - take the slot lock if it is free. @zram: device, @index: slot */
bool slot_trylock(struct zram *zram, u32 index);

/** slot_lock() - take the slot lock, sleeping if it is busy. @zram: device, @index: slot */
void slot_lock(struct zram *zram, u32 index);

/** slot_unlock() - drop the slot lock and wake a waiter. @zram: device, @index: slot */
void slot_unlock(struct zram *zram, u32 index);

/**
 * slot_free() - free what a slot holds, all statistics included
 * @zram:	device
 * @index:	slot, its lock held
 *
 * Cancels a pending free of the slot first. Idempotent.
 * Source:	drivers/block/zram/zram_drv.c of Linux 7.1.
 */
void slot_free(struct zram *zram, u32 index);

/** enum slot_drained - what slot_drain() found */
enum slot_drained {
	SLOT_BUSY,  /* locked by somebody else */
	SLOT_STALE, /* not pending any more */
	SLOT_FREED,
};

/**
 * slot_drain() - free a slot if it is pending
 * @zram:	device
 * @index:	slot, not locked by the caller
 * @wait:	for a busy one; it is not SLOT_BUSY then
 * @handle:	NULL: the object is freed under the slot lock, as slot_free() does; otherwise it is
 *		left to the caller, 0 if there was none
 *
 * ZRAM_DEFERRED is tested in the word the lock's RMW returns, and cleared with the rest of it.
 */
enum slot_drained slot_drain(struct zram *zram, u32 index, bool wait, unsigned long *handle);

/**
 * slot_detach() - clean a slot but leave its object
 * @zram:	device
 * @index:	slot, its lock held, ZRAM_DEFERRED clear
 * @size:	stored bytes, filled in when a handle is returned; may be NULL
 *
 * Return:	the handle, now the caller's to free, or 0 when there was none (empty or
 *		same-filled). All zram statistics are exact afterwards; the pool still
 *		counts the object.
 */
unsigned long slot_detach(struct zram *zram, u32 index, u32 *size);

#endif
