// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * fifo: slots are freed in the order they were dropped; the worked example of
 * docs/strategy.md.
 *
 * Cost:	queue: one atomic bit operation on a word 64 slots share, and one on the head of
 *		the list, which all producers share; drain: an exchange per list and a lock
 *		round per 32 items
 * Memory:	8 bytes and 1 bit per slot of the device, nothing per pending item
 * Gives up:	the head of the list is one cache line for all producers
 *
 * Each slot has a node of its own, so nothing is allocated to queue it and the list cannot
 * overflow. A node is on the list while its bit is set; a slot that is queued while its node is
 * still there, because its earlier content was cancelled, is not added again.
 *
 * Why no slot is lost then: queue sees the bit under the slot lock. A drain clears it before it
 * takes that lock, so if queue still saw it set, the drain comes to the slot after queue.
 *
 * Exclusion (- none, s: by the slot lock if it is the same slot, l: by the lock):
 *			queue	drain
 *	queue		s	-
 *	drain			l
 */

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/llist.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "zfree/strategy.h"

enum {
	FIFO_TAKE = 32, /* items a drain takes per lock round */
};

struct zfree_fifo_state {
	struct zfree zf;
	struct llist_node *nodes; /* one per slot of the device */
	unsigned long *listed;	  /* a bit per node: it is on a list */
	struct llist_head fresh;  /* queued since the last exchange, newest first */
	spinlock_t lock;	  /* guards @rest; nothing is taken inside */
	struct llist_node *rest;  /* what is left of an earlier exchange, oldest first */
};

static struct zfree_fifo_state *to_fifo(const struct zfree *zf)
{
	return container_of((struct zfree *)zf, struct zfree_fifo_state, zf);
}

static int zfree_fifo_init(struct zfree *zf)
{
	struct zfree_fifo_state *f = to_fifo(zf);

	spin_lock_init(&f->lock);
	init_llist_head(&f->fresh);
	f->nodes = kvcalloc(zf->nr_slots, sizeof(*f->nodes), GFP_KERNEL);
	if (!f->nodes)
		return -ENOMEM;
	f->listed = kvcalloc(BITS_TO_LONGS(zf->nr_slots), sizeof(*f->listed), GFP_KERNEL);
	if (!f->listed)
		goto err_free_nodes;
	return 0;

err_free_nodes:
	kvfree(f->nodes);
	return -ENOMEM;
}

static void zfree_fifo_exit(struct zfree *zf)
{
	struct zfree_fifo_state *f = to_fifo(zf);

	kvfree(f->listed);
	kvfree(f->nodes);
}

static bool zfree_fifo_queue(struct zfree *zf, unsigned long item)
{
	struct zfree_fifo_state *f = to_fifo(zf);

	if (!test_and_set_bit((long)item, f->listed))
		llist_add(&f->nodes[item], &f->fresh);
	return true;
}

/*
 * Take the oldest items off the list. Their nodes are free for queue once their bit is clear. The
 * list is turned round before the lock is taken: with preemption disabled it may not be long.
 */
static u32 fifo_take(struct zfree_fifo_state *f, u32 *index, u32 want)
{
	struct llist_node *node, *newest = NULL;
	u32 nr = 0, i;

	if (!READ_ONCE(f->rest)) {
		newest = llist_del_all(&f->fresh);
		node = llist_reverse_order(newest);
	}
	spin_lock(&f->lock);
	if (newest)
		newest->next = f->rest;
	else
		node = f->rest;
	for (; nr < want && node; node = node->next)
		index[nr++] = (u32)(node - f->nodes);
	WRITE_ONCE(f->rest, node);
	spin_unlock(&f->lock);

	for (i = 0; i < nr; i++)
		clear_bit_unlock(index[i], f->listed); /* pairs with queue's test_and_set_bit() */
	return nr;
}

static u32 zfree_fifo_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	u32 index[FIFO_TAKE];
	u32 taken = 0;
	u32 nr;

	while (taken < budget) {
		nr = fifo_take(to_fifo(zf), index, min(budget - taken, (u32)FIFO_TAKE));
		if (!nr)
			break;
		zfree_slots(run, index, nr);
		taken += nr;
	}
	return taken;
}

static size_t zfree_fifo_bytes(const struct zfree *zf)
{
	return sizeof(struct zfree_fifo_state) + zf->nr_slots * sizeof(struct llist_node) +
	       BITS_TO_LONGS(zf->nr_slots) * sizeof(unsigned long);
}

extern const struct zfree_ops zfree_fifo;

const struct zfree_ops zfree_fifo = {
	.name = "fifo",
	.summary = "a list in the order of dropping, one node per slot",
	.units = BIT(ZFREE_SLOT),
	.state_size = sizeof(struct zfree_fifo_state),
	.traits = &(const struct zfree_traits){ .bytes = zfree_fifo_bytes },
	.init = zfree_fifo_init,
	.exit = zfree_fifo_exit,
	.queue = zfree_fifo_queue,
	.drain = zfree_fifo_drain,
};
