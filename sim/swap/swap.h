/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * swap: as much of the swap layer as stands between a page table and zram.
 *
 * Slots come in clusters, each with a lock under which runs of consecutive slots are freed, one
 * notification per slot. Slot 0 holds the swap header and is never used; nor is the rest of its
 * cluster, as kernels take free clusters first. So clusters begin with slot 1 here. A page of zeros
 * is a bit here and never reaches the device. That is Linux 6.18 and later. Before, a slot could go
 * to a cache of its CPU, from which 64 are freed together when the next one comes. The last ones of
 * a process stay there until somebody else on that CPU frees slots: the device still stores what
 * they hold, and nobody has lost anything.
 *
 * Each process is a cgroup of its own. A run of the page tables is of one process, so here no run
 * crosses cgroups.
 * Source: mm/swapfile.c, mm/swap_slots.c, mm/swap_cgroup.c, mm/swap.h, mm/page_io.c and mm/memory.c
 * of Linux 6.1 to 7.3.
 */
#ifndef SIM_SWAP_SWAP_H
#define SIM_SWAP_SWAP_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "sim/run/sample.h"
#include "sim/swap/shadow.h"

struct zram;

/**
 * enum sim_swap_limits - slots of a cluster: 512 with 4 KiB pages (one huge page), else 256; and of
 *			  a CPU's cache, of a tree of zswap
 */
enum sim_swap_limits {
	SIM_CLUSTER_SLOTS_4K = 512,
	SIM_CLUSTER_SLOTS = 256,
	SIM_SWAP_CACHE_SLOTS = 64,
	SIM_ZSWAP_SLOTS = 1 << 14,
};

/**
 * enum sim_swap_frees - what is freed at once
 * @SIM_SWAP_FREES_RUNS: slots of a run that are in one cluster, under its lock
 * @SIM_SWAP_FREES_CACHED_RUNS: a run of one cluster, under the lock of the device; one slot, or a
 *			run that crosses clusters, goes to the CPU's cache slot by slot
 * @SIM_SWAP_FREES_SLOTS: every slot goes to the cache
 */
enum sim_swap_frees {
	SIM_SWAP_FREES_RUNS,
	SIM_SWAP_FREES_CACHED_RUNS,
	SIM_SWAP_FREES_SLOTS,
};

/**
 * enum sim_swap_notes - where it is noted what a slot is: its cgroup, that it holds zeros
 * @SIM_SWAP_NOTES_TABLE: in tables that are guarded by the cluster lock, with plain stores
 * @SIM_SWAP_NOTES_ATOMIC: in places of their own; entry, cgroup and bit of the zero map of a slot
 *			that is freed are changed by an atomic operation each
 * @SIM_SWAP_NOTES_LOCKED: in places of their own: the bit of the zero map is cleared atomically,
 *			the cgroups and the shadows of a run have a lock each
 */
enum sim_swap_notes {
	SIM_SWAP_NOTES_TABLE,
	SIM_SWAP_NOTES_ATOMIC,
	SIM_SWAP_NOTES_LOCKED,
};

/**
 * struct sim_swap_params - what differs from release to release
 * @frees:	what is freed at once
 * @notes:	how slots are noted
 * @keeps_zeros: false: pages of zeros are written like all others
 */
struct sim_swap_params {
	enum sim_swap_frees frees;
	enum sim_swap_notes notes;
	bool keeps_zeros;
};

/**
 * struct sim_swap_cache - slots a CPU has still to free
 * @lock:	guards the others
 * @nr:		entries in @slots
 * @slots:	in the order in which they came
 */
struct sim_swap_cache {
	spinlock_t lock;
	u32 nr;
	u32 slots[SIM_SWAP_CACHE_SLOTS];
} ____cacheline_aligned;

