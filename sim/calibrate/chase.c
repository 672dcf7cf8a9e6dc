// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdint.h>

#include "port.h"
#include "sim/calibrate/chase.h"

enum {
	LINE = 64,
	ROUNDS = 5,
	STEPS = 1 << 20,
	ADDS = 16,
	TIMES = 1 << 21,
};

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

double cal_chase_ns(size_t bytes)
{
	void **at = make_cycle(bytes), **base = at;
	double best = 0, ns;
	uint64_t start;
	unsigned int round;
	size_t i;

	if (!at)
		return 0;
	for (round = 0; round < ROUNDS; round++) {
		start = kc_now_ns();
		for (i = 0; i < STEPS; i++)
			at = (void **)*at;
		kept((uint64_t)at);
		ns = (double)(kc_now_ns() - start) / STEPS;
		best = !round || ns < best ? ns : best;
	}
	kc_unmap(base, bytes);
	return best;
}

static uint64_t additions(uint64_t sum, uint64_t nr)
{
	uint64_t i;

	for (i = 0; i < nr; i++)
		sum = kept(sum + nr);
	return sum;
}

/* Pairs from random places; where the next one begins does not depend on what was loaded. */
static double pairs_round(char *base, size_t lines)
{
	uint64_t start = kc_now_ns(), rng = lines, sum = 0;
	size_t i;

	for (i = 0; i < STEPS / 4; i++) {
		rng = rng * 6364136223846793005ull + 1442695040888963407ull;
		sum = additions(sum + (uint64_t) * *(void ***)(base + (rng >> 33) % lines * LINE),
				ADDS);
	}
	kept(sum);
	return (double)(kc_now_ns() - start) / (STEPS / 4);
}

double cal_pairs_ns(size_t bytes)
{
	char *base = (char *)make_cycle(bytes);
	double cold = 0, warm = 0, ns;
	unsigned int round;

	if (!base)
		return 0;
	for (round = 0; round < ROUNDS; round++) {
		ns = pairs_round(base, bytes / LINE);
		cold = !round || ns < cold ? ns : cold;
		/* The same on one line. */
		*(void **)base = base;
		ns = pairs_round(base, 1);
		warm = !round || ns < warm ? ns : warm;
	}
	kc_unmap(base, bytes);
	return cold > warm ? (cold - warm) / 2 : 0;
}

double cal_clock_mhz(void)
{
	double best = 0, mhz;
	uint64_t start, sum = 0;
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		start = kc_now_ns();
		for (i = 0; i < TIMES; i++) {
			sum = kept(sum + i);
			sum = kept(sum + 1);
			sum = kept(sum + i);
			sum = kept(sum + 1);
		}
		mhz = 4.0 * TIMES * 1000 / (double)(kc_now_ns() - start);
		best = mhz > best ? mhz : best;
	}
	return best;
}

/* @fence: of full barriers, not of additions */
static double atomic_ns(int fence)
{
	uint64_t word __attribute__((aligned(LINE))) = 0, start;
	double best = 0, ns;
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		start = kc_now_ns();
		for (i = 0; i < TIMES / 4; i++) {
			if (fence)
				__atomic_thread_fence(__ATOMIC_SEQ_CST);
			else
				__atomic_fetch_add(&word, 1, __ATOMIC_SEQ_CST);
		}
		ns = (double)(kc_now_ns() - start) / (TIMES / 4);
		best = !round || ns < best ? ns : best;
	}
	return best;
}

double cal_rmw_ns(void)
{
	return atomic_ns(0);
}

double cal_fence_ns(void)
{
	return atomic_ns(1);
}
