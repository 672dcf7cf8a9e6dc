// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * lzo: LZO1X-1 through liblzo2. Off unless asked for, as that library is GPL.
 */

#include <lzo/lzo1x.h>

#include <linux/errno.h>
#include <linux/slab.h>

#include "zram/zcomp.h"

static void *comp_lzo_create_ctx(const struct zcomp_params *params)
{
	(void)params;
	return kvmalloc(LZO1X_1_MEM_COMPRESS, GFP_KERNEL);
}

static int comp_lzo_compress(const struct zcomp_params *params, void *ctx, struct zcomp_req *req)
{
	lzo_uint len = req->dst_len;
	int err = lzo1x_1_compress(req->src, req->src_len, req->dst, &len, ctx);

	(void)params;
	req->dst_len = len;
	return err == LZO_E_OK ? 0 : -EINVAL;
}

static int comp_lzo_decompress(const struct zcomp_params *params, void *ctx, struct zcomp_req *req)
{
	lzo_uint len = req->dst_len;
	int err = lzo1x_decompress_safe(req->src, req->src_len, req->dst, &len, ctx);

	(void)params;
	req->dst_len = len;
	return err == LZO_E_OK ? 0 : -EINVAL;
}

const struct zcomp_ops comp_lzo = {
	.name = "lzo",
	.create_ctx = comp_lzo_create_ctx,
	.compress = comp_lzo_compress,
	.decompress = comp_lzo_decompress,
};
