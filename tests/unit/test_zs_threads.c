// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Threads that allocate, fill, read and free while others compact and migrate. */

#include <linux/atomic.h>
#include <linux/minmax.h>

#include "port.h"
#include "t_zs.h"

enum {
	T_WORKERS = 3,
	T_SLOTS = 300,
	T_STEPS = 9000,
	T_MANY = KC_TSAN ? 8000 : 30000, /* several chunks of a call */
	T_MAIL = 4000,
	T_ROUNDS = 3,
	T_SLOW = KC_TSAN || KC_ASAN ? 4 : 1, /* fewer steps where each takes longer */
};

/* What the threads share. Checks inside threads only count; the test's own thread asserts. */
struct t_crowd {
	struct t_zs *t;
	atomic_t working;
	atomic_t wrong;
	atomic_t failed;
	atomic_t compacted;
	atomic_t migrated;
	atomic_t seed;
};

struct t_slot {
	unsigned long handle;
	size_t size;
	unsigned long seed;
};

static void t_check_slot(struct t_crowd *crowd, const struct t_slot *slot)
{
	if (!t_holds(crowd->t, slot->handle, slot->size, slot->seed))
		atomic_inc(&crowd->wrong);
}

static void t_fill_slot(struct t_crowd *crowd, struct t_slot *slot, u64 *random)
{
	/* Few classes, so that threads meet in them. */
	slot->size = 700 * (1 + kc_random_below(random, 5)) + kc_random_below(random, 50);
	slot->seed = kc_random_u64(random);
	slot->handle = zs_malloc(crowd->t->pool, slot->size, GFP_NOWAIT);
	if (IS_ERR_VALUE(slot->handle)) {
		slot->handle = 0;
		atomic_inc(&crowd->failed);
		return;
	}
	t_store(crowd->t, slot->handle, slot->size, slot->seed);
}

static void t_free_slots(struct t_crowd *crowd, struct t_slot *slots, u64 *random)
{
	enum zs_batch batch = kc_random_below(random, ZS_BATCH_SORTED + 1);
	unsigned int percent = kc_random_below(random, 101);
	unsigned long list[T_SLOTS];
	unsigned int nr = 0;
	unsigned int i;

	for (i = 0; i < T_SLOTS; i++) {
		if (!slots[i].handle || kc_random_below(random, 100) >= percent)
			continue;
		t_check_slot(crowd, &slots[i]);
		list[nr++] = slots[i].handle;
		slots[i].handle = 0;
	}
	zs_free_bulk(crowd->t->pool, list, nr, batch);
}

static void t_work(void *arg)
{
	struct t_crowd *crowd = arg;
	struct t_slot slots[T_SLOTS] = { 0 };
	u64 random = atomic_inc_return(&crowd->seed);
	unsigned int step;

	set_active_account(&crowd->t->account);
	for (step = 0; step < T_STEPS / T_SLOW; step++) {
		struct t_slot *slot = &slots[kc_random_below(&random, T_SLOTS)];

		if (step % 1000 == 999) {
			t_free_slots(crowd, slots, &random);
		} else if (!slot->handle) {
			t_fill_slot(crowd, slot, &random);
		} else if (kc_random_below(&random, 3)) {
			t_check_slot(crowd, slot);
		} else {
			t_check_slot(crowd, slot);
			zs_free(crowd->t->pool, slot->handle);
			slot->handle = 0;
		}
	}
	for (step = 0; step < T_SLOTS; step++)
		zs_free(crowd->t->pool, slots[step].handle);
	set_active_account(NULL);
	atomic_dec(&crowd->working);
}

static void t_compact(void *arg)
{
	struct t_crowd *crowd = arg;

	set_active_account(&crowd->t->account);
	while (atomic_read(&crowd->working)) {
		if (zs_compact(crowd->t->pool))
			atomic_inc(&crowd->compacted);
		kc_yield();
	}
	set_active_account(NULL);
}

