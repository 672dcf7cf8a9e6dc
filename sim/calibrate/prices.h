/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* prices: what the system and the compressors charge for a page. */
#ifndef SIM_CALIBRATE_PRICES_H
#define SIM_CALIBRATE_PRICES_H

#include <stdbool.h>

/** cal_zap_ns() - unmap a page that was only read, of a mapping of many; ns, 0 without memory */
double cal_zap_ns(void);

/** cal_fault_ns() - first read of a page of anonymous memory; ns, 0 without memory */
double cal_fault_ns(void);

/**
 * cal_compressor_ns() - what a compressor takes for pages as the data source "anon" has them
 * @name:	"lz4", …
 * @compress:	ns per KiB of uncompressed data, median over the pages; 0: not in this build
 * @decompress:	the same back
 * Return:	was it measured?
 */
bool cal_compressor_ns(const char *name, double *compress, double *decompress);

#endif
