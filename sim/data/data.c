// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/minmax.h>

#include "port.h"
#include "sim/data/data.h"
#include "zram/zcomp.h"
#include "zsmalloc/geometry.h"
#include "zsmalloc/zsmalloc.h"

enum {
	DATA_BLOCK_BYTES = 1 << 20, /* the cache grows by blocks that never move */
	DATA_CLAIM_PAGES = 64,	    /* pages a thread takes at a time */
};

/** struct data_block - a piece of the cache */
struct data_block {
	struct data_block *next;
	u32 used;
	u8 bytes[];
};

/**
 * struct data_worker - one thread that compresses
 * @job:	what all of them work on
 * @thread:	the thread
 * @blocks:	what it has filled, the current block first
 * @page:	buffer
 * @err:	how it ended
 */
struct data_worker {
	struct data_job *job;
	struct kc_thread thread;
	struct data_block *blocks;
	void *page;
	int err;
};

/**
 * struct data_job - the preparation of one set of pages
 * @params:	what to prepare
 * @data:	where it goes
 * @comp:	compressor
 * @huge_bytes:	at or above it a page is kept as it is
 * @next:	first page nobody has claimed
 */
struct data_job {
	const struct sim_data_params *params;
	struct sim_data *data;
	struct zcomp *comp;
	u32 huge_bytes;
	atomic_t next;
};

static const struct sim_source_ops *const sources[] = {
	&sim_source_anon, &sim_source_rfc, &sim_source_file, &sim_source_pid, &sim_source_sizes,
};

static u32 huge_bytes(const struct sim_data_params *params)
{
	struct zs_shape table[ZS_MAX_CLASSES];
	unsigned int shift = ilog2(params->page_bytes);

	if (params->huge_bytes)
		return params->huge_bytes;
	zs_geometry_table(shift, ZS_DEFAULT_CHAIN, ZS_FIT_LEAST_WASTE, table);
	return (u32)zs_geometry_huge_size(shift, table);
}

static void *worker_keep(struct data_worker *worker, const void *bytes, u32 len)
{
	struct data_block *block = worker->blocks;
	void *at;

	if (!block || block->used + len > DATA_BLOCK_BYTES) {
		block = malloc(sizeof(*block) + DATA_BLOCK_BYTES);
		if (!block)
			return NULL;
		block->next = worker->blocks;
		block->used = 0;
		worker->blocks = block;
	}
	at = block->bytes + block->used;
	memcpy(at, bytes, len);
	block->used += len;
	return at;
}

static bool page_same(const void *page, u32 page_bytes, unsigned long *word)
{
	const unsigned long *words = page;
	u32 i, nr = page_bytes / sizeof(*words);

	for (i = 1; i < nr; i++) {
		if (words[i] != words[0])
			return false;
	}
	*word = words[0];
	return true;
}

static int worker_page(struct data_worker *worker, u32 i)
{
	struct data_job *job = worker->job;
	u32 page_bytes = job->params->page_bytes;
	struct sim_item *item = &job->data->items[i];
	struct zcomp_strm *strm;
	size_t len;
	int err;

	job->data->source.ops->page(&job->data->source, i, worker->page);
	if (page_same(worker->page, page_bytes, &item->word))
		return 0;

	strm = zcomp_stream_get(job->comp);
	err = zcomp_compress(job->comp, strm, worker->page, &len);
	if (!err)
		item->len = len < job->huge_bytes ? (u32)len : page_bytes;
	if (!err && job->params->keep) {
		item->data = worker_keep(
			worker, item->len == page_bytes ? worker->page : strm->buffer, item->len);
		err = item->data ? 0 : -ENOMEM;
	}
	zcomp_stream_put(strm);
	return err;
}

static void worker_main(void *arg)
{
	struct data_worker *worker = arg;
	struct data_job *job = worker->job;
	u32 nr = job->data->source.nr, start, i;

	do {
		start = (u32)atomic_fetch_add(DATA_CLAIM_PAGES, &job->next);
		for (i = start; i < min(start + DATA_CLAIM_PAGES, nr) && !worker->err; i++)
			worker->err = worker_page(worker, i);
		if (job->params->stop && READ_ONCE(*job->params->stop))
			worker->err = -EINTR;
	} while (start < nr && !worker->err);
}

/* Hand a worker's blocks over to the data, whether it succeeded or not. */
static void worker_finish(struct data_worker *worker, struct sim_data *data)
{
	struct data_block *block;

	while (worker->blocks) {
		block = worker->blocks;
		worker->blocks = block->next;
		block->next = data->blocks;
		data->blocks = block;
		data->cached_bytes += block->used;
	}
	free(worker->page);
}

static int compress_pages(struct data_job *job)
{
	struct data_worker workers[SIM_DATA_THREADS] = { 0 };
	unsigned int nr, started = 0, i;
	int err = 0;

	nr = min(kc_nr_host_cpus(), (unsigned int)SIM_DATA_THREADS);
	for (i = 0; i < nr; i++) {
		workers[i].job = job;
		workers[i].page = malloc(job->params->page_bytes);
		if (!workers[i].page)
			err = -ENOMEM;
	}
	/* The caller is the first worker; a thread that cannot be started is not missed. */
	for (i = 1; i < nr && !err; i++) {
		if (kc_thread_create(&workers[i].thread, "prepare", worker_main, &workers[i]))
			break;
		started = i;
	}
	if (!err)
		worker_main(&workers[0]);
	for (i = 1; i <= started; i++)
		kc_thread_join(&workers[i].thread);
	for (i = 0; i < nr; i++) {
		err = err ? err : workers[i].err;
		worker_finish(&workers[i], job->data);
	}
	return err;
}

