// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * none: compresses nothing, so that every page but a same-filled one is stored as it is.
 *
 * Always in the build. Decompression is reached only for objects that were installed by
 * zram_write_compressed() under another size than the page's; there is nothing to expand.
 */

#include <linux/errno.h>

#include "zram/zcomp.h"

static int comp_none_compress(const struct zcomp_params *params, void *ctx, struct zcomp_req *req)
{
	(void)params;
	(void)ctx;
	req->dst_len = req->src_len;
	return 0;
}

static int comp_none_decompress(const struct zcomp_params *params, void *ctx, struct zcomp_req *req)
{
	(void)params;
	(void)ctx;
	(void)req;
	return -EINVAL;
}

const struct zcomp_ops comp_none = {
	.name = "none",
	.compress = comp_none_compress,
	.decompress = comp_none_decompress,
};
