// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What do the containers of the strategies cost by themselves, beside the structures of
 * Judy, CRoaring, liburcu and Concurrency Kit and a plain array? Units: ns per item.
 */

#include <Judy.h>
#include <ck_ring.h>
#include <roaring/roaring.h>
#include <stdio.h>
#include <stdlib.h>
#include <urcu/wfcqueue.h>

#include <linux/bitmap.h>
#include <linux/bits.h>
#include <linux/minmax.h>
#include <linux/preempt.h>

#include "bench/containers/null_core.h"
#include "port.h"
#include "sim/figures/stats.h"
#include "strategies/registry.h"

/* Its search is measured by itself, and has no entry of its own. */
#include "strategies/zfree_hbitmap.c"

enum {
	FIND_SLOTS = 4 << 20,
	FIND_OPS = 1 << 20,
	FIND_FLAT_OPS = 1 << 7,
	MARK_SLOTS = 2 << 20,
	ITEMS = 1 << 16,
	CLUSTER = 512, /* items per preempt-disabled section, as a swap cluster has */
	BENCH_REPEATS = 11,
};

/**
 * struct bench_contender - something measured
 * @name:	as printed
 * @run:	does @ops operations once; what it prepares itself is measured with it
 * @ctx:	for @run
 * @ops:	operations @run does, what the time is divided by
 * @ns:	filled in: nanoseconds per operation, round by round
 */
struct bench_contender {
	const char *name;
	void (*run)(void *ctx);
	void *ctx;
	u64 ops;
	double ns[BENCH_REPEATS];
};

static u32 items[ITEMS]; /* distinct, in random order */
static u32 sink;

/* Median, spread, and the ratio to the first contender as the median of those of the rounds. */
static void print_contender(const struct bench_contender *c, const struct bench_contender *first)
{
	double min = c->ns[0], max = c->ns[0], low, high;
	unsigned int i;

	for (i = 1; i < BENCH_REPEATS; i++) {
		min = min(min, c->ns[i]);
		max = max(max, c->ns[i]);
	}
	printf("  %-34s %9.2f %9.2f %9.2f %7.2f\n", c->name, sim_median(c->ns, BENCH_REPEATS), min,
	       max, sim_ratio(c->ns, first->ns, BENCH_REPEATS, &low, &high));
}

/* Contenders measured side by side, in rounds. */
static void bench_run(const char *title, struct bench_contender *table, unsigned int nr)
{
	unsigned int repeat, i;

	/* One round to warm up; after that each round starts with another contender. */
	for (i = 0; i < nr; i++)
		table[i].run(table[i].ctx);
	for (repeat = 0; repeat < BENCH_REPEATS; repeat++) {
		for (i = 0; i < nr; i++) {
			struct bench_contender *c = &table[(i + repeat) % nr];
			u64 start = kc_now_ns();

			c->run(c->ctx);
			c->ns[repeat] = (double)(kc_now_ns() - start) / (double)c->ops;
		}
	}
	printf("\n%s\n  %-34s %9s %9s %9s %7s\n", title, "", "median", "min", "max", "ratio");
	for (i = 0; i < nr; i++)
		print_contender(&table[i], &table[0]);
}

/* @limit: most that is wanted; neither met nor missed if the 95 % interval says both */
static void bench_verdict(const char *what, const struct bench_contender *over,
			  const struct bench_contender *under, double limit)
{
	double low, high, ratio = sim_ratio(over->ns, under->ns, BENCH_REPEATS, &low, &high);

	printf("  %s: %s: %.2f (%.2f to %.2f), at most %.2f\n",
	       high <= limit ? "met"
	       : low > limit ? "MISSED"
			     : "open",
	       what, ratio, low, high, limit);
}

static void must(const void *ptr)
{
	if (ptr)
		return;
	fprintf(stderr, "bench_containers: out of memory\n");
	exit(3);
}

