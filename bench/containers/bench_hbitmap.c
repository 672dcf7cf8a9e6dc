// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The search of hbitmap by itself: it has no entry of its own, so its file is included. */

#include "strategies/zfree_hbitmap.c"

#include "bench/containers/bench_hbitmap.h"

u32 bench_hbitmap_next(struct zfree *zf, u32 from)
{
	return hbitmap_next(to_hbitmap(zf), 0, from);
}
