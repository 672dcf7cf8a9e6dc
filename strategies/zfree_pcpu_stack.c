// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * pcpu-stack: each CPU fills a small stack in the style of folio batches and hands it over
 * when it is full (D5).
 *
 * Cost:	queue: a store and a decrement, per 62 items one atomic to hand over and a
 *		quarter of a lock round for an empty stack; drain: two lock rounds per 62 items
 * Counted:	pcpu-stack slot: notify 13.9 accesses, 3.0 atomics; drain 109.1, 7.7
 * Counted:	pcpu-stack handle: notify 23.9 accesses, 5.0 atomics; drain 86.3, 3.7
 * Memory:	512 bytes per stack: 8.3 per item of the budget, and 5 stacks per CPU
 * Gives up:	order between CPUs; 61 items per CPU, and all below the kick, wait for a flush
 *
 * A CPU does not drain what it has filled. Entries whose slot was cancelled stay and are skipped.
 *
 * Exclusion (- none; p: one CPU with preemption disabled, others share nothing; l: the lock):
 *			queue	steal	hand over	take
 *	queue, steal	p	p	-		-
 *	hand over			-		-
 *	take					l
 */

#include <linux/cache.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/llist.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "strategies/registry.h"

enum {
	STACK_ITEMS = 62, /* 512 bytes with the header */
	STACK_REFILL = 4, /* empty stacks a CPU fetches at a time */
};

struct stack {
	struct llist_node node;
	u32 nr; /* items in it, or that there is budget for while it is filled */
	unsigned long item[STACK_ITEMS];
};

/* The stack being filled: all that queueing touches besides the items in it. */
struct stack_cpu {
	u32 left;		  /* items there is budget for */
	unsigned long *end;	  /* of these */
	struct stack *top;	  /* it */
	struct llist_node *spare; /* empty ones */
};

struct zfree_pcpu_stack_state {
	struct zfree zf;
	struct stack_cpu __percpu *cpus;
	u32 depth, nr_stacks; /* items that make a stack full; stacks there are */
	struct stack *stacks;
	char pad1[SMP_CACHE_BYTES];
	struct llist_head full; /* handed over, newest first */
	char pad2[SMP_CACHE_BYTES];
	spinlock_t lock; /* below the slot lock; nothing inside */
	struct llist_node *empty;
	struct llist_node *backlog; /* taken off @full, oldest of a turn first */
};

static struct zfree_pcpu_stack_state *to_pcpu_stack(const struct zfree *zf)
{
	return container_of((struct zfree *)zf, struct zfree_pcpu_stack_state, zf);
}

static void zfree_pcpu_stack_exit(struct zfree *zf)
{
	struct zfree_pcpu_stack_state *s = to_pcpu_stack(zf);

	free_percpu(s->cpus);
	kvfree(s->stacks);
}

static int zfree_pcpu_stack_init(struct zfree *zf)
{
	struct zfree_pcpu_stack_state *s = to_pcpu_stack(zf);
	u32 i, most = 4 * zf->kick_slots;

	spin_lock_init(&s->lock);
	init_llist_head(&s->full);
	s->depth = clamp(min(zf->budget_slots / 8, most), 1U, (u32)STACK_ITEMS);
	s->nr_stacks = DIV_ROUND_UP(zf->budget_slots, s->depth) + nr_cpu_ids * (1 + STACK_REFILL);
	s->cpus = alloc_percpu(struct stack_cpu);
	s->stacks = kvcalloc(s->nr_stacks, sizeof(*s->stacks), GFP_KERNEL);
	if (!s->cpus || !s->stacks) {
		zfree_pcpu_stack_exit(zf);
		return -ENOMEM;
	}
	zf->credit = &s->cpus->left;
	for (s->empty = &s->stacks[0].node, i = 1; i < s->nr_stacks; i++)
		s->stacks[i - 1].node.next = &s->stacks[i].node;
	return 0;
}

static struct stack *stack_fresh(struct zfree_pcpu_stack_state *s, struct stack_cpu *c)
{
	struct llist_node *node = c->spare, **end = &s->empty;
	u32 i;

	if (!node) {
		spin_lock(&s->lock);
		for (i = 0; i < STACK_REFILL && *end; i++)
			end = &(*end)->next;
		node = s->empty;
		s->empty = *end;
		*end = NULL;
		spin_unlock(&s->lock);
	}
	c->spare = node ? node->next : NULL;
	return node ? llist_entry(node, struct stack, node) : NULL;
}

