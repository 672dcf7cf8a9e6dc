/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * One slot, 16 bytes: what it holds and, in one word, its size, flags and lock.
 *
 * Who may write what: the lock bit changes by an atomic read-modify-write of whoever takes
 * or drops the lock (ZRAM_UNLOCK_STORE: of whoever takes it); every other bit only by the
 * holder, with a relaxed load and a relaxed store. That loses nothing: a trylock that fails
 * stores the word it has read. Only the holder can have changed the bits of the word, and
 * its store comes before or after that indivisible exchange, never inside it.
 */
#ifndef ZRAM_SLOT_WORD_H
#define ZRAM_SLOT_WORD_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include <kc_unseen.h>

#include "bit_lock.h"
#include "zram/device.h"

/**
 * enum zram_slot_flag - flags of a slot, as distance from the end of the size field
 * @ZRAM_SAME:		a page of one repeated word; the handle is that word
 * @ZRAM_ENTRY_LOCK:	the slot lock
 * @ZRAM_WB:		on a backing device; reserved, nothing here writes back
 * @ZRAM_PP_SLOT:	chosen by a recompression that has not come to it yet
 * @ZRAM_HUGE:		stored as it is
 * @ZRAM_IDLE:		not accessed since the last idle marking
 * @ZRAM_INCOMPRESSIBLE: no configured compressor could shrink it
 * @ZRAM_COMP_PRIORITY_BIT1: with BIT2, priority of the compressor that made it
 * @ZRAM_COMP_PRIORITY_BIT2: high bit of the priority
 * @ZRAM_DEFERRED:	ours: notified, and queued by the hook
 * @ZRAM_NR_SLOT_FLAGS:	how many there are
 *
 * The size takes the low page_shift + 1 bits, as the page size itself must fit.
 *
 * Source:	drivers/block/zram/zram_drv.h of Linux 7.1, but for ZRAM_DEFERRED.
 */
enum zram_slot_flag {
	ZRAM_SAME,
	ZRAM_ENTRY_LOCK,
	ZRAM_WB,
	ZRAM_PP_SLOT,
	ZRAM_HUGE,
	ZRAM_IDLE,
	ZRAM_INCOMPRESSIBLE,
	ZRAM_COMP_PRIORITY_BIT1,
	ZRAM_COMP_PRIORITY_BIT2,
	ZRAM_DEFERRED,
	ZRAM_NR_SLOT_FLAGS,
};

/** enum zram_slot_limits - largest page the slot word has room for */
enum zram_slot_limits {
	ZRAM_MAX_PAGE_SHIFT = 16,
};

_Static_assert(ZRAM_MAX_PAGE_SHIFT + 1 + ZRAM_NR_SLOT_FLAGS <= 32, "size and flags fit in the "
								   "word");

/**
 * struct zram_slot - one entry of the slot table
 * @handle:	of the object, the fill word of a same-filled page, or 0: nothing stored
 * @word:	size and flags, see enum zram_slot_flag
 * @ac_time:	second of the last access; 0 once freed
 *
 * A fill word of 0 is legal, so emptiness is "handle 0 and not ZRAM_SAME".
 */
struct zram_slot {
	unsigned long handle;
	u32 word;
	u32 ac_time;
};

_Static_assert(sizeof(struct zram_slot) == 16, "16 bytes per slot");

/** slot_lock_bit() - number of the lock bit in the slot word. @zram: device */
static inline unsigned int slot_lock_bit(const struct zram *zram)
{
	return kc_unseen(zram->page_shift) + 1 + ZRAM_ENTRY_LOCK;
}

/** slot_flag() - bit of a flag in the slot word. @zram: device, @flag: which */
static inline u32 slot_flag(const struct zram *zram, enum zram_slot_flag flag)
{
	return 1U << (kc_unseen(zram->page_shift) + 1 + flag);
}

/** slot_size_mask() - bits of the size in the slot word. @zram: device */
static inline u32 slot_size_mask(const struct zram *zram)
{
	return slot_flag(zram, ZRAM_SAME) - 1;
}

/** slot_word() - read the word. @zram: device, @index: slot; stable only under its lock */
static inline u32 slot_word(const struct zram *zram, u32 index)
{
	return READ_ONCE(zram->table[index].word);
}

/**
 * slot_set_word() - write the word
 * @zram:	device
 * @index:	slot, locked
 * @word:	with the lock bit still set
 */
static inline void slot_set_word(struct zram *zram, u32 index, u32 word)
{
	WRITE_ONCE(zram->table[index].word, word);
}

/** slot_test_flag() - is a flag set? @zram: device, @index: slot, @flag: which */
static inline bool slot_test_flag(const struct zram *zram, u32 index, enum zram_slot_flag flag)
{
	return slot_word(zram, index) & slot_flag(zram, flag);
}

/** slot_set_flag() - set a flag. @zram: device, @index: slot, locked, @flag: which */
static inline void slot_set_flag(struct zram *zram, u32 index, enum zram_slot_flag flag)
{
	slot_set_word(zram, index, slot_word(zram, index) | slot_flag(zram, flag));
}

/** slot_clear_flag() - clear a flag. @zram: device, @index: slot, locked, @flag: which */
static inline void slot_clear_flag(struct zram *zram, u32 index, enum zram_slot_flag flag)
{
	slot_set_word(zram, index, slot_word(zram, index) & ~slot_flag(zram, flag));
}

/**
 * slot_unlock_flip() - drop the slot lock and change other bits at the same time
 * @zram:	device
 * @slot:	locked
 * @flip:	bits to be inverted, the lock's among them
 */
static __always_inline void slot_unlock_flip(struct zram *zram, struct zram_slot *slot, u32 flip)
{
	if (likely(kc_unseen(zram->unlock) == ZRAM_UNLOCK_WAKES))
		bit_unlock_flip(&slot->word, flip);
	else
		smp_store_release(&slot->word, READ_ONCE(slot->word) ^ flip);
}

/** slot_size() - stored bytes. @zram: device, @index: slot */
static inline u32 slot_size(const struct zram *zram, u32 index)
{
	return slot_word(zram, index) & slot_size_mask(zram);
}

/** slot_priority() - priority of its compressor, 0 to 3. @zram: device, @index: slot */
static inline unsigned int slot_priority(const struct zram *zram, u32 index)
{
	unsigned int shift = zram->page_shift + 1 + ZRAM_COMP_PRIORITY_BIT1;

	return slot_word(zram, index) >> shift & 3;
}

/** slot_allocated() - does the slot hold anything? @zram: device, @index: slot, locked */
static inline bool slot_allocated(const struct zram *zram, u32 index)
{
	u32 content = slot_size_mask(zram) | slot_flag(zram, ZRAM_SAME) | slot_flag(zram, ZRAM_WB);

	return slot_word(zram, index) & content;
}

#endif
