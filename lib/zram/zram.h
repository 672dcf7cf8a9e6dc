/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * zram: a table of slots, one per page of the disk, each empty, same-filled,
 * compressed or stored as it is. Ported from the facts of Linux 7.1.
 */
#ifndef ZRAM_ZRAM_H
#define ZRAM_ZRAM_H

#include <linux/types.h>

#include "zsmalloc/zsmalloc.h"

struct zone;
struct zram;
struct zs_pool;
struct zram_free_hook;

/**
 * enum zram_limits - what every device has in common
 * @ZRAM_MAX_COMPS:	compressors a device may have, the primary one first
 * @ZRAM_LOGICAL_BLOCK_SIZE: bytes of the block of which discards are made, whatever the page size
 */
enum zram_limits {
	ZRAM_MAX_COMPS = 4,
	ZRAM_LOGICAL_BLOCK_SIZE = 4096,
};

/**
 * enum zram_flags - how slot_free() clears the flags of a slot
 * @ZRAM_FLAGS_MERGED:	size and flags with one store (proposed with RFC v2 on the list)
 * @ZRAM_FLAGS_SINGLE:	one load and store of the word per flag, as up to 7.3
 */
enum zram_flags {
	ZRAM_FLAGS_MERGED,
	ZRAM_FLAGS_SINGLE,
};

/**
 * enum zram_stats - how a device counts
 * @ZRAM_STATS_SHARED:	in words all CPUs share, as every kernel does
 * @ZRAM_STATS_PERCPU:	in words of each CPU, which are summed when somebody asks
 */
enum zram_stats {
	ZRAM_STATS_SHARED,
	ZRAM_STATS_PERCPU,
};

/**
 * enum zram_clears - which flags slot_free() clears in any case; others that are set go, too
 * @ZRAM_CLEARS_ALL:	idle, incompressible, chosen, and the priority, as from 6.13 on
 * @ZRAM_CLEARS_TWO:	idle and incompressible, as up to 6.12
 * @ZRAM_CLEARS_IDLE:	idle alone, as up to 6.1
 */
enum zram_clears {
	ZRAM_CLEARS_ALL,
	ZRAM_CLEARS_TWO,
	ZRAM_CLEARS_IDLE,
};

/**
 * enum zram_unlock - how the slot lock is dropped
 * @ZRAM_UNLOCK_WAKES:	by an atomic operation, after which a sleeping waiter is woken
 * @ZRAM_UNLOCK_STORE:	by a plain store, as the spinlock of 6.12; who waits looks again and again
 */
enum zram_unlock {
	ZRAM_UNLOCK_WAKES,
	ZRAM_UNLOCK_STORE,
};

/** zram_stats_names - names of enum zram_stats by value; NULL ends them */
extern const char *const zram_stats_names[];

/** zram_flags_names - names of enum zram_flags by value; NULL ends them */
extern const char *const zram_flags_names[];

/**
 * struct zram_params - what a device is made with
 * @zone:	page source, or NULL: the device makes and owns one large enough
 * @disksize_bytes: rounded up to a page
 * @page_shift:	12, 14 or 16; ignored if @zone is given
 * @pool:	of the zsmalloc pool
 * @flags:	how flags are cleared
 * @clears:	which flags are cleared in any case, with ZRAM_FLAGS_SINGLE
 * @unlock:	how the slot lock is dropped
 * @stats:	how statistics are counted
 * @comp:	names of the compressors by priority; @comp[0] NULL means "lz4"
 *		if built in, else the first there is
 * @comp_level:	level per compressor, 0 means its default
 */
struct zram_params {
	struct zone *zone;
	u64 disksize_bytes;
	unsigned int page_shift;
	struct zs_params pool;
	enum zram_flags flags;
	enum zram_clears clears;
	enum zram_unlock unlock;
	enum zram_stats stats;
	const char *comp[ZRAM_MAX_COMPS];
	int comp_level[ZRAM_MAX_COMPS];
};

