// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Torture: storms on one strategy after the other, under parameters and on a lock design drawn
 * from a seed, with a thread that compacts, drains, detaching and failing allocations, for a given
 * time.
 *
 *	torture_strategies [-s SEED] [-t SECONDS] [-n STRATEGY]
 *
 * Prints its seed; a failure ends the program with 1 and the seed of the round it was in.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/err.h>

#include "port.h"
#include "strategies/registry.h"
#include "tests/strategy/t_device.h"
#include "tests/strategy/t_storm.h"
#include "tests/t_wait.h"

enum {
	SLOTS = 768,
	MAX_THREADS = 6,
};

struct torture {
	u64 seed;
	u64 seconds;
	const char *name;
	u64 rounds;
	const char *error;
	char design[64]; /* of the round that failed */
};

/* What runs beside a storm. */
struct side {
	struct t_dev *d;
	u64 seed;
	bool stop;
	bool ended;
};

static struct zfree_params draw_params(const struct zfree_ops *ops, u64 *seed)
{
	static const u32 budgets[] = { 1, 3, 16, 64, 300, 4096 };
	struct zfree_params p = ZFREE_PARAMS_INIT;
	bool slot = ops->units & BIT(ZFREE_SLOT);
	bool handle = ops->units & BIT(ZFREE_HANDLE);

	p.units = BIT(handle && (!slot || kc_random_below(seed, 2)) ? ZFREE_HANDLE : ZFREE_SLOT);
	p.batch = (enum zs_batch)kc_random_below(seed, ZS_BATCH_SORTED + 1);
	p.workers = (enum zfree_workers)kc_random_below(seed, 2);
	p.nr_workers = 1 + (unsigned int)kc_random_below(seed, 4);
	p.run_slots = 1 + (u32)kc_random_below(seed, 200);
	p.budget_bytes = (u64)budgets[kc_random_below(seed, 6)] << T_PAGE_SHIFT;
	p.kick_bytes = kc_random_below(seed, 3) << (T_PAGE_SHIFT + 2);
	p.flush_ms = 1 + (unsigned int)kc_random_below(seed, 10);
	return p;
}

static void side_thread(void *arg)
{
	struct side *side = arg;

	set_active_account(&side->d->account);
	while (!READ_ONCE(side->stop)) {
		switch (kc_random_below(&side->seed, 3)) {
		case 0:
			zfree_drain(side->d->zf);
			break;
		case 1:
			zram_mark_idle(side->d->zram);
			break;
		default:
			kc_sleep_ns(kc_random_below(&side->seed, 2000 * 1000));
		}
	}
	WRITE_ONCE(side->ended, true);
}

/* Now without pause, now with one, so that frees meet objects that move and objects that stay. */
static void compact_thread(void *arg)
{
	struct side *side = arg;

	set_active_account(&side->d->account);
	while (!READ_ONCE(side->stop)) {
		zram_compact(side->d->zram);
		if (kc_random_below(&side->seed, 2))
			kc_sleep_ns(kc_random_below(&side->seed, 200 * 1000));
	}
	WRITE_ONCE(side->ended, true);
}

/* After a storm and a drain nothing may be pending, counted wrongly, or left by a reset. */
static const char *check_end(struct t_dev *d)
{
	struct zfree_stats st;

	zfree_drain(d->zf);
	zfree_stats(d->zf, &st);
	if (st.pending)
		return "something is pending after a drain";
	if (st.queued != st.drained + st.cancelled || st.notified != st.queued + st.overflow)
		return "the counters do not add up";
	if (st.pending_peak > d->zf->budget_slots)
		return "the budget was exceeded";
	zram_reset(d->zram);
	if (t_slots_stored(d) || t_pool_pages(d))
		return "a reset leaves something behind";
	return NULL;
}

static const char *storm_once(struct t_dev *d, u64 *seed, bool failures)
{
	struct side side = { .d = d, .seed = kc_random_u64(seed) };
	struct t_storm storm = {
		.dev = d,
		.nr_threads = 1 + (unsigned int)kc_random_below(seed, MAX_THREADS),
		.ops = 200 + (u32)kc_random_below(seed, 1500),
		.seed = kc_random_u64(seed),
		.writes_may_fail = failures,
	};
	struct side compact = { .d = d, .seed = kc_random_u64(seed) };
	struct kc_thread thread, compactor;

	if (kc_thread_create(&thread, "side", side_thread, &side) ||
	    kc_thread_create(&compactor, "compact", compact_thread, &compact))
		return "no thread";
	if (failures) {
		mem_account_fail_share(&d->account, 1, 10, kc_random_u64(seed));
		mem_account_fail_share(mem_account_root(), 1, 3, kc_random_u64(seed));
	}
	t_storm_run(&storm);
	WRITE_ONCE(side.stop, true);
	WRITE_ONCE(compact.stop, true);
	t_until(READ_ONCE(side.ended) && READ_ONCE(compact.ended));
	kc_thread_join(&thread);
	kc_thread_join(&compactor);
	mem_account_fail_none(&d->account);
	mem_account_fail_none(mem_account_root());
	return storm.errors ? storm.first_error : check_end(d);
}

static const char *torture_round(struct torture *t, const struct zfree_ops *ops)
{
	u64 seed = t->seed;
	struct zfree_params params = draw_params(ops, &seed);
	struct t_design design = t_design_draw(&seed);
	const char *error = NULL;
	struct t_dev d;
	u32 i;

	t_design_name(&design, t->design, sizeof(t->design));
	t_dev_init_as(&d, SLOTS, &design);
	for (i = 0; i < 2 && !error; i++) {
		d.zf = zfree_attach(d.zram, ops, &params);
		if (IS_ERR(d.zf)) {
			d.zf = NULL;
			error = "no attach";
			break;
		}
		error = storm_once(&d, &seed, i);
		if (!error)
			t_detach(&d);
	}
	if (!error)
		t_dev_exit(&d);
	return error;
}

static void torture_run(struct torture *t)
{
	u64 end = kc_now_ns() + t->seconds * 1000 * 1000 * 1000;
	unsigned int i;

	do {
		for (i = 0; i < zfree_nr_strategies(); i++) {
			const struct zfree_ops *ops = zfree_strategy(i);

			if (t->name && strcmp(t->name, ops->name))
				continue;
			t->error = torture_round(t, ops);
			if (t->error) {
				t->name = ops->name;
				return;
			}
			t->rounds++;
		}
		t->seed++;
	} while (kc_now_ns() < end);
}

static bool parse(struct torture *t, int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "s:t:n:")) != -1) {
		switch (opt) {
		case 's':
			t->seed = strtoull(optarg, NULL, 0);
			break;
		case 't':
			t->seconds = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			t->name = optarg;
			break;
		default:
			return false;
		}
	}
	return optind == argc && (!t->name || zfree_find(t->name));
}

int main(int argc, char **argv)
{
	struct torture t = { .seed = 1, .seconds = 10 };

	if (!parse(&t, argc, argv)) {
		fprintf(stderr, "usage: %s [-s SEED] [-t SECONDS] [-n STRATEGY]\n", argv[0]);
		return 2;
	}
	printf("seed %llu\n", (unsigned long long)t.seed);
	fflush(stdout);
	torture_run(&t);
	if (t.error) {
		fprintf(stderr, "%s: %s (%s); repeat with -s %llu -n %s\n", argv[0], t.error,
			t.design, (unsigned long long)t.seed, t.name);
		return 1;
	}
	printf("%llu rounds\n", (unsigned long long)t.rounds);
	return 0;
}
