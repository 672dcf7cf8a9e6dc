// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>
#include <linux/log2.h>
#include <linux/minmax.h>

#include "mm/zone.h"
#include "port.h"
#include "sim/api/device.h"
#include "sim/figures/timeline.h"
#include "sim/run/config.h"
#include "sim/run/crew.h"
#include "sim/run/model.h"
#include "sim/run/repeat.h"
#include "sim/shortage.h"
#include "sim/swap/zap.h"
#include "sim/threads/rates.h"
#include "zram/zram.h"

enum {
	STOPPED_NS = 1000000000, /* no thread waits so long for its turn */
	STOPPED_TURNS = 4,	 /* on top of so many times what its fair share takes */
	SETTLE_PAUSE_NS = 100000,
	SETTLE_LOOK_NS = 1000000,	/* most that one look counts for */
	SETTLE_ONE_PASS_NS = 50000000,	/* without progress: nothing more will come */
	SETTLE_LIMIT_NS = 2000000000,	/* without progress, on top of ten flush delays */
	SETTLE_FLUSH_NS = 10 * 1000000, /* ten times a millisecond of flush delay */
	SETTLE_DELAY_NS = 10 * 1000,	/* ten times a microsecond of worker delay */
};

/**
 * struct repeat - one repeat under way
 * @stage:	what it uses
 * @cfg:	its configuration
 * @zram:	its device
 * @ops:	strategy as it is attached
 * @zfree:	its state
 * @ev:		what the outcome is worked out from
 * @crew:	its threads
 */
struct repeat {
	struct sim_stage *stage;
	const struct zramsim_config *cfg;
	struct zram *zram;
	struct zfree_ops ops;
	struct zfree *zfree;
	struct sim_evidence ev;
	struct sim_crew crew;
};

int sim_stage_init(struct sim_stage *stage, struct sim_world *world)
{
	u32 p, nr = world->cfg->procs;
	int err;

	memset(stage, 0, sizeof(*stage));
	stage->world = world;
	stage->producers = calloc(nr, sizeof(*stage->producers));
	err = stage->producers ? sim_recorder_init(&stage->recorder) : -ENOMEM;
	for (p = 0; p < nr && !err; p++) {
		stage->producers[p].world = world;
		stage->producers[p].proc = &world->procs[p];
		stage->producers[p].number = p;
		err = sim_track_init(&stage->producers[p].track, &stage->recorder);
	}
	if (!err && world->scenario->allocate)
		err = sim_foreground_init(&stage->foreground, world, &stage->recorder);
	if (err)
		sim_stage_exit(stage);
	return err;
}

void sim_stage_exit(struct sim_stage *stage)
{
	u32 p;

	for (p = 0; stage->producers && p < stage->world->cfg->procs; p++)
		sim_track_exit(&stage->producers[p].track);
	free(stage->producers);
	sim_foreground_exit(&stage->foreground);
	sim_recorder_exit(&stage->recorder);
	memset(stage, 0, sizeof(*stage));
}

static void reset_producers(struct repeat *repeat, u32 number)
{
	struct sim_producer *producer;
	u32 p;

	for (p = 0; p < repeat->stage->world->cfg->procs; p++) {
		producer = &repeat->stage->producers[p];
		producer->zram = repeat->zram;
		producer->repeat = number;
		producer->wrong = 0;
		producer->failed = 0;
		producer->stopped = false;
		memset(&producer->phases, 0, sizeof(producer->phases));
		sim_track_start(&producer->track, number * 7 + p);
	}
}

/*
 * How long may nothing change? A flush may be due, and workers may be starved by hogs or late by
 * order.
 */
static u64 patience(const struct repeat *repeat)
{
	const struct zfree_params *params = repeat->zfree->params;
	u64 ns = SETTLE_LIMIT_NS + (u64)params->flush_ms * SETTLE_FLUSH_NS;

	return ns * (1 + repeat->cfg->hogs) + (u64)params->delay_us * SETTLE_DELAY_NS;
}

/* What the pool's worker gives back of zspages left to it; finish() waits for the last ones. */
static void follow_pages(struct repeat *repeat)
{
	struct zs_pool *pool = zram_pool(repeat->zram);
	u64 last = UINT64_MAX, now;

	if (repeat->cfg->model.pages != ZRAMSIM_PAGES_DEFERRED)
		return;
	while ((now = zs_get_total_pages(pool)) != last) {
		last = now;
		sim_recorder_mark(&repeat->stage->recorder);
		kc_sleep_ns(SETTLE_PAUSE_NS);
	}
}

