// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Attaching and detaching: everything about operations and parameters is checked here,
 * once.
 */

#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "zfree/core.h"
#include "zram/zram.h"

#define KNOWN_UNITS (BIT(ZFREE_SLOT) | BIT(ZFREE_HANDLE))

static bool ops_valid(const struct zfree_ops *ops)
{
	struct zfree_traits traits;

	if (!ops || !ops->name || ops->state_size < sizeof(struct zfree))
		return false;
	traits = zfree_traits(ops);
	if (ops->units & ~KNOWN_UNITS || traits.batch > ZS_BATCH_SORTED)
		return false;
	if (!ops->units != !ops->queue || !ops->units != !ops->drain)
		return false;
	if (traits.preset && (!traits.preset->budget_slots || traits.hand_over))
		return false;
	return !ops->cancel || ops->units & BIT(ZFREE_SLOT);
}

static bool params_valid(const struct zfree_params *p, const struct zfree_ops *ops)
{
	if (p->units && ops->units && !(ops->units & p->units))
		return false;
	if (p->units & ~KNOWN_UNITS || p->batch > ZS_BATCH_SORTED)
		return false;
	if (p->workers > ZFREE_WORKERS_PERCPU || p->nr_workers > ZFREE_MAX_WORKERS)
		return false;
	if (p->nice < 0 || p->nice > ZFREE_MAX_NICE || p->delay_us > ZFREE_MAX_DELAY_US)
		return false;
	return p->host_cpu >= -1;
}

/* Effective parameters; a preset goes before what the user has asked for. */
static void fill_params(struct zfree_core *core, const struct zfree_params *params)
{
	struct zfree_params *p = &core->params;

	*p = *params;
	if (!p->batch)
		p->batch = core->traits.batch ? core->traits.batch : ZS_BATCH_NONE;
	p->units = p->units ? p->units & core->ops->units : core->ops->units;
	p->nr_workers = p->nr_workers ? p->nr_workers : 1;
	p->run_slots = p->run_slots ? p->run_slots : ZFREE_RUN_SLOTS;
	p->budget_bytes = p->budget_bytes ? p->budget_bytes : ZFREE_BUDGET_BYTES;
	p->flush_ms = p->flush_ms ? p->flush_ms : ZFREE_FLUSH_MS;
}

/*
 * The default kick of 1 MiB: a wake-up costs a producer some microseconds, as much as it
 * spends on a hundred items, and 256 items are few beside any budget in use.
 */
static void set_limits(struct zfree_core *core)
{
	const struct zfree_preset *preset = core->traits.preset;
	const struct zfree_params *p = &core->params;
	unsigned int shift = zram_page_shift(core->zram);
	struct zfree *zf = core->zf;
	u64 budget = min(p->budget_bytes >> shift, (u64)ZFREE_MAX_BUDGET);
	u64 kick = p->kick_bytes >> shift;

	zf->budget_slots = max((u32)budget, 1U);
	if (!p->kick_bytes)
		kick = min((u64)ZFREE_KICK_BYTES >> shift, (u64)zf->budget_slots / 4);
	zf->kick_slots = (u32)clamp(kick, (u64)1, (u64)zf->budget_slots);
	if (preset) {
		zf->budget_slots = preset->budget_slots;
		zf->kick_slots = preset->kick_slots;
	}
	core->exact = preset;
}

/*
 * Small budgets make small stocks, so that CPUs hold at most a quarter of the budget that others
 * may need, down to a stock that still saves most of the shared atomics. The room of a buffer is
 * bounded by its strategy.
 */
static u32 stock_of(const struct zfree_core *core)
{
	u32 budget = core->zf->budget_slots;
	u32 most = zfree_credit_in_buffers(core) ? budget : ZFREE_STOCK_SLOTS;
	u32 stock = core->params.stock;

	if (!stock)
		stock = clamp(budget / (4 * nr_cpu_ids), (u32)ZFREE_LEAST_STOCK,
			      max(most, (u32)ZFREE_LEAST_STOCK));
	return min(stock, budget);
}

/* The strategy may have had a say in it; the user, who was asked before, has the last word. */
static void settle_limits(struct zfree_core *core, u32 kick)
{
	if (core->params.kick_bytes)
		core->zf->kick_slots = kick;
	core->stock = stock_of(core);
}

