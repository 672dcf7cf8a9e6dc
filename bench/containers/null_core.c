// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "bench/containers/null_core.h"

enum {
	NULL_RUN = 1024,
};

struct zfree *null_attach(const struct zfree_ops *ops, enum zfree_unit unit, u32 nr_slots,
			  u32 budget)
{
	static const struct zfree_params params = ZFREE_PARAMS_INIT;
	struct zfree *zf = kzalloc(ops->state_size, GFP_KERNEL);

	if (!zf)
		return NULL;
	zf->ops = ops;
	zf->params = &params;
	zf->nr_slots = nr_slots;
	zf->budget_slots = budget;
	zf->kick_slots = budget;
	zf->unit = unit;
	if (ops->init && ops->init(zf)) {
		kfree(zf);
		return NULL;
	}
	return zf;
}

void null_detach(struct zfree *zf)
{
	if (zf->ops->exit)
		zf->ops->exit(zf);
	kfree(zf);
}

u64 null_drain(struct zfree *zf)
{
	struct zfree_run run = { 0 };

	while (zf->ops->drain(zf, &run, NULL_RUN))
		;
	run.all = true;
	while (zf->ops->drain(zf, &run, NULL_RUN))
		;
	return run.nr;
}

u32 zfree_take(struct zfree *zf, u32 want)
{
	(void)zf;
	return want;
}

void zfree_give(struct zfree *zf, u32 nr)
{
	(void)zf;
	(void)nr;
}

long zfree_on_cpu(unsigned int cpu, long (*fn)(void *arg), void *arg)
{
	return work_on_cpu(cpu, fn, arg);
}

void zfree_kick(struct zfree *zf)
{
	(void)zf;
}

bool zfree_run_all(const struct zfree_run *run)
{
	return run->all;
}

bool zfree_slot_try(struct zfree_run *run, u32 index)
{
	run->nr++;
	run->sum += index;
	return true;
}

void zfree_slots(struct zfree_run *run, const u32 *index, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		run->sum += index[i];
	run->nr += nr;
}

void zfree_items(struct zfree_run *run, unsigned long *items, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		run->sum += items[i];
	run->nr += nr;
}

void zfree_handles(struct zfree_run *run, unsigned long *handles, u32 nr)
{
	zfree_items(run, handles, nr);
}
