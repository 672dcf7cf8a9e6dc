// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * zfree: who is woken, and who waits for whom. The strategy here is a list that can be made to
 * refuse, to stop in the middle of a notification, and to be drained of everything or nothing.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "../t_wait.h"
#include "port.h"
#include "zfree/core.h"
#include "zram/zram.h"

enum {
	T_SLOTS = 256,
	T_BUDGET = 64,
	T_PAGE = 4096,
	T_NEVER_MS = 3600 * 1000,
	T_STOCK = 4,
	T_SOME_LOOKS = 40,
	T_EARLIER_CPU = 0,
	T_BUSY_CPU = 1,
	T_REFUSALS = 3,
};

/** struct gate - stops a thread: it says that it is there and waits until it is opened */
struct gate {
	bool shut;
	bool reached;
	bool opened;
};

struct list {
	struct zfree zf;
	spinlock_t lock;
	unsigned long item[T_SLOTS];
	u32 nr;
	u32 room;
	bool partial; /* a drain that is not to take partly filled buffers takes nothing */
	struct gate in_queue;
	struct gate in_drain;
	u32 drains;	/* in progress */
	u32 most;	/* of these at once */
	u32 cpu;	/* of the last */
	bool off_count; /* after an item was freed, what is reserved was not what is listed */
};

/* The caller has preemption disabled. */
static void pass(struct gate *gate)
{
	if (!READ_ONCE(gate->shut))
		return;
	WRITE_ONCE(gate->reached, true);
	while (!READ_ONCE(gate->opened))
		cpu_relax();
}

static struct list *to_list(struct zfree *zf)
{
	return container_of(zf, struct list, zf);
}

static bool list_queue(struct zfree *zf, unsigned long item)
{
	struct list *l = to_list(zf);
	bool room;

	pass(&l->in_queue);
	spin_lock(&l->lock);
	room = l->nr < l->room;
	if (room)
		l->item[l->nr++] = item;
	spin_unlock(&l->lock);
	return room;
}

/* May sleep. */
static void enter_drain(struct list *l)
{
	u32 now = __atomic_add_fetch(&l->drains, 1, __ATOMIC_RELAXED);

	if (now > READ_ONCE(l->most))
		WRITE_ONCE(l->most, now);
	WRITE_ONCE(l->cpu, smp_processor_id());
	if (READ_ONCE(l->in_drain.shut))
		t_until(READ_ONCE(l->in_drain.opened));
}

static u32 list_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	struct list *l = to_list(zf);
	unsigned long item = 0;
	u32 taken = 0, nr;

	if (l->partial && !zfree_run_all(run))
		return 0;
	enter_drain(l);
	for (; taken < budget; taken++) {
		spin_lock(&l->lock);
		nr = l->nr;
		if (nr)
			item = l->item[--l->nr];
		spin_unlock(&l->lock);
		if (!nr)
			break;
		zfree_items(run, &item, 1);
		spin_lock(&l->lock);
		nr = l->nr;
		spin_unlock(&l->lock);
		if (atomic_long_read(&zf->core->reserved) != (long)nr)
			WRITE_ONCE(l->off_count, true);
	}
	__atomic_fetch_sub(&l->drains, 1, __ATOMIC_RELAXED);
	return taken;
}

static int list_init(struct zfree *zf)
{
	spin_lock_init(&to_list(zf)->lock);
	to_list(zf)->room = T_SLOTS;
	return 0;
}

static const struct zfree_ops list_ops = {
	.name = "list",
	.summary = "a list under a lock",
	.units = BIT(ZFREE_SLOT),
	.state_size = sizeof(struct list),
	.init = list_init,
	.queue = list_queue,
	.drain = list_drain,
};

static struct zram *the_zram;

static int make_device(void **state)
{
	const struct zram_params params = { .disksize_bytes = T_SLOTS * T_PAGE, .page_shift = 12 };
	u32 i;

	(void)state;
	the_zram = zram_create(&params);
	for (i = 0; !IS_ERR(the_zram) && i < T_SLOTS; i++)
		if (zram_write_same(the_zram, i, 42))
			return 1;
	return IS_ERR(the_zram);
}

static int destroy_device(void **state)
{
	(void)state;
	zram_destroy(the_zram);
	return 0;
}

/* A kick that only a full budget gives. */
static struct zfree_params params_of(unsigned int flush_ms)
{
	struct zfree_params p = ZFREE_PARAMS_INIT;

	p.budget_bytes = T_BUDGET * T_PAGE;
	p.kick_bytes = p.budget_bytes;
	p.flush_ms = flush_ms;
	p.stock = T_STOCK;
	return p;
}

static struct list *attach_as(const struct zfree_ops *ops, const struct zfree_params *params)
{
	struct zfree *zf = zfree_attach(the_zram, ops, params);

