// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * pcpu-page: each CPU fills a page; a full one goes on a list and is replaced from a pool of
 * pages made in advance (D13 for handles, D16 for slots).
 *
 * Cost:	queue: a store and a decrement, two lock rounds per page of 1024 slots or 512
 *		handles; drain: two lock rounds per page
 * Counted:	pcpu-page slot: notify 13.2 accesses, 3.0 atomics; drain 108.8, 7.6
 * Counted:	pcpu-page handle: notify 23.2 accesses, 5.0 atomics; drain 85.8, 3.6
 * Memory:	4 bytes per slot or 8 per handle of the budget, and one page per CPU
 * Gives up:	up to a page per CPU waits for the flush; with the pool empty the caller frees
 *
 * A run takes at most half of the pool, so that the worker gives way to others in between. Entries
 * whose slot was cancelled stay and are skipped. A page holds fewer items where the budget or the
 * kick is small: at most a sixteenth of the budget and four times the kick.
 *
 * Exclusion (- none; p: one CPU with preemption disabled, others share nothing; l: the lock):
 *			queue	steal	pool and list
 *	queue, steal	p	p	-
 *	pool and list	-	-	l
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
	PAGE_BUF_BYTES = 4096,
	PAGE_BUF_SHARE = 16, /* a page holds at most this part of the budget */
};

struct page_buf {
	struct list_head list; /* in the pool or on the drain list */
	u32 nr;		       /* items in it, or that there is budget for while it is filled */
	void *item;	       /* u32 or unsigned long [] */
};

/* The page being filled: all that queueing touches besides its items. */
struct page_cpu {
	u32 left;  /* items there is budget for */
	void *end; /* of these; u32 or unsigned long [] */
	struct page_buf *buf;
};

struct zfree_pcpu_page_state {
	struct zfree zf;
	struct page_cpu __percpu *cpus;
	u32 item_bytes; /* 4 for slots, 8 for handles */
	u32 room;	/* items per page */
	u32 nr_bufs;
	struct page_buf *bufs;
	char *mem;

	char pad[SMP_CACHE_BYTES]; /* what is above is only read */
	spinlock_t lock;	   /* below the slot lock; nothing inside */
	struct list_head pool;
	struct list_head full;
};

static struct zfree_pcpu_page_state *to_pcpu_page(const struct zfree *zf)
{
	return container_of((struct zfree *)zf, struct zfree_pcpu_page_state, zf);
}

static void zfree_pcpu_page_exit(struct zfree *zf)
{
	struct zfree_pcpu_page_state *p = to_pcpu_page(zf);

	free_percpu(p->cpus);
	kvfree(p->bufs);
	kvfree(p->mem);
}

static int zfree_pcpu_page_init(struct zfree *zf)
{
	struct zfree_pcpu_page_state *p = to_pcpu_page(zf);
	u32 room, i;

	spin_lock_init(&p->lock);
	INIT_LIST_HEAD(&p->pool);
	INIT_LIST_HEAD(&p->full);
	p->item_bytes = zf->unit == ZFREE_SLOT ? sizeof(u32) : sizeof(unsigned long);
	room = min(PAGE_BUF_BYTES / p->item_bytes, 4 * zf->kick_slots);
	p->room = max(min(room, zf->budget_slots / PAGE_BUF_SHARE), 1U);
	p->nr_bufs = DIV_ROUND_UP(zf->budget_slots, p->room) + nr_cpu_ids;

	p->cpus = alloc_percpu(struct page_cpu);
	p->bufs = kvcalloc(p->nr_bufs, sizeof(*p->bufs), GFP_KERNEL);
	p->mem = kvcalloc(p->nr_bufs, p->room * p->item_bytes, GFP_KERNEL);
	if (!p->cpus || !p->bufs || !p->mem) {
		zfree_pcpu_page_exit(zf);
		return -ENOMEM;
	}
	zf->credit = &p->cpus->left;
	for (i = 0; i < p->nr_bufs; i++) {
		p->bufs[i].item = p->mem + i * p->room * p->item_bytes;
		list_add_tail(&p->bufs[i].list, &p->pool);
	}
	return 0;
}

static struct page_buf *page_pop(struct zfree_pcpu_page_state *p, struct list_head *from)
{
	struct page_buf *buf;

	spin_lock(&p->lock);
	buf = list_first_entry_or_null(from, struct page_buf, list);
	if (buf)
		list_del(&buf->list);
	spin_unlock(&p->lock);
	return buf;
}

