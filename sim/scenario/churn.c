// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * churn: a working set that is written, read, dropped and written again, so that slots are
 * reused while an earlier free of them is pending.
 *
 * Each process has slots of its own (swap never reads a slot that it has dropped, and never
 * writes one before its notification has returned), all share the device. What to do is planned
 * beforehand; what was written last is remembered per slot, and every read is compared with it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/cache.h>
#include <linux/minmax.h>

#include "mm/zone.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/zipf.h"
#include "zram/zram.h"

enum {
	CHURN_PAGES = 1024, /* different pages written */
	CHURN_OPS_PER_SLOT = 4,
	/* Of 100 operations; a slot that holds nothing is written instead. */
	CHURN_READS = 35,
	CHURN_NOTIFIES = 20,
	CHURN_DISCARDS = 5,
};

#define CHURN_THETA 0.99
#define CHURN_EMPTY UINT32_MAX /* content of a slot that was dropped */

/** enum churn_kind - what is done to a slot */
enum churn_kind {
	CHURN_WRITE,
	CHURN_READ,
	CHURN_NOTIFY,
	CHURN_DISCARD,
};

/** struct churn_op - one operation; @at: index into slots, @page: what a write stores */
struct churn_op {
	u32 at;
	u16 page;
	u16 kind;
};

/**
 * struct sim_churn - plan of one process
 * @nr_slots:	entries in @slots and @content
 * @slots:	its slots, the popular ones first
 * @content:	page last written to each, CHURN_EMPTY none
 * @pages:	[CHURN_PAGES] whole pages
 * @buffer:	a page to read into
 * @ops:	what to do
 * @nr_ops:	entries in @ops
 */
struct sim_churn {
	u32 nr_slots;
	u32 *slots;
	u32 *content;
	u8 *pages;
	void *buffer;
	struct churn_op *ops;
	u64 nr_ops;
};

/* The process's slots in random order, so that the popular ones are spread. */
static void churn_slots(struct sim_churn *churn, const struct sim_proc *proc, u64 *rng)
{
	u32 v, i, n = 0;

	for (v = 0; v < proc->nr_pages; v++) {
		if (!sim_pte_is_swap(proc->plan[v]))
			continue;
		i = (u32)kc_random_below(rng, n + 1);
		churn->slots[n] = churn->slots[i];
		churn->slots[i] = sim_pte_slot(proc->plan[v]);
		n++;
	}
	churn->nr_slots = n;
}

static enum churn_kind churn_kind(u64 *rng)
{
	u32 roll = (u32)kc_random_below(rng, 100);

	if (roll < CHURN_READS)
		return CHURN_READ;
	if (roll < CHURN_READS + CHURN_NOTIFIES)
		return CHURN_NOTIFY;
	if (roll < CHURN_READS + CHURN_NOTIFIES + CHURN_DISCARDS)
		return CHURN_DISCARD;
	return CHURN_WRITE;
}

static void churn_start(struct sim_churn *churn)
{
	u32 i;

	for (i = 0; i < churn->nr_slots; i++)
		churn->content[i] = (churn->slots[i] - 1) % CHURN_PAGES;
}

static int churn_ops(struct sim_churn *churn, u64 *rng)
{
	struct sim_zipf zipf;
	struct churn_op *op;
	u64 i;

	if (sim_zipf_init(&zipf, churn->nr_slots, CHURN_THETA))
		return -ENOMEM;
	churn_start(churn);
	for (i = 0; i < churn->nr_ops; i++) {
		op = &churn->ops[i];
		op->at = sim_zipf_draw(&zipf, rng);
		op->page = (u16)kc_random_below(rng, CHURN_PAGES);
		op->kind = churn_kind(rng);
		if (churn->content[op->at] == CHURN_EMPTY)
			op->kind = CHURN_WRITE;
		if (op->kind == CHURN_WRITE)
			churn->content[op->at] = op->page;
		else if (op->kind != CHURN_READ)
			churn->content[op->at] = CHURN_EMPTY;
	}
	sim_zipf_exit(&zipf);
	return 0;
}

static int churn_plan(struct sim_world *world, struct sim_proc *proc, u64 seed)
{
	u32 page_bytes = world->cfg->page_bytes, i;
	struct sim_churn *churn = calloc(1, sizeof(*churn));

	if (!churn)
		return -ENOMEM;
	proc->churn = churn;
	churn->nr_ops = world->cfg->ops_count;
	churn->slots = calloc(proc->nr_slots, sizeof(*churn->slots));
	churn->content = calloc(proc->nr_slots, sizeof(*churn->content));
	/* From the beginning of a line, wherever the host has room: all runs then touch as many. */
	churn->pages = aligned_alloc(L1_CACHE_BYTES, (size_t)CHURN_PAGES * page_bytes);
	churn->buffer = aligned_alloc(L1_CACHE_BYTES, page_bytes);
	churn->ops = calloc(churn->nr_ops, sizeof(*churn->ops));
	if (!churn->slots || !churn->content || !churn->pages || !churn->buffer || !churn->ops)
		return -ENOMEM;
	for (i = 0; i < CHURN_PAGES; i++)
		sim_data_page(&world->data, i, churn->pages + (size_t)i * page_bytes);
	churn_slots(churn, proc, &seed);
	return churn_ops(churn, &seed);
}