/* Any value but 0 is an error, and ERR_PTR() carries none but a negative errno. */
static int init_error(int err)
{
	return !err || IS_ERR_VALUE((long)err) ? err : -EINVAL;
}

/* The strategy's own part, paid for by its account. */
static int state_init(struct zfree_core *core)
{
	const struct zfree_ops *ops = core->ops;
	struct mem_account *old = set_active_account(core->account);
	struct zfree *zf;
	int err = -ENOMEM;
	u32 kick;

	zf = kzalloc(ops->state_size, GFP_KERNEL);
	if (!zf)
		goto out;
	zf->ops = ops;
	zf->zram = core->zram;
	zf->core = core;
	zf->params = &core->params;
	zf->nr_slots = zram_nr_slots(core->zram);
	zf->unit = core->params.units == BIT(ZFREE_HANDLE) ? ZFREE_HANDLE : ZFREE_SLOT;
	zf->credit = &core->cpus->credit;
	core->zf = zf;
	set_limits(core);
	kick = zf->kick_slots;

	err = ops->init ? init_error(ops->init(zf)) : 0;
	if (err)
		kfree(zf);
	else
		settle_limits(core, kick);
out:
	set_active_account(old);
	return err;
}

static void state_exit(struct zfree_core *core)
{
	struct mem_account *old = set_active_account(core->account);

	if (core->ops->exit)
		core->ops->exit(core->zf);
	kfree(core->zf);
	set_active_account(old);
}

/* Who drains; a strategy that queues nothing has nobody. */
static int drainers_init(struct zfree_core *core)
{
	if (!core->ops->units)
		return 0;
	zfree_flush_init(core);
	return zfree_workers_init(core);
}

static void drainers_exit(struct zfree_core *core)
{
	if (core->ops->units)
		zfree_workers_exit(core);
}

static struct zfree_core *core_create(struct zram *zram, const struct zfree_ops *ops,
				      const struct zfree_params *params)
{
	struct zfree_core *core = kzalloc(sizeof(*core), GFP_KERNEL);

	if (!core)
		return NULL;
	core->ops = ops;
	core->traits = zfree_traits(ops);
	core->zram = zram;
	core->pool = zram_pool(zram);
	mem_account_init(&core->own_account, ops->name);
	core->account = params->account ? params->account : &core->own_account;
	fill_params(core, params);
	core->cpus = alloc_percpu(struct zfree_cpu);
	if (!core->cpus) {
		kfree(core);
		return NULL;
	}
	return core;
}

static void core_destroy(struct zfree_core *core)
{
	free_percpu(core->cpus);
	kfree(core);
}

struct zfree *zfree_attach(struct zram *zram, const struct zfree_ops *ops,
			   const struct zfree_params *params)
{
	static const struct zfree_params defaults = ZFREE_PARAMS_INIT;
	struct zfree_core *core;
	int err;

	params = params ? params : &defaults;
	if (!ops_valid(ops) || !params_valid(params, ops))
		return ERR_PTR(-EINVAL);

	core = core_create(zram, ops, params);
	if (!core)
		return ERR_PTR(-ENOMEM);
	err = state_init(core);
	if (err)
		goto err_destroy_core;
	err = drainers_init(core);
	if (err)
		goto err_exit_state;
	zfree_hook_init(core);
	err = zram_set_free_hook(zram, &core->zf->hook);
	if (err)
		goto err_exit_drainers;
	return core->zf;

err_exit_drainers:
	drainers_exit(core);
err_exit_state:
	state_exit(core);
err_destroy_core:
	core_destroy(core);
	return ERR_PTR(err);
}

/*
 * First nothing more is offered, then what is pending is drained, and only then does the hook
 * leave: a slot that is rewritten meanwhile is still cancelled here, and another strategy cannot
 * be attached, which would take the cancel of an item it has never seen.
 */
void zfree_detach(struct zfree *zf)
{
	struct zfree_core *core = zf->core;

	zram_close_free_hook(core->zram);
	WRITE_ONCE(core->closed, 1);
	if (core->ops->units) {
		zfree_workers_stop(core);
		zfree_drain_core(core);
	}
	zram_set_free_hook(core->zram, NULL);
	drainers_exit(core);
	state_exit(core);
	core_destroy(core);
}

void zfree_drain(struct zfree *zf)
{
	if (zf->core->ops->units)
		zfree_drain_core(zf->core);
}
