// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * bulk: the slot is cleaned at once, its handle collected per CPU, and the handles of a full
 * buffer are freed together, sorted by class and zspage (D6 and D15, with D12's buffers).
 *
 * Cost:	queue: a store, an increment and a plain load, nothing shared, no lock; per full
 *		buffer one store that publishes it; drain: one atomic per buffer, then a sort
 *		and one lock round per class instead of one per handle
 * Memory:	8 buffers of 1024 handles for each possible CPU (64 KiB), whatever is pending
 * Gives up:	the cleaning of the slot stays in the notification; one CPU can have no more
 *		than its own buffers pending, then it frees at once; order
 *
 * The only strategy here that lowers the total work. The buffers of a CPU are filled and
 * drained in turn, so there is no pool and no list: a buffer belongs to its CPU while EMPTY,
 * to whoever sets it from FULL to BUSY after that.
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
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "strategies/registry.h"

enum {
	BULK_BUFS = 8,
	BULK_HANDLES = 1024,
};

enum bulk_state {
	BULK_EMPTY,
	BULK_FULL,
	BULK_BUSY,
};

/* @state: what changes hands by it is ordered by its releases and acquires. */
struct bulk_buf {
	unsigned long *handle;
	u32 nr;
	u32 state;
};

struct bulk_cpu {
	struct bulk_buf buf[BULK_BUFS];
	u32 fill; /* buffer in use */
};

struct zfree_bulk_state {
	struct zfree zf;
	struct bulk_cpu __percpu *cpus;
	unsigned long *mem;
	u32 room; /* handles per buffer */
};

static struct zfree_bulk_state *to_bulk(const struct zfree *zf)
{
	return container_of((struct zfree *)zf, struct zfree_bulk_state, zf);
}

static void zfree_bulk_exit(struct zfree *zf)
{
	struct zfree_bulk_state *b = to_bulk(zf);

	free_percpu(b->cpus);
	kvfree(b->mem);
}

static int zfree_bulk_init(struct zfree *zf, const struct zfree_params *params)
{
	struct zfree_bulk_state *b = to_bulk(zf);
	u32 most = 4 * zf->kick_slots;
	unsigned long *mem;
	unsigned int cpu, i;

	(void)params;
	b->room = clamp(min(zf->budget_slots / (2 * BULK_BUFS), most), 1U, (u32)BULK_HANDLES);
	b->cpus = alloc_percpu(struct bulk_cpu);
	b->mem = kvmalloc_array(nr_cpu_ids * BULK_BUFS, b->room * sizeof(*b->mem), GFP_KERNEL);
	if (!b->cpus || !b->mem) {
		zfree_bulk_exit(zf);
		return -ENOMEM;
	}
	mem = b->mem;
	for_each_possible_cpu(cpu) {
		for (i = 0; i < BULK_BUFS; i++, mem += b->room)
			per_cpu_ptr(b->cpus, cpu)->buf[i].handle = mem;
	}
	return 0;
}

static void bulk_publish(struct bulk_cpu *c, struct bulk_buf *buf)
{
	/* Pairs with the acquire of bulk_claim(): handles and count before the state. */
	smp_store_release(&buf->state, BULK_FULL);
	WRITE_ONCE(c->fill, (c->fill + 1) % BULK_BUFS);
}

static noinline_for_stack bool bulk_filled(struct zfree_bulk_state *b, struct bulk_cpu *c)
{
	bulk_publish(c, &c->buf[c->fill]);
	zfree_kick(&b->zf);
	return true;
}

static bool zfree_bulk_queue(struct zfree *zf, unsigned long item)
{
	struct zfree_bulk_state *b = to_bulk(zf);
	struct bulk_cpu *c = this_cpu_ptr(b->cpus);
	struct bulk_buf *buf = &c->buf[c->fill];
	u32 nr;

	/* Pairs with the release in bulk_drain_buf(): the drain is through with it. */
	if (unlikely(smp_load_acquire(&buf->state) != BULK_EMPTY))
		return false;
	nr = buf->nr;
	buf->handle[nr] = item;
	WRITE_ONCE(buf->nr, nr + 1);
	return likely(nr + 1 < b->room) || bulk_filled(b, c);
}

/* On the CPU whose buffer is taken, so that its queue() is kept out. */
static long bulk_steal(void *arg)
{
	struct zfree_bulk_state *b = arg;
	struct bulk_cpu *c;
	struct bulk_buf *buf;

	preempt_disable();
	c = this_cpu_ptr(b->cpus);
	buf = &c->buf[c->fill];
	if (smp_load_acquire(&buf->state) == BULK_EMPTY && buf->nr)
		bulk_publish(c, buf);
	preempt_enable();
	return 0;
}

static void bulk_steal_all(struct zfree_bulk_state *b)
{
	struct bulk_cpu *c;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(b->cpus, cpu);
		if (READ_ONCE(c->buf[READ_ONCE(c->fill)].nr))
			work_on_cpu(cpu, bulk_steal, b);
	}
}

static bool bulk_claim(struct bulk_buf *buf)
{
	return READ_ONCE(buf->state) == BULK_FULL &&
	       cmpxchg_acquire(&buf->state, (u32)BULK_FULL, (u32)BULK_BUSY) == BULK_FULL;
}

static u32 bulk_drain_buf(struct bulk_buf *buf, struct zfree_run *run, u32 budget)
{
	u32 nr;

	if (!bulk_claim(buf))
		return 0;
	nr = min(buf->nr, budget);
	WRITE_ONCE(buf->nr, buf->nr - nr);
	zfree_handles(run, buf->handle + buf->nr, nr);
	smp_store_release(&buf->state, (u32)(buf->nr ? BULK_FULL : BULK_EMPTY));
	return nr;
}

static u32 zfree_bulk_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	struct zfree_bulk_state *b = to_bulk(zf);
	struct bulk_cpu *c;
	unsigned int cpu, i;
	u32 oldest, taken = 0;

	if (zfree_run_all(run))
		bulk_steal_all(b);
	for_each_possible_cpu(cpu) {
		/* The one the CPU will want next has waited longest. */
		c = per_cpu_ptr(b->cpus, cpu);
		oldest = READ_ONCE(c->fill);
		for (i = 0; i < BULK_BUFS && taken < budget; i++)
			taken += bulk_drain_buf(&c->buf[(oldest + i) % BULK_BUFS], run,
						budget - taken);
	}
	return taken;
}

static size_t zfree_bulk_bytes(const struct zfree *zf)
{
	const struct zfree_bulk_state *b = to_bulk(zf);

	return sizeof(*b) +
	       nr_cpu_ids * (sizeof(struct bulk_cpu) + BULK_BUFS * b->room * sizeof(*b->mem));
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