static int prepare_pages(const struct sim_data_params *params, struct sim_data *data,
			 struct sim_message *msg)
{
	struct data_job job = { .params = params, .data = data };
	int err;

	job.comp = zcomp_create(params->comp, params->comp_level, params->page_bytes);
	if (IS_ERR(job.comp))
		return sim_fail(msg, (int)PTR_ERR(job.comp), "compressor %s cannot be set up: %s",
				params->comp, strerror(-(int)PTR_ERR(job.comp)));
	job.huge_bytes = huge_bytes(params);
	err = compress_pages(&job);
	zcomp_destroy(job.comp);
	if (err == -EINTR)
		return sim_fail(msg, err, "interrupted while the data were prepared");
	if (err == -ENOMEM)
		return sim_fail(msg, err,
				"not enough memory for the compressed pages of %s; use a smaller "
				"size",
				params->spec);
	if (err)
		return sim_fail(msg, err, "%s cannot compress the pages of %s: %s", params->comp,
				params->spec, strerror(-err));
	return 0;
}

/* The beginning of a random page, which all items show. */
static const void *random_page(const struct sim_data_params *params, struct sim_data *data)
{
	struct data_block *block = malloc(sizeof(*block) + params->page_bytes);
	u64 rng = params->seed, word;
	u32 i;

	if (!block)
		return NULL;
	block->next = NULL;
	block->used = params->page_bytes;
	data->blocks = block;
	data->cached_bytes = block->used;
	for (i = 0; i < params->page_bytes; i += sizeof(word)) {
		word = kc_random_u64(&rng);
		memcpy(block->bytes + i, &word, sizeof(word));
	}
	return block->bytes;
}

/* Sizes without content. */
static int prepare_sizes(const struct sim_data_params *params, struct sim_data *data,
			 struct sim_message *msg)
{
	const void *page = params->keep ? random_page(params, data) : NULL;
	u32 huge = huge_bytes(params), i, len;

	if (params->keep && !page)
		return sim_fail(msg, -ENOMEM, "not enough memory for a page");
	for (i = 0; i < data->source.nr; i++) {
		len = data->source.sizes[i];
		data->items[i].len = len < huge ? len : params->page_bytes;
		data->items[i].data = page;
	}
	return 0;
}

static int source_open(struct sim_source *source, const char *spec, struct sim_message *msg)
{
	const char *arg;
	size_t i, len;

	for (i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		len = strlen(sources[i]->name);
		if (strncmp(spec, sources[i]->name, len) || (spec[len] && spec[len] != ':'))
			continue;
		arg = spec[len] == ':' ? spec + len + 1 : NULL;
		if (sources[i]->argument && (!arg || !*arg))
			return sim_fail(msg, -EINVAL, "data \"%s\" lacks its %s, as in %s:%s", spec,
					sources[i]->argument, sources[i]->name,
					sources[i]->argument);
		if (!sources[i]->argument && arg)
			return sim_fail(msg, -EINVAL, "data \"%s\": nothing may follow %s", spec,
					sources[i]->name);
		source->ops = sources[i];
		return source->ops->open(source, arg, msg);
	}
	return sim_fail(msg, -EINVAL,
			"data \"%s\" is not anon, rfc, file:PATH, pid:PID or sizes:FILE", spec);
}

int sim_data_prepare(const struct sim_data_params *params, struct sim_data *data,
		     struct sim_message *msg)
{
	struct sim_source *source = &data->source;
	u64 limit = SIM_DATA_MAX_BYTES / params->page_bytes;
	int err;

	memset(data, 0, sizeof(*data));
	source->page_bytes = params->page_bytes;
	source->seed = params->seed;
	source->stop = params->stop;
	source->nr_wanted = (u32)min(params->nr_slots, limit);
	err = source_open(source, params->spec, msg);
	if (err)
		goto release;

	data->items = calloc(source->nr, sizeof(*data->items));
	if (!data->items) {
		err = sim_fail(msg, -ENOMEM, "not enough memory for %u page%s", source->nr,
			       sim_plural(source->nr, "s"));
		goto release;
	}
	err = sim_data_has_content(data) ? prepare_pages(params, data, msg)
					 : prepare_sizes(params, data, msg);
	if (err)
		goto release;
	return 0;

release:
	sim_data_release(data);
	return err;
}

void sim_data_release(struct sim_data *data)
{
	struct data_block *block;

	while (data->blocks) {
		block = data->blocks;
		data->blocks = block->next;
		free(block);
	}
	free(data->items);
	free(data->source.raw);
	free(data->source.sizes);
	memset(data, 0, sizeof(*data));
}

void sim_data_page(const struct sim_data *data, u64 n, void *page)
{
	data->source.ops->page(&data->source, (u32)(n % data->source.nr), page);
}
