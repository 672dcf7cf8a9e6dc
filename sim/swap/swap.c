// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "port.h"
#include "sim/swap/swap.h"
#include "zram/slot_word.h"
#include "zram/zram.h"

#define SIM_NO_CLUSTER UINT32_MAX

/* What a table entry of a slot in use holds; its value is the kernel's business. */
#define SWAP_IN_USE 1ull

static void *swap_array(size_t nr, size_t size)
{
	return kc_raw_alloc(nr * size, L1_CACHE_BYTES);
}

int sim_swap_init(struct sim_swap *swap, u32 nr_slots, u32 page_bytes)
{
	memset(swap, 0, sizeof(*swap));
	swap->cluster_slots = page_bytes == 4096 ? SIM_CLUSTER_SLOTS_4K : SIM_CLUSTER_SLOTS;
	swap->nr_clusters = DIV_ROUND_UP(nr_slots, swap->cluster_slots);
	swap->nr_slots = swap->nr_clusters * swap->cluster_slots;
	swap->keeps_zeros = true;
	swap->clusters = swap_array(swap->nr_clusters, sizeof(*swap->clusters));
	swap->table = swap_array(swap->nr_slots, sizeof(*swap->table));
	swap->zeromap = swap_array(BITS_TO_LONGS(swap->nr_slots), sizeof(*swap->zeromap));
	if (!swap->clusters || !swap->table || !swap->zeromap) {
		sim_swap_exit(swap);
		return -ENOMEM;
	}
	sim_swap_reset(swap);
	return 0;
}

void sim_swap_exit(struct sim_swap *swap)
{
	kc_raw_free(swap->clusters);
	kc_raw_free(swap->table);
	kc_raw_free(swap->zeromap);
	memset(swap, 0, sizeof(*swap));
}

/* The list lock is held. */
static void __cluster_unlink(struct sim_swap *swap, struct sim_cluster *cluster)
{
	if (cluster->prev != SIM_NO_CLUSTER)
		swap->clusters[cluster->prev].next = cluster->next;
	else
		swap->heads[cluster->list] = cluster->next;
	if (cluster->next != SIM_NO_CLUSTER)
		swap->clusters[cluster->next].prev = cluster->prev;
}

/* The list lock is held. */
static void __cluster_link(struct sim_swap *swap, struct sim_cluster *cluster,
			   enum sim_cluster_list list)
{
	u32 nr = (u32)(cluster - swap->clusters), first = swap->heads[list];

	cluster->list = list;
	cluster->prev = SIM_NO_CLUSTER;
	cluster->next = first;
	if (first != SIM_NO_CLUSTER)
		swap->clusters[first].prev = nr;
	swap->heads[list] = nr;
}

/* The cluster's lock is held. */
static void cluster_relist(struct sim_swap *swap, struct sim_cluster *cluster)
{
	enum sim_cluster_list list = SIM_CLUSTER_PARTIAL;

	if (!cluster->used)
		list = SIM_CLUSTER_FREE;
	else if (cluster->used == swap->cluster_slots)
		list = SIM_CLUSTER_FULL;
	if (list == cluster->list)
		return;
	spin_lock(&swap->list_lock);
	__cluster_unlink(swap, cluster);
	__cluster_link(swap, cluster, list);
	spin_unlock(&swap->list_lock);
}

void sim_swap_reset(struct sim_swap *swap)
{
	u32 i;

	memset(swap->table, 0, swap->nr_slots * sizeof(*swap->table));
	memset(swap->zeromap, 0, BITS_TO_LONGS(swap->nr_slots) * sizeof(*swap->zeromap));
	spin_lock_init(&swap->list_lock);
	for (i = 0; i < SIM_NR_CLUSTER_LISTS; i++)
		swap->heads[i] = SIM_NO_CLUSTER;
	for (i = swap->nr_clusters; i-- > 0;) {
		spin_lock_init(&swap->clusters[i].lock);
		swap->clusters[i].used = 0;
		__cluster_link(swap, &swap->clusters[i], SIM_CLUSTER_FREE);
	}
	atomic64_set(&swap->in_use, 0);
	atomic64_set(&swap->charged, 0);
}

void sim_swap_get(struct sim_swap *swap, u32 slot)
{
	struct sim_cluster *cluster = &swap->clusters[slot / swap->cluster_slots];

	spin_lock(&cluster->lock);
	BUG_ON(swap->table[slot]);
	swap->table[slot] = SWAP_IN_USE;
	cluster->used++;
	cluster_relist(swap, cluster);
	spin_unlock(&cluster->lock);
	atomic64_inc(&swap->in_use);
	atomic64_inc(&swap->charged);
}