/*
 * Wait until nothing is pending, without asking for it: whatever is queued must be freed by
 * itself. A strategy that makes one pass may leave something behind. While the process is stopped,
 * or its machine, nobody drains: that is one look, however late the next one comes.
 */
static int settle(struct repeat *repeat, struct sim_outcome *outcome, struct sim_message *msg)
{
	const struct zfree_preset *preset = zfree_traits(&repeat->ops).preset;
	u64 limit = preset ? SETTLE_ONE_PASS_NS : patience(repeat);
	struct zs_pool *pool = zram_pool(repeat->zram);
	u64 last = UINT64_MAX, seen = kc_now_ns(), waited = 0, pending, state, ns;

	while ((pending = zfree_pending(repeat->zfree)) != 0) {
		ns = kc_now_ns() - seen;
		seen += ns;
		waited += min(ns, (u64)SETTLE_LOOK_NS);
		if (ns > STOPPED_NS)
			outcome->stopped_ns += ns;
		/* A long drain run may be counted at its end only, but pages come back. */
		state = pending + zs_get_total_pages(pool);
		if (state != last) {
			last = state;
			waited = 0;
			sim_recorder_mark(&repeat->stage->recorder);
		} else if (waited > limit) {
			break;
		}
		kc_sleep_ns(SETTLE_PAUSE_NS);
	}
	if (!pending) {
		follow_pages(repeat);
		return 0;
	}
	outcome->residue = pending;
	if (preset)
		return 0;
	return sim_fail(msg, -EPROTO, "%s never freed %" PRIu64 " pending items", repeat->ops.name,
			pending);
}

/* What is left to a drain run that has not ended, to be seen by the recorder. */
static void finish(struct repeat *repeat, u64 residue)
{
	struct sim_recorder *recorder = &repeat->stage->recorder;

	if (!residue) {
		zfree_drain(repeat->zfree);
		zs_flush_deferred(zram_pool(repeat->zram));
		sim_recorder_mark(recorder);
	}
	/* From here on nothing comes back by itself any more. */
	sim_recorder_close(recorder);
	sim_machine_end(&repeat->ev.machine);
	sim_timeline_end();
	if (residue) {
		zfree_drain(repeat->zfree);
		zs_flush_deferred(zram_pool(repeat->zram));
	}
	repeat->ev.held_drained = zs_get_total_pages(zram_pool(repeat->zram)) +
				  (u64)atomic64_read(&recorder->present_pages);
	zfree_stats(repeat->zfree, &repeat->ev.stats);
}

static int check_counters(const struct repeat *repeat, struct sim_message *msg)
{
	const struct zfree_stats *s = &repeat->ev.stats;
	const char *name = repeat->ops.name;

	if (s->pending)
		return sim_fail(msg, -EPROTO, "%s: %" PRIu64 " item%s still pending after a drain",
				name, s->pending, sim_plural(s->pending, "s"));
	if (s->queued != s->drained + s->cancelled)
		return sim_fail(msg, -EPROTO,
				"%s: %" PRIu64 " queued, but %" PRIu64 " drained and %" PRIu64
				" cancelled",
				name, s->queued, s->drained, s->cancelled);
	if (s->notified != s->queued + s->overflow)
		return sim_fail(msg, -EPROTO,
				"%s: %" PRIu64 " notified, but %" PRIu64 " queued and %" PRIu64
				" freed at once",
				name, s->notified, s->queued, s->overflow);
	return 0;
}

/* A notification that found the slot locked leaves it as it is; nothing else may. */
static int check_stranded(const struct repeat *repeat, struct sim_message *msg)
{
	u64 stranded = sim_swap_stranded(&repeat->stage->world->swap);

	if (stranded <= repeat->ev.miss_slots)
		return 0;
	return sim_fail(msg, -EPROTO,
			"%s: %" PRIu64 " slot%s dropped and never freed, but %" PRIu64
			" notification%s missed",
			repeat->ops.name, stranded, stranded == 1 ? " was" : "s were",
			repeat->ev.miss_slots, sim_plural(repeat->ev.miss_slots, "s"));
}

