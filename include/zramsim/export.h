/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
#ifndef ZRAMSIM_EXPORT_H
#define ZRAMSIM_EXPORT_H

/** ZRAMSIM_API - marks what the shared library exports */
#define ZRAMSIM_API __attribute__((visibility("default")))

#ifdef __cplusplus
extern "C" {
#endif

/**
 * zramsim_version() - version of the library that is running
 * Return:	"major.minor.patch", static.
 */
ZRAMSIM_API const char *zramsim_version(void);

#ifdef __cplusplus
}
#endif

#endif
