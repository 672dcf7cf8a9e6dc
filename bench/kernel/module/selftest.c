// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The self-test: each strategy of the module, with each unit and both kinds of workers, while
 * several threads write, discard and notify the same slots. Loading the module runs it; loading
 * fails with -EIO if a promise is not kept, and the kernel's log says which.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "objects.h"
#include "registry.h"
#include "slots.h"
#include "zfree/instruments.h"
#include "zfree/zfree.h"
#include "zram/slot_word.h"

enum {
	NR_SLOTS = 32768,
	RUN_SLOTS = 8,	     /* slots notified together */
	SPARE_OBJECTS = 512, /* more than slots: those being written, and those missed */
	BUDGET_SHARE = 4,    /* of the slots may be pending */
	NR_WORKERS = 2,
	MAX_PRODUCERS = 64,
	MAX_SIZE = 3000,
	IDLE_MS = 30 * 1000, /* longest wait for the flush; its delay is 100 */
};

static unsigned int ops_per_run = 50000;
module_param_named(ops, ops_per_run, uint, 0444);
MODULE_PARM_DESC(ops, "operations of all threads together, for each line of the report");

static unsigned int producers;
module_param(producers, uint, 0444);
MODULE_PARM_DESC(producers, "threads; 0, the default: one more than there are CPUs");

static unsigned int seed = 1;
module_param(seed, uint, 0444);
MODULE_PARM_DESC(seed, "of what they do");

struct producer {
	struct zram *zram;
	struct completion done;
	u32 random;
	u32 ops;
	u64 notified;
	int err;
};

/* xorshift: not 0 to begin with, and never after. */
static u32 next_random(struct producer *p)
{
	p->random ^= p->random << 13;
	p->random ^= p->random >> 17;
	p->random ^= p->random << 5;
	return p->random;
}

static void operate(struct producer *p)
{
	u32 index = next_random(p) % (NR_SLOTS - RUN_SLOTS);
	u32 what = next_random(p) % 16, nr = 1 + what % RUN_SLOTS;

	if (what < 8) {
		p->err = slots_write(p->zram, index, 1 + next_random(p) % MAX_SIZE);
	} else if (what < 15) {
		slots_notify(p->zram, index, nr);
		p->notified += nr;
	} else {
		slots_discard(p->zram, index);
	}
}

static int produce(void *arg)
{
	struct producer *p = arg;
	u32 i;

	for (i = 0; i < p->ops && !p->err; i++) {
		operate(p);
		cond_resched();
	}
	complete(&p->done);
	return 0;
}

static int produce_all(struct zram *zram, struct producer *all, unsigned int nr, u64 *notified)
{
	struct task_struct *task;
	unsigned int i;
	int err = 0;

	for (i = 0; i < nr; i++) {
		all[i] = (struct producer){ .zram = zram, .ops = ops_per_run / nr };
		all[i].random = (seed + i) * 2654435761U | 1;
		init_completion(&all[i].done);
		task = kthread_run(produce, &all[i], "zfree-producer/%u", i);
		if (IS_ERR(task)) {
			all[i].err = PTR_ERR(task);
			complete(&all[i].done);
		}
	}
	for (i = 0; i < nr; i++) {
		wait_for_completion(&all[i].done);
		*notified += all[i].notified;
		err = err ? err : all[i].err;
	}
	return err;
}

/* Nothing is to stay for want of company, but with a design that has no flush. */
static bool flushes(struct zfree *zf)
{
	unsigned int ms;

	if (zfree_traits(zf->ops).preset)
		return true;
	for (ms = 0; zfree_pending(zf) && ms < IDLE_MS; ms += 10)
		msleep(10);
	return !zfree_pending(zf);
}

static unsigned int broken(const char *name, const char *promise)
{
	pr_err("zfree: %s: %s\n", name, promise);
	return 1;
}

/* How many promises are broken. @before: as it stood when only the flush was left to work */
static unsigned int check(const char *name, struct zram *zram, const struct zfree_stats *s,
			  bool flushed)
{
	unsigned int bad = 0;

	if (!flushed)
		bad += broken(name, "something pending was not flushed");
	if (s->pending)
		bad += broken(name, "something is pending after a drain");
	if (s->queued != s->drained + s->cancelled)
		bad += broken(name, "queued is not drained and cancelled");
	if (s->notified != (u64)atomic64_read(&zram->offered))
		bad += broken(name, "it counted other offers than were made");
	if (atomic64_read(&zram->freed_wanted))
		bad += broken(name, "a slot was drained that had been written since");
	if (objects_twice())
		bad += broken(name, "an object was freed twice");
	return bad;
}

