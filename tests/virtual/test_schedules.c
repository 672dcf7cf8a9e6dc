// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The contract under many schedules: some milliseconds of threads that write, notify, pause for
 * about as long as the flush waits, and drain, for machines that delay what synchronises them. What
 * is lost between a notification, a worker, the flush and a drain is pending for ever, or still
 * pending when a drain comes back.
 *
 *	test_schedules STRATEGY UNIT WORKERS STOCK [SEED] [schedule=SEED | schedules=N]
 *
 * All slots in use share a word of a bitmap, and the device is large enough for three levels of
 * summaries above them.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "port.h"
#include "tests/strategy/t_device.h"
#include "tests/t_wait.h"
#include "zfree/core.h"
#include "zram/slot_word.h"

enum {
	SLOTS = 4200,
	THREADS = 4,
	OWN = 16, /* slots of a thread */
	OPS = 10,
	ROUNDS = 2,
	BUDGET = 40,
	KICK = 4,
	OBJECT_BYTES = 400,
	PAUSE_NS = 1500 * 1000,
};

struct notifier {
	struct kc_thread thread;
	struct t_dev *d;
	u64 seed;
	u32 first;
};

static struct t_case the_case;

/* Nobody else notifies that slot. */
static void drain_and_look(struct t_dev *d, u32 slot)
{
	zfree_drain(d->zf);
	if (slot_test_flag(d->zram, slot, ZRAM_DEFERRED))
		t_waited_in_vain(__FILE__, __LINE__, "a slot that was notified before a drain");
}

static void notify_some(void *arg)
{
	static const char data[OBJECT_BYTES];
	struct notifier *n = arg;
	u32 op, slot;

	set_active_account(&n->d->account);
	for (op = 0; op < OPS; op++) {
		slot = n->first + (u32)kc_random_below(&n->seed, OWN);
		if (zram_write_compressed(n->d->zram, slot, data, OBJECT_BYTES))
			t_waited_in_vain(__FILE__, __LINE__, "memory");
		zram_slot_free_notify(n->d->zram, slot);
		switch (kc_random_below(&n->seed, 6)) {
		case 0:
			drain_and_look(n->d, slot);
			break;
		case 1:
			kc_sleep_ns(kc_random_below(&n->seed, PAUSE_NS));
			break;
		default:
			break;
		}
	}
}

/* The flush comes for what is pending, and then for the budget that CPUs have in stock. */
static void everything_comes_back(struct t_dev *d)
{
	struct zram_io_stat io;

	if (zfree_traits(the_case.ops).preset)
		zfree_drain(d->zf);
	t_wait_idle(d->zf);
	t_until(!atomic_long_read(&d->zf->core->reserved));
	zram_io_stat(d->zram, &io);
	assert_true(t_slots_stored(d) <= io.miss_free);
}

static void nothing_is_lost_under_any_schedule(void **state)
{
	struct zfree_params params = t_params(&the_case, BUDGET);
	struct notifier n[THREADS];
	unsigned int round, i;
	struct t_dev d;

	(void)state;
	params.flush_ms = 1;
	params.kick_bytes = KICK << T_PAGE_SHIFT;
	t_dev_init(&d, SLOTS);
	t_attach(&d, &the_case, &params);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < THREADS; i++) {
			n[i].d = &d;
			n[i].first = i * OWN;
			n[i].seed = the_case.seed + round * THREADS + i;
			assert_int_equal(
				kc_thread_create(&n[i].thread, "notify", notify_some, &n[i]), 0);
		}
		for (i = 0; i < THREADS; i++)
			kc_thread_join(&n[i].thread);
		everything_comes_back(&d);
	}
	t_dev_exit(&d);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_lost_under_any_schedule),
	};

	if (!t_case_parse(&the_case, argc, argv))
		return 2;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
