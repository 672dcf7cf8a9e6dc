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

static bool ops_valid(const struct zfree_ops *ops)
{
	const unsigned int known = BIT(ZFREE_SLOT) | BIT(ZFREE_HANDLE);

	if (!ops || !ops->name || ops->state_size < sizeof(struct zfree))
		return false;
	if (ops->units & ~known || ops->batch > ZS_BATCH_SORTED)
		return false;
	if (!ops->units != !ops->queue || !ops->units != !ops->drain)
		return false;
	if (ops->preset && (!ops->preset->budget_slots || !ops->preset->stock_slots))
		return false;
	return !ops->cancel || ops->units & BIT(ZFREE_SLOT);
}

static bool params_valid(const struct zfree_params *p, const struct zfree_ops *ops)
{
	if (!p->any_unit && ops->units && !(ops->units & BIT(p->unit)))
		return false;
	if (p->unit > ZFREE_HANDLE || p->batch > ZS_BATCH_SORTED)
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
	const struct zfree_ops *ops = core->ops;

	*p = *params;
	if (p->any_unit)
		p->unit = ops->units & BIT(ZFREE_SLOT) || !ops->units ? ZFREE_SLOT : ZFREE_HANDLE;
	p->batch = p->any_batch ? ops->batch : p->batch;
	p->nr_workers = p->nr_workers ? p->nr_workers : 1;
	p->run_slots = p->run_slots ? p->run_slots : ZFREE_RUN_SLOTS;
	p->budget_bytes = p->budget_bytes ? p->budget_bytes : ZFREE_BUDGET_BYTES;
	p->flush_ms = p->flush_ms ? p->flush_ms : ZFREE_FLUSH_MS;
}

/*
 * The default kick of 1 MiB: a wake-up costs a producer some microseconds, as much as it
 * spends on a hundred items, and 256 items are few beside any budget in use. Small budgets
 * shrink kick and stock so that CPUs cannot hoard what others need.
 */
static void set_limits(struct zfree_core *core)
{
	const struct zfree_preset *preset = core->ops->preset;
	const struct zfree_params *p = &core->params;
	unsigned int shift = zram_page_shift(core->zram);
	struct zfree *zf = core->zf;
	u64 budget = min(p->budget_bytes >> shift, (u64)ZFREE_MAX_BUDGET);
	u64 kick = p->kick_bytes >> shift;

	zf->budget_slots = max((u32)budget, 1U);
	if (!p->kick_bytes)
		kick = min((u64)ZFREE_KICK_BYTES >> shift, (u64)zf->budget_slots / 4);
	zf->kick_slots = (u32)clamp(kick, (u64)1, (u64)zf->budget_slots);
	core->stock = clamp(zf->budget_slots / (4 * nr_cpu_ids), 1U, (u32)ZFREE_STOCK_SLOTS);
	if (p->stock)
		core->stock = min(p->stock, zf->budget_slots);
	if (preset) {
		zf->budget_slots = preset->budget_slots;
		zf->kick_slots = preset->kick_slots;
		core->stock = preset->stock_slots;
		core->one_pass = preset->one_pass;
	}
	core->exact = core->stock == 1;
	core->credit_max = core->exact ? 0 : 2 * core->stock;
}

/* The strategy's own part, paid for by its account. */
static int state_init(struct zfree_core *core)
{
	const struct zfree_ops *ops = core->ops;
	struct mem_account *old = set_active_account(core->account);
	struct zfree *zf;
	int err = -ENOMEM;

	zf = kzalloc(ops->state_size, GFP_KERNEL);
	if (!zf)
		goto out;
	zf->ops = ops;
	zf->zram = core->zram;
	zf->core = core;
	zf->params = &core->params;
	zf->nr_slots = zram_nr_slots(core->zram);
	zf->unit = core->params.unit;
	core->zf = zf;
	set_limits(core);

	err = ops->init ? ops->init(zf, zf->params) : 0;
	if (err)
		kfree(zf);
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

/* Everything but the strategy's state. */
static int core_init(struct zfree_core *core)
{
	int err;

	core->cpus = alloc_percpu(struct zfree_cpu);
	if (!core->cpus)
		return -ENOMEM;
	if (!core->ops->units)
		return 0;

	zfree_flush_init(core);
	err = zfree_workers_init(core);
	if (err)
		free_percpu(core->cpus);
	return err;
}

static void core_exit(struct zfree_core *core)
{
	if (core->ops->units)
		zfree_workers_exit(core);
	free_percpu(core->cpus);
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

	core = kzalloc(sizeof(*core), GFP_KERNEL);
	if (!core)
		return ERR_PTR(-ENOMEM);
	core->ops = ops;
	core->zram = zram;
	core->pool = zram_pool(zram);
	mem_account_init(&core->own_account, ops->name);
	core->account = params->account ? params->account : &core->own_account;
	fill_params(core, params);

	err = core_init(core);
	if (err)
		goto err_free_core;
	err = state_init(core);
	if (err)
		goto err_exit_core;
	zfree_hook_init(core);
	err = zram_set_free_hook(zram, &core->hook);
	if (err)
		goto err_exit_state;
	return core->zf;

err_exit_state:
	state_exit(core);
err_exit_core:
	core_exit(core);
err_free_core:
	kfree(core);
	return ERR_PTR(err);
}

/*
 * Nothing is offered any more once the hook is out. Slots that are rewritten after that are
 * no longer cancelled here, but their ZRAM_DEFERRED is cleared, so the drain skips them.
 */
void zfree_detach(struct zfree *zf)
{
	struct zfree_core *core = zf->core;

	zram_set_free_hook(core->zram, NULL);
	WRITE_ONCE(core->closed, 1);
	if (core->ops->units) {
		zfree_workers_stop(core);
		zfree_drain_core(core);
	}
	state_exit(core);
	core_exit(core);
	kfree(core);
}

void zfree_drain(struct zfree *zf)
{
	if (zf->core->ops->units)
		zfree_drain_core(zf->core);
}
