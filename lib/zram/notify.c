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
#include <linux/wait_bit.h>

#include "phase.h"
#include "zram/device.h"
#include "zram/slot.h"
#include "zram/slot_word.h"
#include "zram/zram_phase.h"
#include "zsmalloc/zsmalloc.h"

static __always_inline void notify_phase(enum zram_phase phase, const bool record)
{
	if (record)
		kc_phase_change(phase);
}

/* True if the hook has taken over. @handle: what it did not want of a slot that is clean now. */
static __always_inline bool notify_offer(struct zram *zram, u32 index, unsigned long *handle,
					 const bool record)
{
	struct zram_free_hook *hook = rcu_dereference(zram->hook);
	bool taken;
	u32 size;

	/* A second notification of a pending slot frees it at once. */
	if (!hook || slot_test_flag(zram, index, ZRAM_DEFERRED))
		return false;
	if (hook->offer_slot) {
		notify_phase(ZRAM_PHASE_QUEUE, record);
		taken = hook->offer_slot(hook, index);
		notify_phase(ZRAM_PHASE_NOTIFY, record);
		return taken;
	}
	if (!hook->offer_handle)
		return false;

	*handle = slot_detach(zram, index, &size);
	if (*handle) {
		notify_phase(ZRAM_PHASE_QUEUE, record);
		if (hook->offer_handle(hook, *handle, size))
			*handle = 0;
		notify_phase(ZRAM_PHASE_NOTIFY, record);
	}
	return true;
}

/*
 * One preemption-disabled section for counting and queueing, as the caller's cluster lock makes
 * it in the kernel, and as such an RCU reader; freeing is left out of it, which may have to wait.
 * The slot lock is taken and dropped as slot_trylock() and slot_unlock() do, without the calls.
 */
static __always_inline void notify_slot(struct zram *zram, u32 index, const bool record)
{
	unsigned int lock_bit = slot_lock_bit(zram);
	unsigned long handle = 0;
	u32 *word;
	bool taken;

	if (index >= kc_unseen(zram->nr_slots))
		return;
	word = &zram->table[index].word;

	preempt_disable();
	__this_cpu_inc(zram->counters->notify_free);
	if (!bit_trylock(word, lock_bit)) {
		__this_cpu_inc(zram->counters->miss_free);
		preempt_enable();
		return;
	}
	taken = notify_offer(zram, index, &handle, record);
	preempt_enable();

	if (unlikely(!taken))
		slot_free(zram, index);
	else if (unlikely(handle))
		zs_free(zram->pool, handle);
	bit_unlock(word, lock_bit);
}

static noinline_for_stack void notify_recorded(struct zram *zram, u32 index)
{
	unsigned int phase = kc_phase_change(ZRAM_PHASE_NOTIFY);

	notify_slot(zram, index, true);
	kc_phase_change(phase);
}

void zram_slot_free_notify(struct zram *zram, u32 index)
{
	if (kc_phases_on())
		notify_recorded(zram, index);
	else
		notify_slot(zram, index, false);
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

bool zram_drain_all(struct zram *zram)
{
	unsigned long before = zs_get_total_pages(zram->pool);
	bool drained = zram_drain_hook(zram);

	zs_flush_deferred(zram->pool);
	/* Deferred pages may have come back already, before the look at the total. */
	return drained || zram->pages == ZS_PAGES_DEFERRED ||
	       zs_get_total_pages(zram->pool) < before;
}