/* Replace the page in which an object starts, if nobody is in the way. */
static void t_migrate_one(struct t_crowd *crowd, unsigned long handle)
{
	struct zone *zone = crowd->t->zone;
	struct page *new = alloc_page(zone, GFP_KERNEL);
	struct page *old;
	char copy[4096];
	int ret;

	if (!new)
		return;
	zs_obj_read_begin(crowd->t->pool, handle, 1, copy);
	old = pool_find(crowd->t->pool, handle).page;
	get_page(old);
	zs_obj_read_end(crowd->t->pool, handle);

	lock_page(old);
	lock_page(new);
	ret = zs_migrate_page(crowd->t->pool, new, old);
	unlock_page(new);
	unlock_page(old);
	__free_page(zone, ret == 1 ? old : new);
	__free_page(zone, old);
	if (ret == 1)
		atomic_inc(&crowd->migrated);
}

static void t_migrate(void *arg)
{
	struct t_crowd *crowd = arg;
	struct t_slot slots[10];
	u64 random = 99;
	unsigned int i;

	set_active_account(&crowd->t->account);
	do {
		for (i = 0; i < T_ROWS(slots); i++)
			t_fill_slot(crowd, &slots[i], &random);
		for (i = 0; i < T_ROWS(slots); i++) {
			if (!slots[i].handle)
				continue;
			t_migrate_one(crowd, slots[i].handle);
			t_check_slot(crowd, &slots[i]);
			zs_free(crowd->t->pool, slots[i].handle);
		}
		kc_yield();
	} while (atomic_read(&crowd->working));
	set_active_account(NULL);
}

static void t_run_crowd(struct t_crowd *crowd)
{
	struct kc_thread workers[T_WORKERS];
	struct kc_thread compactor;
	struct kc_thread migrator;
	unsigned int i;

	atomic_set(&crowd->working, T_WORKERS);
	for (i = 0; i < T_WORKERS; i++)
		assert_int_equal(kc_thread_create(&workers[i], "worker", t_work, crowd), 0);
	assert_int_equal(kc_thread_create(&compactor, "compactor", t_compact, crowd), 0);
	assert_int_equal(kc_thread_create(&migrator, "migrator", t_migrate, crowd), 0);
	for (i = 0; i < T_WORKERS; i++)
		kc_thread_join(&workers[i]);
	kc_thread_join(&compactor);
	kc_thread_join(&migrator);
	zs_flush_deferred(crowd->t->pool);
	assert_int_equal(atomic_read(&crowd->wrong), 0);
	assert_int_equal(t_inspect(crowd->t).objs, 0);
	assert_int_equal(t_inspect(crowd->t).pages, 0);
}

static void objects_keep_their_content_in_a_crowd(void **state)
{
	struct t_crowd crowd = { .t = *state };

	t_run_crowd(&crowd);
	assert_int_equal(atomic_read(&crowd.failed), 0);
	assert_true(atomic_read(&crowd.migrated) > 0);
}

static void failing_allocations_lose_nothing_in_a_crowd(void **state)
{
	struct t_crowd crowd = { .t = *state };

	mem_account_fail_share(&crowd.t->account, 1, 20, 7);
	t_run_crowd(&crowd);
	mem_account_fail_none(&crowd.t->account);
	assert_true(atomic_read(&crowd.failed) > 0);
}

/* Calls of many chunks, two at a time, while objects move between the chunks. */
static void t_free_many(void *arg)
{
	struct t_crowd *crowd = arg;
	unsigned long *list = malloc(T_MANY * sizeof(*list));
	u64 random = atomic_inc_return(&crowd->seed);
	unsigned int round;
	unsigned int i;

	set_active_account(&crowd->t->account);
	for (round = 0; list && round < T_ROUNDS; round++) {
		for (i = 0; i < T_MANY; i++)
			list[i] = zs_malloc(crowd->t->pool, 30 + kc_random_below(&random, 300),
					    GFP_NOWAIT);
		/* Holes, so that there is something to compact. */
		for (i = 0; i < T_MANY; i += 3) {
			zs_free(crowd->t->pool, list[i]);
			list[i] = 0;
		}
		for (i = T_MANY - 1; i; i--) {
			unsigned int other = kc_random_below(&random, i + 1);

			swap(list[i], list[other]);
		}
		zs_free_bulk(crowd->t->pool, list, T_MANY, ZS_BATCH_SORTED);
	}
	if (!list)
		atomic_inc(&crowd->failed);
	free(list);
	set_active_account(NULL);
	atomic_dec(&crowd->working);
}

