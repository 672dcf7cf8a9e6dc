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
#include "sim/config.h"
#include "sim/public.h"
#include "sim/repeat.h"
#include "zram/zram.h"

enum {
	LOST_MIN_NS = 200000, /* a wake-up or two */
	LOST_PERCENT = 10,
	SETTLE_PAUSE_NS = 100000,
	SETTLE_ONE_PASS_NS = 50000000,	/* without progress: nothing more will come */
	SETTLE_LIMIT_NS = 2000000000,	/* without progress, on top of ten flush delays */
	SETTLE_FLUSH_NS = 10 * 1000000, /* ten times a millisecond of flush delay */
};

/**
 * struct repeat - one repeat under way
 * @stage:	what it uses
 * @cfg:	its configuration
 * @zram:	its device
 * @ops:	strategy as it is attached
 * @zfree:	its state
 * @ev:		what the outcome is worked out from
 * @ready:	producers at the start line
 * @go:		set by the last one to arrive
 */
struct repeat {
	struct sim_stage *stage;
	const struct zramsim_config *cfg;
	struct zram *zram;
	struct zfree_ops ops;
	struct zfree *zfree;
	struct sim_evidence ev;
	atomic_t ready;
	atomic_t go;
};

/** struct runner - thread of a producer. @err: pinning it failed */
struct runner {
	struct repeat *repeat;
	struct sim_producer *producer;
	struct kc_thread thread;
	int err;
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
	sim_recorder_exit(&stage->recorder);
	memset(stage, 0, sizeof(*stage));
}

/* All start together: the last one to arrive lets the others go. */
static void start_line(struct repeat *repeat)
{
	if ((u32)atomic_inc_return(&repeat->ready) == repeat->stage->world->cfg->procs)
		atomic_set_release(&repeat->go, 1);
	while (!atomic_read_acquire(&repeat->go)) /* pairs with the release above */
		kc_yield();
}

static void run_producer(void *arg)
{
	struct runner *runner = arg;
	struct sim_producer *producer = runner->producer;
	const struct zramsim_config *cfg = runner->repeat->cfg;
	u64 cpu;

	if (cfg->pin)
		runner->err =
			kc_pin_host_cpu((int)cfg->pin_cpus[producer->number % cfg->nr_pin_cpus]);
	sim_noise_probe(&producer->before);
	start_line(runner->repeat);
	cpu = kc_thread_cpu_ns();
	producer->start_ns = kc_now_ns();
	producer->world->scenario->produce(producer);
	producer->end_ns = kc_now_ns();
	producer->cpu_ns = kc_thread_cpu_ns() - cpu;
	sim_recorder_mark(producer->track.recorder);
	sim_noise_probe(&producer->after);
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
		sim_track_start(&producer->track, number * 7 + p);
	}
}

/* Start a thread per process and wait for all of them. */
static int run_producers(struct repeat *repeat, struct sim_message *msg)
{
	u32 nr = repeat->stage->world->cfg->procs, p, started;
	struct runner *runners = calloc(nr, sizeof(*runners));
	int err = 0;

	if (!runners)
		return sim_fail(msg, -ENOMEM, "not enough memory for %u threads", nr);
	kc_cpu_put(); /* the lowest CPUs are for the producers */
	for (started = 0; started < nr && !err; started++) {
		runners[started].repeat = repeat;
		runners[started].producer = &repeat->stage->producers[started];
		err = kc_thread_create(&runners[started].thread, "producer", run_producer,
				       &runners[started]);
		if (err)
			break;
	}
	if (err) {
		sim_fail(msg, err, "thread %u of %u cannot be started: %s", started + 1, nr,
			 strerror(-err));
		/* Those that were started wait for the others, which never come. */
		atomic_set_release(&repeat->go, 1);
	}
	for (p = 0; p < started; p++) {
		kc_thread_join(&runners[p].thread);
		if (runners[p].err && !err)
			err = sim_fail(msg, runners[p].err, "producer %u cannot be pinned: %s", p,
				       strerror(-runners[p].err));
		if (runners[p].producer->stopped && !err)
			err = sim_fail(msg, -EINTR, "interrupted");
	}
	free(runners);
	return err;
}

