// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Slot lock, freeing, installing.
 *
 * Lock order of lib/zram, outermost first:
 *
 *	hook_lock	read: while a hook's drain runs; write: while the hook changes
 *	dev_lock	write: reset, recompression, changing the limit;
 *			read: statistics, idle marking, compaction
 *	slot lock	a bit of the slot word; never two at a time
 *	stream mutex	zcomp; a slot lock is never taken while it is held
 *	whatever zs_malloc(), zs_free() and the hook's callbacks take
 *
 * Reading, writing, discarding and notifying take no device lock, as in the kernel: that
 * nobody resets a device in use is the caller's business. Notifying only tries the slot
 * lock, and takes none of the other sleeping locks.
 */

#include <linux/rcupdate.h>

#include <kc_cost.h>

#include "bit_lock.h"
#include "phase.h"
#include "port.h"
#include "zram/hook.h"
#include "zram/slot.h"
#include "zram/slot_word.h"
#include "zram/zram_phase.h"
#include "zsmalloc/zsmalloc.h"

enum {
	NSEC_PER_S = 1000000000,
	SLOT_LOOK_NS = 1000, /* between two looks at a lock whose holder wakes nobody */
};

/* The clock of access times, in seconds, never 0. */
static u32 zram_now_s(void)
{
	return (u32)(kc_now_ns() / NSEC_PER_S) | 1;
}

bool slot_trylock(struct zram *zram, u32 index)
{
	return bit_trylock(&zram->table[index].word, slot_lock_bit(zram));
}

/* The wait is counted once it is over, on the CPU where the task is then. */
static void slot_lock_slow(struct zram *zram, u32 index)
{
	struct zram_cpu_counters *counters;
	u64 start = kc_now_ns(), ns;

	if (zram->unlock == ZRAM_UNLOCK_WAKES)
		bit_lock_wait(&zram->table[index].word, slot_lock_bit(zram));
	else
		while (!slot_trylock(zram, index))
			kc_sleep_ns(SLOT_LOOK_NS);
	ns = kc_now_ns() - start;
	preempt_disable();
	counters = this_cpu_ptr(zram->cpu_counters);
	WRITE_ONCE(counters->slot_waits, counters->slot_waits + 1);
	WRITE_ONCE(counters->slot_wait_ns, counters->slot_wait_ns + (s64)ns);
	preempt_enable();
}

void slot_lock(struct zram *zram, u32 index)
{
	if (unlikely(!slot_trylock(zram, index)))
		slot_lock_slow(zram, index);
}

void slot_unlock(struct zram *zram, u32 index)
{
	slot_unlock_flip(zram, &zram->table[index], slot_flag(zram, ZRAM_ENTRY_LOCK));
}

void slot_accessed(struct zram *zram, u32 index)
{
	u32 gone = slot_flag(zram, ZRAM_IDLE) | slot_flag(zram, ZRAM_PP_SLOT);

	slot_lock(zram, index);
	slot_set_word(zram, index, slot_word(zram, index) & ~gone);
	zram->table[index].ac_time = zram_now_s();
	slot_unlock(zram, index);
	zram_count_access(zram);
}

/* One load and one store, which the compiler may merge with no other. */
static __always_inline void word_clear(u32 *word, u32 bits)
{
	WRITE_ONCE(*word, READ_ONCE(*word) & ~bits);
}

/*
 * Flag by flag, the priority in two steps, then the size if there was content. The deferred flag is
 * ours; the kernel has nothing in its place, so it costs nothing unless it is set, and so do flags
 * that the release does not clear.
 * Source: slot_free() in drivers/block/zram/zram_drv.c of Linux 7.1, zram_free_page() of 6.1, 6.12.
 */
static noinline_for_stack void slot_clear_single(u32 *word, unsigned int shift,
						 enum zram_clears clears, u32 old, bool content)
{
	const u32 flag = 2U << shift;
	const u32 priority = flag << ZRAM_COMP_PRIORITY_BIT1 | flag << ZRAM_COMP_PRIORITY_BIT2;
	u32 rest = old & flag << ZRAM_DEFERRED;

	word_clear(word, flag << ZRAM_IDLE);
	if (clears != ZRAM_CLEARS_IDLE)
		word_clear(word, flag << ZRAM_INCOMPRESSIBLE);
	if (clears == ZRAM_CLEARS_ALL) {
		word_clear(word, flag << ZRAM_PP_SLOT);
		word_clear(word, priority);
		WRITE_ONCE(*word, READ_ONCE(*word) | 0); /* priority 0 */
	} else {
		rest |= old & (priority | flag << ZRAM_PP_SLOT | flag << ZRAM_INCOMPRESSIBLE);
	}
	if (READ_ONCE(*word) & flag << ZRAM_HUGE)
		word_clear(word, flag << ZRAM_HUGE);
	if (READ_ONCE(*word) & flag << ZRAM_WB)
		word_clear(word, flag << ZRAM_WB);
	if (READ_ONCE(*word) & flag << ZRAM_SAME)
		word_clear(word, flag << ZRAM_SAME);
	if (unlikely(rest))
		word_clear(word, rest);
	if (content)
		word_clear(word, flag - 1);
}

