/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * slots: the slot table that stands for zram's, with the calls that zram would have to make.
 *
 * Locks, outermost first: hook_lock; a cluster's lock, as the swap layer holds it around
 * notifications; the slot lock; what the strategy takes.
 */
#ifndef SLOTS_H
#define SLOTS_H

#include <linux/types.h>

#include "zram/slot_word.h"

/** slots_init() - make an empty table. @zram: zeroed, @nr: slots. Return: 0 or -ENOMEM. */
int slots_init(struct zram *zram, u32 nr);

/** slots_exit() - free what is stored, and the table. @zram: without a hook */
void slots_exit(struct zram *zram);

/**
 * slots_write() - put a new object into a slot
 * @zram:	device
 * @index:	slot
 * @size:	bytes of the object
 *
 * Short of objects it drains, as zram does at its memory limit.
 *
 * Context:	process, may sleep.
 * Return:	0 or -ENOMEM.
 */
int slots_write(struct zram *zram, u32 index, size_t size);

/** slots_discard() - free a slot; process context. @zram: device, @index: slot */
void slots_discard(struct zram *zram, u32 index);

/**
 * slots_notify() - the swap layer does not need some slots any more
 * @zram:	device
 * @index:	first slot
 * @nr:		slots, all below the end of the table
 *
 * Context:	any but interrupts. They are notified under one spinlock, as those of a cluster.
 */
void slots_notify(struct zram *zram, u32 index, u32 nr);

/**
 * slots_wrong() - slots that are not as the last write, notification or discard has left them
 * @zram:	device that nobody uses, nothing pending
 * Return:	how many hold something that is not wanted, or not what is.
 */
u64 slots_wrong(struct zram *zram);

#endif
