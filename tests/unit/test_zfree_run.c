// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * zfree: what a drain run does with items and budget, and the workers that make the runs:
 * starved, niced, recording. The strategy here is an array under a lock.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/spinlock.h>

#include "../t_wait.h"
#include "account.h"
#include "port.h"
#include "zfree/core.h"
#include "zram/zram.h"
#include "zram/zram_phase.h"

enum {
	T_SLOTS = 256,
	T_BUDGET = 128,
	T_PAGE = 4096,
	T_NEVER_MS = 3600 * 1000,
};

/*
 * @look: called by a drain that has found nothing
 * @least, @most: how far the reserved budget was above the objects that still exist
 */
struct heap {
	struct zfree zf;
	spinlock_t lock;
	unsigned long item[T_SLOTS];
	u32 head;
	u32 nr;
	u32 room;
	bool drained;
	void (*look)(struct heap *h);
	long least;
	long most;
	int nice;
};

static struct heap *to_heap(struct zfree *zf)
{
	return container_of(zf, struct heap, zf);
}

static bool heap_queue(struct zfree *zf, unsigned long item)
{
	struct heap *h = to_heap(zf);
	bool room;

	spin_lock(&h->lock);
	room = h->nr < h->room;
	if (room)
		h->item[(h->head + h->nr++) % T_SLOTS] = item;
	spin_unlock(&h->lock);
	return room;
}

static bool heap_take(struct heap *h, unsigned long *item)
{
	bool any;

	spin_lock(&h->lock);
	any = h->nr;
	if (any) {
		*item = h->item[h->head];
		h->head = (h->head + 1) % T_SLOTS;
		h->nr--;
	}
	spin_unlock(&h->lock);
	return any;
}

static long objects(struct zs_pool *pool)
{
	struct zs_class_stats st;
	unsigned int i;
	long nr = 0;

	for (i = 0; i < zs_nr_classes(pool); i++)
		if (zs_class_stats(pool, i, &st))
			nr += (long)st.objs_inuse;
	return nr;
}

static void look_at_the_budget(struct heap *h)
{
	long over = atomic_long_read(&h->zf.core->reserved) - objects(zram_pool(h->zf.zram));

	/* Workers and flush may be in a run at the same time. */
	spin_lock(&h->lock);
	h->least = over < h->least ? over : h->least;
	h->most = over > h->most ? over : h->most;
	spin_unlock(&h->lock);
}

static u32 heap_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	struct heap *h = to_heap(zf);
	unsigned long item;
	u32 taken;

	WRITE_ONCE(h->nice, getpriority(PRIO_PROCESS, 0));
	smp_store_release(&h->drained, true);
	for (taken = 0; taken < budget && heap_take(h, &item); taken++) {
		zfree_items(run, &item, 1);
		look_at_the_budget(h);
	}
	if (!taken && h->look)
		h->look(h);
	return taken;
}

static int heap_init(struct zfree *zf)
{
	spin_lock_init(&to_heap(zf)->lock);
	to_heap(zf)->room = T_SLOTS;
	return 0;
}

static const struct zfree_ops heap_ops = {
	.name = "heap",
	.summary = "an array under a lock",
	.units = BIT(ZFREE_SLOT) | BIT(ZFREE_HANDLE),
	.state_size = sizeof(struct heap),
	.init = heap_init,
	.queue = heap_queue,
	.drain = heap_drain,
};

static struct zram *the_zram;

static int make_device(void **state)
{
	const struct zram_params params = { .disksize_bytes = T_SLOTS * T_PAGE, .page_shift = 12 };
	u64 page[T_PAGE / sizeof(u64)];
	u64 seed = 1;
	u32 i;

	(void)state;
	the_zram = zram_create(&params);
	if (IS_ERR(the_zram))
		return 1;
	for (i = 0; i < T_SLOTS; i++) {
		memset(page, 0, sizeof(page));
		page[i % 64] = kc_random_u64(&seed);
		if (zram_write(the_zram, i, page))
			return 1;
	}
	return 0;
}

static int destroy_device(void **state)
{
	(void)state;
	zram_destroy(the_zram);
	return 0;
}

/* A flush that does not come, and a kick that only a full budget gives. */
static struct zfree_params still_params(void)
{
	struct zfree_params p = ZFREE_PARAMS_INIT;

