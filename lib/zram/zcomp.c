// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The streams. A stream's mutex is taken below a slot lock (read, recompression) or with
 * no slot lock held (write), and a slot lock is never taken while it is held.
 */

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <kc_cost.h>

#include "zram/zcomp.h"

static const struct zcomp_ops *const backends[] = {
#ifdef CONFIG_ZRAM_BACKEND_LZ4
	&comp_lz4,
#endif
#ifdef CONFIG_ZRAM_BACKEND_ZSTD
	&comp_zstd,
#endif
#ifdef CONFIG_ZRAM_BACKEND_LZO
	&comp_lzo,
#endif
	&comp_none, NULL,
};

const char *zcomp_name(unsigned int i)
{
	if (i >= sizeof(backends) / sizeof(backends[0]) - 1)
		return NULL;
	return backends[i]->name;
}

static const struct zcomp_ops *zcomp_find(const char *name)
{
	unsigned int i;

	for (i = 0; backends[i]; i++)
		if (!strcmp(backends[i]->name, name))
			break;
	return backends[i];
}

void zcomp_levels(const char *name, int *min, int *max)
{
	const struct zcomp_ops *ops = zcomp_find(name);

	*min = ops->level_min;
	*max = ops->level_max;
}

static int zcomp_stream_init(struct zcomp *comp, struct zcomp_strm *strm)
{
	size_t bytes = comp->params.page_bytes;

	strm->buffer = kvmalloc(2 * bytes, GFP_KERNEL);
	if (!strm->buffer)
		return -ENOMEM;
	strm->local_copy = kvmalloc(bytes, GFP_KERNEL);
	if (!strm->local_copy)
		goto err_free_buffer;
	if (comp->ops->create_ctx) {
		strm->ctx = comp->ops->create_ctx(&comp->params);
		if (!strm->ctx)
			goto err_free_copy;
	}
	mutex_init(&strm->lock);
	return 0;

err_free_copy:
	kvfree(strm->local_copy);
err_free_buffer:
	kvfree(strm->buffer);
	strm->buffer = NULL;
	return -ENOMEM;
}

static void zcomp_stream_exit(struct zcomp_strm *strm)
{
	if (!strm->buffer)
		return;
	kvfree(strm->ctx);
	kvfree(strm->local_copy);
	kvfree(strm->buffer);
}

static void zcomp_exit_streams(struct zcomp *comp)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		zcomp_stream_exit(per_cpu_ptr(comp->stream, cpu));
}

struct zcomp *zcomp_create(const char *name, int level, size_t page_bytes)
{
	const struct zcomp_ops *ops = zcomp_find(name);
	struct zcomp *comp;
	unsigned int cpu;

	if (!ops)
		return ERR_PTR(-ENOENT);
	if (level && (level < ops->level_min || level > ops->level_max))
		return ERR_PTR(-EINVAL);

	comp = kzalloc(sizeof(*comp), GFP_KERNEL);
	if (!comp)
		return ERR_PTR(-ENOMEM);
	comp->ops = ops;
	comp->params.level = level ? level : ops->level_default;
	comp->params.page_bytes = page_bytes;
	comp->stream = alloc_percpu(struct zcomp_strm);
	if (!comp->stream)
		goto err_free_comp;

	for_each_possible_cpu(cpu)
		if (zcomp_stream_init(comp, per_cpu_ptr(comp->stream, cpu)))
			goto err_exit_streams;
	return comp;

err_exit_streams:
	zcomp_exit_streams(comp);
	free_percpu(comp->stream);
err_free_comp:
	kfree(comp);
	return ERR_PTR(-ENOMEM);
}

void zcomp_destroy(struct zcomp *comp)
{
	zcomp_exit_streams(comp);
	free_percpu(comp->stream);
	kfree(comp);
}

struct zcomp_strm *zcomp_stream_get(struct zcomp *comp)
{
	struct zcomp_strm *strm = raw_cpu_ptr(comp->stream);

	/* The task may move to another CPU from here on; the mutex is what counts. */
	mutex_lock(&strm->lock);
	return strm;
}

void zcomp_stream_put(struct zcomp_strm *strm)
{
	mutex_unlock(&strm->lock);
}

int zcomp_compress(struct zcomp *comp, struct zcomp_strm *strm, const void *src, size_t *len)
{
	struct zcomp_req req = {
		.src = src,
		.src_len = comp->params.page_bytes,
		.dst = strm->buffer,
		.dst_len = 2 * comp->params.page_bytes,
	};
	int err = comp->ops->compress(&comp->params, strm->ctx, &req);

	kc_cost_compress(comp->ops->name, req.src_len);
	if (!err)
		*len = req.dst_len;
	return err;
}

int zcomp_decompress(struct zcomp *comp, struct zcomp_strm *strm, const void *src, size_t len,
		     void *dst)
{
	struct zcomp_req req = {
		.src = src,
		.src_len = len,
		.dst = dst,
		.dst_len = comp->params.page_bytes,
	};
	int err = comp->ops->decompress(&comp->params, strm->ctx, &req);

	kc_cost_decompress(comp->ops->name, comp->params.page_bytes);
	if (err || req.dst_len != comp->params.page_bytes)
		return -EIO;
	return 0;
}
