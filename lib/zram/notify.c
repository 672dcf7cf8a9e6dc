// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The notification of the swap layer, which a hook may take over.
 *
 * Without a hook, or with one that queues without atomics, a notification has two atomic
 * read-modify-writes: taking and dropping the slot lock. The statistics are per CPU and
 * the hook is read under RCU.
 */

#include <linux/percpu.h>
#include <linux/rcupdate.h>

#include "bit_lock.h"
#include "phase.h"
#include "zram/device.h"
#include "zram/hook.h"
#include "zram/slot.h"
#include "zram/slot_word.h"
#include "zram/zram_phase.h"
#include "zsmalloc/zsmalloc.h"

static __always_inline void notify_phase(enum zram_phase phase, const bool record)
{
	if (record)
		kc_phase_change(phase);
}

/* True: the slot is clean. @word: what it was; @handle: what the hook did not want of it. */
static __always_inline bool notify_offer_handle(struct zram *zram, u32 index, u32 word,
						struct zram_free_hook *hook, unsigned long *handle,
						const bool record)
{
	bool (*offer)(struct zram_free_hook * hook, unsigned long handle, u32 size) =
		READ_ONCE(hook->offer_handle);

	if (!offer)
		return false;
	*handle = slot_detach(zram, index, NULL);
	if (!*handle)
		return true;
	notify_phase(ZRAM_PHASE_QUEUE, record);
	if (offer(hook, *handle, word & slot_size_mask(zram)))
		*handle = 0;
	notify_phase(ZRAM_PHASE_NOTIFY, record);
	return true;
}

/* Has the hook taken it? If it was the slot, unlocking that raises ZRAM_DEFERRED: see @flip. */
static __always_inline bool notify_offer(struct zram *zram, u32 index, u32 word,
					 struct zram_free_hook *hook, u32 *flip,
					 unsigned long *handle, const bool record)
{
	bool (*offer)(struct zram_free_hook * hook, u32 index) = READ_ONCE(hook->offer_slot);
	bool taken;

	if (!offer)
		return notify_offer_handle(zram, index, word, hook, handle, record);
	notify_phase(ZRAM_PHASE_QUEUE, record);
	taken = offer(hook, index);
	notify_phase(ZRAM_PHASE_NOTIFY, record);
	if (taken)
		*flip |= slot_flag(zram, ZRAM_DEFERRED);
	return taken;
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
	u32 flip = 1U << slot_lock_bit(zram), old;
	struct zram_free_hook *hook;
	unsigned long handle = 0;
	bool taken = false;
	u32 *word;

	if (index >= kc_unseen(zram->nr_slots))
		return;
	word = &zram->table[index].word;

	preempt_disable();
	__zram_count(zram, notify_free);
	if (!bit_trylock_word(word, slot_lock_bit(zram), &old)) {
		__zram_count(zram, miss_free);
		preempt_enable();
		return;
	}
	hook = rcu_dereference(zram->hook);
	if (hook && !(old & slot_flag(zram, ZRAM_DEFERRED)))
		taken = notify_offer(zram, index, old, hook, &flip, &handle, record);
	preempt_enable();

	if (unlikely(!taken))
		slot_free(zram, index);
	else if (unlikely(handle))
		zs_free(zram->pool, handle);
	bit_unlock_flip(word, flip);
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
