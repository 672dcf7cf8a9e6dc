// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * zstd: Zstandard through libzstd. Both directions work in one block of memory made
 * beforehand, as in the kernel, so that a stream never allocates once it exists and what
 * it takes is in the account.
 */

#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

#include <linux/errno.h>
#include <linux/math.h>
#include <linux/slab.h>

#include "zram/zcomp.h"

struct comp_zstd_ctx {
	ZSTD_CCtx *cctx;
	ZSTD_DCtx *dctx;
	u64 space[];
};

static void *comp_zstd_create_ctx(const struct zcomp_params *params)
{
	ZSTD_compressionParameters cpar = ZSTD_getCParams(params->level, params->page_bytes, 0);
	size_t cbytes = roundup(ZSTD_estimateCCtxSize_usingCParams(cpar), sizeof(u64));
	size_t dbytes = ZSTD_estimateDCtxSize();
	struct comp_zstd_ctx *ctx = kvmalloc(sizeof(*ctx) + cbytes + dbytes, GFP_KERNEL);

	if (!ctx)
		return NULL;
	ctx->cctx = ZSTD_initStaticCCtx(ctx->space, cbytes);
	ctx->dctx = ZSTD_initStaticDCtx((char *)ctx->space + cbytes, dbytes);
	return ctx;
}

static int comp_zstd_compress(const struct zcomp_params *params, void *ctx, struct zcomp_req *req)
{
	struct comp_zstd_ctx *zctx = ctx;
	size_t len = ZSTD_compressCCtx(zctx->cctx, req->dst, req->dst_len, req->src, req->src_len,
				       params->level);

	if (ZSTD_isError(len))
		return -EINVAL;
	req->dst_len = len;
	return 0;
}

static int comp_zstd_decompress(const struct zcomp_params *params, void *ctx, struct zcomp_req *req)
{
	struct comp_zstd_ctx *zctx = ctx;
	size_t len;

	(void)params;
	len = ZSTD_decompressDCtx(zctx->dctx, req->dst, req->dst_len, req->src, req->src_len);
	if (ZSTD_isError(len))
		return -EINVAL;
	req->dst_len = len;
	return 0;
}

const struct zcomp_ops comp_zstd = {
	.name = "zstd",
	.level_min = -ZSTD_TARGETLENGTH_MAX, /* what ZSTD_minCLevel() says */
	.level_max = 22,
	.level_default = ZSTD_CLEVEL_DEFAULT,
	.create_ctx = comp_zstd_create_ctx,
	.compress = comp_zstd_compress,
	.decompress = comp_zstd_decompress,
};
