// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>

#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/smp.h>
#include <linux/string.h>

#include <kc_unseen.h>

#include "port.h"
#include "sim/swap/swap.h"
#include "zram/slot_word.h"
#include "zram/zram.h"

#define SIM_NO_CLUSTER UINT32_MAX

/*
 * A table entry. In use: what else it holds is the kernel's business. Late: dropped, but its slot
 * is in a CPU's cache. Zeros: SIM_SWAP_NOTES_TABLE, the slot holds a page of zeros.
 */
enum swap_entry {
	SWAP_IN_USE = 1,
	SWAP_LATE = 2,
	SWAP_ZEROS = 4,
};

static void *swap_array(size_t nr, size_t size)
{
	return kc_raw_alloc(nr * size, L1_CACHE_BYTES);
}

int sim_swap_init(struct sim_swap *swap, u32 nr_slots, u32 page_bytes,
		  const struct sim_swap_params *params)
{
	memset(swap, 0, sizeof(*swap));
	swap->params = *params;
	swap->cluster_slots = page_bytes == 4096 ? SIM_CLUSTER_SLOTS_4K : SIM_CLUSTER_SLOTS;
	swap->nr_clusters = DIV_ROUND_UP(nr_slots - 1, swap->cluster_slots);
	swap->nr_slots = swap->nr_clusters * swap->cluster_slots + 1;
	swap->clusters = swap_array(swap->nr_clusters, sizeof(*swap->clusters));
	swap->table = swap_array(swap->nr_slots, sizeof(*swap->table));
	swap->cgroups = swap_array(swap->nr_slots, sizeof(*swap->cgroups));
	swap->zeromap = swap_array(BITS_TO_LONGS(swap->nr_slots), sizeof(*swap->zeromap));
	swap->zswap =
		swap_array(DIV_ROUND_UP(swap->nr_slots, SIM_ZSWAP_SLOTS), sizeof(*swap->zswap));
	swap->caches = swap_array(nr_cpu_ids, sizeof(*swap->caches));
	if (!swap->clusters || !swap->table || !swap->cgroups || !swap->zeromap || !swap->zswap ||
	    !swap->caches ||
	    (params->notes == SIM_SWAP_NOTES_LOCKED &&
	     sim_shadows_init(&swap->shadows, swap->nr_slots))) {
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
	kc_raw_free(swap->cgroups);
	kc_raw_free(swap->zeromap);
	kc_raw_free(swap->zswap);
	kc_raw_free(swap->caches);
	sim_shadows_exit(&swap->shadows);
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

static struct sim_cluster *cluster_of(struct sim_swap *swap, u32 slot)
{
	return &swap->clusters[(slot - 1) / swap->cluster_slots];
}

void sim_swap_reset(struct sim_swap *swap)
{
	u32 i;

	memset(swap->table, 0, swap->nr_slots * sizeof(*swap->table));
	memset(swap->cgroups, 0, swap->nr_slots * sizeof(*swap->cgroups));
	memset(swap->zeromap, 0, BITS_TO_LONGS(swap->nr_slots) * sizeof(*swap->zeromap));
	if (swap->params.notes == SIM_SWAP_NOTES_LOCKED)
		sim_shadows_reset(&swap->shadows);
	spin_lock_init(&swap->list_lock);
	spin_lock_init(&swap->device_lock);
	spin_lock_init(&swap->cgroup_lock);
	spin_lock_init(&swap->shadow_lock);
	for (i = 0; i < nr_cpu_ids; i++) {
		spin_lock_init(&swap->caches[i].lock);
		swap->caches[i].nr = 0;
	}
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

static bool notes_in_table(const struct sim_swap *swap)
{
	return kc_unseen(swap->params.notes) == SIM_SWAP_NOTES_TABLE;
}

static bool notes_are_atomic(const struct sim_swap *swap)
{
	return kc_unseen(swap->params.notes) == SIM_SWAP_NOTES_ATOMIC;
}

static bool notes_are_locked(const struct sim_swap *swap)
{
	return kc_unseen(swap->params.notes) == SIM_SWAP_NOTES_LOCKED;
}

void sim_swap_get(struct sim_swap *swap, u32 slot, u16 cgroup)
{
	struct sim_cluster *cluster = cluster_of(swap, slot);

	spin_lock(&cluster->lock);
	BUG_ON(swap->table[slot] & (SWAP_IN_USE | SWAP_LATE));
	WRITE_ONCE(swap->table[slot], swap->table[slot] | SWAP_IN_USE);
	WRITE_ONCE(swap->cgroups[slot], cgroup);
	cluster->used++;
	cluster_relist(swap, cluster);
	spin_unlock(&cluster->lock);
	if (notes_are_locked(swap)) {
		spin_lock(&swap->shadow_lock);
		sim_shadows_set(&swap->shadows, slot);
		spin_unlock(&swap->shadow_lock);
	}
	atomic64_inc(&swap->in_use);
	atomic64_inc(&swap->charged);
}

static void note_zeros(struct sim_swap *swap, u32 slot, bool zeros)
{
	struct sim_cluster *cluster = cluster_of(swap, slot);
	u64 *entry = &swap->table[slot];

	if (notes_in_table(swap)) {
		spin_lock(&cluster->lock);
		WRITE_ONCE(*entry, zeros ? *entry | SWAP_ZEROS : *entry & ~(u64)SWAP_ZEROS);
		spin_unlock(&cluster->lock);
	} else if (zeros) {
		set_bit(slot, swap->zeromap);
	} else {
		clear_bit(slot, swap->zeromap);
	}
}

static bool holds_zeros(const struct sim_swap *swap, u32 slot)
{
	if (notes_in_table(swap))
		return READ_ONCE(swap->table[slot]) & SWAP_ZEROS;
	return test_bit(slot, swap->zeromap);
}

bool sim_swap_zeros(struct sim_swap *swap, u32 slot)
{
	if (swap->params.keeps_zeros)
		note_zeros(swap, slot, true);
	return swap->params.keeps_zeros;
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

static void notify_slot(struct sim_swap *swap, u32 slot, struct sim_track *track)
{
	u64 start;

	if (!track || likely(!sim_sample_now(&track->notify_in))) {
		zram_slot_free_notify(swap->zram, slot);
		return;
	}
	start = kc_now_ns();
	zram_slot_free_notify(swap->zram, slot);
	sim_track_time(track->notify_ns, &track->nr_notify, kc_now_ns() - start);
}

static void notify_run(struct sim_swap *swap, u32 slot, u32 nr, struct sim_track *track)
{
	u32 i;

	for (i = slot; i < slot + nr; i++)
		notify_slot(swap, i, track);
}

/* Slots from the first one on that are of its cgroup. */
static u32 run_of_cgroup(const struct sim_swap *swap, u32 slot, u32 nr)
{
	u16 cgroup = READ_ONCE(swap->cgroups[slot]);
	u32 run = 1;

	while (run < nr && READ_ONCE(swap->cgroups[slot + run]) == cgroup)
		run++;
	return run;
}

/* The cluster's lock is held and covers all of the slots. */
static void __free_entries(struct sim_swap *swap, struct sim_cluster *cluster, u32 slot, u32 nr)
{
	u32 i;

	for (i = slot; i < slot + nr; i++) {
		BUG_ON(!(swap->table[i] & (SWAP_IN_USE | SWAP_LATE)));
		if (notes_are_atomic(swap))
			xchg(&swap->table[i], 0);
		else
			WRITE_ONCE(swap->table[i], 0);
	}
	cluster->used -= nr;
}

/* Of one cgroup. */
static void forget_cgroup(struct sim_swap *swap, u32 slot, u32 nr)
{
	u32 i;

	if (notes_are_locked(swap))
		spin_lock(&swap->cgroup_lock);
	for (i = slot; i < slot + nr; i++) {
		if (notes_are_atomic(swap))
			xchg(&swap->cgroups[i], 0);
		else
			WRITE_ONCE(swap->cgroups[i], 0);
	}
	if (notes_are_locked(swap))
		spin_unlock(&swap->cgroup_lock);
}

/* Each part of one cgroup together. */
static void uncharge(struct sim_swap *swap, u32 slot, u32 nr)
{
	u32 part;

	for (; nr; slot += part, nr -= part) {
		part = run_of_cgroup(swap, slot, nr);
		forget_cgroup(swap, slot, part);
		atomic64_sub(part, &swap->charged);
	}
}

static void forget_shadows(struct sim_swap *swap, u32 slot, u32 nr)
{
	if (!notes_are_locked(swap))
		return;
	spin_lock(&swap->shadow_lock);
	sim_shadows_clear(&swap->shadows, slot, nr);
	spin_unlock(&swap->shadow_lock);
}

/* Nobody else has the slots, and zswap does not either. */
static void ask_all(const struct sim_swap *swap, u32 slot, u32 nr)
{
	u32 i;

	for (i = slot; i < slot + nr; i++)
		BUG_ON(!(READ_ONCE(swap->table[i]) & SWAP_IN_USE));
	for (i = slot; i < slot + nr && notes_in_table(swap); i++)
		BUG_ON(READ_ONCE(swap->zswap[i / SIM_ZSWAP_SLOTS].root));
}

/* Zeros that are noted in the table went with the entries. */
static void forget_zeros(struct sim_swap *swap, u32 slot, u32 nr)
{
	u32 i;

	for (i = slot; i < slot + nr && swap->params.keeps_zeros && !notes_in_table(swap); i++)
		clear_bit(i, swap->zeromap);
}

static void put_in_cluster(struct sim_swap *swap, u32 slot, u32 nr, struct sim_track *track)
{
	struct sim_cluster *cluster = cluster_of(swap, slot);

	spin_lock(&cluster->lock);
	ask_all(swap, slot, nr);
	__free_entries(swap, cluster, slot, nr);
	uncharge(swap, slot, nr);
	forget_zeros(swap, slot, nr);
	notify_run(swap, slot, nr, track);
	/* Notified before it can be seen as free; pairs with the lock of who allocates it. */
	smp_wmb();
	atomic64_sub(nr, &swap->in_use);
	cluster_relist(swap, cluster);
	spin_unlock(&cluster->lock);
}

/* No page table has these slots any more. */
static void make_late(struct sim_swap *swap, u32 slot, u32 nr)
{
	struct sim_cluster *cluster = cluster_of(swap, slot);
	u32 i;

	spin_lock(&cluster->lock);
	for (i = slot; i < slot + nr; i++) {
		BUG_ON(!(swap->table[i] & SWAP_IN_USE));
		WRITE_ONCE(swap->table[i], SWAP_LATE);
	}
	spin_unlock(&cluster->lock);
}

/* The device lock is held: nobody takes one of the slots before it is notified. */
static void __free_late(struct sim_swap *swap, u32 slot, u32 nr, struct sim_track *track)
{
	struct sim_cluster *cluster = cluster_of(swap, slot);

	spin_lock(&cluster->lock);
	__free_entries(swap, cluster, slot, nr);
	cluster_relist(swap, cluster);
	spin_unlock(&cluster->lock);
	uncharge(swap, slot, nr);
	forget_zeros(swap, slot, nr);
	notify_run(swap, slot, nr, track);
	forget_shadows(swap, slot, nr);
	atomic64_sub(nr, &swap->in_use);
}

/* The lock of the cache is held. */
static void __empty_cache(struct sim_swap *swap, struct sim_swap_cache *cache,
			  struct sim_track *track)
{
	u32 i;

	spin_lock(&swap->device_lock);
	for (i = 0; i < cache->nr; i++)
		__free_late(swap, cache->slots[i], 1, track);
	spin_unlock(&swap->device_lock);
	cache->nr = 0;
}

static void put_in_cache(struct sim_swap *swap, u32 slot, struct sim_track *track)
{
	struct sim_swap_cache *cache = &swap->caches[smp_processor_id()];

	make_late(swap, slot, 1);
	spin_lock(&cache->lock);
	if (cache->nr == SIM_SWAP_CACHE_SLOTS)
		__empty_cache(swap, cache, track);
	cache->slots[cache->nr++] = slot;
	spin_unlock(&cache->lock);
}

static void put_run(struct sim_swap *swap, u32 slot, u32 nr, struct sim_track *track)
{
	if (nr > 1 && nr <= sim_swap_room(swap, slot)) {
		make_late(swap, slot, nr);
		spin_lock(&swap->device_lock);
		__free_late(swap, slot, nr, track);
		spin_unlock(&swap->device_lock);
		return;
	}
	for (; nr; nr--)
		put_in_cache(swap, slot++, track);
}

void sim_swap_put(struct sim_swap *swap, u32 slot, u32 nr, struct sim_track *track)
{
	u32 piece;

	for (; nr; slot += piece, nr -= piece) {
		piece = notes_in_table(swap) ? nr : run_of_cgroup(swap, slot, nr);
		switch (swap->params.frees) {
		case SIM_SWAP_FREES_RUNS:
			piece = min(piece, sim_swap_room(swap, slot));
			put_in_cluster(swap, slot, piece, track);
			break;
		case SIM_SWAP_FREES_CACHED_RUNS:
			put_run(swap, slot, piece, track);
			break;
		case SIM_SWAP_FREES_SLOTS:
			piece = 1;
			put_in_cache(swap, slot, track);
			break;
		}
	}
}

/* Have nobody free a slot any more that is to be written. */
static void take_back(struct sim_swap *swap, u32 slot)
{
	struct sim_swap_cache *cache;
	bool late;

	if (swap->params.frees == SIM_SWAP_FREES_RUNS)
		return;
	spin_lock(&swap->device_lock);
	late = READ_ONCE(swap->table[slot]) & SWAP_LATE;
	spin_unlock(&swap->device_lock);
	for (cache = swap->caches; late && cache < swap->caches + nr_cpu_ids; cache++) {
		spin_lock(&cache->lock);
		__empty_cache(swap, cache, NULL);
		spin_unlock(&cache->lock);
	}
}

/*
 * The kernel clears the bit before it writes, and keeps the page where the write fails. Here the
 * old content has to stay readable then, so the bit goes last.
 */
int sim_swap_write(struct sim_swap *swap, u32 slot, const void *page)
{
	int err;

	take_back(swap, slot);
	if (page_is_zeros(page, (size_t)1 << zram_page_shift(swap->zram)) &&
	    sim_swap_zeros(swap, slot))
		return 0;
	err = zram_write(swap->zram, slot, page);
	if (!err && holds_zeros(swap, slot))
		note_zeros(swap, slot, false);
	return err;
}

int sim_swap_read(struct sim_swap *swap, u32 slot, void *page)
{
	if (!holds_zeros(swap, slot))
		return zram_read(swap->zram, slot, page);
	memset(page, 0, (size_t)1 << zram_page_shift(swap->zram));
	return 0;
}

void sim_swap_forget(struct sim_swap *swap, u32 slot)
{
	struct sim_cluster *cluster = cluster_of(swap, slot);

	spin_lock(&cluster->lock);
	__free_entries(swap, cluster, slot, 1);
	uncharge(swap, slot, 1);
	forget_zeros(swap, slot, 1);
	forget_shadows(swap, slot, 1);
	atomic64_dec(&swap->in_use);
	cluster_relist(swap, cluster);
	spin_unlock(&cluster->lock);
}

/* Slots with this entry that the device stores something of. */
static u64 count_stored(const struct sim_swap *swap, u64 entry)
{
	u32 nr = min(swap->nr_slots, zram_nr_slots(swap->zram)), i;
	u64 stored = 0;

	for (i = 0; i < nr; i++)
		stored += swap->table[i] == entry && slot_allocated(swap->zram, i);
	return stored;
}

u64 sim_swap_stranded(const struct sim_swap *swap)
{
	return count_stored(swap, 0);
}

u64 sim_swap_leftover(const struct sim_swap *swap)
{
	return sim_swap_stranded(swap) + count_stored(swap, SWAP_LATE);
}

u32 sim_swap_late(const struct sim_swap *swap)
{
	u32 cpu, late = 0;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		late += swap->caches[cpu].nr;
	return late;
}

void sim_swap_stat_reset(struct sim_swap *swap)
{
	u32 i;

	for (i = 0; i < swap->nr_clusters; i++)
		spin_lock_stat_reset(&swap->clusters[i].lock);
	spin_lock_stat_reset(&swap->device_lock);
}

void sim_swap_lock_stat(const struct sim_swap *swap, struct kc_lock_stat *stat)
{
	u32 i;

	for (i = 0; i < swap->nr_clusters; i++)
		spin_lock_stat(&swap->clusters[i].lock, stat);
}

void sim_swap_device_stat(const struct sim_swap *swap, struct kc_lock_stat *stat)
{
	spin_lock_stat(&swap->device_lock, stat);
}
