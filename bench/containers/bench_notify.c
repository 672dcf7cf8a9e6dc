// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What does a notification cost from entry to return when the slot is queued, and how many
 * uncontended atomic read-modify-writes is that? With two producers on slots of their own,
 * does one slow the other down? Units: ns per slot.
 *
 * Workers are kept out of their runs meanwhile; freeing what was queued is not measured.
 */

#include <stdio.h>
#include <stdlib.h>

#include <linux/err.h>

#include "bench/containers/bench_run.h"
#include "port.h"
#include "strategies/registry.h"
#include "zfree/core.h"
#include "zram/zram.h"

enum {
	SLOTS = 1 << 12, /* per producer */
	PRODUCERS = 2,
	RMWS = 1 << 18,
	LIMIT_RMWS = 6,
};

struct producer {
	struct kc_thread thread;
	struct zram *zram;
	u32 *ready;
	u32 *go;
	u32 first;
	u64 ns;
};

struct device {
	const char *name;
	struct zram *zram;
	struct zfree *zf;
	double one[BENCH_REPEATS];
	double two[BENCH_REPEATS];
};

static void die(const char *what)
{
	fprintf(stderr, "bench_notify: %s\n", what);
	exit(3);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v)
{
	qsort(v, BENCH_REPEATS, sizeof(*v), compare);
	return v[BENCH_REPEATS / 2];
}

static double rmw_ns(void)
{
	unsigned long word = 0;
	u64 start = kc_now_ns();
	u32 i;

	for (i = 0; i < RMWS; i++)
		__atomic_fetch_add(&word, i, __ATOMIC_SEQ_CST);
	return (double)(kc_now_ns() - start) / RMWS;
}

static void produce(void *arg)
{
	struct producer *p = arg;
	u64 start;
	u32 i;

	__atomic_fetch_add(p->ready, 1, __ATOMIC_RELEASE);
	while (!smp_load_acquire(p->go))
		cpu_relax();
	start = kc_now_ns();
	for (i = p->first; i < p->first + SLOTS; i++)
		zram_slot_free_notify(p->zram, i);
	p->ns = kc_now_ns() - start;
}

/* Slots that hold a repeated word: filling and freeing is cheap, queueing the same. */
static double measure(struct device *d, unsigned int nr)
{
	struct producer p[PRODUCERS];
	u32 ready = 0, go = 0;
	double ns = 0;
	u32 i;

	for (i = 0; i < nr * SLOTS; i++)
		if (zram_write_same(d->zram, i, 42))
			die("write failed");
	if (d->zf)
		down_write(&d->zf->core->run_lock);
	for (i = 0; i < nr; i++) {
		p[i] = (struct producer){
			.zram = d->zram, .ready = &ready, .go = &go, .first = i * SLOTS
		};
		if (kc_thread_create(&p[i].thread, "producer", produce, &p[i]))
			die("no thread");
	}
	while (smp_load_acquire(&ready) != nr)
		kc_yield();
	smp_store_release(&go, 1);
	for (i = 0; i < nr; i++) {
		kc_thread_join(&p[i].thread);
		ns += (double)p[i].ns / SLOTS / nr;
	}
	if (d->zf) {
		up_write(&d->zf->core->run_lock);
		zfree_drain(d->zf);
	}
	return ns;
}

static void make(struct device *d, const struct zfree_ops *ops)
{
	const struct zram_params params = { .disksize_bytes = (u64)PRODUCERS * SLOTS * 4096,
					    .page_shift = 12 };
	struct zfree_params zp = ZFREE_PARAMS_INIT;

	zp.budget_bytes = 2 * params.disksize_bytes;
	zp.kick_bytes = zp.budget_bytes;
	zp.flush_ms = 3600 * 1000;
	d->name = ops->name;
	d->zram = zram_create(&params);
	if (IS_ERR(d->zram))
		die("no device");
	d->zf = ops->units ? zfree_attach(d->zram, ops, &zp) : NULL;
	if (IS_ERR(d->zf))
		die("no strategy");
}

static void report(struct device *d, unsigned int nr, double rmw)
{
	double page_one = 0, page_two = 0;
	unsigned int i;

	printf("\nnotification, slot unit, median of %d (RMW: %.2f ns)\n", BENCH_REPEATS, rmw);
	printf("  %-12s %9s %9s %9s %9s %7s\n", "", "one", "min", "max", "two", "RMWs");
	for (i = 0; i < nr; i++) {
		double one = median(d[i].one);
		double two = median(d[i].two);

		printf("  %-12s %9.2f %9.2f %9.2f %9.2f %7.2f\n", d[i].name, one, d[i].one[0],
		       d[i].one[BENCH_REPEATS - 1], two, one / rmw);
		if (d[i].zf && d[i].zf->ops == &zfree_pcpu_page) {
			page_one = one;
			page_two = two;
		}
	}
	bench_verdict("pcpu-page in RMWs", page_one / rmw, LIMIT_RMWS);
	bench_verdict("pcpu-page, two producers to one", page_two / page_one, 1.1);
}

int main(void)
{
	static const struct zfree_ops *const ops[] = {
		&zfree_sync,  &zfree_bitmap,	 &zfree_hbitmap,   &zfree_radix,
		&zfree_array, &zfree_pcpu_stack, &zfree_pcpu_page,
	};
	struct device d[sizeof(ops) / sizeof(ops[0])];
	const unsigned int nr = sizeof(ops) / sizeof(ops[0]);
	double rmw[BENCH_REPEATS];
	unsigned int repeat, i;

	for (i = 0; i < nr; i++) {
		make(&d[i], ops[i]);
		measure(&d[i], 2);
	}
	for (repeat = 0; repeat < BENCH_REPEATS; repeat++) {
		rmw[repeat] = rmw_ns();
		for (i = 0; i < nr; i++) {
			struct device *at = &d[(i + repeat) % nr];

			at->one[repeat] = measure(at, 1);
			at->two[repeat] = measure(at, 2);
		}
	}
	report(d, nr, median(rmw));
	for (i = 0; i < nr; i++) {
		if (d[i].zf)
			zfree_detach(d[i].zf);
		zram_destroy(d[i].zram);
	}
	return 0;
}
