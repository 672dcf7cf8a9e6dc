// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Strategies in the public interface: those that come with the library, and an adapter that
 * makes the core call the user's operations.
 */
#include <errno.h>
#include <string.h>

#include <linux/container_of.h>
#include <linux/err.h>
#include <linux/slab.h>

#include "port.h"
#include "sim/api/device.h"
#include "sim/run/config.h"
#include "sim/run/model.h"
#include "strategies/registry.h"
#include "zram/zram.h"

/**
 * struct custom - state of the adapter
 * @zf:		head
 * @ops:	the user's operations
 * @state:	the user's state, or NULL if it has no bytes
 */
struct custom {
	struct zfree zf;
	const struct zramsim_strategy_ops *ops;
	void *state;
};

/** struct zramsim_drain_run - a drain of the user's under way. @run: the core's */
struct zramsim_drain_run {
	struct zfree_run *run;
};

static int custom_init(struct zfree *zf)
{
	struct custom *custom = container_of(zf, struct custom, zf);
	int err = 0;

	custom->ops = container_of(zf->ops, struct zramsim_device, ops)->custom;
	if (custom->ops->state_bytes) {
		custom->state = kvzalloc(custom->ops->state_bytes, GFP_KERNEL);
		if (!custom->state)
			return -ENOMEM;
	}
	if (custom->ops->init)
		err = custom->ops->init(custom->state, zf->nr_slots, zf->budget_slots);
	if (err)
		kvfree(custom->state);
	return err;
}

static void custom_exit(struct zfree *zf)
{
	struct custom *custom = container_of(zf, struct custom, zf);

	if (custom->ops->exit)
		custom->ops->exit(custom->state);
	kvfree(custom->state);
}

static bool custom_queue(struct zfree *zf, unsigned long item)
{
	struct custom *custom = container_of(zf, struct custom, zf);

	return custom->ops->queue(custom->state, item);
}

static bool custom_cancel(struct zfree *zf, unsigned long index)
{
	struct custom *custom = container_of(zf, struct custom, zf);

	return custom->ops->cancel(custom->state, (u32)index);
}

static u32 custom_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	struct custom *custom = container_of(zf, struct custom, zf);
	struct zramsim_drain_run user_run = { .run = run };

	return custom->ops->drain(custom->state, &user_run, budget);
}

void zramsim_free_item(struct zramsim_drain_run *run, uint64_t item)
{
	unsigned long one = item;

	zfree_items(run->run, &one, 1);
}

unsigned int zramsim_nr_strategies(void)
{
	return zfree_nr_strategies();
}

const char *zramsim_strategy_name(unsigned int i)
{
	const struct zfree_ops *ops = zfree_strategy(i);

	return ops ? ops->name : NULL;
}

const char *zramsim_strategy_summary(unsigned int i)
{
	const struct zfree_ops *ops = zfree_strategy(i);

	return ops ? ops->summary : NULL;
}

unsigned int zramsim_strategy_units(unsigned int i)
{
	const struct zfree_ops *ops = zfree_strategy(i);

	return ops ? ops->units : 0;
}

static int attach(struct zramsim_device *dev, const struct zfree_ops *ops,
		  const struct zramsim_strategy_ops *custom,
		  const struct zramsim_strategy_params *params)
{
	static const struct zramsim_strategy_params defaults;
	struct sim_message ignored = { 0 };
	struct zfree_params zp;
	struct zfree *zfree;
	int err = -EBUSY;

	if (kc_is_orphan())
		return -EPERM;
	mutex_lock(&dev->lock);
	if (dev->zfree)
		goto unlock;
	params = params ? params : &defaults;
	err = sim_strategy_params(params, ops, &zp, &dev->ops);
	if (!err)
		err = sim_model_defers(&dev->model, params->defer, &ignored);
	if (err)
		goto unlock;
	dev->custom = custom;
	zfree = zfree_attach(dev->zram, &dev->ops, &zp);
	if (IS_ERR(zfree))
		err = (int)PTR_ERR(zfree);
	else
		dev->zfree = zfree;
unlock:
	mutex_unlock(&dev->lock);
	return err;
}

int zramsim_attach(struct zramsim_device *dev, const char *name,
		   const struct zramsim_strategy_params *params)
{
	const struct zfree_ops *ops = name ? zfree_find(name) : NULL;

	return ops ? attach(dev, ops, NULL, params) : -ENOENT;
}

int zramsim_attach_ops(struct zramsim_device *dev, const struct zramsim_strategy_ops *ops,
		       const struct zramsim_strategy_params *params)
{
	struct zfree_ops zops = {
		.name = ops->name,
		.units = ops->units,
		.state_size = sizeof(struct custom),
		.init = custom_init,
		.exit = custom_exit,
		.queue = ops->queue ? custom_queue : NULL,
		.cancel = ops->cancel ? custom_cancel : NULL,
		.drain = ops->drain ? custom_drain : NULL,
	};

	return attach(dev, &zops, ops, params);
}

void zramsim_detach(struct zramsim_device *dev)
{
	if (kc_is_orphan())
		return;
	mutex_lock(&dev->lock);
	if (dev->zfree)
		zfree_detach(dev->zfree);
	dev->zfree = NULL;
	mutex_unlock(&dev->lock);
}

void zramsim_drain(struct zramsim_device *dev)
{
	if (kc_is_orphan())
		return;
	mutex_lock(&dev->lock);
	if (dev->zfree)
		zfree_drain(dev->zfree);
	mutex_unlock(&dev->lock);
	zs_flush_deferred(zram_pool(dev->zram));
}

void zramsim_strategy_stats(struct zramsim_device *dev, struct zramsim_strategy_counters *stats)
{
	struct zfree_stats st;

	memset(stats, 0, sizeof(*stats));
	if (kc_is_orphan())
		return;
	mutex_lock(&dev->lock);
	if (dev->zfree) {
		zfree_stats(dev->zfree, &st);
		*stats = (struct zramsim_strategy_counters){
			.queued = st.queued,
			.overflow = st.overflow,
			.cancelled = st.cancelled,
			.drained = st.drained,
			.pending = st.pending,
			.pending_peak = st.pending_peak,
			.worker_cpu_ns = st.worker_cpu_ns,
			.strategy_bytes = st.strategy_bytes,
		};
	}
	mutex_unlock(&dev->lock);
}
