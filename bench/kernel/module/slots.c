// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What zram needs for a strategy: five places, each with the name that it has in zramsim. A
 * notification offers the slot, or cleans it and offers its handle; whoever frees a slot cancels
 * what is pending; a drain frees only what still is.
 */
#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait_bit.h>

#include "objects.h"
#include "slots.h"
#include "zram/hook.h"
#include "zram/slot.h"

enum {
	CLUSTER_SLOTS = 512,
	NR_CLUSTERS = 64,
};

static spinlock_t clusters[NR_CLUSTERS];

static struct zram_free_hook *hook_of(struct zram *zram)
{
	return rcu_dereference_check(zram->hook, preempt_count());
}

/* Of a slot that is locked; the lock bit changes under nobody's feet. */
static bool flag_test_and_clear(struct zram_slot *slot, enum zram_slot_flag flag)
{
	return test_and_clear_bit(flag, &slot->flags);
}

bool slot_trylock(struct zram *zram, u32 index)
{
	return !test_and_set_bit_lock(SLOT_LOCKED, &zram->table[index].flags);
}

void slot_lock(struct zram *zram, u32 index)
{
	wait_on_bit_lock(&zram->table[index].flags, SLOT_LOCKED, TASK_UNINTERRUPTIBLE);
}

void slot_unlock(struct zram *zram, u32 index)
{
	clear_and_wake_up_bit(SLOT_LOCKED, &zram->table[index].flags);
}

unsigned long slot_detach(struct zram *zram, u32 index, u32 *size)
{
	unsigned long handle = zram->table[index].handle;

	zram->table[index].handle = 0;
	if (size)
		*size = 0;
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

	if (flag_test_and_clear(&zram->table[index], SLOT_DEFERRED))
		slot_cancel(zram, index);
	handle = slot_detach(zram, index, NULL);
	if (handle)
		object_free(handle);
}

enum slot_drained slot_drain(struct zram *zram, u32 index, bool wait, unsigned long *handle)
{
	struct zram_slot *slot = &zram->table[index];
	enum slot_drained found = SLOT_STALE;
	unsigned long freed;

	if (!slot_trylock(zram, index)) {
		if (!wait)
			return SLOT_BUSY;
		slot_lock(zram, index);
	}
	if (flag_test_and_clear(slot, SLOT_DEFERRED)) {
		if (test_bit(SLOT_WANTED, &slot->flags))
			atomic64_inc(&zram->freed_wanted);
		freed = slot_detach(zram, index, NULL);
		if (handle)
			*handle = freed;
		else if (freed)
			object_free(freed);
		found = SLOT_FREED;
	}
	slot_unlock(zram, index);
	return found;
}

/* As notify_handle() in lib/zram/notify.c: cleaned here, freed by whoever has the handle. */
static void notify_handle(struct zram *zram, u32 index, struct zram_free_hook *hook)
{
	unsigned long handle = slot_detach(zram, index, NULL);
	bool (*offer)(struct zram_free_hook *, unsigned long, u32) = READ_ONCE(hook->offer_handle);

	if (!handle)
		return;
	if (offer) {
		atomic64_inc(&zram->offered);
		if (offer(hook, handle, 0))
			return;
	}
	object_free(handle);
}

/* Under a cluster's lock, and so an RCU reader. A second notification frees at once. */
static void notify_one(struct zram *zram, u32 index)
{
	struct zram_slot *slot = &zram->table[index];
	bool (*offer)(struct zram_free_hook *, u32);
	struct zram_free_hook *hook = hook_of(zram);

	if (!slot_trylock(zram, index)) {
		atomic64_inc(&zram->missed);
		return;
	}
	clear_bit(SLOT_WANTED, &slot->flags);
	offer = hook ? READ_ONCE(hook->offer_slot) : NULL;
	if (!hook || test_bit(SLOT_DEFERRED, &slot->flags)) {
		slot_free(zram, index);
	} else if (!offer) {
		notify_handle(zram, index, hook);
	} else {
		atomic64_inc(&zram->offered);
		if (offer(hook, index))
			set_bit(SLOT_DEFERRED, &slot->flags);
		else
			slot_free(zram, index);
	}
	slot_unlock(zram, index);
}

void slots_notify(struct zram *zram, u32 index, u32 nr)
{
	spinlock_t *cluster = &clusters[index / CLUSTER_SLOTS % NR_CLUSTERS];
	u32 i;

	spin_lock(cluster);
	preempt_disable(); /* the lock does not where locks sleep */
	for (i = 0; i < nr; i++)
		notify_one(zram, index + i);
	preempt_enable();
	spin_unlock(cluster);
}

void slots_discard(struct zram *zram, u32 index)
{
	slot_lock(zram, index);
	clear_bit(SLOT_WANTED, &zram->table[index].flags);
	slot_free(zram, index);
	slot_unlock(zram, index);
}

static void drain_hook(struct zram *zram)
{
	struct zram_free_hook *hook;

	down_read(&zram->hook_lock);
	hook = rcu_dereference_protected(zram->hook, lockdep_is_held(&zram->hook_lock));
	if (hook && hook->drain)
		hook->drain(hook);
	up_read(&zram->hook_lock);
}

int slots_write(struct zram *zram, u32 index, size_t size)
{
	unsigned long handle = object_alloc(size);

	if (!handle) {
		drain_hook(zram);
		handle = object_alloc(size);
	}
	if (!handle)
		return -ENOMEM;
	slot_lock(zram, index);
	slot_free(zram, index);
	zram->table[index].handle = handle;
	set_bit(SLOT_WANTED, &zram->table[index].flags);
	slot_unlock(zram, index);
	return 0;
}

u64 slots_wrong(struct zram *zram)
{
	struct zram_slot *slot;
	u64 wrong = 0;
	u32 i;

	for (i = 0; i < zram->nr_slots; i++) {
		slot = &zram->table[i];
		if (slot->flags == BIT(SLOT_WANTED))
			wrong += !object_live(slot->handle);
		else if (!slot->flags)
			wrong += !!slot->handle;
		else
			wrong++;
	}
	return wrong;
}

/* What a notification has missed stays stored, as in zram, until the slot is written again. */
int zram_set_free_hook(struct zram *zram, struct zram_free_hook *hook)
{
	int err = 0;

	down_write(&zram->hook_lock);
	if (hook && rcu_access_pointer(zram->hook))
		err = -EBUSY;
	else
		rcu_assign_pointer(zram->hook, hook);
	up_write(&zram->hook_lock);
	synchronize_rcu();
	return err;
}

void zram_close_free_hook(struct zram *zram)
{
	struct zram_free_hook *hook;

	down_write(&zram->hook_lock);
	hook = rcu_dereference_protected(zram->hook, lockdep_is_held(&zram->hook_lock));
	WRITE_ONCE(hook->offer_slot, NULL);
	WRITE_ONCE(hook->offer_handle, NULL);
	up_write(&zram->hook_lock);
	synchronize_rcu();
}

int slots_init(struct zram *zram, u32 nr)
{
	u32 i;

	for (i = 0; i < NR_CLUSTERS; i++)
		spin_lock_init(&clusters[i]);
	init_rwsem(&zram->hook_lock);
	zram->nr_slots = nr;
	zram->table = kvcalloc(nr, sizeof(*zram->table), GFP_KERNEL);
	return zram->table ? 0 : -ENOMEM;
}

void slots_exit(struct zram *zram)
{
	u32 i;

	for (i = 0; i < zram->nr_slots; i++)
		slots_discard(zram, i);
	kvfree(zram->table);
}