static void pick_items(void)
{
	unsigned long *seen = calloc(BITS_TO_LONGS(MARK_SLOTS), sizeof(*seen));
	u64 seed = 1;
	u32 i = 0;

	must(seen);
	while (i < ITEMS) {
		u32 slot = (u32)kc_random_below(&seed, MARK_SLOTS);

		if (__test_and_set_bit(slot, seen))
			continue;
		items[i++] = slot;
	}
	free(seen);
}

/* Finding the next pending slot: one bit at the end. */

static unsigned long *flat;
static roaring_bitmap_t *roaring;
static Pvoid_t judy;

static void find_flat(void *ctx)
{
	u32 i;

	(void)ctx;
	for (i = 0; i < FIND_FLAT_OPS; i++)
		sink += (u32)find_next_bit(flat, FIND_SLOTS, i & 7);
}

static void find_hbitmap(void *ctx)
{
	u32 i;

	for (i = 0; i < FIND_OPS; i++)
		sink += hbitmap_next(to_hbitmap(ctx), 0, 0);
}

static void find_roaring(void *ctx)
{
	u32 i;

	(void)ctx;
	for (i = 0; i < FIND_OPS; i++) {
		sink += roaring_bitmap_minimum(roaring);
		barrier();
	}
}

/* From a position, as a drain with a cursor asks. */
static void find_hbitmap_from(void *ctx)
{
	u32 i;

	for (i = 0; i < FIND_OPS; i++)
		sink += hbitmap_next(to_hbitmap(ctx), 0, 1 + (i & 7));
}

static void find_roaring_from(void *ctx)
{
	roaring_uint32_iterator_t it;
	u32 i;

	(void)ctx;
	for (i = 0; i < FIND_OPS; i++) {
		roaring_init_iterator(roaring, &it);
		roaring_move_uint32_iterator_equalorlarger(&it, i & 7);
		sink += it.current_value;
	}
}

static void find_judy(void *ctx)
{
	u32 i;

	(void)ctx;
	for (i = 0; i < FIND_OPS; i++) {
		Word_t index = i & 7;
		int found;

		found = Judy1First(judy, &index, PJE0);
		sink += (u32)index + (u32)found;
	}
}

static void bench_find(void)
{
	struct zfree *zf = null_attach(&zfree_hbitmap, ZFREE_SLOT, FIND_SLOTS, ITEMS);
	struct bench_contender table[] = {
		{ .name = "CRoaring minimum", .run = find_roaring, .ops = FIND_OPS },
		{ .name = "hbitmap", .run = find_hbitmap, .ctx = zf, .ops = FIND_OPS },
		{ .name = "Judy1 first", .run = find_judy, .ops = FIND_OPS },
		{ .name = "flat bitmap", .run = find_flat, .ops = FIND_FLAT_OPS },
		{ .name = "hbitmap from a position",
		  .run = find_hbitmap_from,
		  .ctx = zf,
		  .ops = FIND_OPS },
		{ .name = "CRoaring from a position", .run = find_roaring_from, .ops = FIND_OPS },
	};
	must(zf);
	flat = calloc(BITS_TO_LONGS(FIND_SLOTS), sizeof(*flat));
	must(flat);
	__set_bit(FIND_SLOTS - 1, flat);
	zf->ops->queue(zf, FIND_SLOTS - 1);
	roaring = roaring_bitmap_create();
	roaring_bitmap_add(roaring, FIND_SLOTS - 1);
	judy = NULL;
	Judy1Set(&judy, FIND_SLOTS - 1, PJE0);

	bench_run("next pending slot: one bit at the end of 4M slots", table, 6);
	bench_verdict("hbitmap to CRoaring", &table[1], &table[0], 1);

	null_drain(zf);
	null_detach(zf);
	free(flat);
	roaring_bitmap_free(roaring);
	Judy1FreeArray(&judy, PJE0);
}

/* Marking and draining random slots. */

static void mark_strategy(void *ctx)
{
	struct zfree *zf = ctx;
	u32 i, j;

	for (i = 0; i < ITEMS; i += CLUSTER) {
		preempt_disable();
		for (j = i; j < i + CLUSTER; j++)
			sink += zf->ops->queue(zf, items[j]);
		preempt_enable();
	}
	if (null_drain(zf) != ITEMS)
		abort();
}