static unsigned int check_end(const char *name, struct zram *zram)
{
	unsigned int bad = 0;

	if (slots_wrong(zram))
		bad += broken(name, "slots hold what they should not, or not what they should");
	slots_exit(zram);
	if (objects_live())
		bad += broken(name, "objects were lost");
	if (objects_pages())
		bad += broken(name, "zsmalloc has pages left");
	if (objects_twice())
		bad += broken(name, "an object was freed twice");
	return bad;
}

static int attach_and_run(struct zram *zram, const struct zfree_ops *ops, const char *name,
			  const struct zfree_params *params, struct producer *all)
{
	struct zfree *zf = zfree_attach(zram, ops, params);
	struct zfree_stats stats = { 0 };
	u64 notified = 0;
	bool flushed = true;
	int err;

	if (IS_ERR(zf))
		return PTR_ERR(zf);
	err = produce_all(zram, all, producers, &notified);
	if (ops->units) {
		flushed = flushes(zf);
		zfree_drain(zf);
		zfree_stats(zf, &stats);
		if (!err && check(name, zram, &stats, flushed))
			err = -EIO;
	}
	zfree_detach(zf);
	pr_info("zfree: %-28s %8llu %8llu %8llu %8llu %8llu %8llu %6lld\n", name, notified,
		stats.queued, stats.drained, stats.cancelled, stats.overflow, stats.runs,
		(s64)atomic64_read(&zram->missed));
	return err;
}

static int run(const struct zfree_ops *ops, unsigned int unit, enum zfree_workers workers)
{
	static const char *const units[] = { "slot", "handle" };
	struct zfree_params params = ZFREE_PARAMS_INIT;
	struct producer *all;
	struct zram zram = { 0 };
	char name[48];
	int err;

	params.units = ops->units & BIT(unit);
	params.workers = workers;
	params.nr_workers = NR_WORKERS;
	params.budget_bytes = (u64)NR_SLOTS / BUDGET_SHARE << PAGE_SHIFT;
	snprintf(name, sizeof(name), "%s %s %s", ops->name, ops->units ? units[unit] : "none",
		 workers == ZFREE_WORKERS_PERCPU ? "percpu" : "unbound");
	all = kcalloc(producers, sizeof(*all), GFP_KERNEL);
	if (!all)
		return -ENOMEM;
	err = objects_init(2 * NR_SLOTS + SPARE_OBJECTS);
	if (err)
		goto out_free;
	err = slots_init(&zram, NR_SLOTS);
	if (err)
		goto out_objects;
	err = attach_and_run(&zram, ops, name, &params, all);
	if (check_end(name, &zram))
		err = -EIO;
out_objects:
	objects_exit();
out_free:
	kfree(all);
	return err;
}

static int run_units(const struct zfree_ops *ops)
{
	unsigned int unit;
	int err = 0;

	if (!ops->units)
		return run(ops, ZFREE_SLOT, ZFREE_WORKERS_UNBOUND);
	for (unit = ZFREE_SLOT; unit <= ZFREE_HANDLE && !err; unit++) {
		if (!(ops->units & BIT(unit)))
			continue;
		err = run(ops, unit, ZFREE_WORKERS_UNBOUND);
		if (!err)
			err = run(ops, unit, ZFREE_WORKERS_PERCPU);
	}
	return err;
}

static int run_all(void)
{
	unsigned int i;
	int err;

	producers = producers ? producers : num_online_cpus() + 1;
	producers = min(producers, (unsigned int)MAX_PRODUCERS);
	pr_info("zfree: self-test, %u CPUs, %u producers, %u operations a line, seed %u\n",
		num_online_cpus(), producers, ops_per_run, seed);
	pr_info("zfree: %-28s %8s %8s %8s %8s %8s %8s %6s\n", "strategy", "notified", "queued",
		"drained", "cancelled", "overflow", "runs", "missed");
	for (i = 0; carried[i]; i++) {
		err = run_units(carried[i]);
		if (err) {
			pr_err("zfree: %s failed, error %d\n", carried[i]->name, err);
			return err;
		}
	}
	pr_info("zfree: all promises kept by %u strategies\n", i);
	return 0;
}

static int __init selftest_init(void)
{
	int err = zfree_on_cpu_init();

	if (err)
		return err;
	err = run_all();
	if (err)
		zfree_on_cpu_exit();
	return err;
}

static void __exit selftest_exit(void)
{
	zfree_on_cpu_exit();
}

module_init(selftest_init);
module_exit(selftest_exit);
MODULE_DESCRIPTION("strategies of freeing zram slots, and their self-test");
MODULE_LICENSE("Dual BSD/GPL");
