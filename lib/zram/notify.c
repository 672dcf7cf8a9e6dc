// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The notification of the swap layer, and the hook that may take the free over.
 *
 * Without a hook, or with one that queues without atomics, a notification has two atomic
 * read-modify-writes: taking and dropping the slot lock. The statistics are per CPU and
 * the hook is read under RCU.
 */

#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>

#include "zram/device.h"
#include "zram/slot.h"
#include "zram/slot_word.h"
#include "zsmalloc/zsmalloc.h"

/* True if nothing is left to do for the slot here. */
static bool notify_offer(struct zram *zram, struct zram_free_hook *hook, u32 index)
{
	unsigned long handle;
	u32 size;

	/* A second notification of a pending slot frees it at once. */
	if (slot_deferred(zram, index))
		return false;
	if (hook->offer_slot)
		return hook->offer_slot(hook, index);
	if (!hook->offer_handle)
		return false;

	handle = slot_detach(zram, index, &size);
	if (handle && !hook->offer_handle(hook, handle, size))
		zs_free(zram->pool, handle);
	return true;
}

void zram_slot_free_notify(struct zram *zram, u32 index)
{
	struct zram_free_hook *hook;

	if (index >= zram->nr_slots)
		return;

	zram_count(zram, notify_free);
	if (!slot_trylock(zram, index)) {
		zram_count(zram, miss_free);
		return;
	}

	rcu_read_lock();
	hook = rcu_dereference(zram->hook);
	if (!hook || !notify_offer(zram, hook, index))
		slot_free(zram, index);
	rcu_read_unlock();

	slot_unlock(zram, index);
}

int zram_set_free_hook(struct zram *zram, struct zram_free_hook *hook)
{
	down_write(&zram->hook_lock);
	if (hook && zram->hook) {
		up_write(&zram->hook_lock);
		return -EBUSY;
	}
	rcu_assign_pointer(zram->hook, hook);
	up_write(&zram->hook_lock);
	synchronize_rcu();
	return 0;
}

bool zram_drain_hook(struct zram *zram)
{
	bool drained = false;

	down_read(&zram->hook_lock);
	if (zram->hook && zram->hook->drain) {
		zram->hook->drain(zram->hook);
		drained = true;
	}
	up_read(&zram->hook_lock);
	return drained;
}
