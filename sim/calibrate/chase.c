// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdint.h>

#include "port.h"
#include "sim/calibrate/costs.h"
#include "sim/figures/stats.h"

enum {
	LINE = 64,
	STEPS = 1 << 14,
	ADDS = 16,
	ROUNDS_LEAST = 20,
	ROUNDS_MOST = 1024,
	ROUNDS_NS = 150000000,
};

/* Many short rounds: what a neighbour or the scheduler takes away is in some of them only. */
static double quiet_ns(uint64_t (*round)(void *arg), void *arg)
{
	uint64_t ns[ROUNDS_MOST], start = kc_now_ns();
	unsigned int nr = 0;

	while (nr < ROUNDS_MOST && (nr < ROUNDS_LEAST || kc_now_ns() - start < ROUNDS_NS))
		ns[nr++] = round(arg);
	sim_sort(ns, nr);
	return (double)ns[nr / 10] / STEPS;
}

/* Keeps what has been computed from being left out. */
static inline uint64_t kept(uint64_t value)
{
	__asm__ volatile("" : "+r"(value));
	return value;
}

/* One cycle through all lines in random order: each line holds the address of the next. */
static void **make_cycle(size_t bytes)
{
	size_t nr = bytes / LINE, i, j;
	char *base = kc_map(bytes, (size_t)2 << 20);
	uint64_t rng = 1;
	uint32_t *order, swap;

	if (!base)
		return NULL;
	order = kc_raw_alloc(nr * sizeof(*order), LINE);
	if (!order) {
		kc_unmap(base, bytes);
		return NULL;
	}
	/* Misses of the TLB are not what is wanted here. */
	kc_want_huge(base, bytes);
	for (i = 0; i < nr; i++)
		order[i] = (uint32_t)i;
	for (i = nr; i-- > 1;) {
		j = kc_random_below(&rng, i);
		swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
	for (i = 0; i < nr; i++)
		*(void **)(base + (size_t)order[i] * LINE) =
			base + (size_t)order[(i + 1) % nr] * LINE;
	kc_raw_free(order);
	return (void **)base;
}

static uint64_t chase_round(void *arg)
{
	uint64_t start = kc_now_ns();
	void ***from = arg, **at = *from;
	size_t i;

	for (i = 0; i < STEPS; i++)
		at = (void **)*at;
	kept((uint64_t)at);
	*from = at;
	return kc_now_ns() - start;
}

double cal_chase_ns(size_t bytes)
{
	void **base = make_cycle(bytes), **at = base;
	double ns;

	if (!base)
		return 0;
	ns = quiet_ns(chase_round, &at);
	kc_unmap(base, bytes);
	return ns;
}

static uint64_t additions(uint64_t sum, uint64_t nr)
{
	uint64_t i;

	for (i = 0; i < nr; i++)
		sum = kept(sum + nr);
	return sum;
}

/** struct pairs - @base of a cycle of @lines; @rng: where to look next */
struct pairs {
	char *base;
	size_t lines;
	uint64_t rng;
};

/* Pairs from random places; where the next one begins does not depend on what was loaded. */
static uint64_t pairs_round(void *arg)
{
	struct pairs *pairs = arg;
	uint64_t start = kc_now_ns(), rng = pairs->rng, sum = 0;
	char *at;
	size_t i;

	for (i = 0; i < STEPS / 2; i++) {
		rng = rng * 6364136223846793005ull + 1442695040888963407ull;
		at = pairs->base + (rng >> 33) % pairs->lines * LINE;
		sum = additions(sum + (uint64_t) * *(void ***)at, ADDS);
	}
	kept(sum);
	pairs->rng = rng;
	return kc_now_ns() - start;
}

double cal_memory_ns(size_t bytes, double *pair_ns)
{
	void **base = make_cycle(bytes), **at = base;
	struct pairs pairs = { (char *)base, bytes / LINE, 1 };
	double ns, warm;

	if (!base)
		return 0;
	/* In the same memory: how much of it huge pages back differs from one to the next. */
	ns = quiet_ns(chase_round, &at);
	*pair_ns = quiet_ns(pairs_round, &pairs);
	/* The same on one line. */
	*base = base;
	pairs.lines = 1;
	warm = quiet_ns(pairs_round, &pairs);
	kc_unmap(base, bytes);
	*pair_ns = *pair_ns > warm ? *pair_ns - warm : 0;
	return ns;
}

/* Of two registers: adding a constant takes newer cores no time, as they rename it away. */
static uint64_t clock_round(void *arg)
{
	uint64_t start = kc_now_ns(), sum = *(uint64_t *)arg, other = kept(3);
	unsigned int i;

	for (i = 0; i < STEPS / 4; i++) {
		sum = kept(sum + other);
		sum = kept(sum + other);
		sum = kept(sum + other);
		sum = kept(sum + other);
	}
	*(uint64_t *)arg = sum;
	return kc_now_ns() - start;
}

double cal_clock_mhz(void)
{
	uint64_t sum = 0;

	return 1000 / quiet_ns(clock_round, &sum);
}

static uint64_t rmw_round(void *arg)
{
	uint64_t start = kc_now_ns();
	unsigned int i;

	for (i = 0; i < STEPS; i++)
		__atomic_fetch_add((uint64_t *)arg, 1, __ATOMIC_SEQ_CST);
	return kc_now_ns() - start;
}

double cal_rmw_ns(void)
{
	uint64_t word __attribute__((aligned(LINE))) = 0;

	return quiet_ns(rmw_round, &word);
}

static uint64_t fence_round(void *arg)
{
	uint64_t start = kc_now_ns();
	unsigned int i;

	(void)arg;
	for (i = 0; i < STEPS; i++)
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return kc_now_ns() - start;
}

double cal_fence_ns(void)
{
	return quiet_ns(fence_round, NULL);
}