/* @when: who is gone, for the sentence */
static int check_empty(const struct repeat *repeat, const char *when, struct sim_message *msg)
{
	const struct sim_world *world = repeat->stage->world;
	s64 left = (s64)(sim_swap_leftover(&world->swap) * world->cfg->page_bytes);
	unsigned long pages = zs_get_total_pages(zram_pool(repeat->zram));
	struct zram_mm_stat st;

	zram_mm_stat(repeat->zram, &st);
	if (st.orig_data_size != left || (!left && (st.compr_data_size || pages)))
		return sim_fail(msg, -EPROTO,
				"%s: a device whose slots were all dropped%s still has %" PRIi64
				" bytes in %lu page%s",
				repeat->ops.name, when, st.orig_data_size, pages,
				sim_plural(pages, "s"));
	if (atomic64_read(&world->swap.in_use) != sim_swap_late(&world->swap))
		return sim_fail(msg, -EPROTO, "%s: swap entries are still in use%s",
				repeat->ops.name, when);
	return 0;
}

static int check_producers(const struct repeat *repeat, struct sim_message *msg)
{
	const struct sim_stage *stage = repeat->stage;
	const struct sim_producer *producer;
	int err = 0;
	u32 p;

	for (p = 0; p < stage->world->cfg->procs && !err; p++) {
		producer = &stage->producers[p];
		if (producer->wrong)
			return sim_fail(msg, -EPROTO,
					"%s: process %u read %" PRIu64
					" page%s otherwise than written",
					repeat->ops.name, p, producer->wrong,
					sim_plural(producer->wrong, "s"));
		err = stage->world->scenario->check(producer, msg);
	}
	return err;
}

/* A process without memory for its pages keeps its slots: no bug, but no result, either. */
static int check_memory(const struct repeat *repeat, struct sim_message *msg)
{
	const struct sim_stage *stage = repeat->stage;
	u32 p;

	for (p = 0; p < stage->world->cfg->procs && stage->world->scenario->frees_all; p++) {
		if (stage->producers[p].failed)
			return sim_fail(msg, -ENOMEM,
					"%s: no page was left for a fault of process %u; give the "
					"machine more memory, or use a smaller size",
					repeat->ops.name, p);
	}
	return 0;
}

/* Has the foreground what it should have? Then it goes, and nothing may be left of it, either. */
static int check_foreground(struct repeat *repeat, struct sim_message *msg)
{
	struct sim_foreground_task *task = repeat->crew.foreground;
	struct zram_io_stat before, after;
	int err;

	if (!task)
		return 0;
	err = repeat->stage->world->scenario->check_foreground(task, msg);
	if (err)
		return err;
	zram_io_stat(repeat->zram, &before);
	sim_zap(&task->producer);
	zfree_drain(repeat->zfree);
	zs_flush_deferred(zram_pool(repeat->zram));
	zram_io_stat(repeat->zram, &after);
	repeat->ev.miss_slots += after.miss_free - before.miss_free;
	err = check_stranded(repeat, msg);
	return err ? err : check_empty(repeat, " by the foreground task, too", msg);
}

/* What must hold when nothing is pending; anything else is a bug and not a result. */
static int check(struct repeat *repeat, struct sim_message *msg)
{
	int err = check_counters(repeat, msg);

	if (!err)
		err = check_memory(repeat, msg);
	if (!err)
		err = check_stranded(repeat, msg);
	if (!err && repeat->stage->world->scenario->frees_all)
		err = check_empty(repeat, "", msg);
	if (!err)
		err = check_producers(repeat, msg);
	if (!err)
		err = check_foreground(repeat, msg);
	return err;
}

/* All page frames are back once processes, ballast and device are gone. */
static int check_zone(const struct repeat *repeat, struct sim_message *msg)
{
	struct zone_stats st;

	zone_stats(repeat->stage->world->zone, &st);
	if (!st.used)
		return 0;
	return sim_fail(msg, -EPROTO, "%s: %lu page frames were never freed", repeat->ops.name,
			st.used);
}

