// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The life of the free hook, and draining what it has pending.
 */

#include <linux/errno.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>

#include "zram/device.h"
#include "zram/hook.h"
#include "zsmalloc/zsmalloc.h"

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

void zram_close_free_hook(struct zram *zram)
{
	down_write(&zram->hook_lock);
	WRITE_ONCE(zram->hook->offer_slot, NULL);
	WRITE_ONCE(zram->hook->offer_handle, NULL);
	up_write(&zram->hook_lock);
	synchronize_rcu();
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

bool zram_drain_all(struct zram *zram)
{
	unsigned long before = zs_get_total_pages(zram->pool);
	bool drained = zram_drain_hook(zram);

	zs_flush_deferred(zram->pool);
	/* Deferred pages may have come back already, before the look at the total. */
	return drained || zram->pages == ZS_PAGES_DEFERRED ||
	       zs_get_total_pages(zram->pool) < before;
}
