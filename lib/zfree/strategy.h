/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * strategy: all that a strategy sees of the core: what it has to bring, and what it may call.
 */
#ifndef ZFREE_STRATEGY_H
#define ZFREE_STRATEGY_H

#include <linux/bits.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include <kc_unseen.h>

#include "zram/hook.h"
#include "zsmalloc/zs_batch.h"

struct zfree;
struct zfree_core;
struct zfree_params;
struct zfree_run;
struct zram;

/** enum zfree_unit - what one pending item is */
enum zfree_unit {
	ZFREE_SLOT,   /* a slot index; metadata and object are freed by the drain */
	ZFREE_HANDLE, /* an object handle; the slot is already clean */
};

/**
 * struct zfree_preset - constants a published design prescribes
 * @budget_slots:	slots that may be pending
 * @kick_slots:		pending slots at which a worker is queued
 *
 * Such a design counts what is pending in one shared counter, item by item. Its worker makes one
 * pass and is not re-queued, and nothing is flushed.
 */
struct zfree_preset {
	u32 budget_slots;
	u32 kick_slots;
};

/**
 * struct zfree - head of every strategy's state; container_of() leads to the rest
 * @hook:	what zram calls; the core's, like the next one
 * @queue:	of @ops
 * @credit:	items each CPU may queue without asking. The core's own, unless init() puts
 *		the strategy's there, see zfree_take().
 * @ops:	its operations
 * @zram:	the device it is attached to
 * @core:	what the core keeps about it
 * @params:	effective parameters, defaults filled in; see zfree.h
 * @nr_slots:	slots of the device
 * @budget_slots: items that may be pending at once
 * @kick_slots:	pending items at which a worker is queued; init() may change it, and what the
 *		user has asked for goes before that
 * @unit:	what its items are; zfree_unit() in queue()
 *
 * What a notification reads comes first.
 */
struct zfree {
	struct zram_free_hook hook;
	bool (*queue)(struct zfree *zf, unsigned long item);
	u32 __percpu *credit;
	const struct zfree_ops *ops;
	struct zram *zram;
	struct zfree_core *core;
	const struct zfree_params *params;
	u32 nr_slots;
	u32 budget_slots;
	u32 kick_slots;
	enum zfree_unit unit;
};

/** zfree_unit() - what its items are; a patch knows that as it is compiled. @zf: attached */
static inline enum zfree_unit zfree_unit(const struct zfree *zf)
{
	return kc_unseen(zf->unit);
}

/**
 * struct zfree_traits - what most strategies do without
 * @batch:	how its drained handles are grouped unless the user asks for something
 * @hand_over:	it collects items in buffers and calls zfree_kick() when one is full; the
 *		core then does not kick by itself. It may also make the room of its buffers its
 *		CPUs' stock, see zfree_take().
 * @preset:	constants of a published design, or NULL
 * @bytes:	memory the state costs, for the test that checks the statement against
 *		the account; NULL makes none
 */
struct zfree_traits {
	enum zs_batch batch;
	bool hand_over;
	const struct zfree_preset *preset;
	size_t (*bytes)(const struct zfree *zf);
};

/**
 * struct zfree_ops - a strategy: a container for pending items and a way to drain it
 * @name:	id used by the command line, results and test names
 * @summary:	one line for `zramsim list`
 * @units:	BIT(ZFREE_SLOT), BIT(ZFREE_HANDLE), or both; 0: nothing is ever queued
 * @state_size:	bytes of zeroed state the core allocates, &struct zfree first
 * @traits:	or NULL: none of them
 * @init:	build the state; process context, may sleep. 0 or a negative errno. Optional.
 * @exit:	undo @init; nothing is pending and nothing else runs. Optional.
 * @queue:	remember @item; under the slot lock, preemption disabled, atomic, no
 *		allocation, no unbounded spinning. False: not queued, the core frees now.
 * @cancel:	the slot @index is no longer pending; under the slot lock. Only for
 *		containers that keep an exact set; others leave it NULL, as the drain
 *		skips an index whose ZRAM_DEFERRED is clear. True if it was in the set.
 * @drain:	take items out and hand each to one of the functions below with @run, at
 *		most @budget, and return how many were taken; worker context, may
 *		sleep, must not allocate; several workers may drain at once.
 *		A drain may leave partly filled buffers alone unless zfree_run_all(@run).
 *		Such a drain gives back what zfree_take() gave and is not used.
 *		On return of 0 everything else that was queued before the call, on any
 *		CPU, was taken out, is being freed by another drain, or its slot was busy.
 *
 * @queue and @drain are set if @units is not 0, otherwise neither.
 */
