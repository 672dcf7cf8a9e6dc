// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "bench/kernel/model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zramsim/experiment.h>

/**
 * struct model_ctx - what a child works on
 * @bench:	common part
 * @arm:	what is measured
 * @dev:	device of this child
 */
struct model_ctx {
	struct kernel_bench *bench;
	const struct kernel_arm *arm;
	struct zramsim_device *dev;
};

bool kernel_has_model(const struct kernel_arm *arm)
{
	return arm->work == KERNEL_DISCARD || arm->data == KERNEL_ANON || arm->data == KERNEL_RFC;
}

static int discard_prepare(const struct crew_job *job, struct crew_member *member,
			   struct sim_message *msg)
{
	struct model_ctx *ctx = job->ctx;
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	struct zramsim_device_params params = {
		.disksize_bytes = ctx->bench->bytes,
		.page_bytes = (uint32_t)page_bytes,
		.comp = ctx->bench->dev.comp,
	};
	void *page = malloc(page_bytes);
	uint64_t i;
	int err;

	if (!page)
		return sim_fail(msg, -ENOMEM, "no memory for a page");
	err = zramsim_device_create(&params, &ctx->dev);
	member->slots = ctx->bench->bytes / page_bytes;
	for (i = 0; i < member->slots && !err; i++) {
		kernel_page(ctx->arm->data, ctx->bench->seed, i, page, page_bytes);
		err = zramsim_write(ctx->dev, (uint32_t)i, page);
	}
	free(page);
	return err ? sim_fail(msg, err, "the model's device cannot be filled with %s: %s",
			      ctx->bench->dev.comp, strerror(-err))
		   : 0;
}

static int discard_act(const struct crew_job *job, struct crew_member *member,
		       struct sim_message *msg)
{
	struct model_ctx *ctx = job->ctx;
	int err;

	crew_start(member);
	err = zramsim_discard(ctx->dev, 0, ctx->bench->bytes);
	crew_stop(member);
	return err ? sim_fail(msg, err, "the model's discard failed: %s", strerror(-err)) : 0;
}

static int exit_prepare(const struct crew_job *job, struct crew_member *member,
			struct sim_message *msg)
{
	struct model_ctx *ctx = job->ctx;

	(void)msg;
	member->slots = ctx->bench->bytes / (uint64_t)sysconf(_SC_PAGESIZE) * ctx->arm->procs;
	return 0;
}

/* The experiment takes its own times, looks for neighbours itself, and pins its threads. */
static int exit_act(const struct crew_job *job, struct crew_member *member, struct sim_message *msg)
{
	struct model_ctx *ctx = job->ctx;
	struct zramsim_result *result = NULL;
	struct zramsim_value wall = { 0 };
	struct zramsim_value cpu = { 0 };
	struct zramsim_config cfg;
	int err;

	zramsim_config_init(&cfg);
	cfg.strategies[0] = "sync";
	cfg.nr_strategies = 1;
	cfg.data = kernel_data_names[ctx->arm->data];
	cfg.comp = ctx->bench->dev.comp;
	cfg.page_bytes = (uint32_t)sysconf(_SC_PAGESIZE);
	cfg.size_bytes = ctx->bench->bytes;
	cfg.procs = ctx->arm->procs;
	cfg.seed = ctx->bench->seed;
	cfg.runs = 1;
	cfg.warmup = 0;
	cfg.max_ns = 0;
	err = zramsim_run(&cfg, &result, msg->text, msg->size);
	if (err)
		return err;
	zramsim_result_value(result, "sync", "exit_ns", &wall);
	zramsim_result_value(result, "sync", "cpu_ns_per_slot.producer", &cpu);
	zramsim_result_free(result);
	member->start_ns = 0;
	member->end_ns = (uint64_t)wall.median * ctx->arm->procs;
	member->cpu_ns = (uint64_t)(cpu.median * (double)member->slots);
	return 0;
}

int kernel_measure_model(struct kernel_bench *bench, const struct kernel_arm *arm,
			 struct kernel_sample *sample, struct sim_message *msg)
{
	struct model_ctx ctx = { .bench = bench, .arm = arm };
	bool discard = arm->work == KERNEL_DISCARD;
	struct crew_job job = { .ctx = &ctx,
				.pin = discard,
				.noise = discard ? &bench->noise : NULL,
				.stop = bench->stop,
				.prepare = discard ? discard_prepare : exit_prepare,
				.act = discard ? discard_act : exit_act };
	struct crew_member member;
	int err;

	memset(sample, 0, sizeof(*sample));
	err = crew_run(&job, 1, &member, msg);
	if (!err)
		kernel_sample_of(&member, 1, sample);
	return err;
}
