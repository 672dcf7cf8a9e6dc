/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What bench_containers.c needs of the inside of hbitmap. */
#ifndef BENCH_CONTAINERS_BENCH_HBITMAP_H
#define BENCH_CONTAINERS_BENCH_HBITMAP_H

#include "zfree/zfree.h"

/**
 * bench_hbitmap_next() - first pending slot
 * @zf:		state of hbitmap
 * @from:	at or after
 */
u32 bench_hbitmap_next(struct zfree *zf, u32 from);

#endif