/*
 * Wait until nothing is pending, without asking for it: whatever is queued must be freed by
 * itself. A strategy that makes one pass may leave something behind.
 */
static int settle(struct repeat *repeat, u64 *residue, struct sim_message *msg)
{
	const struct zfree_preset *preset = repeat->ops.preset;
	u64 limit = SETTLE_LIMIT_NS + (u64)repeat->zfree->params->flush_ms * SETTLE_FLUSH_NS;
	struct zs_pool *pool = zram_pool(repeat->zram);
	u64 since = kc_now_ns(), last = UINT64_MAX, pending, now;

	if (preset && preset->one_pass)
		limit = SETTLE_ONE_PASS_NS;
	*residue = 0;
	while ((pending = zfree_pending(repeat->zfree)) != 0) {
		/* A long drain run may be counted at its end only, but pages come back. */
		now = pending + zs_get_total_pages(pool);
		if (now != last) {
			last = now;
			since = kc_now_ns();
		} else if (kc_now_ns() - since > limit) {
			break;
		}
		kc_sleep_ns(SETTLE_PAUSE_NS);
	}
	if (!pending)
		return 0;
	*residue = pending;
	if (preset && preset->one_pass)
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
		return sim_fail(msg, -EPROTO, "%s: %" PRIu64 " items are pending after a drain",
				name, s->pending);
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

static int check_device(const struct repeat *repeat, struct sim_message *msg)
{
	const struct sim_world *world = repeat->stage->world;
	s64 missed = (s64)(repeat->ev.miss_slots * world->cfg->page_bytes);
	unsigned long pages = zs_get_total_pages(zram_pool(repeat->zram));
	struct zram_mm_stat st;

	if (!world->scenario->frees_all)
		return 0;
	zram_mm_stat(repeat->zram, &st);
	if (st.orig_data_size > missed || (!missed && (st.compr_data_size || pages)))
		return sim_fail(msg, -EPROTO,
				"%s: %" PRIi64
				" bytes in %lu pages are left of a device whose slots "
				"were all dropped",
				repeat->ops.name, st.orig_data_size, pages);
	if (atomic64_read(&world->swap.in_use))
		return sim_fail(msg, -EPROTO, "%s: swap entries are still in use",
				repeat->ops.name);
	return 0;
}

/* What must hold when nothing is pending; anything else is a bug and not a result. */
static int check(const struct repeat *repeat, struct sim_message *msg)
{
	const struct sim_stage *stage = repeat->stage;
	const struct sim_producer *producer;
	int err = check_counters(repeat, msg);
	u32 p;

	if (!err)
		err = check_device(repeat, msg);
	for (p = 0; p < stage->world->cfg->procs && !err; p++) {
		producer = &stage->producers[p];
		if (producer->wrong)
			return sim_fail(msg, -EPROTO,
					"%s: %" PRIu64 " pages of process %u were not read as "
					"written",
					repeat->ops.name, producer->wrong, p);
		/* Without memory for the pages of a process its table stays as it is. */
		if (producer->failed && stage->world->scenario->frees_all)
			return sim_fail(msg, -ENOMEM, "no page was left for a fault of process %u",
					p);
		err = stage->world->scenario->check(producer, msg);
	}
	return err;
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

	repeat->zram = zram_create(&params);
	if (IS_ERR(repeat->zram))
		return sim_fail(msg, (int)PTR_ERR(repeat->zram),
				"no device of %" PRIu64 " bytes can be made: %s",
				params.disksize_bytes, strerror(-(int)PTR_ERR(repeat->zram)));
	zram_set_mem_limit(repeat->zram, cfg->mem_limit_bytes);
	return 0;
}

static int attach(struct repeat *repeat, const struct zfree_ops *ops, struct sim_message *msg)
{
	const struct zramsim_config *cfg = repeat->cfg;
	struct zfree_params params;
	int err;

	err = sim_strategy_params(&cfg->strategy, ops, &params, &repeat->ops);
	if (err)
		return sim_fail(msg, err, "strategy %s does not take these parameters", ops->name);
	params.drained = sim_recorder_drained;
	params.drained_ctx = &repeat->stage->recorder;
	if (cfg->pin)
		params.host_cpu = (int)cfg->pin_cpus[cfg->procs % cfg->nr_pin_cpus];
	repeat->zfree = zfree_attach(repeat->zram, &repeat->ops, &params);
	if (IS_ERR(repeat->zfree))
		return sim_fail(msg, (int)PTR_ERR(repeat->zfree),
				"strategy %s cannot be attached: %s", ops->name,
				strerror(-(int)PTR_ERR(repeat->zfree)));
	return 0;
}

static void start_measuring(struct repeat *repeat, u32 number)
{
	struct sim_stage *stage = repeat->stage;
	struct zram_io_stat io;

	reset_producers(repeat, number);
	zs_stats_reset(zram_pool(repeat->zram));
	zone_stats_reset(stage->world->zone);
	sim_swap_stat_reset(&stage->world->swap);
	zram_io_stat(repeat->zram, &io);
	repeat->ev.miss_slots = io.miss_free;
	sim_recorder_start(&stage->recorder, repeat->zram, repeat->zfree, stage->world->nr_present);
	sim_recorder_mark(&stage->recorder);
	repeat->ev.held_start = stage->recorder.marks[0].held_pages;
}

/*
 * Was a producer off its processor for long? It never sleeps, so where there is a processor for
 * each thread of the experiment somebody else had it. A worker bound to the producer's own
 * processor is meant to take it.
 */
static bool lost_processor(const struct sim_producer *producer)
{
	const struct zramsim_config *cfg = producer->world->cfg;
	u64 wall = producer->end_ns - producer->start_ns, lost;

	if (cfg->procs + max(cfg->strategy.nr_workers, 1u) > kc_nr_host_cpus() ||
	    cfg->strategy.workers == ZRAMSIM_WORKERS_PERCPU)
		return false;
	lost = wall - min(wall, producer->cpu_ns);
	return lost > LOST_MIN_NS && lost * 100 > wall * LOST_PERCENT;
}

/* From the start line to figures. */
static int measure(struct repeat *repeat, const struct sim_noise *noise,
		   struct sim_outcome *outcome, struct sim_message *msg)
{
	struct sim_stage *stage = repeat->stage;
	struct zram_io_stat io;
	u32 p;
	int err;

	err = run_producers(repeat, msg);
	if (err)
		return err;
	err = settle(repeat, &outcome->residue, msg);
	if (err)
		return err;
	finish(repeat, outcome->residue);
	zram_io_stat(repeat->zram, &io);
	repeat->ev.miss_slots = io.miss_free - repeat->ev.miss_slots;
	sim_mm_stat(repeat->zram, &outcome->end);
	if (sim_outcome_fill(outcome, &repeat->ev))
		return sim_fail(msg, -ENOMEM, "not enough memory for the samples");
	for (p = 0; p < stage->world->cfg->procs; p++) {
		outcome->failed += stage->producers[p].failed;
		outcome->disturbed |= sim_noise_hit(noise, &stage->producers[p].before) ||
				      sim_noise_hit(noise, &stage->producers[p].after) ||
				      lost_processor(&stage->producers[p]);
	}
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
		.zram = repeat.zram,
		.zfree = repeat.zfree,
		.recorder = &stage->recorder,
		.producers = stage->producers,
		.nr_producers = stage->world->cfg->procs,
		.clock_ns = stage->clock_ns,
	};
	start_measuring(&repeat, number);
	err = measure(&repeat, noise, outcome, msg);
	zfree_detach(repeat.zfree);
clear:
	sim_world_clear(stage->world);
	zram_destroy(repeat.zram);
	return err;
}
