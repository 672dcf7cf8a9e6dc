/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The strategies that come with zramsim. */
#ifndef STRATEGIES_REGISTRY_H
#define STRATEGIES_REGISTRY_H

#include "zfree/strategy.h"

/** zfree_sync - see zfree_sync.c */
extern const struct zfree_ops zfree_sync;

/** zfree_bitmap - see zfree_bitmap.c */
extern const struct zfree_ops zfree_bitmap;

/** zfree_rfc - bitmap under the constants of the RFC, see zfree_bitmap.c */
extern const struct zfree_ops zfree_rfc;

/** zfree_hbitmap - see zfree_hbitmap.c */
extern const struct zfree_ops zfree_hbitmap;

/** zfree_radix - see zfree_radix.c */
extern const struct zfree_ops zfree_radix;

/** zfree_array - see zfree_array.c */
extern const struct zfree_ops zfree_array;

/** zfree_pcpu_stack - see zfree_pcpu_stack.c */
extern const struct zfree_ops zfree_pcpu_stack;

/** zfree_pcpu_page - see zfree_pcpu_page.c */
extern const struct zfree_ops zfree_pcpu_page;

/** zfree_bulk - see zfree_bulk.c */
extern const struct zfree_ops zfree_bulk;

/** zfree_nr_strategies() - how many there are */
unsigned int zfree_nr_strategies(void);

/**
 * zfree_strategy() - one of them, sync first
 * @i:		below zfree_nr_strategies()
 * Return:	its operations, NULL out of range.
 */
const struct zfree_ops *zfree_strategy(unsigned int i);

/**
 * zfree_find() - the one of a given name
 * @name:	e.g. "pcpu-page"
 * Return:	its operations, or NULL.
 */
const struct zfree_ops *zfree_find(const char *name);

#endif
