/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* free: parts of giving an object back that several callers share. */
#ifndef ZSMALLOC_FREE_H
#define ZSMALLOC_FREE_H

#include <linux/types.h>

struct size_class;
struct zs_pool;
struct zspage;

/**
 * enum zs_retired - what has become of a zspage without objects
 * @ZS_BUSY:	a page is locked: it is in its class as before
 * @ZS_LEFT:	it is the worker's: in its class no more, and not to be touched again
 * @ZS_DETACHED: it is the caller's to free: in its class no more, pages locked
 */
enum zs_retired {
	ZS_BUSY,
	ZS_LEFT,
	ZS_DETACHED,
};

/**
 * zspage_detach() - take a zspage out of its class, or leave it to the worker if that is the rule
 * @pool:	pool
 * @class:	locked
 * @zspage:	without objects, in any group; its list of free chunks may be void
 * Return:	what has become of it. The pool's parameter says where to free it if it is detached.
 */
enum zs_retired zspage_detach(struct zs_pool *pool, struct size_class *class,
			      struct zspage *zspage);

/**
 * zspage_retire() - the same for one that can stay
 * @pool:	pool
 * @class:	locked
 * @zspage:	in the empty group
 * Return:	as zspage_detach(); a busy one stays in the empty group, and the worker will see to
 *		it unless an allocation takes it first.
 */
enum zs_retired zspage_retire(struct zs_pool *pool, struct size_class *class,
			      struct zspage *zspage);

/**
 * free_one() - free one object
 * @pool:	pool
 * @handle:	a handle, not an error
 * Context:	any. At most one round of the class lock.
 * Return:	pages given back.
 */
unsigned int free_one(struct zs_pool *pool, unsigned long handle);

#endif
