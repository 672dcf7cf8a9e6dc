/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * struct zram and what the files of lib/zram tell each other. Upper layers use zram.h.
 */
#ifndef ZRAM_DEVICE_H
#define ZRAM_DEVICE_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rwsem.h>
#include <linux/types.h>

#include <kc_unseen.h>

#include "zram/zram.h"

struct zcomp;
struct zram_slot;

/**
 * struct zram_counters - one CPU's share of the statistics
 * @pages_stored:	slots that hold something
 * @compr_data_size:	bytes of all objects
 * @same_pages:		same-filled slots
 * @huge_pages:		slots stored as they are
 * @huge_pages_since:	of these, written since reset
 * @notify_free:	notifications
 * @discards:		discarded pages; added to @notify_free where that is shown
 * @miss_free:		notifications that found the slot locked
 * @failed_reads:	reads that failed
 * @failed_writes:	writes that failed
 * @accesses:		reads and writes that did not fail: two rounds of the slot lock each
 * @idle_marks:		slots looked at by idle marking
 * @slot_waits:		times slot_lock() had to wait
 * @slot_wait_ns:	for so long
 *
 * One CPU's number may be negative, as a page can be stored on one CPU and freed on
 * another; the sum is right at quiescence.
 */
struct zram_counters {
	s64 pages_stored;
	s64 compr_data_size;
	s64 same_pages;
	s64 huge_pages;
	s64 huge_pages_since;
	s64 notify_free;
	s64 discards;
	s64 miss_free;
	s64 failed_reads;
	s64 failed_writes;
	s64 accesses;
	s64 idle_marks;
	s64 slot_waits;
	s64 slot_wait_ns;
};

/**
 * struct zram - a device
 * @table:	slots, @nr_slots of them
 * @counters:	statistics
 * @hook:	who may take over a free; RCU, written under @hook_lock
 * @pool:	objects
 * @comps:	compressors by priority; NULL from the first one missing
 * @flags:	how slot_detach() clears flags
 * @pages:	where the pool frees emptied zspages
 * @page_shift:	log2 of the page size
 * @nr_slots:	slots
 * @huge_class_size: from this size on a page is stored as it is
 * @limit_pages:	most pages the pool may hold; 0 any
 * @max_used_pages:	most it ever held, as writers have seen it
 * @dev_lock:	see the lock order in slot.c
 * @hook_lock:	keeps @hook in place while its drain sleeps
 * @zone:	page source
 * @own_zone:	made by zram_create()
 */
struct zram {
	struct zram_slot *table;
	struct zram_counters __percpu *counters;
	struct zram_free_hook *hook;
	struct zs_pool *pool;
	struct zcomp *comps[ZRAM_MAX_COMPS];
	enum zram_flags flags;
	enum zs_pages pages;
	unsigned int page_shift;
	u32 nr_slots;
	size_t huge_class_size;
	unsigned long limit_pages;
	atomic_long_t max_used_pages;
	struct rw_semaphore dev_lock;
	struct rw_semaphore hook_lock;
	struct zone *zone;
	bool own_zone;
};

/** zram_page_size() - bytes of a page. @zram: device */
static inline size_t zram_page_size(const struct zram *zram)
{
	return (size_t)1 << zram->page_shift;
}

/**
 * zram_count() - count one event
 * @zram:	device
 * @field:	of struct zram_counters
 */
#define zram_count(zram, field)            \
	do {                               \
		preempt_disable();         \
		__zram_count(zram, field); \
		preempt_enable();          \
	} while (0)

/** __zram_count() - the same with preemption disabled; 7.1 follows no pointer to its numbers */
#define __zram_count(zram, field) __this_cpu_inc(kc_unseen((zram)->counters)->field)

/**
 * zram_account() - count what came into the slots, or went if negative
 * @zram:	device
 * @pages:	slots that hold something
 * @bytes:	of their objects
 * @same:	of @pages, same-filled
 * @huge:	of @pages, stored as they are
 *
 * One preemption-disabled section for all four; other CPUs read the sums meanwhile.
 */
static inline void zram_account(struct zram *zram, s64 pages, s64 bytes, s64 same, s64 huge)
{
	struct zram_counters *counters;

	preempt_disable();
	counters = this_cpu_ptr(kc_unseen(zram->counters));
	WRITE_ONCE(counters->pages_stored, counters->pages_stored + pages);
	WRITE_ONCE(counters->compr_data_size, counters->compr_data_size + bytes);
	WRITE_ONCE(counters->same_pages, counters->same_pages + same);
	WRITE_ONCE(counters->huge_pages, counters->huge_pages + huge);
	preempt_enable();
}

/**
 * zram_drain_hook() - let the hook free everything pending
 * @zram:	device
 *
 * Context:	process, no locks held; may sleep.
 * Return:	false if there is nothing that could be drained.
 */
bool zram_drain_hook(struct zram *zram);

/**
 * zram_drain_all() - have everything freed that has been left for later
 * @zram:	device
 *
 * What the hook has pending, then the emptied zspages left to the pool's worker.
 *
 * Context:	process, no locks held; may sleep.
 * Return:	false if that cannot have given anything back.
 */
bool zram_drain_all(struct zram *zram);

/**
 * slot_accessed() - second lock round of a read or write: clear IDLE and PP_SLOT, stamp
 * @zram:	device
 * @index:	slot, not locked
 */
void slot_accessed(struct zram *zram, u32 index);

/**
 * slot_fetch() - read the content of a slot
 * @zram:	device
 * @index:	slot, locked
 * @page:	page-size bytes, filled in
 * Return:	0 or -EIO.
 */
int slot_fetch(struct zram *zram, u32 index, void *page);

/**
 * slot_install() - make an object the content of a slot, freeing what it had
 * @zram:	device
 * @index:	slot, locked
 * @handle:	object, filled
 * @size:	its bytes; the page size makes the slot huge
 * @prio:	compressor that made it
 */
void slot_install(struct zram *zram, u32 index, unsigned long handle, u32 size, unsigned int prio);

/**
 * slot_install_same() - make a slot a same-filled page, freeing what it had
 * @zram:	device
 * @index:	slot, locked
 * @fill:	the word
 */
void slot_install_same(struct zram *zram, u32 index, unsigned long fill);

/**
 * zram_reset_counters() - zero the statistics
 * @zram:	device, quiescent
 */
void zram_reset_counters(struct zram *zram);

/** zram_account_used() - raise the high-water mark to the pool's total. @zram: device
 *
 * Return:	pages the pool holds now.
 */
unsigned long zram_account_used(struct zram *zram);

#endif
