// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * bulk: the slot is cleaned at once, its handle collected per CPU, and the handles of full
 * buffers are freed together, sorted by class and zspage (D6 and D15, with D12's buffers).
 *
 * Cost:	queue: a store and a decrement, nothing shared, no lock; two lock rounds per full
 *		buffer, one to hand it over and one for the next; drain: two lock rounds per
 *		buffer, then a sort and one lock round per class instead of one per handle
 * Counted:	bulk handle: notify 23.2 accesses, 5.0 atomics; drain 84.3, 0.5
 * Memory:	8 bytes per handle of the budget, and a buffer (8 KiB) per possible CPU
 * Gives up:	the cleaning of the slot stays in the notification; order within a run
 *
 * The only strategy here that lowers the total work. Whoever takes a buffer off a list has it.
 *
 * Exclusion (- none; p: one CPU with preemption disabled, others share nothing; l: the lock):
 *			queue	steal	lists
 *	queue, steal	p	p	-
 *	lists		-	-	l
 */

#include <linux/cache.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/list.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "strategies/registry.h"

enum {
	BULK_HANDLES = 1024, /* in a buffer */
	BULK_SHARE = 16,     /* a buffer holds at most this part of the budget */
};

struct bulk_buf {
	struct list_head list; /* empty or full */
	u32 nr;		       /* handles in it, or that there is budget for while it is filled */
	unsigned long *handle;
};

/* The buffer being filled: all that queueing touches besides the handles in it. */
struct bulk_cpu {
	u32 left;	    /* handles there is budget for */
	unsigned long *end; /* of these */
	struct bulk_buf *buf;
};

struct zfree_bulk_state {
	struct zfree zf;
	struct bulk_cpu __percpu *cpus;
	struct bulk_buf *bufs;
	unsigned long *mem;
	u32 nr_bufs;
	u32 room; /* handles per buffer */

	char pad[SMP_CACHE_BYTES]; /* what is above is only read */
	spinlock_t lock;	   /* below the slot lock; nothing inside */
	struct list_head empty;
	struct list_head full; /* oldest first */
};

static struct zfree_bulk_state *to_bulk(const struct zfree *zf)
{
	return container_of((struct zfree *)zf, struct zfree_bulk_state, zf);
}

static void zfree_bulk_exit(struct zfree *zf)
{
	struct zfree_bulk_state *b = to_bulk(zf);

	free_percpu(b->cpus);
	kvfree(b->bufs);
	kvfree(b->mem);
}

static int zfree_bulk_init(struct zfree *zf)
{
	struct zfree_bulk_state *b = to_bulk(zf);
	u32 most = min(4 * zf->kick_slots, (u32)BULK_HANDLES);
	u32 i;

	spin_lock_init(&b->lock);
	INIT_LIST_HEAD(&b->empty);
	INIT_LIST_HEAD(&b->full);
	b->room = clamp(zf->budget_slots / BULK_SHARE, 1U, most);
	b->nr_bufs = DIV_ROUND_UP(zf->budget_slots, b->room) + nr_cpu_ids;
	b->cpus = alloc_percpu(struct bulk_cpu);
	b->bufs = kvcalloc(b->nr_bufs, sizeof(*b->bufs), GFP_KERNEL);
	b->mem = kvmalloc_array(b->nr_bufs, b->room * sizeof(*b->mem), GFP_KERNEL);
	if (!b->cpus || !b->bufs || !b->mem) {
		zfree_bulk_exit(zf);
		return -ENOMEM;
	}
	zf->credit = &b->cpus->left;
	for (i = 0; i < b->nr_bufs; i++) {
		b->bufs[i].handle = b->mem + (size_t)i * b->room;
		list_add_tail(&b->bufs[i].list, &b->empty);
	}
	return 0;
}

static struct bulk_buf *bulk_pop(struct zfree_bulk_state *b, struct list_head *from)
{
	struct bulk_buf *buf;

	spin_lock(&b->lock);
	buf = list_first_entry_or_null(from, struct bulk_buf, list);
	if (buf)
		list_del(&buf->list);
	spin_unlock(&b->lock);
	return buf;
}

static void bulk_push(struct zfree_bulk_state *b, struct bulk_buf *buf)
{
	spin_lock(&b->lock);
	if (buf->nr)
		list_add_tail(&buf->list, &b->full);
	else
		list_add(&buf->list, &b->empty); /* the warmest first */
	spin_unlock(&b->lock);
}

/* What this CPU has, however full. A drain calls it there, so that queue() is kept out. */
static long bulk_hand_over(void *arg)
{
	struct zfree_bulk_state *b = arg;
	struct bulk_cpu *c = get_cpu_ptr(b->cpus);
	struct bulk_buf *buf = c->buf;
	u32 unused = c->left;

	if (buf) {
		WRITE_ONCE(c->left, 0);
		WRITE_ONCE(c->buf, NULL);
		buf->nr -= unused;
		bulk_push(b, buf);
		zfree_give(&b->zf, unused);
	}
	put_cpu_ptr(b->cpus);
	return 0;
}

static noinline_for_stack bool bulk_used(struct zfree_bulk_state *b, struct bulk_cpu *c)
{
	if (c->buf->nr == b->room) {
		bulk_hand_over(b);
		zfree_kick(&b->zf);
	}
	return true;
}

/* Budget for more of the buffer, a stock at a time: one that fills slowly holds back little. */
static noinline_for_stack bool bulk_more(struct zfree_bulk_state *b, struct bulk_cpu *c,
					 unsigned long item)
{
	struct bulk_buf *buf = c->buf;
	u32 stock;

	if (!buf) {
		buf = bulk_pop(b, &b->empty);
		if (!buf)
			return false;
		WRITE_ONCE(c->buf, buf);
	}
	stock = zfree_take(&b->zf, b->room - buf->nr);
	if (!stock)
		return false;
	buf->handle[buf->nr] = item;
	buf->nr += stock;
	c->end = buf->handle + buf->nr;
	WRITE_ONCE(c->left, stock - 1);
	return stock > 1 || bulk_used(b, c);
}

static bool zfree_bulk_queue(struct zfree *zf, unsigned long item)
{
	struct zfree_bulk_state *b = to_bulk(zf);
	struct bulk_cpu *c = this_cpu_ptr(b->cpus);
	u32 left = c->left;

	if (unlikely(!left))
		return bulk_more(b, c, item);
	c->end[-(long)left] = item;
	WRITE_ONCE(c->left, left - 1);
	return likely(left > 1) || bulk_used(b, c);
}

static u32 zfree_bulk_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	struct zfree_bulk_state *b = to_bulk(zf);
	struct bulk_buf *buf;
	u32 nr, taken = 0;
	unsigned int cpu;

	if (zfree_run_all(run))
		for_each_possible_cpu(cpu)
			if (READ_ONCE(per_cpu_ptr(b->cpus, cpu)->buf))
				zfree_on_cpu(cpu, bulk_hand_over, b);
	while (taken < budget) {
		buf = bulk_pop(b, &b->full);
		if (!buf)
			break;
		nr = min(buf->nr, budget - taken);
		buf->nr -= nr;
		zfree_handles(run, buf->handle + buf->nr, nr);
		taken += nr;
		bulk_push(b, buf);
	}
	return taken;
}

static size_t zfree_bulk_bytes(const struct zfree *zf)
{
	const struct zfree_bulk_state *b = to_bulk(zf);

	return sizeof(*b) + nr_cpu_ids * sizeof(struct bulk_cpu) +
	       b->nr_bufs * (sizeof(*b->bufs) + b->room * sizeof(*b->mem));
}

const struct zfree_ops zfree_bulk = {
	.name = "bulk",
	.summary = "handles collected per CPU, freed sorted by class and zspage",
	.units = BIT(ZFREE_HANDLE),
	.state_size = sizeof(struct zfree_bulk_state),
	.traits = &(const struct zfree_traits){ .batch = ZS_BATCH_SORTED,
						.hand_over = true,
						.bytes = zfree_bulk_bytes },
	.init = zfree_bulk_init,
	.exit = zfree_bulk_exit,
	.queue = zfree_bulk_queue,
	.drain = zfree_bulk_drain,
};