/* What was counted is what kernels have, which clear flag by flag. */
static __always_inline void slot_clean_event(bool same, bool stored)
{
	if (same)
		kc_cost_event(KC_EVENT_CLEAN_SAME);
	else
		kc_cost_event(stored ? KC_EVENT_CLEAN_STORED : KC_EVENT_CLEAN_EMPTY);
}

/* slot_detach() but for the phase. @word: the slot's, with or without the lock */
static __always_inline unsigned long slot_clean(struct zram *zram, struct zram_slot *slot, u32 word)
{
	u32 bytes = word & slot_size_mask(zram);
	unsigned long handle = slot->handle;
	bool same = word & slot_flag(zram, ZRAM_SAME);
	bool huge = word & slot_flag(zram, ZRAM_HUGE);
	bool single = kc_unseen(zram->flags) != ZRAM_FLAGS_MERGED;
	unsigned int covered = kc_cost_cover(single);

	if (single)
		slot_clean_event(same, handle);
	/* One store takes size and flags away, but for the lock. */
	if (likely(!single))
		WRITE_ONCE(slot->word, slot_flag(zram, ZRAM_ENTRY_LOCK));
	else
		slot_clear_single(&slot->word, zram->page_shift, kc_unseen(zram->clears), word,
				  same || handle);
	slot->ac_time = 0;
	if (same || handle) {
		slot->handle = 0;
		zram_account(zram, -1, -(s64)bytes, -(int)same, -(int)huge);
	}
	kc_cost_cover(covered);
	return same ? 0 : handle;
}

static noinline_for_stack unsigned long slot_clean_recorded(struct zram *zram,
							    struct zram_slot *slot, u32 word)
{
	unsigned int phase = kc_phase_change(ZRAM_PHASE_SLOT);
	unsigned long handle = slot_clean(zram, slot, word);

	kc_phase_change(phase);
	return handle;
}

static __always_inline unsigned long __slot_detach(struct zram *zram, struct zram_slot *slot,
						   u32 word)
{
	if (kc_phases_on())
		return slot_clean_recorded(zram, slot, word);
	return slot_clean(zram, slot, word);
}

unsigned long slot_detach(struct zram *zram, u32 index, u32 *size)
{
	struct zram_slot *slot = &zram->table[index];
	u32 word = READ_ONCE(slot->word);
	unsigned long handle = __slot_detach(zram, slot, word);

	if (handle && size)
		*size = word & slot_size_mask(zram);
	return handle;
}

static void slot_cancel(struct zram *zram, u32 index)
{
	unsigned int covered = kc_cost_cover(0);
	struct zram_free_hook *hook;

	rcu_read_lock();
	hook = rcu_dereference(zram->hook);
	if (hook && hook->cancel)
		hook->cancel(hook, index);
	rcu_read_unlock();
	kc_cost_cover(covered);
}

void slot_free(struct zram *zram, u32 index)
{
	struct zram_slot *slot = &zram->table[index];
	u32 word = READ_ONCE(slot->word);
	unsigned long handle;

	if (unlikely(word & slot_flag(zram, ZRAM_DEFERRED)))
		slot_cancel(zram, index);
	handle = __slot_detach(zram, slot, word);
	if (handle)
		zs_free(zram->pool, handle);
}

enum slot_drained slot_drain(struct zram *zram, u32 index, bool wait, unsigned long *handle)
{
	struct zram_slot *slot = &zram->table[index];
	unsigned long freed;
	u32 word;

	if (unlikely(!bit_trylock_word(&slot->word, slot_lock_bit(zram), &word))) {
		if (!wait)
			return SLOT_BUSY;
		slot_lock_slow(zram, index);
		word = READ_ONCE(slot->word);
	}
	if (unlikely(!(word & slot_flag(zram, ZRAM_DEFERRED)))) {
		slot_unlock(zram, index);
		return SLOT_STALE;
	}
	freed = __slot_detach(zram, slot, word);
	if (handle)
		*handle = freed;
	else if (freed)
		zs_free(zram->pool, freed);
	bit_unlock(&slot->word, slot_lock_bit(zram));
	return SLOT_FREED;
}

void slot_install(struct zram *zram, u32 index, unsigned long handle, u32 size, unsigned int prio)
{
	bool huge = size == zram_page_size(zram);
	u32 word;

	slot_free(zram, index);
	word = slot_word(zram, index) | size;
	word |= prio << (zram->page_shift + 1 + ZRAM_COMP_PRIORITY_BIT1);
	if (huge)
		word |= slot_flag(zram, ZRAM_HUGE);
	slot_set_word(zram, index, word);
	zram->table[index].handle = handle;
	zram_account(zram, 1, size, 0, huge);
}

void slot_install_same(struct zram *zram, u32 index, unsigned long fill)
{
	slot_free(zram, index);
	slot_set_flag(zram, index, ZRAM_SAME);
	zram->table[index].handle = fill;
	zram_account(zram, 1, 0, 1, 0);
}