static int make_device(struct repeat *repeat, struct sim_message *msg)
{
	const struct sim_world *world = repeat->stage->world;
	const struct zramsim_config *cfg = repeat->cfg;
	struct zram_params params = {
		.zone = world->zone,
		.disksize_bytes = (u64)world->swap.nr_slots * cfg->page_bytes,
		.page_shift = (unsigned int)ilog2(cfg->page_bytes),
		.comp = { cfg->comp },
		.comp_level = { cfg->comp_level },
	};

	struct sim_shortage before = sim_shortage_now();

	sim_model_params(&cfg->model, &params);
	repeat->zram = zram_create(&params);
	if (IS_ERR(repeat->zram))
		return sim_fail_host(msg, (int)PTR_ERR(repeat->zram), &before,
				     "no device of %" PRIu64 " bytes can be made",
				     params.disksize_bytes);
	zram_set_mem_limit(repeat->zram, cfg->mem_limit_bytes);
	return 0;
}

/* The option that asked the system for what it may refuse. */
static const char *cause_of_refusal(const struct zfree_params *params)
{
	if (params->nice)
		return "; leave --worker-nice out";
	return params->host_cpu >= 0 ? "; use --pin none" : "";
}

static int attach(struct repeat *repeat, const struct zfree_ops *ops, struct sim_message *msg)
{
	struct sim_shortage before = sim_shortage_now();
	const struct zramsim_config *cfg = repeat->cfg;
	struct zfree_params params;
	int err;

	err = sim_strategy_params(&cfg->strategy, ops, &params, &repeat->ops);
	if (err)
		return sim_fail(msg, err, "strategy %s does not take these parameters", ops->name);
	params.drained = sim_recorder_drained;
	params.drained_ctx = &repeat->stage->recorder;
	params.record_phases = cfg->phases;
	if (cfg->pin)
		params.host_cpu = (int)cfg->pin_cpus[cfg->procs % cfg->nr_pin_cpus];
	repeat->zfree = zfree_attach(repeat->zram, &repeat->ops, &params);
	if (!IS_ERR(repeat->zfree))
		return 0;
	err = (int)PTR_ERR(repeat->zfree);
	if (err == -ENOMEM || err == -EAGAIN)
		return sim_fail_host(msg, err, &before, "strategy %s cannot be attached",
				     ops->name);
	return sim_fail(msg, err == -EINVAL ? -EACCES : err,
			"the workers of strategy %s cannot be set up: %s%s", ops->name,
			strerror(-err), cause_of_refusal(&params));
}

static void prepare_crew(struct repeat *repeat, u32 number)
{
	struct sim_stage *stage = repeat->stage;

	repeat->crew.cfg = repeat->cfg;
	repeat->crew.producers = stage->producers;
	repeat->crew.nr = stage->world->cfg->procs;
	if (!stage->world->scenario->allocate)
		return;
	repeat->crew.foreground = &stage->foreground;
	repeat->ev.foreground = &stage->foreground.figures;
	sim_foreground_reset(&stage->foreground, repeat->zram, number, patience(repeat));
}

static void start_measuring(struct repeat *repeat, u32 number)
{
	struct sim_stage *stage = repeat->stage;
	struct zram_io_stat io;

	reset_producers(repeat, number);
	prepare_crew(repeat, number);
	zs_stats_reset(zram_pool(repeat->zram));
	zone_stats_reset(stage->world->zone);
	sim_swap_stat_reset(&stage->world->swap);
	zram_io_stat(repeat->zram, &io);
	repeat->ev.miss_slots = io.miss_free;
	zram_slot_lock_stat(repeat->zram, &repeat->ev.slot_lock);
	sim_recorder_start(&stage->recorder, repeat->zram, repeat->zfree, stage->world->nr_present);
	sim_recorder_mark(&stage->recorder);
	repeat->ev.held_start = stage->recorder.marks[0].held_pages;
}

/*
 * Time in which a producer did not run although its turn had come again and again: the process was
 * stopped, or its machine. 0 if it was not.
 */
static u64 stopped_ns(const struct zramsim_config *cfg, const struct sim_producer *producer)
{
	u64 wall = producer->end_ns - producer->start_ns;
	u64 turns = 1 + sim_crew_size(cfg, producer->world->scenario) / kc_nr_host_cpus();
	u64 fair = producer->cpu_ns * turns * STOPPED_TURNS + STOPPED_NS;

	return wall <= fair ? 0 : wall - producer->cpu_ns;
}

