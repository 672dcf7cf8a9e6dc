/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* whole: freeing zspages all of whose objects are in one large array of handles. */
#ifndef ZSMALLOC_WHOLE_H
#define ZSMALLOC_WHOLE_H

#include <linux/list.h>
#include <linux/types.h>

struct zs_pool;

/**
 * whole_free() - free the zspages that an array of handles empties
 * @pool:	pool
 * @handles:	objects, none twice; those left over come to the front
 * @nr:		in: entries in @handles; out: how many are left over
 * Context:	any. Another call at the same time on the same pool, and one that would find little
 *		to do, leaves all of them over.
 * Return:	pages given back.
 */
unsigned long whole_free(struct zs_pool *pool, unsigned long *handles, size_t *nr);

/**
 * whole_release() - free unlinked zspages
 * @pool:	pool
 * @retired:	lists of them, pages locked; they are left empty
 * @lists:	how many lists
 * Return:	pages given back.
 */
unsigned long whole_release(struct zs_pool *pool, struct list_head *retired, unsigned int lists);

#endif
