// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * lz4: LZ4 block format through liblz4. The level is LZ4's acceleration, as in the kernel.
 */

#include <lz4.h>

#include <linux/errno.h>
#include <linux/slab.h>

#include "zram/zcomp.h"

static void *comp_lz4_create_ctx(const struct zcomp_params *params)
{
	(void)params;
	return kvmalloc((size_t)LZ4_sizeofState(), GFP_KERNEL);
}

static int comp_lz4_compress(const struct zcomp_params *params, void *ctx, struct zcomp_req *req)
{
	int len = LZ4_compress_fast_extState(ctx, req->src, req->dst, (int)req->src_len,
					     (int)req->dst_len, params->level);

	if (len <= 0)
		return -EINVAL;
	req->dst_len = (size_t)len;
	return 0;
}

static int comp_lz4_decompress(const struct zcomp_params *params, void *ctx, struct zcomp_req *req)
{
	int len;

	(void)params;
	(void)ctx;
	len = LZ4_decompress_safe(req->src, req->dst, (int)req->src_len, (int)req->dst_len);
	if (len < 0)
		return -EINVAL;
	req->dst_len = (size_t)len;
	return 0;
}

const struct zcomp_ops comp_lz4 = {
	.name = "lz4",
	.level_min = 1,
	.level_max = 65537,
	.level_default = 1,
	.create_ctx = comp_lz4_create_ctx,
	.compress = comp_lz4_compress,
	.decompress = comp_lz4_decompress,
};