	assert_false(IS_ERR(zf));
	return to_list(zf);
}

static struct list *attach(unsigned int flush_ms)
{
	struct zfree_params p = params_of(flush_ms);

	return attach_as(&list_ops, &p);
}

static struct zfree_stats stats_of(struct list *l)
{
	struct zfree_stats stats;

	zfree_stats(&l->zf, &stats);
	return stats;
}

static void notify(u32 from, u32 nr)
{
	u32 i;

	for (i = from; i < from + nr; i++)
		zram_slot_free_notify(the_zram, i);
}

static long notify_here(void *arg)
{
	notify(*(u32 *)arg, 1);
	return 0;
}

static void notify_on(unsigned int cpu, u32 slot)
{
	work_on_cpu(cpu, notify_here, &slot);
}

/* Time for a task that does not wait to be done; one that does is not. */
static void let_it_go_wrong(const bool *done)
{
	unsigned int looks;

	for (looks = 0; looks < T_SOME_LOOKS && !READ_ONCE(*done); looks++)
		t_wait_look(T_WAIT_SOON);
}

/* What is in the way may be buffers that no kick would drain. */
static void a_refusal_wakes_a_worker_that_takes_everything(void **state)
{
	struct list *l = attach(T_NEVER_MS);
	u32 round;

	(void)state;
	l->room = 8;
	l->partial = true;
	for (round = 1; round <= T_REFUSALS; round++) {
		notify(round * 16, 9);
		t_until(!zfree_pending(&l->zf));
		assert_int_equal(stats_of(l).refused, round);
		assert_int_equal(stats_of(l).by_worker.drained, round * 8);
	}
	zfree_detach(&l->zf);
}

/* The same where nothing is refused, but no budget is left. */
static void an_empty_budget_wakes_a_worker_that_takes_everything(void **state)
{
	struct list *l = attach(T_NEVER_MS);

	(void)state;
	l->partial = true;
	notify(0, T_BUDGET + 1);
	t_until(!zfree_pending(&l->zf));
	assert_int_equal(stats_of(l).overflow, 1);
	assert_int_equal(stats_of(l).refused, 0);
	assert_int_equal(stats_of(l).by_worker.drained, T_BUDGET);
	zfree_detach(&l->zf);
}

/* Also after one that was to take them. */
static void a_kick_alone_leaves_partly_filled_buffers(void **state)
{
	struct list *l = attach(T_NEVER_MS);
	const bool never = false;
	u64 runs;

	(void)state;
	l->partial = true;
	notify(0, T_BUDGET + 1);
	t_until(!zfree_pending(&l->zf));
	/* The run that was to take everything would take what comes now, too. */
	down_write(&l->zf.core->run_lock);
	up_write(&l->zf.core->run_lock);
	t_until(!work_pending(&l->zf.core->workers->work));
	runs = stats_of(l).by_worker.runs;
	notify(0, T_BUDGET);
	t_until(stats_of(l).by_worker.runs > runs);
	let_it_go_wrong(&never);
	assert_int_equal(zfree_pending(&l->zf), T_BUDGET);
	zfree_detach(&l->zf);
}

/* One that is queued already is not asked again, but one that has not been yet. */
static void a_kick_wakes_another_worker_while_the_first_is_pending(void **state)
{
	struct zfree_params p = params_of(T_NEVER_MS);
	struct list *l;

	(void)state;
	p.nr_workers = 2;
	p.kick_bytes = T_PAGE;
	l = attach_as(&list_ops, &p);
	l->in_drain.shut = true;
	notify(0, 1);
	t_until(READ_ONCE(l->drains) == 1);
	notify(1, T_STOCK);
	notify(1 + T_STOCK, T_STOCK);
	t_until(READ_ONCE(l->most) == 2);
	WRITE_ONCE(l->in_drain.opened, true);
	t_until(!zfree_pending(&l->zf));
	zfree_detach(&l->zf);
}

static void a_kick_wakes_the_worker_of_its_cpu(void **state)
{
	struct zfree_params p = params_of(T_NEVER_MS);
	struct list *l;

	(void)state;
	p.workers = ZFREE_WORKERS_PERCPU;
	p.kick_bytes = T_PAGE;
	l = attach_as(&list_ops, &p);
	notify_on(T_BUSY_CPU, 0);
	t_until(!zfree_pending(&l->zf));
	assert_int_equal(READ_ONCE(l->cpu), T_BUSY_CPU);
	zfree_detach(&l->zf);
}