bool sim_swap_zeros(struct sim_swap *swap, u32 slot)
{
	if (swap->keeps_zeros)
		set_bit(slot, swap->zeromap);
	return swap->keeps_zeros;
}

/* The last word first, as most pages differ from zeros there. */
static bool page_is_zeros(const void *page, size_t page_bytes)
{
	const unsigned long *words = page;
	size_t last = page_bytes / sizeof(*words) - 1, i;

	if (words[last])
		return false;
	for (i = 0; i < last; i++) {
		if (words[i])
			return false;
	}
	return true;
}

/*
 * The kernel clears the bit before it writes, and keeps the page where the write fails. Here the
 * old content has to stay readable then, so the bit goes last.
 */
int sim_swap_write(struct sim_swap *swap, u32 slot, const void *page)
{
	int err;

	if (page_is_zeros(page, (size_t)1 << zram_page_shift(swap->zram)) &&
	    sim_swap_zeros(swap, slot))
		return 0;
	err = zram_write(swap->zram, slot, page);
	if (!err && swap->keeps_zeros)
		clear_bit(slot, swap->zeromap);
	return err;
}

int sim_swap_read(struct sim_swap *swap, u32 slot, void *page)
{
	if (!test_bit(slot, swap->zeromap))
		return zram_read(swap->zram, slot, page);
	memset(page, 0, (size_t)1 << zram_page_shift(swap->zram));
	return 0;
}

static void notify_slot(struct sim_swap *swap, u32 slot, struct sim_track *track)
{
	u64 start;

	if (likely(!sim_sample_now(&track->notify_in))) {
		zram_slot_free_notify(swap->zram, slot);
		return;
	}
	start = kc_now_ns();
	zram_slot_free_notify(swap->zram, slot);
	sim_track_time(track->notify_ns, &track->nr_notify, kc_now_ns() - start);
}

/* The cluster's lock is held and covers all of the slots. */
static void __free_entries(struct sim_swap *swap, struct sim_cluster *cluster, u32 slot, u32 nr)
{
	u32 i;

	for (i = slot; i < slot + nr; i++) {
		BUG_ON(!swap->table[i]);
		swap->table[i] = 0;
	}
	cluster->used -= nr;
	atomic64_sub(nr, &swap->charged);
	for (i = slot; i < slot + nr; i++)
		clear_bit(i, swap->zeromap);
}

static void put_in_cluster(struct sim_swap *swap, u32 slot, u32 nr, struct sim_track *track)
{
	struct sim_cluster *cluster = &swap->clusters[slot / swap->cluster_slots];
	u32 i;

	spin_lock(&cluster->lock);
	__free_entries(swap, cluster, slot, nr);
	for (i = slot; i < slot + nr; i++)
		notify_slot(swap, i, track);
	/* Notified before it can be seen as free; pairs with the lock of who allocates it. */
	smp_wmb();
	atomic64_sub(nr, &swap->in_use);
	cluster_relist(swap, cluster);
	spin_unlock(&cluster->lock);
}

void sim_swap_put(struct sim_swap *swap, u32 slot, u32 nr, struct sim_track *track)
{
	u32 piece;

	for (; nr; slot += piece, nr -= piece) {
		piece = min(nr, swap->cluster_slots - slot % swap->cluster_slots);
		put_in_cluster(swap, slot, piece, track);
	}
}

void sim_swap_forget(struct sim_swap *swap, u32 slot)
{
	struct sim_cluster *cluster = &swap->clusters[slot / swap->cluster_slots];

	spin_lock(&cluster->lock);
	__free_entries(swap, cluster, slot, 1);
	atomic64_dec(&swap->in_use);
	cluster_relist(swap, cluster);
	spin_unlock(&cluster->lock);
}

u64 sim_swap_stranded(const struct sim_swap *swap)
{
	u32 nr = min(swap->nr_slots, zram_nr_slots(swap->zram)), i;
	u64 stranded = 0;

	for (i = 0; i < nr; i++)
		stranded += !swap->table[i] && slot_allocated(swap->zram, i);
	return stranded;
}

void sim_swap_stat_reset(struct sim_swap *swap)
{
	u32 i;

	for (i = 0; i < swap->nr_clusters; i++)
		spin_lock_stat_reset(&swap->clusters[i].lock);
}

void sim_swap_lock_stat(const struct sim_swap *swap, struct kc_lock_stat *stat)
{
	u32 i;

	for (i = 0; i < swap->nr_clusters; i++)
		spin_lock_stat(&swap->clusters[i].lock, stat);
}
