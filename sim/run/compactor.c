// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <string.h>

#include <linux/compiler.h>

#include "sim/run/compactor.h"
#include "sim/shortage.h"
#include "zram/zram.h"

enum {
	COMPACTOR_SLEEPS,
	COMPACTOR_WORKS,
	COMPACTOR_ENDS,	   /* after the compaction under way, or the first one */
	COMPACTOR_DISMISS, /* was never let go */
};

static void compact_once(struct sim_compactor *compactor)
{
	u64 start = kc_now_ns();

	compactor->done.pages += zram_compact(compactor->zram);
	compactor->done.ns += kc_now_ns() - start;
	compactor->done.runs++;
}

static void compactor_run(void *arg)
{
	struct sim_compactor *compactor = arg;
	u32 *phase = &compactor->phase;

	while (READ_ONCE(*phase) == COMPACTOR_SLEEPS)
		kc_wait(phase, COMPACTOR_SLEEPS, KC_FOREVER);
	if (READ_ONCE(*phase) == COMPACTOR_DISMISS)
		return;
	do {
		compact_once(compactor);
		kc_wait(phase, COMPACTOR_WORKS, compactor->pause_us * 1000ull);
	} while (READ_ONCE(*phase) == COMPACTOR_WORKS);
}

static void compactor_set_phase(struct sim_compactor *compactor, u32 phase)
{
	WRITE_ONCE(compactor->phase, phase);
	kc_wake(&compactor->phase, 1);
}

int sim_compactor_start(struct sim_compactor *compactor, struct zram *zram, u32 pause_us,
			struct sim_message *msg)
{
	int err;

	if (!pause_us)
		return 0;
	compactor->zram = zram;
	compactor->pause_us = pause_us;
	err = kc_thread_create(&compactor->thread, "compactor", compactor_run, compactor);
	if (err)
		return sim_fail_host(msg, err, NULL, "the compacting thread cannot be started");
	compactor->started = true;
	return 0;
}

void sim_compactor_go(struct sim_compactor *compactor)
{
	if (compactor->started)
		compactor_set_phase(compactor, COMPACTOR_WORKS);
}

void sim_compactor_end(struct sim_compactor *compactor)
{
	bool went = READ_ONCE(compactor->phase) == COMPACTOR_WORKS;

	if (!compactor->started)
		return;
	compactor_set_phase(compactor, went ? COMPACTOR_ENDS : COMPACTOR_DISMISS);
	kc_thread_join(&compactor->thread);
	compactor->started = false;
}