/* What is reserved is what is pending, at any time; the worker comes for the kick alone. */
static void a_design_that_counts_exactly_loses_nothing(void **state)
{
	static const struct zfree_preset preset = { .budget_slots = 16, .kick_slots = 12 };
	static const struct zfree_traits traits = { .preset = &preset };
	struct zfree_params p = params_of(1);
	struct zfree_ops ops = list_ops;
	struct list *l;

	(void)state;
	ops.traits = &traits;
	l = attach_as(&ops, &p);
	l->room = 8;
	notify(0, 10);
	assert_int_equal(stats_of(l).refused, 2);
	assert_int_equal(stats_of(l).pending, 8);
	assert_int_equal(atomic_long_read(&l->zf.core->reserved), 8);
	assert_int_equal(zram_write_same(the_zram, 0, 43), 0);
	assert_int_equal(atomic_long_read(&l->zf.core->reserved), 7);
	assert_int_equal(stats_of(l).kicks, 0);
	zfree_drain(&l->zf);
	assert_int_equal(stats_of(l).stale, 1);
	assert_int_equal(stats_of(l).drained, 7);
	l->room = T_SLOTS;
	l->off_count = false;
	notify(0, 11);
	assert_int_equal(stats_of(l).kicks, 0);
	zfree_drain(&l->zf);
	assert_false(l->off_count);
	down_write(&l->zf.core->run_lock);
	notify(0, 17);
	up_write(&l->zf.core->run_lock);
	assert_int_equal(stats_of(l).refused, 2);
	assert_int_equal(stats_of(l).overflow, 3);
	t_until(!zfree_pending(&l->zf));
	assert_true(stats_of(l).kicks > 0);
	zfree_detach(&l->zf);
}

static void count_reported(void *ctx, u32 nr)
{
	__atomic_fetch_add((u32 *)ctx, nr, __ATOMIC_RELAXED);
}

static void what_a_caller_drains_is_reported(void **state)
{
	struct zfree_params p = params_of(T_NEVER_MS);
	u32 reported = 0;
	struct list *l;

	(void)state;
	p.drained = count_reported;
	p.drained_ctx = &reported;
	l = attach_as(&list_ops, &p);
	notify(0, 9);
	zfree_drain(&l->zf);
	assert_int_equal(reported, 9);
	assert_int_equal(stats_of(l).by_caller.drained, 9);
	notify(0, 5);
	zfree_detach(&l->zf);
	assert_int_equal(reported, 14);
}

/** struct task - a thread that notifies or drains, and tells how far it is */
struct task {
	struct kc_thread thread;
	struct list *l;
	bool about;
	bool done;
	u64 pending; /* when it was done */
};

static void notify_one(void *arg)
{
	struct task *t = arg;

	WRITE_ONCE(t->about, true);
	notify(0, 1);
	WRITE_ONCE(t->done, true);
}

static void drain(void *arg)
{
	struct task *t = arg;

	WRITE_ONCE(t->about, true);
	zfree_drain(&t->l->zf);
	t->pending = zfree_pending(&t->l->zf);
	WRITE_ONCE(t->done, true);
}

static void start(struct task *t, void (*fn)(void *arg), struct list *l)
{
	*t = (struct task){ .l = l };
	assert_int_equal(kc_thread_create(&t->thread, "task", fn, t), 0);
	t_until(READ_ONCE(t->about));
}

/* One that is under way may keep others from being found, so a drain waits until it is over. */
static void a_drain_waits_for_notifications_that_are_under_way(void **state)
{
	struct list *l = attach(T_NEVER_MS);
	struct task notifier, drainer;

	(void)state;
	l->in_queue.shut = true;
	start(&notifier, notify_one, l);
	t_until(READ_ONCE(l->in_queue.reached));
	start(&drainer, drain, l);
	let_it_go_wrong(&drainer.done);
	WRITE_ONCE(l->in_queue.opened, true);
	t_until(READ_ONCE(notifier.done) && READ_ONCE(drainer.done));
	kc_thread_join(&notifier.thread);
	kc_thread_join(&drainer.thread);
	assert_int_equal(drainer.pending, 0);
	zfree_detach(&l->zf);
}

static struct gate busy_cpu;

static long stay(void *arg)
{
	(void)arg;
	preempt_disable();
	pass(&busy_cpu);
	preempt_enable();
	return 0;
}

static long notify_and_stay(void *arg)
{
	preempt_disable();
	notify(0, 1);
	stay(arg);
	preempt_enable();
	return 0;
}

static void stay_on_a_cpu(void *arg)
{
	struct task *t = arg;

	WRITE_ONCE(t->about, true);
	work_on_cpu(T_BUSY_CPU, stay, t);
	WRITE_ONCE(t->done, true);
}

static void notify_and_stay_on_a_cpu(void *arg)
{
	struct task *t = arg;

	WRITE_ONCE(t->about, true);
	work_on_cpu(T_BUSY_CPU, notify_and_stay, t);
	WRITE_ONCE(t->done, true);
}

