/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The back ends of zcomp; which of them are in the build is up to the Meson options.
 */
#ifndef ZRAM_COMP_BACKENDS_H
#define ZRAM_COMP_BACKENDS_H

#include "zram/zcomp.h"

/** comp_lz4 - LZ4; the level is its acceleration */
extern const struct zcomp_ops comp_lz4;

/** comp_zstd - Zstandard */
extern const struct zcomp_ops comp_zstd;

/** comp_lzo - LZO1X-1 */
extern const struct zcomp_ops comp_lzo;

/** comp_none - stores every page as it is; in every build */
extern const struct zcomp_ops comp_none;

#endif
