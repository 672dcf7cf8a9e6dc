// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * pcpu-stack: each CPU fills a small stack in the style of folio batches and hands it over
 * when it is full (D5).
 *
 * Cost:	queue: a store and a decrement, per 30 items one atomic to hand over and a
 *		quarter of a lock round for an empty stack; drain: two lock rounds per 30 items
 * Counted:	pcpu-stack slot: notify 18.7 accesses, 2.1 atomics; drain 92.3, 5.5
 * Counted:	pcpu-stack handle: notify 33.7 accesses, 2.1 atomics; drain 63.8, 3.5
 * Memory:	256 bytes per stack: 8.5 per item of the budget, and 5 stacks per CPU
 * Gives up:	order between CPUs; 29 items per CPU, and all below the kick, wait for a flush
 *
 * A CPU does not drain what it has filled. Entries whose slot was cancelled stay and are skipped.
 *
 * Exclusion (- none; p: with preemption disabled on one CPU, on different CPUs they share
 * nothing; l: by the lock):
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
#include <linux/workqueue.h>

#include "strategies/registry.h"

enum {
	STACK_ITEMS = 30, /* 256 bytes with the header */
	STACK_REFILL = 4, /* empty stacks a CPU fetches at a time */
};

struct stack {
	struct llist_node node;
	u32 nr;
	unsigned long item[STACK_ITEMS];
};

/* The stack being filled: all that queueing touches besides the items in it. */
struct stack_cpu {
	u32 left;		  /* items it can still take; 0: there is none */
	unsigned long *end;	  /* of its room */
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
	for (s->empty = &s->stacks[0].node, i = 1; i < s->nr_stacks; i++)
		s->stacks[i - 1].node.next = &s->stacks[i].node;
	return 0;
}

static bool zfree_pcpu_stack_queue(struct zfree *zf, unsigned long item);

static noinline_for_stack bool stack_fresh(struct zfree_pcpu_stack_state *s, struct stack_cpu *c,
					   unsigned long item)
{
	struct llist_node *node;
	u32 i;

	if (!c->spare) {
		spin_lock(&s->lock);
		for (i = 0; i < STACK_REFILL && s->empty; i++) {
			node = s->empty;
			s->empty = node->next;
			node->next = c->spare;
			c->spare = node;
		}
		spin_unlock(&s->lock);
	}
	node = c->spare;
	if (!node)
		return false;
	c->spare = node->next;
	WRITE_ONCE(c->top, llist_entry(node, struct stack, node));
	c->end = c->top->item + s->depth;
	c->left = s->depth;
	return zfree_pcpu_stack_queue(&s->zf, item);
}

static void stack_hand_over(struct zfree_pcpu_stack_state *s, struct stack_cpu *c)
{
	c->top->nr = s->depth - c->left;
	llist_add(&c->top->node, &s->full);
	WRITE_ONCE(c->top, NULL);
	c->left = 0;
}

static noinline_for_stack bool stack_filled(struct zfree_pcpu_stack_state *s, struct stack_cpu *c)
{
	stack_hand_over(s, c);
	zfree_kick(&s->zf);
	return true;
}

static bool zfree_pcpu_stack_queue(struct zfree *zf, unsigned long item)
{
	struct zfree_pcpu_stack_state *s = to_pcpu_stack(zf);
	struct stack_cpu *c = this_cpu_ptr(s->cpus);
	u32 left = c->left;

	if (unlikely(!left))
		return stack_fresh(s, c, item);
	c->end[-(long)left] = item;
	c->left = left - 1;
	return likely(left > 1) || stack_filled(s, c);
}

/* On the CPU whose stack is taken, so that its queue() is kept out. */
static long stack_steal(void *arg)
{
	struct zfree_pcpu_stack_state *s = arg;
	struct stack_cpu *c;

	preempt_disable();
	c = this_cpu_ptr(s->cpus);
	if (c->top)
		stack_hand_over(s, c);
	preempt_enable();
	return 0;
}

static void stack_steal_all(struct zfree_pcpu_stack_state *s)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (READ_ONCE(per_cpu_ptr(s->cpus, cpu)->top))
			work_on_cpu(cpu, stack_steal, s);
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

	if (zfree_run_all(run))
		stack_steal_all(s);
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
