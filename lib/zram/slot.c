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
#include <linux/wait_bit.h>

#include "zram/slot.h"
#include "zram/slot_word.h"
#include "zsmalloc/zsmalloc.h"

bool slot_trylock(struct zram *zram, u32 index)
{
	return bit_trylock(&zram->table[index].word, slot_lock_bit(zram));
}

void slot_lock(struct zram *zram, u32 index)
{
	bit_lock(&zram->table[index].word, slot_lock_bit(zram));
}

void slot_unlock(struct zram *zram, u32 index)
{
	bit_unlock(&zram->table[index].word, slot_lock_bit(zram));
}

bool slot_deferred(struct zram *zram, u32 index)
{
	return slot_test_flag(zram, index, ZRAM_DEFERRED);
}

void slot_set_deferred(struct zram *zram, u32 index)
{
	slot_set_flag(zram, index, ZRAM_DEFERRED);
}

void slot_clear_deferred(struct zram *zram, u32 index)
{
	slot_clear_flag(zram, index, ZRAM_DEFERRED);
}

u32 slot_stored_bytes(struct zram *zram, u32 index)
{
	return slot_size(zram, index);
}

void slot_accessed(struct zram *zram, u32 index)
{
	u32 gone = slot_flag(zram, ZRAM_IDLE) | slot_flag(zram, ZRAM_PP_SLOT);

	slot_lock(zram, index);
	slot_set_word(zram, index, slot_word(zram, index) & ~gone);
	zram->table[index].ac_time = zram_now_s();
	slot_unlock(zram, index);
}

unsigned long slot_detach(struct zram *zram, u32 index, u32 *size)
{
	struct zram_slot *slot = &zram->table[index];
	u32 word = slot_word(zram, index);
	u32 bytes = word & slot_size_mask(zram);
	unsigned long handle = slot->handle;
	bool same = word & slot_flag(zram, ZRAM_SAME);
	bool huge = word & slot_flag(zram, ZRAM_HUGE);

	/* One store takes size and flags away; the kernel clears flag by flag. */
	slot_set_word(zram, index, word & slot_flag(zram, ZRAM_ENTRY_LOCK));
	slot->ac_time = 0;
	if (!same && !handle)
		return 0;

	slot->handle = 0;
	zram_account(zram, -1, -(s64)bytes, -(int)same, -(int)huge);
	if (same)
		return 0;
	if (size)
		*size = bytes;
	return handle;
}

static void slot_cancel(struct zram *zram, u32 index)
{
	struct zram_free_hook *hook;

	rcu_read_lock();
	hook = rcu_dereference(zram->hook);
	if (hook && hook->cancel)
		hook->cancel(hook, index);
	rcu_read_unlock();
}

void slot_free(struct zram *zram, u32 index)
{
	unsigned long handle;

	if (slot_deferred(zram, index))
		slot_cancel(zram, index);
	handle = slot_detach(zram, index, NULL);
	if (handle)
		zs_free(zram->pool, handle);
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