/** struct sim_zswap_tree - pages of some slots that zswap keeps. @root: NULL, there is no zswap */
struct sim_zswap_tree {
	void *root;
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
 * @params:	what is particular to the release
 * @table:	entry per slot, see swap.c; under its cluster's lock
 * @cgroups:	per slot in use, whose it is
 * @zeromap:	unless SIM_SWAP_NOTES_TABLE, bit per slot: holds a page of zeros, which the device
 *		does not know of; the task that owns the slot sets and clears it
 * @zswap:	SIM_SWAP_NOTES_TABLE, per SIM_ZSWAP_SLOTS slots: what zswap has of them, which is
 *		nothing, but is asked for each
 * @cgroup_lock: SIM_SWAP_NOTES_LOCKED, held while @cgroups change
 * @shadow_lock: SIM_SWAP_NOTES_LOCKED, held while @shadows change
 * @shadows:	SIM_SWAP_NOTES_LOCKED, one per slot in use
 * @caches:	[nr_cpu_ids], not used with SIM_SWAP_FREES_RUNS
 * @device_lock: held while slots leave a cache, or a run is freed that did not go there
 * @list_lock:	guards @heads and the clusters' links; innermost
 * @heads:	first cluster of each list
 * @in_use:	slots in use
 * @charged:	pages charged to the processes
 *
 * Lock order: page table lock, lock of a cache, device lock, cluster lock, what a notification
 * takes, list lock. The locks of cgroups and shadows are innermost, too.
 */
struct sim_swap {
	struct zram *zram;
	u32 nr_slots;
	u32 cluster_slots;
	u32 nr_clusters;
	struct sim_cluster *clusters;
	struct sim_swap_params params;
	u64 *table;
	u16 *cgroups;
	unsigned long *zeromap;
	struct sim_zswap_tree *zswap;
	spinlock_t cgroup_lock;
	spinlock_t shadow_lock;
	struct sim_shadows shadows;
	struct sim_swap_cache *caches;
	spinlock_t device_lock;
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
 * @params:	copied
 * Return:	0 or -ENOMEM.
 */
int sim_swap_init(struct sim_swap *swap, u32 nr_slots, u32 page_bytes,
		  const struct sim_swap_params *params);

/** sim_swap_exit() - free what sim_swap_init() made. @swap: zeroed or made */
void sim_swap_exit(struct sim_swap *swap);

/** sim_swap_reset() - no slot in use, lock statistics 0. @swap: nobody else uses it */
void sim_swap_reset(struct sim_swap *swap);

/**
 * sim_swap_get() - take a slot into use
 * @swap:	swap device
 * @slot:	not in use
 * @cgroup:	that it is charged to
 */
void sim_swap_get(struct sim_swap *swap, u32 slot, u16 cgroup);

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
 * The kernel never hands out a slot that is in a CPU's cache. Here the caller wants this one, so
 * the caches are emptied, as the kernel does when it is short of slots.
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
 * @nr:		how many; may span clusters and, in SIM_SWAP_NOTES_TABLE, be of several cgroups
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

/** sim_swap_leftover() - the same and those in a CPU's cache. @swap: as sim_swap_stranded() */
u64 sim_swap_leftover(const struct sim_swap *swap);

/** sim_swap_takes_runs() - is more than one page-table entry looked at at a time? @swap: device */
static inline bool sim_swap_takes_runs(const struct sim_swap *swap)
{
	return swap->params.frees != SIM_SWAP_FREES_SLOTS;
}

/** sim_swap_room() - slots from @slot to the end of its cluster. @swap: device */
static inline u32 sim_swap_room(const struct sim_swap *swap, u32 slot)
{
	return swap->cluster_slots - (slot - 1) % swap->cluster_slots;
}

/** sim_swap_late() - dropped slots that caches hold: not notified yet. @swap: nobody uses it */
u32 sim_swap_late(const struct sim_swap *swap);

/** sim_swap_stat_reset() - start the counters of its locks anew. @swap: nobody else uses it */
void sim_swap_stat_reset(struct sim_swap *swap);

/** sim_swap_lock_stat() - add the cluster locks' counters up. @swap: device, @stat: added to */
void sim_swap_lock_stat(const struct sim_swap *swap, struct kc_lock_stat *stat);

/** sim_swap_device_stat() - add those of the device lock. @swap: device, @stat: added to */
void sim_swap_device_stat(const struct sim_swap *swap, struct kc_lock_stat *stat);

#endif
