// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "port.h"

/* Source: splitmix64, Sebastiano Vigna, public domain; the constants are its definition. */
uint64_t kc_random_u64(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

uint64_t kc_random_below(uint64_t *state, uint64_t bound)
{
	__extension__ typedef unsigned __int128 u128;

	/* The bias of the multiplication is below bound / 2^64. */
	return (uint64_t)(((u128)kc_random_u64(state) * bound) >> 64);
}
