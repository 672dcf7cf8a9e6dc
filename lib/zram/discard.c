// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Discard: whole pages inside a byte range are freed, partial ones at its ends are not. With pages
 * above the logical block a range of blocks may have such ends.
 */

#include <linux/errno.h>

#include <kc_cost.h>

#include "zram/device.h"
#include "zram/slot.h"
#include "zram/slot_word.h"

int zram_discard(struct zram *zram, u64 offset, u64 len)
{
	u64 page = zram_page_size(zram);
	u64 disk = (u64)zram->nr_slots << zram->page_shift;
	bool whole = !offset && len == disk;
	u64 end = offset + len, first, i;
	unsigned int covered;

	/* Before the driver sees a request the block layer has refused these. */
	if ((offset | len) & (ZRAM_LOGICAL_BLOCK_SIZE - 1))
		return -EINVAL;
	if (!len || offset > disk || len > disk - offset)
		return -EINVAL;
	if (whole)
		zram_drain_hook(zram);

	first = (offset + page - 1) >> zram->page_shift;
	covered = kc_cost_cover(1);
	for (i = first; i < end >> zram->page_shift; i++) {
		kc_cost_event(KC_EVENT_NOTIFY);
		slot_lock(zram, (u32)i);
		slot_free(zram, (u32)i);
		slot_unlock(zram, (u32)i);
		zram_count(zram, notify_free);
	}
	kc_cost_cover(covered);
	if (whole)
		zs_flush_deferred(zram->pool);
	return 0;
}
