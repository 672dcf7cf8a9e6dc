// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <time.h>

#include "port.h"
#include "sim/threads/noise.h"

enum {
	NOISE_ADDS = 8192, /* per chain arrangement; four times that when independent */
	NOISE_TRIES = 3,   /* the shortest of so many counts: an interrupt is no neighbour */
	NOISE_FIRST_PROBES = 24,
	NOISE_PAUSE_NS = 2000000,
	LOST_MIN_NS = 200000, /* a wake-up or two */
	LOST_PERCENT = 10,
};

/* A core is shared if it does less than this of what it did when free, in percent. */
#define NOISE_RATIO_PERCENT 80
#define NOISE_SPEED_PERCENT 75

/* One addition on @x that the compiler can neither fold nor vectorise. */
#define NOISE_ADD(x)                            \
	do {                                    \
		(x) += step;                    \
		__asm__ volatile("" : "+r"(x)); \
	} while (0)

static uint64_t dependent_ns(uint64_t step)
{
	uint64_t start = kc_now_ns(), a = start;
	int i;

	for (i = 0; i < NOISE_ADDS; i += 16) {
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
		NOISE_ADD(a);
	}
	return kc_now_ns() - start;
}

static uint64_t independent_ns(uint64_t step)
{
	uint64_t start = kc_now_ns(), a = start, b = start, c = start, d = start;
	int i;

	for (i = 0; i < NOISE_ADDS; i += 16) {
		NOISE_ADD(a);
		NOISE_ADD(b);
		NOISE_ADD(c);
		NOISE_ADD(d);
		NOISE_ADD(a);
		NOISE_ADD(b);
		NOISE_ADD(c);
		NOISE_ADD(d);
		NOISE_ADD(a);
		NOISE_ADD(b);
		NOISE_ADD(c);
		NOISE_ADD(d);
		NOISE_ADD(a);
		NOISE_ADD(b);
		NOISE_ADD(c);
		NOISE_ADD(d);
	}
	return kc_now_ns() - start;
}

void sim_noise_probe(struct sim_probe *probe)
{
	uint64_t chain = UINT64_MAX, wide = UINT64_MAX, ns;
	int i;

	for (i = 0; i < NOISE_TRIES; i++) {
		ns = dependent_ns(1);
		chain = ns < chain ? ns : chain;
		ns = independent_ns(1);
		wide = ns < wide ? ns : wide;
	}
	probe->chain_ns = (double)chain;
	probe->ratio = (double)chain / (double)(wide ? wide : 1);
}

void sim_noise_learn(struct sim_noise *noise, const struct sim_probe *probe)
{
	if (probe->ratio > noise->best_ratio)
		noise->best_ratio = probe->ratio;
	if (!noise->best_ns || probe->chain_ns < noise->best_ns)
		noise->best_ns = probe->chain_ns;
}

void sim_noise_init(struct sim_noise *noise)
{
	struct sim_probe probe;
	int i;

	noise->best_ratio = 0;
	noise->best_ns = 0;
	for (i = 0; i < NOISE_FIRST_PROBES; i++) {
		sim_noise_probe(&probe);
		sim_noise_learn(noise, &probe);
	}
}

bool sim_noise_hit(const struct sim_noise *noise, const struct sim_probe *probe)
{
	return probe->ratio * 100 < noise->best_ratio * NOISE_RATIO_PERCENT ||
	       noise->best_ns * 100 < probe->chain_ns * NOISE_SPEED_PERCENT;
}

bool sim_noise_took(const struct sim_usage *usage)
{
	uint64_t lost =
		usage->wall_ns - (usage->cpu_ns < usage->wall_ns ? usage->cpu_ns : usage->wall_ns);
	uint64_t own = usage->alone || usage->process_ns < usage->cpu_ns
			       ? 0
			       : usage->process_ns - usage->cpu_ns;

	lost -= own < lost ? own : lost;
	return lost > LOST_MIN_NS && lost * 100 > usage->wall_ns * LOST_PERCENT;
}

uint64_t sim_noise_process_ns(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

bool sim_noise_wait(struct sim_noise *noise, uint64_t timeout_ns)
{
	uint64_t start = kc_now_ns();
	struct sim_probe probe;

	for (;;) {
		sim_noise_probe(&probe);
		sim_noise_learn(noise, &probe);
		if (!sim_noise_hit(noise, &probe))
			return true;
		if (kc_now_ns() - start >= timeout_ns)
			return false;
		kc_sleep_ns(NOISE_PAUSE_NS);
	}
}
