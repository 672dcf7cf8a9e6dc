/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The slot table of the module: handle and flags of each slot, the lock a bit of the flags, as in
 * drivers/block/zram/zram_drv.h, without sizes, statistics and everything else.
 */
#ifndef ZRAM_SLOT_WORD_H
#define ZRAM_SLOT_WORD_H

#include <linux/atomic.h>
#include <linux/rwsem.h>
#include <linux/types.h>

struct zram_free_hook;

/**
 * enum zram_slot_flag - bits of a slot's flags; all but the lock change under the lock only
 * @SLOT_LOCKED:	the lock
 * @SLOT_DEFERRED:	its free is pending
 * @SLOT_WANTED:	for the self-test: written, and neither notified nor discarded since
 */
enum zram_slot_flag {
	SLOT_LOCKED,
	SLOT_DEFERRED,
	SLOT_WANTED,
};

/** struct zram_slot - one of them. @handle: its object, 0: empty, @flags: see above */
struct zram_slot {
	unsigned long handle;
	unsigned long flags;
};

/**
 * struct zram - a device
 * @table:	@nr_slots slots
 * @nr_slots:	how many
 * @hook:	read under RCU, as in any notification
 * @hook_lock:	read: its drain is called; write: it changes
 * @missed:	notifications that found the slot locked
 * @offered:	slots or handles that the hook was offered
 * @freed_wanted: slots that were drained although what is in them was written later: 0
 */
struct zram {
	struct zram_slot *table;
	u32 nr_slots;
	struct zram_free_hook __rcu *hook;
	struct rw_semaphore hook_lock;
	atomic64_t missed;
	atomic64_t offered;
	atomic64_t freed_wanted;
};

#endif
