// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What queueing and draining cost in accesses of the virtual machine, a line for each strategy and
 * unit, as their heads have it. Means per slot in the steady state; the notification and the
 * slot's lock are in it. A drained slot comes as accesses, atomics; a strategy that queues nothing
 * has none.
 */
#include <stdio.h>

#include <linux/err.h>
#include <linux/minmax.h>

#include "port.h"
#include "sim/virtual/machine.h"
#include "strategies/registry.h"
#include "zfree/zfree.h"
#include "zram/zram.h"

enum {
	WARM_SLOTS = 1024,  /* stocks are taken, buffers claimed, a worker is kicked */
	COUNT_SLOTS = 1024, /* then these are counted */
	ALL_SLOTS = WARM_SLOTS + COUNT_SLOTS,
	PAGE_SHIFT = 12,
	NEVER_MS = 3600 * 1000,
	LATE_US = 1000 * 1000,
	OBJECT_BYTES = 400, /* a tenth of a page */
};

/** struct figures - per slot */
struct figures {
	double accesses;
	double atomics;
};

/**
 * struct count - one strategy in one unit
 * @ops:	strategy
 * @unit:	what it queues
 * @notify:	of a notification
 * @drain:	of a drained slot
 * @err:	what went wrong, NULL nothing
 */
struct count {
	const struct zfree_ops *ops;
	enum zfree_unit unit;
	struct figures notify;
	struct figures drain;
	const char *err;
};

static const char *const unit_names[] = { "slot", "handle" };

/* The machine's own counters are no memory of the model. */
static struct figures now(void)
{
	return (struct figures){ (double)kc_unseen(vm_now.accesses),
				 (double)kc_unseen(vm_now.atomics) };
}

static struct figures since(struct figures before, unsigned int slots)
{
	struct figures f = now();

	return (struct figures){ (f.accesses - before.accesses) / slots,
				 (f.atomics - before.atomics) / slots };
}

/* Objects of one size, so that the figures say nothing of how sizes are spread. */
static int fill(struct zram *zram)
{
	static const u8 data[OBJECT_BYTES];
	int err = 0;
	u32 i;

	for (i = 0; i < ALL_SLOTS && !err; i++)
		err = zram_write_compressed(zram, i, data, OBJECT_BYTES);
	return err;
}

/* One task on one CPU: the flush never comes, and a worker that was kicked is late. */
static struct zfree *attach(struct zram *zram, const struct count *c)
{
	struct zfree_params p = ZFREE_PARAMS_INIT;

	p.units = BIT(c->unit);
	p.flush_ms = NEVER_MS;
	p.delay_us = LATE_US;
	return zfree_attach(zram, c->ops, &p);
}

static void count_notify(struct zram *zram, struct count *c)
{
	struct figures before;
	u32 i;

	for (i = 0; i < WARM_SLOTS; i++)
		zram_slot_free_notify(zram, i);
	before = now();
	for (; i < ALL_SLOTS; i++)
		zram_slot_free_notify(zram, i);
	c->notify = since(before, COUNT_SLOTS);
}

static void count_drain(struct zfree *zf, struct count *c)
{
	struct zfree_stats st;
	struct figures before;

	zfree_stats(zf, &st);
	if (!c->ops->units)
		return;
	if (st.pending != ALL_SLOTS)
		c->err = "not every slot was queued";
	before = now();
	zfree_drain(zf);
	c->drain = since(before, ALL_SLOTS);
}

/* What went wrong is in @c. */
static void count(struct count *c)
{
	const struct zram_params params = { .disksize_bytes = ALL_SLOTS << PAGE_SHIFT,
					    .page_shift = PAGE_SHIFT };
	struct zram *zram = zram_create(&params);
	struct zfree *zf;

	if (IS_ERR(zram)) {
		c->err = "no device";
		return;
	}
	zf = fill(zram) ? ERR_PTR(-ENOMEM) : attach(zram, c);
	if (IS_ERR(zf)) {
		c->err = "no strategy on the device";
	} else {
		count_notify(zram, c);
		count_drain(zf, c);
		zfree_detach(zf);
	}
	zram_destroy(zram);
}

static int count_and_print(const struct zfree_ops *ops, enum zfree_unit unit)
{
	struct count c = { .ops = ops, .unit = unit };

	count(&c);
	if (c.err) {
		fprintf(stderr, "%s %s: %s\n", ops->name, unit_names[unit], c.err);
		return 1;
	}
	printf("Counted: %s %s: notify %.1f accesses, %.1f atomics", ops->name, unit_names[unit],
	       c.notify.accesses, c.notify.atomics);
	if (ops->units)
		printf("; drain %.1f, %.1f", c.drain.accesses, c.drain.atomics);
	printf("\n");
	return 0;
}

int main(void)
{
	const struct zfree_ops *ops;
	unsigned int i, unit;
	int err = 0;

	for (i = 0; i < zfree_nr_strategies() && !err; i++) {
		ops = zfree_strategy(i);
		for (unit = ZFREE_SLOT; unit <= ZFREE_HANDLE && !err; unit++)
			if (ops->units & BIT(unit) || (!ops->units && unit == ZFREE_SLOT))
				err = count_and_print(ops, (enum zfree_unit)unit);
	}
	return err;
}