/**
 * struct zram_mm_stat - the nine numbers of mm_stat, in the kernel's order and units
 * @orig_data_size:	bytes stored, before compression
 * @compr_data_size:	bytes after it
 * @mem_used_total:	bytes the pool holds
 * @mem_limit:		bytes, 0 none
 * @mem_used_max:	bytes
 * @same_pages:		slots
 * @pages_compacted:	pages
 * @huge_pages:		slots
 * @huge_pages_since:	slots, ever
 */
struct zram_mm_stat {
	s64 orig_data_size;
	s64 compr_data_size;
	u64 mem_used_total;
	u64 mem_limit;
	u64 mem_used_max;
	s64 same_pages;
	u64 pages_compacted;
	s64 huge_pages;
	u64 huge_pages_since;
};

/**
 * struct zram_io_stat - io_stat and debug_stat
 * @failed_reads:	reads that failed
 * @failed_writes:	writes that failed
 * @notify_free:	notifications and discards
 * @miss_free:		notifications that found the slot locked
 */
struct zram_io_stat {
	u64 failed_reads;
	u64 failed_writes;
	u64 notify_free;
	u64 miss_free;
};

/**
 * zram_create() - make a device of a given size
 * @params:	see there
 * Return:	the device, or ERR_PTR(-EINVAL) for a bad size, page size, way of clearing flags or
 *		of counting, or pool parameter, ERR_PTR(-ENOENT) for a compressor that is not in
 *		this build, ERR_PTR(-ENOMEM).
 */
struct zram *zram_create(const struct zram_params *params);

/**
 * zram_destroy() - reset a device and free it
 * @zram:	no other thread may use it; no hook may be set any more
 */
void zram_destroy(struct zram *zram);

/**
 * zram_write() - store one page
 * @zram:	device
 * @index:	slot
 * @page:	page-size bytes
 *
 * If memory is short, or the limit reached, the hook drains what is pending, emptied zspages
 * left to the pool's worker are freed, and the write is tried once more.
 *
 * Context:	process, may sleep; no slot lock held.
 * Return:	0, -EINVAL beyond the end, -ENOMEM (allocation or memory limit); the old
 *		content then stays. In the kernel that errno goes no further than the loop over the
 *		pages of a bio, which counts it in failed_writes and ends the bio with an I/O error:
 *		a direct writer sees EIO, a buffered one at fsync(), and reclaim keeps the page.
 * Source:	zram_bio_write() in drivers/block/zram/zram_drv.c of Linux 7.1.
 */
int zram_write(struct zram *zram, u32 index, const void *page);

/**
 * zram_write_compressed() - store one page whose compressed form is already known
 * @zram:	device
 * @index:	slot
 * @data:	what the primary compressor made of the page, or the page itself when
 *		@len is the page size; NULL: no matter what, the object is never read
 * @len:	bytes; at or above zs_huge_class_size() the slot becomes huge and @len
 *		must be the page size
 *
 * The state afterwards is that of zram_write(); only the compressor's time is saved. For
 * filling a device again and again with the same pages.
 */
int zram_write_compressed(struct zram *zram, u32 index, const void *data, size_t len);

/**
 * zram_write_same() - store a page of one repeated word
 * @zram:	device
 * @index:	slot
 * @word:	the word
 */
int zram_write_same(struct zram *zram, u32 index, unsigned long word);

/**
 * zram_read() - fetch one page
 * @zram:	device
 * @index:	slot; an empty one reads as zeros, a pending one as what it held
 * @page:	page-size bytes
 *
 * Context:	process, may sleep; the slot lock is held across decompression.
 * Return:	0, -EINVAL beyond the end, -EIO if the content does not decompress.
 */
int zram_read(struct zram *zram, u32 index, void *page);

/**
 * zram_discard() - drop whole pages
 * @zram:	device
 * @offset:	bytes, a multiple of the logical block; a partial first page is left alone
 * @len:	bytes, a multiple of it and not 0; a partial last page is left alone
 *
 * Waits for busy slots, and counts every page it looks at in notify_free, empty ones included. A
 * discard of the whole device drains everything pending first and returns when the pages of all
 * zspages that are empty then are free.
 *
 * Return:	0, or -EINVAL with nothing freed for a range that is not made of logical blocks, is
 *		empty or passes the end; so BLKDISCARD answers.
 */