static void page_push(struct zfree_pcpu_page_state *p, struct page_buf *buf)
{
	spin_lock(&p->lock);
	if (buf->nr)
		list_add_tail(&buf->list, &p->full);
	else
		list_add(&buf->list, &p->pool); /* the warmest first */
	spin_unlock(&p->lock);
}

/* What this CPU has, however full. A drain calls it there, so that queue() is kept out. */
static long page_hand_over(void *arg)
{
	struct zfree_pcpu_page_state *p = arg;
	struct page_cpu *c = get_cpu_ptr(p->cpus);
	struct page_buf *buf = c->buf;
	u32 unused = c->left;

	if (buf) {
		WRITE_ONCE(c->left, 0);
		WRITE_ONCE(c->buf, NULL);
		buf->nr -= unused;
		page_push(p, buf);
		zfree_give(&p->zf, unused);
	}
	put_cpu_ptr(p->cpus);
	return 0;
}

static noinline_for_stack bool page_used(struct zfree_pcpu_page_state *p, struct page_cpu *c)
{
	if (c->buf->nr == p->room) {
		page_hand_over(p);
		zfree_kick(&p->zf);
	}
	return true;
}

static bool zfree_pcpu_page_queue(struct zfree *zf, unsigned long item);

/* Budget for more of the page, a stock at a time: a page that fills slowly holds back little. */
static noinline_for_stack bool page_more(struct zfree_pcpu_page_state *p, struct page_cpu *c,
					 unsigned long item)
{
	struct page_buf *buf = c->buf;
	u32 stock;

	if (!buf) {
		buf = page_pop(p, &p->pool);
		if (!buf)
			return false;
		WRITE_ONCE(c->buf, buf);
	}
	stock = zfree_take(&p->zf, p->room - buf->nr);
	if (!stock)
		return false;
	buf->nr += stock;
	c->end = (char *)buf->item + (size_t)buf->nr * p->item_bytes;
	WRITE_ONCE(c->left, stock);
	return zfree_pcpu_page_queue(&p->zf, item);
}

static bool zfree_pcpu_page_queue(struct zfree *zf, unsigned long item)
{
	struct zfree_pcpu_page_state *p = to_pcpu_page(zf);
	struct page_cpu *c = this_cpu_ptr(p->cpus);
	u32 left = c->left;

	if (unlikely(!left))
		return page_more(p, c, item);
	if (zfree_unit(zf) == ZFREE_SLOT)
		((u32 *)c->end)[-(long)left] = (u32)item;
	else
		((unsigned long *)c->end)[-(long)left] = item;
	WRITE_ONCE(c->left, left - 1);
	return likely(left > 1) || page_used(p, c);
}

static u32 zfree_pcpu_page_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	struct zfree_pcpu_page_state *p = to_pcpu_page(zf);
	u32 pages = DIV_ROUND_UP(p->nr_bufs, 2);
	struct page_buf *buf;
	u32 nr, taken = 0;
	unsigned int cpu;

	if (zfree_run_all(run))
		for_each_possible_cpu(cpu)
			if (READ_ONCE(per_cpu_ptr(p->cpus, cpu)->buf))
				zfree_on_cpu(cpu, page_hand_over, p);
	for (; pages && taken < budget; pages--) {
		buf = page_pop(p, &p->full);
		if (!buf)
			break;
		nr = min(buf->nr, budget - taken);
		buf->nr -= nr;
		if (p->zf.unit == ZFREE_SLOT)
			zfree_slots(run, (u32 *)buf->item + buf->nr, nr);
		else
			zfree_handles(run, (unsigned long *)buf->item + buf->nr, nr);
		taken += nr;
		page_push(p, buf);
	}
	return taken;
}

static size_t zfree_pcpu_page_bytes(const struct zfree *zf)
{
	const struct zfree_pcpu_page_state *p = to_pcpu_page(zf);

	return sizeof(*p) + nr_cpu_ids * sizeof(struct page_cpu) +
	       p->nr_bufs * (sizeof(*p->bufs) + p->room * p->item_bytes);
}

const struct zfree_ops zfree_pcpu_page = {
	.name = "pcpu-page",
	.summary = "a page of items per CPU, a pool of pages, a hand-over list",
	.units = BIT(ZFREE_SLOT) | BIT(ZFREE_HANDLE),
	.state_size = sizeof(struct zfree_pcpu_page_state),
	.traits = &(const struct zfree_traits){ .hand_over = true, .bytes = zfree_pcpu_page_bytes },
	.init = zfree_pcpu_page_init,
	.exit = zfree_pcpu_page_exit,
	.queue = zfree_pcpu_page_queue,
	.drain = zfree_pcpu_page_drain,
};
