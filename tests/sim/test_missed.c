// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Notifications that find their slot locked: what they leave, and that results say so. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <linux/bits.h>

#include "sim/figures/metrics.h"
#include "sim/figures/outcome.h"
#include "sim/run/config.h"
#include "sim/run/repeat.h"
#include "sim/run/world.h"
#include "sim/scenario/scenario.h"
#include "tests/sim/t_stage.h"
#include "zfree/strategy.h"
#include "zram/slot.h"
#include "zram/slot_word.h"
#include "zram/zram.h"

static char message[400];

/* One process of 1 MiB, whose slots come in the order of its pages. */
static void small(struct zramsim_config *cfg, const char *scenario)
{
	zramsim_config_init(cfg);
	cfg->scenario = scenario;
	cfg->size_bytes = 1 << 20;
	cfg->runs = 1;
	cfg->warmup = 0;
	cfg->max_ns = 0;
	cfg->strategy.flush_ms = 5;
}

/**
 * struct holder - a strategy that queues nothing, but holds the slot behind every 50th while that
 *		   is notified
 * @zfree:	core part
 * @held:	the slot, 0 none
 * @seen:	notifications
 */
struct holder {
	struct zfree zfree;
	u32 held;
	u32 seen;
};

static unsigned int nr_held, nr_held_stored;

static void holder_let_go(struct holder *holder)
{
	if (holder->held)
		slot_unlock(holder->zfree.zram, holder->held);
	holder->held = 0;
}

/* The notification after this one is of the next slot, if that is of the same run. */
static bool holder_queue(struct zfree *zf, unsigned long item)
{
	struct holder *holder = (struct holder *)zf;
	u32 next = (u32)item + 1;

	if (holder->held && holder->held != item)
		holder_let_go(holder);
	if (++holder->seen % 50 || next >= zf->nr_slots || !slot_trylock(zf->zram, next))
		return false;
	holder->held = next;
	nr_held++;
	nr_held_stored += slot_allocated(zf->zram, next);
	return false;
}

static u32 holder_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	(void)zf;
	(void)run;
	(void)budget;
	return 0;
}

static void holder_exit(struct zfree *zf)
{
	holder_let_go((struct holder *)zf);
}

static const struct zfree_ops holder_ops = {
	.name = "holder",
	.units = BIT(ZFREE_SLOT),
	.state_size = sizeof(struct holder),
	.exit = holder_exit,
	.queue = holder_queue,
	.drain = holder_drain,
};

/* Nothing reads or rewrites a slot in these scenarios before it is notified. */
static void what_misses_is_counted_and_stays_stored_in(const char *scenario)
{
	struct sim_message msg = { message, sizeof(message) };
	struct zramsim_config asked;
	struct sim_outcome outcome;
	struct t_stage t;
	double missed, left;
	int err;

	small(&asked, scenario);
	t_stage_init(&t, &asked, message, sizeof(message));
	nr_held = nr_held_stored = 0;
	err = sim_repeat(&t.stage, &t.cfg, &holder_ops, 0, &t.noise, &outcome, &msg);
	if (err)
		fail_msg("%s: %d: %s", scenario, err, message);
	missed = outcome.metrics[SIM_MISS_SLOTS];
	left = outcome.metrics[SIM_STRANDED_SLOTS];
	assert_true(left >= 4 && left <= missed);
	/* A foreground that has swapped something out drops it after the figures are taken. */
	assert_true(left <= nr_held_stored && missed <= nr_held);
	if (!t.world.scenario->allocate)
		assert_true(left == nr_held_stored && missed == nr_held);
	t_stage_exit(&t);
}

/* What it writes into slots that were dropped nobody will free. */
static bool spoiler_queue(struct zfree *zf, unsigned long item)
{
	struct holder *spoiler = (struct holder *)zf;

	if (spoiler->held)
		zram_write_same(zf->zram, spoiler->held, 7);
	spoiler->held = ++spoiler->seen % 100 ? 0 : (u32)item;
	return false;
}

static void a_slot_that_is_never_freed_without_a_miss_is_a_bug(void **state)
{
	struct sim_message msg = { message, sizeof(message) };
	struct zfree_ops spoiler = holder_ops;
	struct zramsim_config asked;
	struct sim_outcome outcome;
	struct t_stage t;

	(void)state;
	small(&asked, "exit");
	spoiler.queue = spoiler_queue;
	spoiler.exit = NULL;
	t_stage_init(&t, &asked, message, sizeof(message));
	assert_int_equal(sim_repeat(&t.stage, &t.cfg, &spoiler, 0, &t.noise, &outcome, &msg),
			 -EPROTO);
	assert_string_equal(message, "holder: 2 slots were dropped and never freed, but 0 "
				     "notifications missed");
	t_stage_exit(&t);
}

static void a_missed_notification_leaves_its_slot_stored_and_is_counted(void **state)
{
	(void)state;
	what_misses_is_counted_and_stays_stored_in("exit");
	what_misses_is_counted_and_stays_stored_in("lmk");
	what_misses_is_counted_and_stays_stored_in("pressure");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missed_notification_leaves_its_slot_stored_and_is_counted),
		cmocka_unit_test(a_slot_that_is_never_freed_without_a_miss_is_a_bug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
