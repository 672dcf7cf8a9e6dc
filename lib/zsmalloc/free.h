/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* free: parts of giving an object back that several callers share. */
#ifndef ZSMALLOC_FREE_H
#define ZSMALLOC_FREE_H

#include <linux/types.h>

struct size_class;
struct zs_pool;
struct zspage;

/**
 * zspage_retire() - get an empty zspage ready to be freed
 * @pool:	pool
 * @class:	locked
 * @zspage:	in the empty group
 * Return:	true if it is unlinked with its pages locked, and zspage_free() may follow; false if
 *		a page was busy: it stays in the empty group, and the worker will see to it.
 */
bool zspage_retire(struct zs_pool *pool, struct size_class *class, struct zspage *zspage);

/**
 * free_one() - free one object
 * @pool:	pool
 * @handle:	a handle, not an error
 * Context:	any. One round of the class lock.
 * Return:	pages given back.
 */
unsigned int free_one(struct zs_pool *pool, unsigned long handle);

#endif