static void occupy_a_cpu(struct task *t, void (*fn)(void *arg), struct list *l)
{
	busy_cpu = (struct gate){ .shut = true };
	start(t, fn, l);
	t_until(READ_ONCE(busy_cpu.reached));
}

static void leave_the_cpu(struct task *t)
{
	WRITE_ONCE(busy_cpu.opened, true);
	t_until(READ_ONCE(t->done));
	kc_thread_join(&t->thread);
}

/*
 * The flush has drained the item of a CPU and wants its stock back, which has to wait until that
 * CPU is no longer busy. What others queue meanwhile finds the flush armed, and needs it.
 */
static void what_comes_while_the_flush_is_disarmed_is_flushed(void **state)
{
	struct list *l = attach(1);
	struct task busy;

	(void)state;
	occupy_a_cpu(&busy, notify_and_stay_on_a_cpu, l);
	t_until(stats_of(l).by_flush.drained == 1);
	let_it_go_wrong(&busy.done);
	notify(1, 1);
	leave_the_cpu(&busy);
	t_until(stats_of(l).by_flush.drained == 2);
	zfree_detach(&l->zf);
}

/*
 * The same where the other item is cancelled before the flush has been disarmed: nothing is pending
 * then, but a CPU the flush had been at has credit, which it may use without a look at the flush.
 */
static void credit_taken_while_the_flush_is_disarmed_is_not_forgotten(void **state)
{
	struct list *l = attach(1);
	struct task busy;
	u64 cancelled;
	int err;

	(void)state;
	occupy_a_cpu(&busy, notify_and_stay_on_a_cpu, l);
	t_until(stats_of(l).by_flush.drained == 1);
	let_it_go_wrong(&busy.done);
	notify_on(T_EARLIER_CPU, 1);
	err = zram_write_same(the_zram, 1, 43);
	cancelled = stats_of(l).cancelled;
	leave_the_cpu(&busy);
	assert_int_equal(err, 0);
	assert_int_equal(cancelled, 1);
	t_until(!READ_ONCE(l->zf.core->armed) || !atomic_long_read(&l->zf.core->reserved));
	notify_on(T_EARLIER_CPU, 2);
	t_until(stats_of(l).by_flush.drained == 2);
	zfree_detach(&l->zf);
}

/*
 * Where memory is ordered weakly, a notification that is under way may have read that the flush is
 * armed, and nobody sees yet what it has taken. So the flush waits for it, and does nothing else.
 */
static void a_flush_that_is_disarmed_waits_for_notifications(void **state)
{
	struct list *l = attach(1);
	struct task busy;
	u64 drained;

	(void)state;
	occupy_a_cpu(&busy, stay_on_a_cpu, l);
	notify(0, 1);
	t_until(stats_of(l).by_flush.drained == 1);
	t_until(!READ_ONCE(l->zf.core->armed));
	notify(1, 1);
	let_it_go_wrong(&busy.done);
	drained = stats_of(l).by_flush.drained;
	leave_the_cpu(&busy);
	assert_int_equal(drained, 1);
	t_until(stats_of(l).by_flush.drained == 2);
	zfree_detach(&l->zf);
}

/* More than a stock, so that most of it takes the short way. */
static void each_burst_is_flushed_however_long_the_pause(void **state)
{
	struct list *l = attach(1);
	u32 round;

	(void)state;
	for (round = 1; round <= 4; round++) {
		notify(0, round);
		t_until(!zfree_pending(&l->zf));
		t_until(!atomic_long_read(&l->zf.core->reserved));
		notify(0, T_SLOTS);
		t_until(!zfree_pending(&l->zf));
	}
	assert_true(stats_of(l).by_flush.drained > 0);
	zfree_detach(&l->zf);
}

#define T(test) cmocka_unit_test_setup_teardown(test, make_device, destroy_device)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_refusal_wakes_a_worker_that_takes_everything),
		T(an_empty_budget_wakes_a_worker_that_takes_everything),
		T(a_kick_alone_leaves_partly_filled_buffers),
		T(a_kick_wakes_another_worker_while_the_first_is_pending),
		T(a_kick_wakes_the_worker_of_its_cpu),
		T(a_design_that_counts_exactly_loses_nothing),
		T(what_a_caller_drains_is_reported),
		T(a_drain_waits_for_notifications_that_are_under_way),
		T(what_comes_while_the_flush_is_disarmed_is_flushed),
		T(credit_taken_while_the_flush_is_disarmed_is_not_forgotten),
		T(a_flush_that_is_disarmed_waits_for_notifications),
		T(each_burst_is_flushed_however_long_the_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