static void churn_unplan(struct sim_proc *proc)
{
	struct sim_churn *churn = proc->churn;

	if (!churn)
		return;
	free(churn->slots);
	free(churn->content);
	free(churn->pages);
	free(churn->buffer);
	free(churn->ops);
	free(churn);
	proc->churn = NULL;
}

static u64 churn_nr_ops(const struct sim_proc *proc)
{
	return proc->churn->nr_ops;
}

static bool churn_reads_as(const struct sim_producer *producer, u32 slot, const void *want)
{
	struct sim_churn *churn = producer->proc->churn;

	return !sim_swap_read(&producer->world->swap, slot, churn->buffer) &&
	       !memcmp(churn->buffer, want, producer->world->cfg->page_bytes);
}

static const u8 *churn_page(const struct sim_producer *producer, u32 page)
{
	return producer->proc->churn->pages + (size_t)page * producer->world->cfg->page_bytes;
}

static void churn_write(struct sim_producer *producer, const struct churn_op *op)
{
	struct sim_churn *churn = producer->proc->churn;
	bool empty = churn->content[op->at] == CHURN_EMPTY;
	u32 slot = churn->slots[op->at];

	if (sim_swap_write(&producer->world->swap, slot, churn_page(producer, op->page))) {
		producer->failed++; /* the old content stays, and so does the note of it */
		return;
	}
	churn->content[op->at] = op->page;
	if (empty)
		sim_swap_get(&producer->world->swap, slot, sim_cgroup(producer->number));
}

/* Failed writes leave slots empty that the plan takes for full; nothing is done to those. */
static void churn_do(struct sim_producer *producer, const struct churn_op *op)
{
	struct sim_churn *churn = producer->proc->churn;
	u32 page_bytes = producer->world->cfg->page_bytes, page = churn->content[op->at];
	u32 slot = churn->slots[op->at];

	if (op->kind == CHURN_WRITE) {
		churn_write(producer, op);
		return;
	}
	if (page == CHURN_EMPTY)
		return;
	if (op->kind == CHURN_READ) {
		if (!churn_reads_as(producer, slot, churn_page(producer, page)))
			producer->wrong++;
		return;
	}
	churn->content[op->at] = CHURN_EMPTY;
	if (op->kind == CHURN_NOTIFY) {
		sim_swap_put(&producer->world->swap, slot, 1, &producer->track);
		return;
	}
	sim_swap_forget(&producer->world->swap, slot);
	zram_discard(producer->zram, (u64)slot * page_bytes, page_bytes);
}

static void churn_produce(struct sim_producer *producer)
{
	struct sim_churn *churn = producer->proc->churn;
	struct sim_track *track = &producer->track;
	const struct churn_op *op;
	u64 i, start;

	churn_start(churn);
	for (i = 0; i < churn->nr_ops; i++) {
		if (i % SIM_STOP_EVERY == 0 && sim_producer_stopped(producer))
			return;
		op = &churn->ops[i];
		sim_track_progress(track, 1);
		if (op->kind != CHURN_WRITE || !sim_sample_now(&track->op_in)) {
			churn_do(producer, op);
			continue;
		}
		start = kc_now_ns();
		churn_do(producer, op);
		sim_track_time(track->op_ns, &track->nr_op, kc_now_ns() - start);
	}
}

/* Every slot that was not dropped still reads as written last. */
static int churn_check(const struct sim_producer *producer, struct sim_message *msg)
{
	struct sim_churn *churn = producer->proc->churn;
	u32 i, slot, page;

	for (i = 0; i < churn->nr_slots; i++) {
		slot = churn->slots[i];
		page = churn->content[i];
		if (page == CHURN_EMPTY)
			continue;
		if (!churn_reads_as(producer, slot, churn_page(producer, page)))
			return sim_fail(msg, -EPROTO,
					"slot %u of process %u does not read as it was written",
					slot, producer->number);
	}
	return 0;
}

const struct sim_scenario_ops sim_scenario_churn = {
	.name = "churn",
	.content = true,
	.distinct = CHURN_PAGES,
	.plan = churn_plan,
	.unplan = churn_unplan,
	.ops = churn_nr_ops,
	.produce = churn_produce,
	.check = churn_check,
};