struct zfree_ops {
	const char *name;
	const char *summary;
	unsigned int units;
	size_t state_size;
	const struct zfree_traits *traits;
	int (*init)(struct zfree *zf);
	void (*exit)(struct zfree *zf);
	bool (*queue)(struct zfree *zf, unsigned long item);
	bool (*cancel)(struct zfree *zf, unsigned long index);
	u32 (*drain)(struct zfree *zf, struct zfree_run *run, u32 budget);
};

/** zfree_traits() - traits of a strategy, all 0 if it has none. @ops: of it */
static inline struct zfree_traits zfree_traits(const struct zfree_ops *ops)
{
	return ops->traits ? *ops->traits : (struct zfree_traits){ .hand_over = false };
}

/**
 * zfree_take() - take a part of the budget for items to come
 * @zf:		whose &zfree.credit is the strategy's
 * @want:	room there is for them
 *
 * A buffer's room is its CPU's stock, and the core has no part in queueing but for this: queue()
 * counts down a number of its own, per CPU, which init() has put into &zfree.credit, and asks for
 * more when it is 0. Store what comes there after the call, so that a sum never misses an item.
 *
 * Context:	from &zfree_ops.queue.
 * Return:	at most @want; 0: the budget is out, and queue() has to return false.
 */
u32 zfree_take(struct zfree *zf, u32 want);

/**
 * zfree_give() - give back what was taken and not used
 * @zf:		see zfree_take()
 * @nr:		credit that this CPU had; it has been set to 0 before
 *
 * Context:	preemption disabled on the CPU that has taken it.
 */
void zfree_give(struct zfree *zf, u32 nr);

/**
 * zfree_kick() - a buffer is ready to be drained
 * @zf:		whose strategy sets &zfree_traits.hand_over
 *
 * Queues a worker if at least kick_slots items are pending.
 *
 * Context:	from &zfree_ops.queue.
 */
void zfree_kick(struct zfree *zf);

/**
 * zfree_on_cpu() - run a function on another CPU, to reach what only that one touches
 * @cpu:	possible
 * @fn:		called there
 * @arg:	for @fn
 *
 * As work_on_cpu(), which a drain may not call: drains run where memory is short.
 *
 * Context:	from &zfree_ops.drain; sleeps.
 * Return:	what @fn returns.
 */
long zfree_on_cpu(unsigned int cpu, long (*fn)(void *arg), void *arg);

/**
 * zfree_run_all() - must this drain take partly filled buffers, too?
 * @run:	of this drain
 */
bool zfree_run_all(const struct zfree_run *run);

/**
 * zfree_slot_try() - a drain frees a pending slot unless it is busy
 * @run:	of this drain
 * @index:	slot
 * Return:	false if the slot lock was busy: the item is still the strategy's.
 */
bool zfree_slot_try(struct zfree_run *run, u32 index);

/**
 * zfree_slots() - a drain frees pending slots, waiting for busy ones
 * @run:	of this drain
 * @index:	slots
 * @nr:		how many
 */
void zfree_slots(struct zfree_run *run, const u32 *index, u32 nr);

/**
 * zfree_handles() - a drain frees pending handles
 * @run:	of this drain
 * @handles:	from zsmalloc; may be reordered
 * @nr:		how many
 *
 * Frees at once or collects for zs_free_bulk(), as the batch parameter says. What is
 * collected is freed before the drain run ends.
 */
void zfree_handles(struct zfree_run *run, unsigned long *handles, u32 nr);

/**
 * zfree_items() - a drain frees items of whatever unit is in use
 * @run:	of this drain
 * @items:	indices or handles; may be reordered
 * @nr:		how many
 */
void zfree_items(struct zfree_run *run, unsigned long *items, u32 nr);

#endif
