// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a notification does with the swap layer's locks held does not grow with the number of
 * items or buffers that are pending, whether it is alone or meets a drain.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <linux/minmax.h>

#include "port.h"
#include "sim/virtual/machine.h"
#include "strategies/registry.h"
#include "tests/strategy/t_device.h"
#include "zfree/core.h"

enum {
	SLOTS = 8192,
	KICK = 2, /* slots; keeps buffers small, and so makes them many */
	FEW = 512,
	MANY = 4096,
	MEET_NS = 3000, /* a few hundred, and a lock that a drain holds for a copy or a list */
	AWAY_US = 1000 * 1000, /* that a worker who was woken stays away */
};

/**
 * struct notifier - a task that drops slots and keeps what the dearest notification took
 * @thread:	it
 * @d:		device
 * @from:	first slot
 * @to:		after the last
 * @accesses:	most of one notification, all tasks
 * @ns:		longest notification
 */
struct notifier {
	struct kc_thread thread;
	struct t_dev *d;
	u32 from;
	u32 to;
	u64 accesses;
	u64 ns;
};

static void notify(void *arg)
{
	struct notifier *n = arg;
	u64 ns, accesses;
	u32 i;

	kc_pin_host_cpu(1);
	for (i = n->from; i < n->to; i++) {
		ns = kc_now_ns();
		accesses = vm_now.accesses;
		zram_slot_free_notify(n->d->zram, i);
		n->accesses = max(n->accesses, vm_now.accesses - accesses);
		n->ns = max(n->ns, kc_now_ns() - ns);
	}
}

static void start(struct notifier *n, struct t_dev *d, u32 from, u32 to)
{
	*n = (struct notifier){ .d = d, .from = from, .to = to };
	assert_int_equal(kc_thread_create(&n->thread, "notify", notify, n), 0);
}

/* As a worker does, so no buffer is stolen. The flush, whose place it takes, never comes. */
static void drain(void *arg)
{
	struct zfree *zf = arg;

	kc_pin_host_cpu(2);
	while (zfree_worker_run(&zf->core->flusher, zf->params->run_slots, false))
		;
}

/* Has @nr items pending, whose dearest is in @alone; then drops more while they are drained. */
static void measure(const struct t_case *c, u32 nr, struct notifier *alone, struct notifier *meets)
{
	struct zfree_params params = t_params_still(c, SLOTS);
	struct kc_thread drainer;
	struct t_dev d;

	params.kick_bytes = KICK << T_PAGE_SHIFT;
	params.delay_us = AWAY_US;
	t_dev_init(&d, SLOTS);
	t_write_all(&d);
	t_attach(&d, c, &params);
	/* A strategy that frees in between would have its own cost counted. */
	start(alone, &d, 0, nr);
	kc_thread_join(&alone->thread);
	assert_true(zfree_pending(d.zf) >= nr * 8 / 9);

	start(meets, &d, MANY, SLOTS);
	assert_int_equal(kc_thread_create(&drainer, "drain", drain, d.zf), 0);
	kc_thread_join(&drainer);
	kc_thread_join(&meets->thread);
	zfree_drain(d.zf);
	t_dev_exit(&d);
}

static void strategy_is_bounded(const struct t_case *c)
{
	struct notifier few, many, few_meet, many_meet;

	measure(c, FEW, &few, &few_meet);
	measure(c, MANY, &many, &many_meet);
	printf("# %s: %llu and %llu accesses alone, %llu and %llu ns beside a drain\n",
	       c->ops->name, (unsigned long long)few.accesses, (unsigned long long)many.accesses,
	       (unsigned long long)few_meet.ns, (unsigned long long)many_meet.ns);
	assert_true(many.accesses <= few.accesses + few.accesses / 4);
	assert_in_range(few_meet.ns, 1, MEET_NS);
	assert_in_range(many_meet.ns, 1, MEET_NS);
}

static void a_notification_does_not_grow_with_what_is_pending(void **state)
{
	struct t_case c = { .nr_workers = 1 };
	unsigned int i;

	(void)state;
	for (i = 0; i < zfree_nr_strategies(); i++) {
		c.ops = zfree_strategy(i);
		for (c.unit = ZFREE_SLOT; c.unit <= ZFREE_HANDLE; c.unit++)
			if (c.ops->units & BIT(c.unit))
				strategy_is_bounded(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_notification_does_not_grow_with_what_is_pending),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
