/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * swap: as much of the swap layer as stands between a page table and zram.
 *
 * Slots come in clusters, each with a lock under which batches of consecutive slots are freed,
 * one notification per slot. Slot 0 holds the swap header and is never used. A page of zeros is a
 * bit here and never reaches the device.
 * Source: mm/swapfile.c, mm/swap.h, mm/page_io.c and mm/memory.c of Linux 7.1.
 */
#ifndef SIM_SWAP_SWAP_H
#define SIM_SWAP_SWAP_H

#include <linux/atomic.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "sim/run/sample.h"

struct zram;

/** enum sim_swap_limits - slots of a cluster: 512 with 4 KiB pages (one huge page), else 256 */
enum sim_swap_limits {
	SIM_CLUSTER_SLOTS_4K = 512,
	SIM_CLUSTER_SLOTS = 256,
};

/** enum sim_cluster_list - where a cluster is */
enum sim_cluster_list {
	SIM_CLUSTER_FREE,
	SIM_CLUSTER_PARTIAL,
	SIM_CLUSTER_FULL,
	SIM_NR_CLUSTER_LISTS,
};

/**
 * struct sim_cluster - one cluster
 * @lock:	guards all below and the table entries of its slots
 * @used:	slots in use
 * @list:	where it is
 * @next:	neighbours on that list, all ones none; under the list lock
 * @prev:	the same
 */
struct sim_cluster {
	spinlock_t lock;
	u32 used;
	enum sim_cluster_list list;
	u32 next;
	u32 prev;
};

/**
 * struct sim_swap - a swap device
 * @zram:	whose slots are notified
 * @nr_slots:	the header's included
 * @cluster_slots: slots of a cluster
 * @nr_clusters: clusters
 * @clusters:	[nr_clusters]
 * @table:	per slot, non-zero while in use; under its cluster's lock
 * @keeps_zeros: as since 6.12; false: pages of zeros are written like all others
 * @zeromap:	bit per slot: holds a page of zeros, which the device does not know of; the task
 *		that owns the slot sets and clears it atomically
 * @list_lock:	guards @heads and the clusters' links; innermost
 * @heads:	first cluster of each list
 * @in_use:	slots in use
 * @charged:	pages charged to the processes
 *
 * Lock order: page table lock, cluster lock, what a notification takes, list lock.
 */
struct sim_swap {
	struct zram *zram;
	u32 nr_slots;
	u32 cluster_slots;
	u32 nr_clusters;
	struct sim_cluster *clusters;
	u64 *table;
	bool keeps_zeros;
	unsigned long *zeromap;
	spinlock_t list_lock;
	u32 heads[SIM_NR_CLUSTER_LISTS];
	atomic64_t in_use;
	atomic64_t charged;
};

/**
 * sim_swap_init() - make a swap device with no slot in use
 * @swap:	filled in
 * @nr_slots:	slots needed, the header's included
 * @page_bytes:	page size
 * Return:	0 or -ENOMEM.
 */
int sim_swap_init(struct sim_swap *swap, u32 nr_slots, u32 page_bytes);

/** sim_swap_exit() - free what sim_swap_init() made. @swap: zeroed or made */
void sim_swap_exit(struct sim_swap *swap);

/** sim_swap_reset() - no slot in use, lock statistics 0. @swap: nobody else uses it */
void sim_swap_reset(struct sim_swap *swap);

/**
 * sim_swap_get() - take a slot into use
 * @swap:	swap device
 * @slot:	not in use
 */
void sim_swap_get(struct sim_swap *swap, u32 slot);

/**
 * sim_swap_zeros() - note that a slot holds a page of zeros, in place of writing it
 * @swap:	swap device
 * @slot:	the caller's; what the device has of it stays there until it is freed
 * Return:	false if the device has to store it.
 */
bool sim_swap_zeros(struct sim_swap *swap, u32 slot);

/**
 * sim_swap_write() - write a page out: to the zero map or to the device
 * @swap:	swap device
 * @slot:	the caller's
 * @page:	page-size bytes
 *
 * Context:	process, may sleep.
 * Return:	0, or what zram_write() returns; the slot then reads as before.
 */
int sim_swap_write(struct sim_swap *swap, u32 slot, const void *page);

/**
 * sim_swap_read() - read a page in; the device is not asked for a page of zeros
 * @swap:	swap device
 * @slot:	in use
 * @page:	page-size bytes
 *
 * Context:	process, may sleep.
 * Return:	0, or what zram_read() returns.
 */
int sim_swap_read(struct sim_swap *swap, u32 slot, void *page);

/**
 * sim_swap_put() - drop the swap entries of consecutive slots
 * @swap:	swap device
 * @slot:	first
 * @nr:		how many; may span clusters
 * @track:	of the calling producer, which times some notifications
 *
 * Context:	atomic, as in the kernel: nothing inside sleeps.
 */
void sim_swap_put(struct sim_swap *swap, u32 slot, u32 nr, struct sim_track *track);

/**
 * sim_swap_forget() - drop a slot's swap entry without a notification
 * @swap:	swap device
 * @slot:	in use; the caller discards its content
 */
void sim_swap_forget(struct sim_swap *swap, u32 slot);

/**
 * sim_swap_stranded() - slots that are in use no more and still hold something
 * @swap:	nobody else uses it or its device, and nothing is pending
 *
 * A slot whose notification found it locked: nobody frees it before it is written, discarded or
 * the device reset.
 */
u64 sim_swap_stranded(const struct sim_swap *swap);

/** sim_swap_stat_reset() - start the cluster locks' counters anew. @swap: nobody else uses it */
void sim_swap_stat_reset(struct sim_swap *swap);

/** sim_swap_lock_stat() - add the cluster locks' counters up. @swap: device, @stat: added to */
void sim_swap_lock_stat(const struct sim_swap *swap, struct kc_lock_stat *stat);

#endif