static void large_calls_meet_compaction(void **state)
{
	struct t_crowd crowd = { .t = *state };
	struct kc_thread compactor;
	struct kc_thread freers[2];
	unsigned int i;

	atomic_set(&crowd.working, 2);
	for (i = 0; i < 2; i++)
		assert_int_equal(kc_thread_create(&freers[i], "freer", t_free_many, &crowd), 0);
	assert_int_equal(kc_thread_create(&compactor, "compactor", t_compact, &crowd), 0);
	for (i = 0; i < 2; i++)
		kc_thread_join(&freers[i]);
	kc_thread_join(&compactor);
	zs_flush_deferred(crowd.t->pool);
	assert_int_equal(atomic_read(&crowd.failed), 0);
	assert_int_equal(t_inspect(crowd.t).pages, 0);
}

/* Handles from one thread to another, without any ordering of their own. */
struct t_mail {
	struct t_zs *t;
	unsigned long letters[T_MAIL];
};

static void t_free_letters(void *arg)
{
	struct t_mail *mail = arg;
	unsigned int i;

	set_active_account(&mail->t->account);
	for (i = 0; i < T_MAIL; i++) {
		unsigned long handle;

		while (!(handle = READ_ONCE(mail->letters[i])))
			kc_yield();
		zs_free(mail->t->pool, handle);
	}
	set_active_account(NULL);
}

static void t_post_new(void *arg)
{
	struct t_mail *mail = arg;
	unsigned int i;

	set_active_account(&mail->t->account);
	for (i = 0; i < T_MAIL; i++)
		WRITE_ONCE(mail->letters[i], zs_malloc(mail->t->pool, 300, GFP_KERNEL));
	set_active_account(NULL);
}

static unsigned long t_handles[2 * T_MAIL];

static void t_allocate_all(struct t_zs *t)
{
	unsigned int i;

	for (i = 0; i < 2 * T_MAIL; i++)
		t_handles[i] = t_alloc(t, 300);
}

static void t_post_moved(void *arg)
{
	struct t_mail *mail = arg;
	unsigned int i;

	set_active_account(&mail->t->account);
	for (i = 0; i < 2 * T_MAIL; i += 2)
		zs_free(mail->t->pool, t_handles[i]);
	if (zs_compact(mail->t->pool)) {
		for (i = 0; i < T_MAIL; i++)
			WRITE_ONCE(mail->letters[i], t_handles[2 * i + 1]);
	}
	set_active_account(NULL);
}

static void t_deliver(struct t_zs *t, void (*post)(void *arg))
{
	struct t_mail mail = { .t = t };
	struct zs_pool_stats stats;
	struct kc_thread from;
	struct kc_thread to;

	assert_int_equal(kc_thread_create(&to, "to", t_free_letters, &mail), 0);
	assert_int_equal(kc_thread_create(&from, "from", post, &mail), 0);
	kc_thread_join(&from);
	kc_thread_join(&to);
	assert_int_equal(t_inspect(t).pages, 0);
	zs_pool_stats(t->pool, &stats);
	assert_true(stats.frees_unlocked > 0);
}

/*
 * Whoever pins a cell sees what its store has published, F1 with malloc and with M3 in shard.h.
 * The other designs ask for more than a cell: there, whoever hands a handle over orders it.
 */
static void a_cell_alone_orders_what_a_free_without_lock_sees(void **state)
{
	struct t_zs *t = *state;

	if (t_config.locks != ZS_LOCKS_SHARDED)
		return;
	/* The slabs of cells are to be there: to the sanitizer, libc's malloc() is a write. */
	t_allocate_all(t);
	zs_free_bulk(t->pool, t_handles, 2 * T_MAIL, ZS_BATCH_SORTED);
	t_deliver(t, t_post_new);
	t_allocate_all(t);
	t_deliver(t, t_post_moved);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		t_test(objects_keep_their_content_in_a_crowd),
		t_test(failing_allocations_lose_nothing_in_a_crowd),
		t_test(large_calls_meet_compaction),
		t_test(a_cell_alone_orders_what_a_free_without_lock_sees),
	};

	return t_main("zs_threads", tests, argc, argv);
}
