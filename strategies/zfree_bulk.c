// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * bulk: the slot is cleaned at once, its handle collected per CPU, and the handles of full
 * buffers are freed together, sorted by class and zspage (D6 and D15, with D12's buffers).
 *
 * Cost:	queue: a store and an increment, nothing shared, no lock; per full buffer two
 *		atomics, one to hand it over and one to claim the next; drain: one atomic per
 *		buffer, then a sort and one lock round per class instead of one per handle
 * Memory:	8 bytes per handle of the budget, and a buffer (8 KiB) per possible CPU
 * Gives up:	the cleaning of the slot stays in the notification; order within a run
 *
 * The only strategy here that lowers the total work. There is no list of buffers and no lock:
 * a buffer belongs to whoever has moved it from EMPTY to FILLING, and after its release as
 * FULL to whoever has moved it on to BUSY.
 *
 * Exclusion (- none, p: both run with preemption disabled on the same CPU, or are on
 * different CPUs and share nothing):
 *			queue	steal	drain
 *	queue		p	p	-
 *	steal			p	-
 *	drain				-	(FULL to BUSY is an exchange)
 */

#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "strategies/registry.h"

enum {
	BULK_HANDLES = 1024, /* in a buffer */
	BULK_SHARE = 16,     /* a buffer holds at most this part of the budget */
};

enum bulk_state {
	BULK_EMPTY,
	BULK_FILLING,
	BULK_FULL,
	BULK_BUSY,
};

/* @state: what changes hands by it is ordered by its releases and acquires. */
struct bulk_buf {
	unsigned long *handle;
	u32 nr;
	u32 state;
	u32 seq; /* when it became full */
};

struct bulk_cpu {
	struct bulk_buf *buf; /* being filled, or NULL */
};

struct zfree_bulk_state {
	struct zfree zf;
	struct bulk_cpu __percpu *cpus;
	struct bulk_buf *bufs;
	unsigned long *mem;
	u32 nr_bufs;
	u32 room;	    /* handles per buffer */
	atomic_t nr_empty;  /* no search where it would be in vain */
	atomic_t nr_filled; /* so far; where seq comes from */
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

static int zfree_bulk_init(struct zfree *zf, const struct zfree_params *params)
{
	struct zfree_bulk_state *b = to_bulk(zf);
	u32 most = min(4 * zf->kick_slots, (u32)BULK_HANDLES);
	u32 i;

	(void)params;
	b->room = clamp(zf->budget_slots / BULK_SHARE, 1U, most);
	b->nr_bufs = DIV_ROUND_UP(zf->budget_slots, b->room) + nr_cpu_ids;
	atomic_set(&b->nr_empty, (int)b->nr_bufs);
	b->cpus = alloc_percpu(struct bulk_cpu);
	b->bufs = kvcalloc(b->nr_bufs, sizeof(*b->bufs), GFP_KERNEL);
	b->mem = kvmalloc_array(b->nr_bufs, b->room * sizeof(*b->mem), GFP_KERNEL);
	if (!b->cpus || !b->bufs || !b->mem) {
		zfree_bulk_exit(zf);
		return -ENOMEM;
	}
	for (i = 0; i < b->nr_bufs; i++)
		b->bufs[i].handle = b->mem + (size_t)i * b->room;
	return 0;
}

/* Acquire pairs with the release of whoever has filled or drained the buffer. */
static bool bulk_move(struct bulk_buf *buf, u32 from, u32 to)
{
	return READ_ONCE(buf->state) == from && cmpxchg_acquire(&buf->state, from, to) == from;
}

static noinline_for_stack struct bulk_buf *bulk_claim_empty(struct zfree_bulk_state *b)
{
	u32 i;

	if (atomic_read(&b->nr_empty) <= 0)
		return NULL;
	for (i = 0; i < b->nr_bufs; i++) {
		if (bulk_move(&b->bufs[i], BULK_EMPTY, BULK_FILLING)) {
			atomic_dec(&b->nr_empty);
			return &b->bufs[i];
		}
	}
	return NULL;
}

static noinline_for_stack void bulk_publish(struct zfree_bulk_state *b, struct bulk_cpu *c)
{
	struct bulk_buf *buf = c->buf;

	WRITE_ONCE(c->buf, NULL);
	WRITE_ONCE(buf->seq, (u32)atomic_inc_return(&b->nr_filled));
	smp_store_release(&buf->state, (u32)BULK_FULL);
}

static bool zfree_bulk_queue(struct zfree *zf, unsigned long item)
{
	struct zfree_bulk_state *b = to_bulk(zf);
	struct bulk_cpu *c = this_cpu_ptr(b->cpus);
	struct bulk_buf *buf = c->buf;
	u32 nr;

	if (unlikely(!buf)) {
		buf = bulk_claim_empty(b);
		if (!buf)
			return false;
		WRITE_ONCE(c->buf, buf);
	}
	nr = buf->nr;
	buf->handle[nr] = item;
	buf->nr = nr + 1;
	if (unlikely(nr + 1 == b->room)) {
		bulk_publish(b, c);
		zfree_kick(zf);
	}
	return true;
}

/* On the CPU whose buffer is taken, so that its queue() is kept out. */
static long bulk_steal(void *arg)
{
	struct zfree_bulk_state *b = arg;
	struct bulk_cpu *c;

	preempt_disable();
	c = this_cpu_ptr(b->cpus);
	if (c->buf)
		bulk_publish(b, c);
	preempt_enable();
	return 0;
}

static void bulk_steal_all(struct zfree_bulk_state *b)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (READ_ONCE(per_cpu_ptr(b->cpus, cpu)->buf))
			work_on_cpu(cpu, bulk_steal, b);
	}
}

/* The buffer that has waited longest, now BUSY. */
static struct bulk_buf *bulk_claim_full(struct zfree_bulk_state *b)
{
	struct bulk_buf *oldest;
	u32 i;

	do {
		oldest = NULL;
		for (i = 0; i < b->nr_bufs; i++) {
			struct bulk_buf *buf = &b->bufs[i];

			if (READ_ONCE(buf->state) != BULK_FULL)
				continue;
			if (!oldest || (s32)(READ_ONCE(buf->seq) - READ_ONCE(oldest->seq)) < 0)
				oldest = buf;
		}
	} while (oldest && !bulk_move(oldest, BULK_FULL, BULK_BUSY));
	return oldest;
}

static u32 zfree_bulk_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	struct zfree_bulk_state *b = to_bulk(zf);
	struct bulk_buf *buf;
	u32 nr, taken = 0;

	if (zfree_run_all(run))
		bulk_steal_all(b);
	while (taken < budget) {
		buf = bulk_claim_full(b);
		if (!buf)
			break;
		nr = min(buf->nr, budget - taken);
		buf->nr -= nr;
		zfree_handles(run, buf->handle + buf->nr, nr);
		taken += nr;
		if (buf->nr) {
			smp_store_release(&buf->state, (u32)BULK_FULL);
			break;
		}
		smp_store_release(&buf->state, (u32)BULK_EMPTY);
		atomic_inc(&b->nr_empty);
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
	.batch = ZS_BATCH_SORTED,
	.hand_over = true,
	.state_size = sizeof(struct zfree_bulk_state),
	.init = zfree_bulk_init,
	.exit = zfree_bulk_exit,
	.queue = zfree_bulk_queue,
	.drain = zfree_bulk_drain,
	.bytes = zfree_bulk_bytes,
};