/* One thread's bitmap: no atomics, a plain store per word drained. */
static void mark_plain(void *ctx)
{
	u32 i, nr = 0;

	(void)ctx;
	for (i = 0; i < ITEMS; i++)
		flat[BIT_WORD(items[i])] |= BIT_MASK(items[i]);
	for (i = 0; i < BITS_TO_LONGS(MARK_SLOTS); i++) {
		unsigned long word = flat[i];

		if (!word)
			continue;
		flat[i] = 0;
		for (; word; word &= word - 1, nr++)
			sink += i * BITS_PER_LONG + (u32)__ffs(word);
	}
	if (nr != ITEMS)
		abort();
}

static void mark_judy(void *ctx)
{
	Pvoid_t set = NULL;
	Word_t index = 0;
	u32 i, nr = 0;

	(void)ctx;
	for (i = 0; i < ITEMS; i++)
		Judy1Set(&set, items[i], PJE0);
	for (i = (u32)Judy1First(set, &index, PJE0); i; nr++) {
		sink += (u32)index;
		Judy1Unset(&set, index, PJE0);
		i = (u32)Judy1Next(set, &index, PJE0);
	}
	if (nr != ITEMS)
		abort();
}

static bool count_one(u32 value, void *nr)
{
	sink += value;
	++*(u32 *)nr;
	return true;
}

static void mark_roaring(void *ctx)
{
	roaring_bitmap_t *set = roaring_bitmap_create();
	u32 i, nr = 0;

	(void)ctx;
	for (i = 0; i < ITEMS; i++)
		roaring_bitmap_add(set, items[i]);
	roaring_iterate(set, count_one, &nr);
	roaring_bitmap_free(set);
	if (nr != ITEMS)
		abort();
}

static void bench_mark(void)
{
	struct bench_contender seven = { .name = "7 ns" };
	struct zfree *bitmap = null_attach(&zfree_bitmap, ZFREE_SLOT, MARK_SLOTS, 8 * ITEMS);
	struct zfree *hbitmap = null_attach(&zfree_hbitmap, ZFREE_SLOT, MARK_SLOTS, 8 * ITEMS);
	struct zfree *radix = null_attach(&zfree_radix, ZFREE_SLOT, MARK_SLOTS, 8 * ITEMS);
	struct bench_contender table[] = {
		{ .name = "bitmap", .run = mark_strategy, .ctx = bitmap, .ops = ITEMS },
		{ .name = "hbitmap", .run = mark_strategy, .ctx = hbitmap, .ops = ITEMS },
		{ .name = "radix", .run = mark_strategy, .ctx = radix, .ops = ITEMS },
		{ .name = "Judy1", .run = mark_judy, .ops = ITEMS },
		{ .name = "CRoaring, cleared at once", .run = mark_roaring, .ops = ITEMS },
		{ .name = "plain bitmap of one thread", .run = mark_plain, .ops = ITEMS },
	};
	unsigned int i;

	must(bitmap);
	must(hbitmap);
	must(radix);
	flat = calloc(BITS_TO_LONGS(MARK_SLOTS), sizeof(*flat));
	must(flat);
	bench_run("mark and drain 65536 random slots of 2M", table, 6);
	for (i = 0; i < BENCH_REPEATS; i++)
		seven.ns[i] = 7;
	bench_verdict("hbitmap to bitmap", &table[1], &table[0], 1.4);
	bench_verdict("hbitmap to 7 ns", &table[1], &seven, 1.4);
	bench_verdict("hbitmap to Judy1", &table[1], &table[3], 0.2);
	bench_verdict("radix to Judy1", &table[2], &table[3], 1);
	null_detach(bitmap);
	null_detach(hbitmap);
	null_detach(radix);
	free(flat);
}

/* Per-CPU containers beside queues of other libraries and an array. */

static __thread struct {
	u32 nr;
	u32 item[ITEMS];
} array;

