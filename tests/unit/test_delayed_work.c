// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Delayed work: when it runs, and changing one's mind about it.
 */
#include <linux/atomic.h>
#include <linux/workqueue.h>

#include "t_run.h"

enum {
	T_ITEMS = 8,
	T_FAR = 1000 * 1000, /* jiffies that never pass in a test */
};

/** struct t_delayed - a delayed item that counts its runs */
struct t_delayed {
	struct delayed_work dwork;
	u32 runs;
	u64 ran_ns;
};

static void t_delayed_fn(struct work_struct *work)
{
	struct t_delayed *t = container_of(to_delayed_work(work), struct t_delayed, dwork);

	t->ran_ns = kc_now_ns();
	__atomic_fetch_add(&t->runs, 1, __ATOMIC_RELEASE);
}

static void t_delayed_init(struct t_delayed *t)
{
	memset(t, 0, sizeof(*t));
	INIT_DELAYED_WORK(&t->dwork, t_delayed_fn);
}

static void a_delayed_item_runs_after_its_delay_not_before(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("delayed", WQ_UNBOUND, 1);
	struct t_delayed t, now, far;
	u64 start = kc_now_ns();

	(void)state;
	t_delayed_init(&t);
	t_delayed_init(&now);
	t_delayed_init(&far);
	assert_true(queue_delayed_work(wq, &far.dwork, T_FAR));
	assert_true(queue_delayed_work(wq, &t.dwork, msecs_to_jiffies(5)));
	assert_false(queue_delayed_work(wq, &t.dwork, 0));
	assert_true(work_pending(&t.dwork.work));
	assert_true(queue_delayed_work_on(0, wq, &now.dwork, 0));
	t_until(smp_load_acquire(&t.runs));
	assert_true(t.ran_ns - start >= 5000000);
	assert_true(cancel_delayed_work_sync(&far.dwork));
	assert_int_equal(far.runs, 0);
	destroy_workqueue(wq);
	assert_int_equal(now.runs, 1);
}

static void a_delayed_item_can_be_cancelled(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("modify", 0, 0);
	struct t_delayed t;

	(void)state;
	t_delayed_init(&t);
	assert_false(cancel_delayed_work_sync(&t.dwork));
	assert_true(queue_delayed_work(wq, &t.dwork, T_FAR));
	assert_true(cancel_delayed_work_sync(&t.dwork));
	assert_false(work_pending(&t.dwork.work));
	assert_false(cancel_delayed_work_sync(&t.dwork));
	assert_true(queue_delayed_work(wq, &t.dwork, 1));
	t_until(smp_load_acquire(&t.runs));
	assert_int_equal(t.runs, 1);
	destroy_workqueue(wq);
}

/* An earlier timer fires first if it was set before the later one was due. */
static void many_timers_fire_in_order(void **state)
{
	struct workqueue_struct *wq = alloc_workqueue("timers", WQ_UNBOUND, 1);
	struct t_delayed items[T_ITEMS], *a, *b;
	u64 set_ns[T_ITEMS];
	int i;

	(void)state;
	for (i = T_ITEMS - 1; i >= 0; i--) {
		t_delayed_init(&items[i]);
		queue_delayed_work(wq, &items[i].dwork, (unsigned long)(20 + i));
		set_ns[i] = kc_now_ns();
	}
	for (i = 0; i < T_ITEMS; i++)
		t_until(smp_load_acquire(&items[i].runs));
	for (a = items; a < items + T_ITEMS; a++) {
		for (b = items; b < items + T_ITEMS; b++) {
			if (a->dwork.expires_ns < b->dwork.expires_ns &&
			    set_ns[a - items] < b->dwork.expires_ns)
				assert_true(a->ran_ns <= b->ran_ns);
		}
	}
	destroy_workqueue(wq);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_delayed_item_runs_after_its_delay_not_before),
		cmocka_unit_test(a_delayed_item_can_be_cancelled),
		cmocka_unit_test(many_timers_fire_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
