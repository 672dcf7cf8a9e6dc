// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The notification of the swap layer, which a hook may take over.
 *
 * Without a hook, or with one that queues without atomics, a notification has three atomic
 * read-modify-writes: counting it, taking and dropping the slot lock. ZRAM_UNLOCK_STORE has two.
 * The hook is read under RCU.
 */

#include <linux/percpu.h>
#include <linux/rcupdate.h>

#include <kc_cost.h>

#include "bit_lock.h"
#include "phase.h"
#include "zram/device.h"
#include "zram/hook.h"
#include "zram/slot.h"
#include "zram/slot_word.h"
#include "zram/zram_phase.h"
#include "zsmalloc/zsmalloc.h"

static inline void notify_phase(enum zram_phase phase)
{
	if (kc_phases_on())
		kc_phase_change(phase);
}

/* Frees the slot at once and drops its lock. */
static noinline_for_stack void notify_free(struct zram *zram, u32 index, struct zram_slot *slot)
{
	slot_free(zram, index);
	slot_unlock_flip(zram, slot, slot_flag(zram, ZRAM_ENTRY_LOCK));
}

/* The slot is cleaned here, and the hook asked whether it wants the handle. */
static noinline_for_stack void notify_handle(struct zram *zram, u32 index, u32 size,
					     struct zram_free_hook *hook)
{
	bool (*offer)(struct zram_free_hook * hook, unsigned long handle, u32 size) =
		READ_ONCE(hook->offer_handle);
	unsigned long handle;
	unsigned int covered;

	if (unlikely(!offer)) {
		preempt_enable();
		notify_free(zram, index, &zram->table[index]);
		return;
	}
	handle = slot_detach(zram, index, NULL);
	if (handle) {
		notify_phase(ZRAM_PHASE_QUEUE);
		covered = kc_cost_cover(0);
		if (likely(offer(hook, handle, size)))
			handle = 0;
		kc_cost_cover(covered);
		notify_phase(ZRAM_PHASE_NOTIFY);
	}
	preempt_enable();
	if (unlikely(handle))
		zs_free(zram->pool, handle);
	slot_unlock_flip(zram, &zram->table[index], slot_flag(zram, ZRAM_ENTRY_LOCK));
}

/*
 * One preemption-disabled section for counting and queueing, as the caller's cluster lock makes
 * it in the kernel, and as such an RCU reader; freeing is left out of it, which may have to wait.
 * The slot lock is taken and dropped as slot_trylock() and slot_unlock() do, without the calls, and
 * ZRAM_DEFERRED goes with it: the lock's RMW says whether it is set, and the unlock sets it. A
 * second notification of a pending slot frees it at once.
 */
static __always_inline void notify_slot(struct zram *zram, u32 index, const bool record)
{
	bool (*offer)(struct zram_free_hook * hook, u32 index);
	struct zram_free_hook *hook;
	struct zram_slot *slot;
	unsigned int covered;
	bool taken;
	u32 old;

	if (index >= kc_unseen(zram->nr_slots))
		return;
	slot = &zram->table[index];
	kc_cost_event(KC_EVENT_NOTIFY);

	preempt_disable();
	__zram_count(zram, notify_free);
	/* Loaded before the lock's RMW, which later loads have to wait for. */
	hook = rcu_dereference(zram->hook);
	if (unlikely(!bit_trylock_word(&slot->word, slot_lock_bit(zram), &old))) {
		__zram_count(zram, miss_free);
		preempt_enable();
		return;
	}
	if (!hook || unlikely(old & slot_flag(zram, ZRAM_DEFERRED))) {
		preempt_enable();
		notify_free(zram, index, slot);
		return;
	}
	offer = READ_ONCE(hook->offer_slot);
	if (!offer) {
		notify_handle(zram, index, old & slot_size_mask(zram), hook);
		return;
	}
	if (record)
		notify_phase(ZRAM_PHASE_QUEUE);
	covered = kc_cost_cover(0);
	taken = offer(hook, index);
	kc_cost_cover(covered);
	if (record)
		notify_phase(ZRAM_PHASE_NOTIFY);
	preempt_enable();
	if (likely(taken))
		slot_unlock_flip(zram, slot,
				 slot_flag(zram, ZRAM_ENTRY_LOCK) | slot_flag(zram, ZRAM_DEFERRED));
	else
		notify_free(zram, (u32)(slot - zram->table), slot);
}

static noinline_for_stack void notify_recorded(struct zram *zram, u32 index)
{
	unsigned int phase = kc_phase_change(ZRAM_PHASE_NOTIFY);

	notify_slot(zram, index, true);
	kc_phase_change(phase);
}

void zram_slot_free_notify(struct zram *zram, u32 index)
{
	unsigned int covered = kc_cost_cover(1);

	if (kc_phases_on())
		notify_recorded(zram, index);
	else
		notify_slot(zram, index, false);
	kc_cost_cover(covered);
}
