// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * pcpu-page: each CPU fills a page; a full one goes on a list and is replaced from a pool of
 * pages made in advance (D13 for handles, D16 for slots).
 *
 * Cost:	queue: a store and an increment, two lock rounds per page of 1024 slots or 512
 *		handles; drain: two lock rounds per page
 * Counted:	pcpu-page slot: notify 20.6 accesses, 2.0 atomics; drain 91.6, 5.4
 * Counted:	pcpu-page handle: notify 35.6 accesses, 2.0 atomics; drain 62.7, 3.4
 * Memory:	4 bytes per slot or 8 per handle of the budget, and one page per CPU
 * Gives up:	up to a page per CPU waits for the flush; with the pool empty the caller frees
 *
 * A run takes at most half of the pool, so that the worker gives way to others in between. Entries
 * whose slot was cancelled stay and are skipped. A page holds fewer items where the budget or the
 * kick is small: at most a sixteenth of the budget and four times the kick.
 *
 * Exclusion (- none; p: with preemption disabled on one CPU, on different CPUs they share
 * nothing; l: by the lock):
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
#include <linux/workqueue.h>

#include "strategies/registry.h"

enum {
	PAGE_BUF_BYTES = 4096,
	PAGE_BUF_SHARE = 16, /* a page holds at most this part of the budget */
};

struct page_buf {
	struct list_head list; /* in the pool or on the drain list */
	u32 nr;		       /* items in it */
	u32 done;	       /* of these, drained */
	void *item;	       /* u32 or unsigned long [] */
};

/* The page being filled, all that queueing touches besides its items; 0 and 0: there is none. */
struct page_cpu {
	u32 nr;	    /* items in it */
	u32 room;   /* items it can take */
	void *item; /* u32 or unsigned long [] */
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

static void page_hand_over(struct zfree_pcpu_page_state *p, struct page_cpu *c)
{
	c->buf->nr = c->nr;
	spin_lock(&p->lock);
	list_add_tail(&c->buf->list, &p->full);
	spin_unlock(&p->lock);
	WRITE_ONCE(c->nr, 0);
	c->room = 0;
}

static bool zfree_pcpu_page_queue(struct zfree *zf, unsigned long item);

static noinline_for_stack bool page_fresh(struct zfree_pcpu_page_state *p, struct page_cpu *c,
					  u64 item)
{
	c->buf = page_pop(p, &p->pool);
	if (!c->buf)
		return false;
	c->item = c->buf->item;
	c->room = p->room;
	return zfree_pcpu_page_queue(&p->zf, item);
}

static noinline_for_stack bool page_filled(struct zfree_pcpu_page_state *p, struct page_cpu *c)
{
	page_hand_over(p, c);
	zfree_kick(&p->zf);
	return true;
}

static bool zfree_pcpu_page_queue(struct zfree *zf, unsigned long item)
{
	struct zfree_pcpu_page_state *p = to_pcpu_page(zf);
	struct page_cpu *c = this_cpu_ptr(p->cpus);
	u32 nr = c->nr;

	if (unlikely(nr == c->room))
		return page_fresh(p, c, item);
	if (zf->unit == ZFREE_SLOT)
		((u32 *)c->item)[nr] = (u32)item;
	else
		((unsigned long *)c->item)[nr] = item;
	WRITE_ONCE(c->nr, nr + 1);
	return likely(nr + 1 < c->room) || page_filled(p, c);
}

/* On the CPU whose page is taken, so that its queue() is kept out. */
static long page_steal(void *arg)
{
	struct zfree_pcpu_page_state *p = arg;
	struct page_cpu *c;

	preempt_disable();
	c = this_cpu_ptr(p->cpus);
	if (c->nr)
		page_hand_over(p, c);
	preempt_enable();
	return 0;
}

static void page_steal_all(struct zfree_pcpu_page_state *p)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (READ_ONCE(per_cpu_ptr(p->cpus, cpu)->nr))
			work_on_cpu(cpu, page_steal, p);
	}
}

static void page_give_back(struct zfree_pcpu_page_state *p, struct page_buf *buf)
{
	bool rest = buf->done < buf->nr;

	buf->done = rest ? buf->done : 0;
	spin_lock(&p->lock);
	list_add(&buf->list, rest ? &p->full : &p->pool);
	spin_unlock(&p->lock);
}

static u32 zfree_pcpu_page_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	struct zfree_pcpu_page_state *p = to_pcpu_page(zf);
	u32 pages = DIV_ROUND_UP(p->nr_bufs, 2);
	struct page_buf *buf;
	u32 taken = 0;
	u32 nr;

	if (zfree_run_all(run))
		page_steal_all(p);
	for (; pages && taken < budget; pages--) {
		buf = page_pop(p, &p->full);
		if (!buf)
			break;
		nr = min(buf->nr - buf->done, budget - taken);
		if (zf->unit == ZFREE_SLOT)
			zfree_slots(run, (u32 *)buf->item + buf->done, nr);
		else
			zfree_handles(run, (unsigned long *)buf->item + buf->done, nr);
		buf->done += nr;
		taken += nr;
		page_give_back(p, buf);
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