int zram_discard(struct zram *zram, u64 offset, u64 len);

/**
 * zram_slot_free_notify() - swap has dropped the slot
 * @zram:	device
 * @index:	slot; one beyond the end is ignored
 *
 * Context:	atomic (the swap layer holds its cluster lock): tries the slot lock and
 *		gives up if it is busy (miss_free).
 */
void zram_slot_free_notify(struct zram *zram, u32 index);

/**
 * zram_reset() - free every slot, zero every statistic, drop the memory limit
 * @zram:	device; nobody else reads or writes it meanwhile
 *
 * Pending frees are drained first. The device keeps its size and its compressors and can
 * be used again at once (the kernel forgets both).
 *
 * Context:	process, may sleep.
 */
void zram_reset(struct zram *zram);

/**
 * zram_compact() - compact the pool
 * @zram:	device
 * Return:	pages freed.
 */
unsigned long zram_compact(struct zram *zram);

/**
 * zram_mark_idle() - flag every allocated slot that is neither same-filled nor idle already
 * @zram:	device
 * Return:	slots flagged.
 */
u32 zram_mark_idle(struct zram *zram);

/**
 * zram_recompress() - try another compressor on slots
 * @zram:	device
 * @prio:	priority of the compressor, 1 to 3; 0 names none and means the second one
 * @idle_only:	only slots marked idle
 * @threshold_bytes: only slots stored in at least so many bytes; 0 all
 *
 * The slots with the largest objects come first. A slot of which a free is pending, or that
 * somebody uses or rewrites meanwhile, is left as it is; so is one whose result is of the
 * same size class, or not below @threshold_bytes. The first failure ends the run.
 *
 * Context:	process, may sleep; holds one slot lock at a time, so that notifications of
 *		the slot it works on miss.
 * Return:	slots that became smaller: 0 if @prio names none and there is no second compressor,
 *		or if no slot is idle. Or -EINVAL for a priority without a compressor, -ENOMEM, -EIO
 *		for content that does not decompress.
 * Source:	drivers/block/zram/zram_drv.c of Linux 7.1.
 */
int zram_recompress(struct zram *zram, unsigned int prio, bool idle_only, size_t threshold_bytes);

/**
 * zram_set_mem_limit() - bound what the pool may hold
 * @zram:	device
 * @bytes:	rounded up to a page; 0 no limit
 *
 * Looked at after each allocation, so the limit itself may be reached but not passed.
 */
void zram_set_mem_limit(struct zram *zram, u64 bytes);

/**
 * zram_reset_mem_used_max() - start the high-water mark anew from the current total
 * @zram:	device
 */
void zram_reset_mem_used_max(struct zram *zram);

/**
 * zram_mm_stat() - read mm_stat
 * @zram:	device
 * @st:		filled in; exact at quiescence
 */
void zram_mm_stat(struct zram *zram, struct zram_mm_stat *st);

/**
 * zram_io_stat() - read io_stat and debug_stat
 * @zram:	device
 * @st:		filled in
 */
void zram_io_stat(struct zram *zram, struct zram_io_stat *st);

/**
 * zram_slot_lock_stat() - add what happened to the slot locks since reset
 * @zram:	device
 * @stat:	acquisitions, waits and their time are added; holds are not timed
 *
 * Waits are those of slot_lock(), counted in its slow path; a notification does not wait, its
 * misses are in &struct zram_io_stat. Acquisitions are not counted but follow from other counters:
 * notifications that did not miss, discards, two for each read and write, idle marking. Those of
 * drains, which know how many slots they took, and of recompression are missing.
 */
void zram_slot_lock_stat(struct zram *zram, struct kc_lock_stat *stat);

/** zram_nr_slots() - slots of the device. @zram: device */
u32 zram_nr_slots(const struct zram *zram);

/** zram_pool() - its zsmalloc pool. @zram: device */
struct zs_pool *zram_pool(const struct zram *zram);

/** zram_zone() - its page source. @zram: device */
struct zone *zram_zone(const struct zram *zram);

/** zram_page_shift() - log2 of its page size. @zram: device */
unsigned int zram_page_shift(const struct zram *zram);

#endif
