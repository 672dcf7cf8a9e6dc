// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/virtual/jitter.h"

#include "sim/virtual/now.h"

enum {
	ONE_IN = 64,
	MOST_PS = 2000 * 1000,
	WARM_UP = 16,
};

/* Source: xorshift64*, Sebastiano Vigna, public domain. A state of 0 stays 0. */
static uint64_t draw(void)
{
	uint64_t x = vm_now.jitter;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	vm_now.jitter = x;
	return x * 0x2545f4914f6cdd1dull >> 8;
}

void vm_jitter(uint64_t seed)
{
	unsigned int i;

	vm_now.jitter = seed;
	/* States that differ in one bit begin alike. */
	for (i = 0; i < WARM_UP; i++)
		draw();
}

void vm_jitter_event(void)
{
	uint64_t drawn;

	if (vm_now.hidden)
		return;
	drawn = draw();
	if (drawn % ONE_IN)
		return;
	vm_now.clock += drawn / ONE_IN % MOST_PS;
	if (vm_now.clock > vm_now.sync)
		vm_yield();
}
