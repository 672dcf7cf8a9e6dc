/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * struct zram and what the files of lib/zram tell each other. Upper layers use zram.h.
 */
#ifndef ZRAM_DEVICE_H
#define ZRAM_DEVICE_H

#include <linux/atomic.h>
#include <linux/cache.h>
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
 * struct zram_counters - the statistics, one word each for all CPUs
 * @compr_data_size:	bytes of all objects
 * @failed_reads:	reads that failed
 * @failed_writes:	writes that failed
 * @notify_free:	notifications and discarded pages
 * @same_pages:		same-filled slots
 * @huge_pages:		slots stored as they are
 * @huge_pages_since:	of these, written since reset
 * @pages_stored:	slots that hold something
 * @max_used_pages:	most pages the pool ever held, as writers have seen it
 * @miss_free:		notifications that found the slot locked
 *
 * In the kernel's order. With its compressors and their parameters, the first three end up on the
 * cache line of the device's lock and limit, and all others on the next one.
 *
 * Source:	struct zram and struct zram_stats in drivers/block/zram/zram_drv.h of Linux 7.3.
 */
struct zram_counters {
	atomic64_t compr_data_size;
	atomic64_t failed_reads;
	atomic64_t failed_writes;
	atomic64_t notify_free ____cacheline_aligned;
	atomic64_t same_pages;
	atomic64_t huge_pages;
	atomic64_t huge_pages_since;
	atomic64_t pages_stored;
	atomic_long_t max_used_pages;
	atomic64_t miss_free;
};

/**
 * struct zram_cpu_counters - one CPU's share of them, and what the kernel does not count
 * @compr_data_size:	as above, and so are those up to @miss_free: ZRAM_STATS_PERCPU
 * @failed_reads:	see there
 * @failed_writes:	see there
 * @notify_free:	see there
 * @same_pages:		see there
 * @huge_pages:		see there
 * @huge_pages_since:	see there
 * @pages_stored:	see there
 * @miss_free:		see there
 * @accesses:		reads and writes that did not fail: two rounds of the slot lock each
 * @idle_marks:		slots looked at by idle marking
 * @slot_waits:		times slot_lock() had to wait
 * @slot_wait_ns:	for so long
 *
 * One CPU's number may be negative, as a page can be stored on one CPU and freed on
 * another; the sum is right at quiescence.
 */
struct zram_cpu_counters {
	s64 compr_data_size;
	s64 failed_reads;
	s64 failed_writes;
	s64 notify_free;
	s64 same_pages;
	s64 huge_pages;
	s64 huge_pages_since;
	s64 pages_stored;
	s64 miss_free;
	s64 accesses;
	s64 idle_marks;
	s64 slot_waits;
	s64 slot_wait_ns;
};

/**
 * struct zram - a device
 * @table:	slots, @nr_slots of them
 * @cpu_counters: statistics of ZRAM_STATS_PERCPU, and what is counted that way in any case
 * @hook:	who may take over a free; RCU, written under @hook_lock
 * @pool:	objects
 * @comps:	compressors by priority; NULL from the first one missing
 * @flags:	how slot_detach() clears flags
 * @clears:	which flags it clears in any case
 * @unlock:	how slot_unlock() drops the lock
 * @stats:	which counters are used
 * @pages:	where the pool frees emptied zspages
 * @page_shift:	log2 of the page size
 * @nr_slots:	slots
 * @huge_class_size: from this size on a page is stored as it is
 * @limit_pages:	most pages the pool may hold; 0 any
 * @dev_lock:	see the lock order in slot.c
 * @hook_lock:	keeps @hook in place while its drain sleeps
 * @zone:	page source
 * @own_zone:	made by zram_create()
 * @block:	the allocation that holds the device
 * @counters:	statistics of ZRAM_STATS_SHARED
 */
struct zram {
	struct zram_slot *table;
	struct zram_cpu_counters __percpu *cpu_counters;
	struct zram_free_hook *hook;
	struct zs_pool *pool;
	struct zcomp *comps[ZRAM_MAX_COMPS];
	enum zram_flags flags;
	enum zram_clears clears;
	enum zram_unlock unlock;
	enum zram_stats stats;
	enum zs_pages pages;
	unsigned int page_shift;
	u32 nr_slots;
	size_t huge_class_size;
	unsigned long limit_pages;
	struct rw_semaphore dev_lock;
	struct rw_semaphore hook_lock;
	struct zone *zone;
	bool own_zone;
	void *block;
	struct zram_counters counters ____cacheline_aligned;
};

/** zram_page_size() - bytes of a page. @zram: device */
static inline size_t zram_page_size(const struct zram *zram)
{
	return (size_t)1 << zram->page_shift;
}

/* Which counters there are is a constant in a kernel. */
#define zram_stat_add(zram, field, n, cpu_add)                              \
	do {                                                                \
		if (likely(kc_unseen((zram)->stats) == ZRAM_STATS_SHARED))  \
			atomic64_add(n, &(zram)->counters.field);           \
		else                                                        \
			cpu_add(kc_unseen((zram)->cpu_counters)->field, n); \
	} while (0)

/** zram_count() - count one event. @zram: device; @field: of struct zram_counters */
#define zram_count(zram, field) zram_stat_add(zram, field, 1, this_cpu_add)

/** __zram_count() - the same with preemption disabled */
#define __zram_count(zram, field) zram_stat_add(zram, field, 1, __this_cpu_add)

/**
 * zram_account() - count what came into the slots, or went if negative
 * @zram:	device
 * @pages:	slots that hold something
 * @bytes:	of their objects
 * @same:	of @pages, same-filled
 * @huge:	of @pages, stored as they are
 *
 * Words that do not change are not touched. One preemption-disabled section for all; other CPUs
 * read the statistics meanwhile.
 */
static inline void zram_account(struct zram *zram, s64 pages, s64 bytes, s64 same, s64 huge)
{
	preempt_disable();
	if (unlikely(huge))
		zram_stat_add(zram, huge_pages, huge, __this_cpu_add);
	if (unlikely(same))
		zram_stat_add(zram, same_pages, same, __this_cpu_add);
	else
		zram_stat_add(zram, compr_data_size, bytes, __this_cpu_add);
	zram_stat_add(zram, pages_stored, pages, __this_cpu_add);
	preempt_enable();
}

/** zram_count_access() - count a slot read or written, as no kernel does. @zram: device */
static inline __kc_unseen void zram_count_access(struct zram *zram)
{
	this_cpu_inc(zram->cpu_counters->accesses);
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