	p.budget_bytes = T_BUDGET * T_PAGE;
	p.kick_bytes = p.budget_bytes;
	p.flush_ms = T_NEVER_MS;
	return p;
}

static struct heap *attach(const struct zfree_params *params)
{
	struct zfree *zf = zfree_attach(the_zram, &heap_ops, params);

	assert_false(IS_ERR(zf));
	return to_heap(zf);
}

static void notify(u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		zram_slot_free_notify(the_zram, i);
}

/*
 * Only slots that are queued are stored, so an object that exists is pending or collected. The
 * budget covers all of them at any time and, beyond them, no more than a step and the stock.
 */
static void budget_of_a_run_covers_what_is_not_freed_yet(void **state)
{
	unsigned int unit, batch;

	(void)state;
	zram_discard(the_zram, T_BUDGET / 2 * T_PAGE, (T_SLOTS - T_BUDGET / 2) * T_PAGE);
	for (unit = ZFREE_SLOT; unit <= ZFREE_HANDLE; unit++) {
		for (batch = ZS_BATCH_NONE; batch <= ZS_BATCH_SORTED; batch++) {
			struct zfree_params params = still_params();
			u64 page[T_PAGE / sizeof(u64)] = { 1, 2, 3 };
			struct heap *h;
			u32 i;

			for (i = 0; i < T_BUDGET / 2; i++)
				assert_int_equal(zram_write(the_zram, i, page), 0);
			params.units = BIT(unit);
			params.batch = (enum zs_batch)batch;
			h = attach(&params);
			notify(T_BUDGET / 2);
			assert_int_equal(h->nr, T_BUDGET / 2);
			zfree_drain(&h->zf);
			assert_true(h->least >= 0);
			assert_true(h->most <=
				    T_BUDGET / ZFREE_RETURN_SHARE + (long)h->zf.core->stock);
			zfree_detach(&h->zf);
		}
	}
}

static void starved_worker_leaves_everything_to_those_who_wait(void **state)
{
	struct zfree_params params = still_params();
	struct zfree_stats st;
	struct heap *h;
	u64 start;

	(void)state;
	params.kick_bytes = T_PAGE;
	params.delay_us = ZFREE_MAX_DELAY_US;
	h = attach(&params);
	start = kc_now_ns();
	notify(T_SLOTS);
	/* The worker was kicked long ago, but its second is not over, unless the host is slow. */
	kc_sleep_ns(20 * 1000 * 1000);
	zfree_stats(&h->zf, &st);
	assert_true(st.kicks > 0);
	if (kc_now_ns() - start < ZFREE_MAX_DELAY_US * 1000ull) {
		assert_int_equal(st.runs, 0);
		assert_int_equal(st.pending, T_BUDGET);
	}
	assert_int_equal(st.overflow, T_SLOTS - T_BUDGET);
	assert_int_equal(st.refused, 0);
	zfree_drain(&h->zf);
	assert_int_equal(zfree_pending(&h->zf), 0);
	zfree_detach(&h->zf);
}

static void starved_worker_comes_in_the_end(void **state)
{
	struct zfree_params params = still_params();
	u64 start = kc_now_ns();
	struct heap *h;

	(void)state;
	params.flush_ms = 1;
	params.delay_us = 5000;
	h = attach(&params);
	notify(10);
	t_until(!zfree_pending(&h->zf));
	assert_true(kc_now_ns() - start >= 6 * 1000 * 1000);
	zfree_detach(&h->zf);
}

/* A run counts itself when it has freed everything. */
static void wait_for_a_run(struct heap *h, struct zfree_stats *st)
{
	do {
		kc_sleep_ns(1000 * 1000);
		zfree_stats(&h->zf, st);
	} while (!st->runs);
}