/* Called, not inlined, as the queue of a strategy is. */
static __attribute__((__noinline__)) bool array_push(u32 item)
{
	if (array.nr == ITEMS)
		return false;
	array.item[array.nr++] = item;
	return true;
}

static void both_ends_array(void *ctx)
{
	u32 i;

	(void)ctx;
	for (i = 0; i < ITEMS; i++)
		sink += array_push(items[i]);
	for (; array.nr; array.nr--)
		sink += array.item[array.nr - 1];
}

struct wfc_item {
	struct cds_wfcq_node node;
	u32 item;
};

static struct wfc_item *wfc_items;

static void both_ends_wfcqueue(void *ctx)
{
	struct cds_wfcq_head head;
	struct cds_wfcq_tail tail;
	struct cds_wfcq_node *node;
	u32 i;

	(void)ctx;
	cds_wfcq_init(&head, &tail);
	for (i = 0; i < ITEMS; i++) {
		cds_wfcq_node_init(&wfc_items[i].node);
		wfc_items[i].item = items[i];
		cds_wfcq_enqueue(&head, &tail, &wfc_items[i].node);
	}
	while ((node = __cds_wfcq_dequeue_blocking(&head, &tail)))
		sink += caa_container_of(node, struct wfc_item, node)->item;
	cds_wfcq_destroy(&head, &tail);
}

static struct ck_ring_buffer *ck_buffer;

static void both_ends_ck_ring(void *ctx)
{
	ck_ring_t ring;
	void *entry;
	u32 i;

	(void)ctx;
	ck_ring_init(&ring, 2 * ITEMS);
	for (i = 0; i < ITEMS; i++)
		sink += ck_ring_enqueue_spsc(&ring, ck_buffer, &items[i]);
	while (ck_ring_dequeue_spsc(&ring, ck_buffer, &entry))
		sink += *(u32 *)entry;
}

static void bench_both_ends(void)
{
	struct zfree *stack = null_attach(&zfree_pcpu_stack, ZFREE_SLOT, MARK_SLOTS, ITEMS);
	struct zfree *page = null_attach(&zfree_pcpu_page, ZFREE_SLOT, MARK_SLOTS, ITEMS);
	struct zfree *handle = null_attach(&zfree_pcpu_page, ZFREE_HANDLE, MARK_SLOTS, ITEMS);
	struct zfree *fifo = null_attach(&zfree_array, ZFREE_SLOT, MARK_SLOTS, ITEMS);
	struct bench_contender table[] = {
		{ .name = "plain per-thread array", .run = both_ends_array, .ops = ITEMS },
		{ .name = "pcpu-page, slots", .run = mark_strategy, .ctx = page, .ops = ITEMS },
		{ .name = "pcpu-page, handles", .run = mark_strategy, .ctx = handle, .ops = ITEMS },
		{ .name = "pcpu-stack", .run = mark_strategy, .ctx = stack, .ops = ITEMS },
		{ .name = "array", .run = mark_strategy, .ctx = fifo, .ops = ITEMS },
		{ .name = "liburcu wfcqueue", .run = both_ends_wfcqueue, .ops = ITEMS },
		{ .name = "ck_ring, one to one", .run = both_ends_ck_ring, .ops = ITEMS },
	};

	must(stack);
	must(page);
	must(handle);
	must(fifo);
	wfc_items = calloc(ITEMS, sizeof(*wfc_items));
	ck_buffer = calloc(2 * ITEMS, sizeof(*ck_buffer));
	must(wfc_items);
	must(ck_buffer);
	bench_run("both ends: queue and drain 65536 items on one CPU", table, 7);
	bench_verdict("pcpu-page, slots, to array", &table[1], &table[0], 2);
	bench_verdict("pcpu-page, handles, to array", &table[2], &table[0], 2);
	bench_verdict("pcpu-stack to array", &table[3], &table[0], 2);
	null_detach(stack);
	null_detach(page);
	null_detach(handle);
	null_detach(fifo);
	free(wfc_items);
	free(ck_buffer);
}

int main(void)
{
	pick_items();
	bench_find();
	bench_mark();
	bench_both_ends();
	return sink == 42;
}