/* What this CPU has, however full. A drain calls it there, so that queue() is kept out. */
static long stack_hand_over(void *arg)
{
	struct zfree_pcpu_stack_state *s = arg;
	struct stack_cpu *c = get_cpu_ptr(s->cpus);
	struct stack *top = c->top;
	u32 unused = c->left;

	if (top) {
		WRITE_ONCE(c->left, 0);
		WRITE_ONCE(c->top, NULL);
		top->nr -= unused;
		llist_add(&top->node, &s->full);
		zfree_give(&s->zf, unused);
	}
	put_cpu_ptr(s->cpus);
	return 0;
}

static noinline_for_stack bool stack_used(struct zfree_pcpu_stack_state *s, struct stack_cpu *c)
{
	if (c->top->nr == s->depth) {
		stack_hand_over(s);
		zfree_kick(&s->zf);
	}
	return true;
}

static noinline_for_stack bool stack_more(struct zfree_pcpu_stack_state *s, struct stack_cpu *c,
					  unsigned long item)
{
	u32 stock;

	if (!c->top)
		WRITE_ONCE(c->top, stack_fresh(s, c));
	stock = c->top ? zfree_take(&s->zf, s->depth - c->top->nr) : 0;
	if (!stock)
		return false;
	c->top->item[c->top->nr] = item;
	c->top->nr += stock;
	c->end = c->top->item + c->top->nr;
	WRITE_ONCE(c->left, stock - 1);
	return stock > 1 || stack_used(s, c);
}

static bool zfree_pcpu_stack_queue(struct zfree *zf, unsigned long item)
{
	struct zfree_pcpu_stack_state *s = to_pcpu_stack(zf);
	struct stack_cpu *c = this_cpu_ptr(s->cpus);
	u32 left = c->left;

	if (unlikely(!left))
		return stack_more(s, c, item);
	c->end[-(long)left] = item;
	WRITE_ONCE(c->left, left - 1);
	return likely(left > 1) || stack_used(s, c);
}

/* Puts the chain from @first to @last in front of a list. */
static void stack_splice(struct zfree_pcpu_stack_state *s, struct llist_node **list,
			 struct llist_node *first, struct llist_node *last)
{
	spin_lock(&s->lock);
	last->next = *list;
	*list = first;
	spin_unlock(&s->lock);
}

/*
 * What has been handed over is turned round before the lock is taken, for which queue() spins:
 * it waits for a few stores, however many stacks there are.
 */
static struct llist_node *stack_take(struct zfree_pcpu_stack_state *s)
{
	struct llist_node *node, *newest;

	spin_lock(&s->lock);
	node = s->backlog;
	s->backlog = node ? node->next : NULL;
	spin_unlock(&s->lock);
	if (node)
		return node;
	newest = llist_del_all(&s->full);
	node = llist_reverse_order(newest);
	if (node != newest)
		stack_splice(s, &s->backlog, node->next, newest);
	return node;
}

static u32 zfree_pcpu_stack_drain(struct zfree *zf, struct zfree_run *run, u32 budget)
{
	struct zfree_pcpu_stack_state *s = to_pcpu_stack(zf);
	struct llist_node *node;
	struct stack *stack;
	u32 nr, taken = 0;
	unsigned int cpu;

	if (zfree_run_all(run))
		for_each_possible_cpu(cpu)
			if (READ_ONCE(per_cpu_ptr(s->cpus, cpu)->top))
				zfree_on_cpu(cpu, stack_hand_over, s);
	while (taken < budget && (node = stack_take(s))) {
		stack = llist_entry(node, struct stack, node);
		nr = min(stack->nr, budget - taken);
		stack->nr -= nr;
		zfree_items(run, stack->item + stack->nr, nr);
		taken += nr;
		stack_splice(s, stack->nr ? &s->backlog : &s->empty, node, node);
	}
	return taken;
}

static size_t zfree_pcpu_stack_bytes(const struct zfree *zf)
{
	const struct zfree_pcpu_stack_state *s = to_pcpu_stack(zf);

	return sizeof(*s) + s->nr_stacks * sizeof(*s->stacks) +
	       nr_cpu_ids * sizeof(struct stack_cpu);
}

const struct zfree_ops zfree_pcpu_stack = {
	.name = "pcpu-stack",
	.summary = "a small stack per CPU, handed over when full",
	.units = BIT(ZFREE_SLOT) | BIT(ZFREE_HANDLE),
	.state_size = sizeof(struct zfree_pcpu_stack_state),
	.traits =
		&(const struct zfree_traits){ .hand_over = true, .bytes = zfree_pcpu_stack_bytes },
	.init = zfree_pcpu_stack_init,
	.exit = zfree_pcpu_stack_exit,
	.queue = zfree_pcpu_stack_queue,
	.drain = zfree_pcpu_stack_drain,
};