static void runs_are_counted_by_who_made_them(void **state)
{
	struct zfree_params params = still_params();
	struct zfree_stats st;
	struct heap *h;

	(void)state;
	h = attach(&params);
	notify(10);
	zfree_drain(&h->zf);
	zfree_stats(&h->zf, &st);
	assert_int_equal(st.by_caller.drained, 10);
	assert_int_equal(st.by_caller.runs, st.runs);
	assert_int_equal(st.by_worker.runs + st.by_flush.runs, 0);
	zfree_detach(&h->zf);

	params.kick_bytes = T_PAGE;
	params.stock = 1;
	h = attach(&params);
	zram_slot_free_notify(the_zram, 10);
	wait_for_a_run(h, &st);
	assert_int_equal(st.by_worker.drained, 1);
	assert_int_equal(st.by_flush.runs + st.by_caller.runs, 0);
	zfree_detach(&h->zf);

	params = still_params();
	params.flush_ms = 1;
	h = attach(&params);
	zram_slot_free_notify(the_zram, 11);
	wait_for_a_run(h, &st);
	assert_int_equal(st.by_flush.drained, 1);
	assert_int_equal(st.by_worker.runs + st.by_caller.runs, 0);
	zfree_detach(&h->zf);
}

static void queue_one_more(struct heap *h)
{
	h->look = NULL;
	zram_slot_free_notify(the_zram, 11);
}

/* The worker has looked for the last time: it is running, but whoever kicks it now is not lost. */
static void kick_while_a_run_ends_is_not_lost(void **state)
{
	struct zfree_params params = still_params();
	struct zfree_stats st;
	struct heap *h;
	unsigned int ms;

	(void)state;
	params.kick_bytes = T_PAGE;
	params.stock = 1;
	h = attach(&params);
	h->look = queue_one_more;
	zram_slot_free_notify(the_zram, 10);
	for (ms = 0; ms < 5000; ms++) {
		kc_sleep_ns(1000 * 1000);
		zfree_stats(&h->zf, &st);
		if (st.by_worker.drained == 2)
			break;
	}
	assert_int_equal(st.by_worker.drained, 2);
	zfree_detach(&h->zf);
}

/* A drain may run because memory is short: what it needs is there since the strategy is. */
static void drain_allocates_nothing(void **state)
{
	struct mem_account account;
	unsigned int batch;

	(void)state;
	mem_account_init(&account, "all");
	for (batch = ZS_BATCH_NONE; batch <= ZS_BATCH_SORTED; batch++) {
		struct zfree_params params = still_params();
		struct mem_account *old = set_active_account(&account);
		s64 before;
		struct heap *h;

		params.batch = (enum zs_batch)batch;
		h = attach(&params);
		notify(10);
		before = mem_account_peak(&account);
		zfree_drain(&h->zf);
		assert_int_equal(h->nr, 0);
		assert_int_equal(mem_account_peak(&account), before);
		zfree_detach(&h->zf);
		set_active_account(old);
		assert_int_equal(mem_account_bytes(&account), 0);
	}
}

/* While a strategy is being detached its pending slots are still its own. */
static void attach_and_rewrite(struct heap *h)
{
	struct zfree_stats st;
	u64 page[T_PAGE / sizeof(u64)] = { 1, 2, 3 };
	struct zfree *other;

	h->look = NULL;
	/* Its entry was dropped, so it is still pending. */
	assert_int_equal(zram_write(the_zram, 0, page), 0);
	zfree_stats(&h->zf, &st);
	assert_int_equal(st.cancelled, 1);
	assert_int_equal(st.pending, 0);
	other = zfree_attach(the_zram, &heap_ops, NULL);
	if (!IS_ERR(other))
		zfree_detach(other);
	assert_int_equal(PTR_ERR(other), -EBUSY);
	zram_slot_free_notify(the_zram, 1);
	assert_int_equal(h->nr, 0);
}

static void nothing_else_is_attached_before_a_detach_is_through(void **state)
{
	struct zfree_params params = still_params();
	struct zfree *zf;
	struct heap *h;

	(void)state;
	h = attach(&params);
	zram_slot_free_notify(the_zram, 0);
	assert_int_equal(h->nr, 1);
	h->nr = 0;
	h->look = attach_and_rewrite;
	zfree_detach(&h->zf);
	zf = zfree_attach(the_zram, &heap_ops, NULL);
	assert_false(IS_ERR(zf));
	zfree_detach(zf);
}

static void worker_has_the_nice_value_asked_for(void **state)
{
	struct zfree_params params = still_params();
	struct heap *h;

	(void)state;
	params.flush_ms = 1;
	params.nice = ZFREE_MAX_NICE;
	h = attach(&params);
	notify(10);
	t_until(smp_load_acquire(&h->drained));
	assert_int_equal(READ_ONCE(h->nice), ZFREE_MAX_NICE);
	zfree_detach(&h->zf);
}

