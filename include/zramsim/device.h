/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A zram device in this process: no root, no kernel, no swap.
 *
 * Every call returns 0 or a negative errno; none prints or exits. One device may be used
 * by any number of threads at once, except where a call says otherwise.
 *
 * What the host program has set for a thread means nothing here: locale, rounding, traps. Its
 * signals are not delivered to threads of the library.
 *
 * A process may be forked before the first call, or when no device is left, no call is under way
 * and no other thread has made one. In a child forked at any other time the threads of the library
 * are missing: every call returns -EPERM there, or does nothing. exec, posix_spawn() and system()
 * are always right.
 */
#ifndef ZRAMSIM_DEVICE_H
#define ZRAMSIM_DEVICE_H

#include <stddef.h>
#include <stdint.h>
#include <zramsim/export.h>

#ifdef __cplusplus
extern "C" {
#endif

struct zramsim_device;

/**
 * enum zramsim_kernel - the release of Linux whose free path a device has. It decides what is left
 *			 at its default in struct zramsim_model
 */
enum zramsim_kernel {
	ZRAMSIM_KERNEL_DEFAULT, /* the latest there is here: 7.3 */
	ZRAMSIM_KERNEL_6_1,
	ZRAMSIM_KERNEL_6_6,
	ZRAMSIM_KERNEL_6_12,
	ZRAMSIM_KERNEL_6_18,
	ZRAMSIM_KERNEL_7_1,
	ZRAMSIM_KERNEL_7_2,
	ZRAMSIM_KERNEL_7_3,
};

/** enum zramsim_locks - lock design of the allocator */
enum zramsim_locks {
	ZRAMSIM_LOCKS_DEFAULT,	 /* that of the release */
	ZRAMSIM_LOCKS_CLASS,	 /* Linux 6.11 to 7.2: pool-wide rwlock, then the class lock */
	ZRAMSIM_LOCKS_POOL,	 /* 6.1 to 6.10: one spinlock */
	ZRAMSIM_LOCKS_CLASS_IDX, /* 7.3: class index in the object word, class lock only */
	ZRAMSIM_LOCKS_SHARDED,	 /* a lock-free list per zspage, most frees take no lock */
};

/** enum zramsim_pages - where the pages of an emptied zspage are freed */
enum zramsim_pages {
	ZRAMSIM_PAGES_DEFAULT,	/* as in the release */
	ZRAMSIM_PAGES_INSIDE,	/* under the class lock, as up to 7.2 */
	ZRAMSIM_PAGES_OUTSIDE,	/* after it, as in 7.3 */
	ZRAMSIM_PAGES_DEFERRED, /* by a worker */
};

/** enum zramsim_flags - how the flags of a freed slot are cleared */
enum zramsim_flags {
	ZRAMSIM_FLAGS_DEFAULT, /* as in the release */
	ZRAMSIM_FLAGS_MERGED,  /* with one store */
	ZRAMSIM_FLAGS_SINGLE,  /* one by one, as in every release up to 7.3 */
};

/** enum zramsim_stats - how a device counts its statistics */
enum zramsim_stats {
	ZRAMSIM_STATS_DEFAULT, /* as in the release */
	ZRAMSIM_STATS_SHARED,  /* in words all CPUs share, as every kernel does */
	ZRAMSIM_STATS_PERCPU,  /* in words of each CPU */
};

/**
 * struct zramsim_model - the free path of a device: a release, and what is to differ from it
 * @kernel:	release
 * @locks:	lock design
 * @pages:	where emptied zspages are freed
 * @flags:	how flags are cleared
 * @stats:	how statistics are counted
 * @hold_objs:	most objects a bulk free frees under one hold of a class lock, at most 65536;
 *		0 means 256
 */
struct zramsim_model {
	enum zramsim_kernel kernel;
	enum zramsim_locks locks;
	enum zramsim_pages pages;
	enum zramsim_flags flags;
	enum zramsim_stats stats;
	uint32_t hold_objs;
};

/**
 * struct zramsim_device_params - what a device is made with; all-zero means defaults
 * @disksize_bytes: rounded up to a page; 0 means 256 MiB
 * @page_bytes:	4096, 16384 or 65536; 0 means 4096
 * @comp:	compressor, NULL means the build's default (lz4 if built in)
 * @comp_level:	its level, 0 means its default
 * @recomp:	second compressor for zramsim_recompress(), or NULL
 * @recomp_level: its level
 * @model:	its free path
 */
struct zramsim_device_params {
	uint64_t disksize_bytes;
	uint32_t page_bytes;
	const char *comp;
	int comp_level;
	const char *recomp;
	int recomp_level;
	struct zramsim_model model;
};

/**
 * struct zramsim_stat - the columns of mm_stat, then those of io_stat and debug_stat
 * @orig_data_size:	bytes stored, before compression
 * @compr_data_size:	bytes after it
 * @mem_used_total:	bytes the pool holds
 * @mem_limit:		bytes, 0 none
 * @mem_used_max:	bytes
 * @same_pages:		slots
 * @pages_compacted:	pages
 * @huge_pages:		slots
 * @huge_pages_since:	slots, ever
 * @failed_reads:	reads that failed
 * @failed_writes:	writes that failed
 * @notify_free:	notifications and discarded slots
 * @miss_free:		notifications that found the slot locked
 */
struct zramsim_stat {
	int64_t orig_data_size;
	int64_t compr_data_size;
	uint64_t mem_used_total;
	uint64_t mem_limit;
	uint64_t mem_used_max;
	int64_t same_pages;
	uint64_t pages_compacted;
	int64_t huge_pages;
	uint64_t huge_pages_since;
	uint64_t failed_reads;
	uint64_t failed_writes;
	uint64_t notify_free;
	uint64_t miss_free;
};

/**
 * zramsim_device_create() - make a device
 * @params:	or NULL for the defaults
 * @dev:	filled in on success
 * Return:	0, -EINVAL, -ENOENT for a compressor that is not in this build, -ENOMEM.
 */
ZRAMSIM_API int zramsim_device_create(const struct zramsim_device_params *params,
				      struct zramsim_device **dev);

/**
 * zramsim_device_destroy() - detach, reset and free a device
 * @dev:	no other thread may use it; NULL is ignored
 */
ZRAMSIM_API void zramsim_device_destroy(struct zramsim_device *dev);

/**
 * zramsim_write() - store one page
 * @dev:	device
 * @index:	slot
 * @page:	page_bytes bytes
 * Return:	0, -EINVAL beyond the end, -ENOMEM (memory, or the limit); the old content then
 *		stays. It is what zram's write of a page returns; a writer of the block device sees
 *		EIO instead, at its write or its fsync().
 */
ZRAMSIM_API int zramsim_write(struct zramsim_device *dev, uint32_t index, const void *page);

/**
 * zramsim_read() - fetch one page
 * @dev:	device
 * @index:	slot; an empty one reads as zeros
 * @page:	page_bytes bytes
 * Return:	0, -EINVAL beyond the end, -EIO.
 */
ZRAMSIM_API int zramsim_read(struct zramsim_device *dev, uint32_t index, void *page);

/**
 * zramsim_notify() - swap has dropped the slot (swap_slot_free_notify)
 * @dev:	device
 * @index:	slot
 * Return:	0, -EINVAL beyond the end. A busy slot is a miss and is only counted.
 */
ZRAMSIM_API int zramsim_notify(struct zramsim_device *dev, uint32_t index);

/**
 * zramsim_discard() - drop whole pages
 * @dev:	device
 * @offset:	bytes, a multiple of 4096; a partial first page is left alone
 * @len:	bytes, a multiple of 4096 and not 0; a partial last page is left alone
 * Return:	0, or -EINVAL with nothing freed, as BLKDISCARD answers a range that is not made of
 *		logical blocks, is empty or passes the end.
 */
ZRAMSIM_API int zramsim_discard(struct zramsim_device *dev, uint64_t offset, uint64_t len);

/**
 * zramsim_compact() - compact the pool
 * @dev:	device
 * Return:	pages freed.
 */
ZRAMSIM_API uint64_t zramsim_compact(struct zramsim_device *dev);

/**
 * zramsim_mark_idle() - flag every stored slot idle
 * @dev:	device
 * Return:	slots flagged.
 */
ZRAMSIM_API uint32_t zramsim_mark_idle(struct zramsim_device *dev);

/**
 * zramsim_recompress() - try the second compressor on idle slots
 * @dev:	device; one made without a second compressor is left as it is
 * Return:	slots that became smaller, -ENOMEM or -EIO.
 */
ZRAMSIM_API int64_t zramsim_recompress(struct zramsim_device *dev);

/**
 * zramsim_reset() - free everything, zero every statistic
 * @dev:	no other thread may use it meanwhile; an attached strategy stays attached
 */
ZRAMSIM_API void zramsim_reset(struct zramsim_device *dev);

/**
 * zramsim_set_mem_limit() - bound what the pool may hold
 * @dev:	device
 * @bytes:	rounded up to a page; 0 no limit
 *
 * Looked at after each allocation, so that mem_used_max may pass it. zramsim_write() says which
 * errno a caller sees, and which one a writer of the block device.
 */
ZRAMSIM_API void zramsim_set_mem_limit(struct zramsim_device *dev, uint64_t bytes);

/**
 * zramsim_mm_stat() - read the statistics
 * @dev:	device
 * @st:		filled in; exact when no other thread is at work
 */
ZRAMSIM_API void zramsim_mm_stat(struct zramsim_device *dev, struct zramsim_stat *st);

/** zramsim_nr_slots() - slots of a device. @dev: device */
ZRAMSIM_API uint32_t zramsim_nr_slots(const struct zramsim_device *dev);

#ifdef __cplusplus
}
#endif

#endif