/* A neighbour on the core before, or the processor taken away meanwhile. */
static bool was_disturbed(const struct zramsim_config *cfg, const struct sim_noise *noise,
			  const struct sim_producer *producer)
{
	const struct sim_usage usage = {
		.wall_ns = producer->end_ns - producer->start_ns,
		.cpu_ns = producer->cpu_ns,
		.process_ns = producer->process_ns,
		.alone = sim_crew_alone(cfg, producer->world->scenario),
	};

	if (sim_host.is_machine)
		return false;
	return sim_noise_hit(noise, &producer->before) || sim_noise_took(&usage);
}

/* From the start line until nothing is pending; hogs and compactor go on until then. */
static int run_crew(struct repeat *repeat, struct sim_outcome *outcome, struct sim_message *msg)
{
	struct sim_foreground_task *task = repeat->crew.foreground;
	int err = sim_crew_run(&repeat->crew, repeat->zram, msg);

	/* What the task lacks may be pending, and must come back all the same. */
	if (!err)
		err = settle(repeat, outcome, msg);
	if (!err)
		finish(repeat, outcome->residue);
	sim_crew_dismiss(&repeat->crew);
	if (!err && task)
		err = sim_foreground_check(task, msg);
	return err;
}

/* From the start line to figures. */
static int measure(struct repeat *repeat, const struct sim_noise *noise,
		   struct sim_outcome *outcome, struct sim_message *msg)
{
	struct sim_stage *stage = repeat->stage;
	struct zram_io_stat io;
	u64 stopped = 0;
	u32 p;
	int err;

	err = run_crew(repeat, outcome, msg);
	if (err)
		return err;
	zram_io_stat(repeat->zram, &io);
	repeat->ev.miss_slots = io.miss_free - repeat->ev.miss_slots;
	repeat->ev.stranded_slots = sim_swap_stranded(&stage->world->swap);
	repeat->ev.late_slots = sim_swap_late(&stage->world->swap);
	sim_mm_stat(repeat->zram, &outcome->end);
	if (sim_outcome_fill(outcome, &repeat->ev))
		return sim_fail(msg, -ENOMEM, "not enough memory for the samples");
	for (p = 0; p < stage->world->cfg->procs; p++) {
		outcome->failed += stage->producers[p].failed;
		outcome->disturbed |= was_disturbed(repeat->cfg, noise, &stage->producers[p]);
		stopped = max(stopped, stopped_ns(repeat->cfg, &stage->producers[p]));
	}
	outcome->stopped_ns = sim_host.is_machine ? 0 : outcome->stopped_ns + stopped;
	outcome->disturbed |= outcome->stopped_ns != 0;
	outcome->compaction = repeat->crew.compactor.done;
	outcome->marks_lost = stage->recorder.marks_lost;
	return check(repeat, msg);
}

int sim_rehearse(struct sim_stage *stage, struct sim_message *msg)
{
	struct repeat repeat = { .stage = stage, .cfg = stage->world->cfg };
	int err = make_device(&repeat, msg);

	if (err)
		return err;
	err = sim_world_fill(stage->world, repeat.zram, msg);
	sim_world_clear(stage->world);
	zram_destroy(repeat.zram);
	return err;
}

int sim_repeat(struct sim_stage *stage, const struct zramsim_config *cfg,
	       const struct zfree_ops *ops, u32 number, const struct sim_noise *noise,
	       struct sim_outcome *outcome, struct sim_message *msg)
{
	struct repeat repeat = { .stage = stage, .cfg = cfg };
	int err;

	memset(outcome, 0, sizeof(*outcome));
	err = make_device(&repeat, msg);
	if (err)
		return err;
	err = sim_world_fill(stage->world, repeat.zram, msg);
	if (err)
		goto clear;
	sim_mm_stat(repeat.zram, &outcome->after_fill);
	err = attach(&repeat, ops, msg);
	if (err)
		goto clear;

	repeat.ev = (struct sim_evidence){
		.world = stage->world,
		.cfg = cfg,
		.zram = repeat.zram,
		.zfree = repeat.zfree,
		.recorder = &stage->recorder,
		.producers = stage->producers,
		.nr_producers = stage->world->cfg->procs,
		.clock_ns = stage->clock_ns,
	};
	start_measuring(&repeat, number);
	sim_timeline_begin(stage->world, repeat.zram, ops->name, number);
	err = measure(&repeat, noise, outcome, msg);
	zfree_detach(repeat.zfree);
clear:
	sim_foreground_drop(&stage->foreground);
	sim_world_clear(stage->world);
	zram_destroy(repeat.zram);
	return err ? err : check_zone(&repeat, msg);
}