static void refusals_of_the_strategy_are_counted_apart(void **state)
{
	struct zfree_params params = still_params();
	struct zfree_stats st;
	struct heap *h;

	(void)state;
	params.budget_bytes = 4 * T_SLOTS * T_PAGE;
	params.delay_us = ZFREE_MAX_DELAY_US;
	h = attach(&params);
	h->room = 3;
	notify(5);
	zfree_stats(&h->zf, &st);
	assert_int_equal(st.queued, 3);
	assert_int_equal(st.refused, 2);
	assert_int_equal(st.overflow, 2);
	zfree_detach(&h->zf);
}

static double sum_of(const struct kc_phases *phases)
{
	double ns = 0;
	unsigned int i;

	for (i = 0; i < KC_MAX_PHASES; i++)
		ns += phases->ns[i];
	return ns;
}

static void drain_by_flush(struct heap *h)
{
	notify(T_BUDGET);
	t_until(!zfree_pending(&h->zf));
}

static void workers_record_the_phases_of_their_runs(void **state)
{
	struct zfree_params params = still_params();
	struct kc_phases phases = { .calls = { 0 } };
	struct heap *h;

	(void)state;
	params.flush_ms = 1;
	params.record_phases = true;
	h = attach(&params);
	drain_by_flush(h);
	zfree_phases(&h->zf, &phases);
	assert_true(phases.calls[ZRAM_PHASE_DRAIN] > 0);
	assert_true(phases.ns[ZRAM_PHASE_DRAIN] > 0);
	assert_true(sum_of(&phases) > 0);
	assert_int_equal(phases.calls[ZRAM_PHASE_NOTIFY], 0);
	zfree_detach(&h->zf);
	assert_int_equal(kc_phase_recorders, 0);
}

static void workers_that_are_not_asked_to_record_do_not(void **state)
{
	struct zfree_params params = still_params();
	struct kc_phases phases = { .calls = { 0 } };
	struct heap *h;

	(void)state;
	params.flush_ms = 1;
	h = attach(&params);
	drain_by_flush(h);
	assert_int_equal(kc_phase_recorders, 0);
	zfree_phases(&h->zf, &phases);
	assert_int_equal(phases.calls[ZRAM_PHASE_DRAIN], 0);
	assert_true(sum_of(&phases) <= 0);
	zfree_detach(&h->zf);
}

/* The workers' phases are theirs; who drains by itself has it in its own record. */
static void drain_by_a_task_that_records_is_in_its_record(void **state)
{
	struct zfree_params params = still_params();
	struct kc_phases own = { .calls = { 0 } }, theirs = { .calls = { 0 } };
	struct heap *h;

	(void)state;
	params.record_phases = true;
	h = attach(&params);
	notify(20);
	assert_int_equal(kc_phases_start(KC_PHASE_OTHER), 0);
	zfree_drain(&h->zf);
	kc_phases_stop(&own);
	assert_true(own.calls[ZRAM_PHASE_DRAIN] > 0);
	assert_true(own.ns[ZRAM_PHASE_DRAIN] > 0);
	zfree_phases(&h->zf, &theirs);
	assert_int_equal(theirs.calls[ZRAM_PHASE_DRAIN], 0);
	zfree_detach(&h->zf);
}

#define T(test) cmocka_unit_test_setup_teardown(test, make_device, destroy_device)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(budget_of_a_run_covers_what_is_not_freed_yet),
		T(starved_worker_leaves_everything_to_those_who_wait),
		T(starved_worker_comes_in_the_end),
		T(runs_are_counted_by_who_made_them),
		T(kick_while_a_run_ends_is_not_lost),
		T(drain_allocates_nothing),
		T(nothing_else_is_attached_before_a_detach_is_through),
		T(worker_has_the_nice_value_asked_for),
		T(refusals_of_the_strategy_are_counted_apart),
		T(workers_record_the_phases_of_their_runs),
		T(workers_that_are_not_asked_to_record_do_not),
		T(drain_by_a_task_that_records_is_in_its_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
