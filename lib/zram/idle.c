// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Idle marking. It holds slot locks one after the other, which is one of the few ways for
 * a notification to miss.
 */

#include <linux/percpu.h>
#include <linux/sched.h>

#include "zram/device.h"
#include "zram/slot.h"
#include "zram/slot_word.h"

static bool slot_mark_idle(struct zram *zram, u32 index)
{
	if (!slot_allocated(zram, index) || slot_test_flag(zram, index, ZRAM_SAME) ||
	    slot_test_flag(zram, index, ZRAM_WB) || slot_test_flag(zram, index, ZRAM_IDLE))
		return false;
	slot_set_flag(zram, index, ZRAM_IDLE);
	return true;
}

u32 zram_mark_idle(struct zram *zram)
{
	u32 index, marked = 0;

	down_read(&zram->dev_lock);
	for (index = 0; index < zram->nr_slots; index++) {
		slot_lock(zram, index);
		marked += slot_mark_idle(zram, index);
		slot_unlock(zram, index);
		cond_resched();
	}
	this_cpu_add(zram->cpu_counters->idle_marks, zram->nr_slots);
	up_read(&zram->dev_lock);
	return marked;
}
