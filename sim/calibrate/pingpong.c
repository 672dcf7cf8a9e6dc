// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdbool.h>
#include <stdint.h>

#include "port.h"
#include "sim/calibrate/costs.h"
#include "sim/figures/stats.h"

enum {
	LINE = 64,
	ROUNDS = 16,
	PAUSE_NS = 50000000,
	BLOCKS = 200,
	SPIN_TURNS = 1000,
	WAKE_TURNS = 20,
	SPIN_LIMIT = 1 << 22, /* looks until the other one is given up, who may not run */
};

/**
 * struct game - two players
 * @turn:	even: the caller's, odd: the other's
 * @turns:	to be played
 * @cpu:	of the other
 * @sleeps:	wait asleep
 * @failed:	the other could not go to its CPU
 */
struct game {
	uint32_t turn __attribute__((aligned(LINE)));
	uint32_t turns __attribute__((aligned(LINE)));
	unsigned int cpu;
	bool sleeps;
	bool failed;
};

static void wait_turn(struct game *game, uint32_t turn)
{
	unsigned int looks = 0;
	uint32_t now;

	/* Acquire pairs with the release of the one whose turn it was. */
	while ((now = __atomic_load_n(&game->turn, __ATOMIC_ACQUIRE)) != turn) {
		if (game->sleeps)
			kc_wait(&game->turn, now, KC_FOREVER);
		else if (++looks == SPIN_LIMIT) {
			looks = 0;
			kc_yield();
		}
	}
}

static void take_turn(struct game *game, uint32_t turn)
{
	__atomic_store_n(&game->turn, turn, __ATOMIC_RELEASE);
	if (game->sleeps)
		kc_wake(&game->turn, 1);
}

static void play_second(void *arg)
{
	struct game *game = arg;
	uint32_t turn;

	game->failed = kc_pin_host_cpu((int)game->cpu) != 0;
	for (turn = 1; turn < game->turns; turn += 2) {
		wait_turn(game, turn);
		take_turn(game, turn + 1);
	}
}

/*
 * The turns come in blocks, so that those in which one of the two was kept from playing can be
 * told from the others. Return: ns per turn
 */
static double play(unsigned int a, unsigned int b, bool sleeps)
{
	unsigned int turns = sleeps ? WAKE_TURNS : SPIN_TURNS, i, block;
	struct game game = { .cpu = b, .sleeps = sleeps, .turns = BLOCKS * turns };
	struct kc_thread other;
	uint64_t ns[BLOCKS];
	uint32_t turn = 0;

	if (kc_pin_host_cpu((int)a) || kc_thread_create(&other, "pingpong", play_second, &game))
		return 0;
	for (block = 0; block < BLOCKS; block++) {
		ns[block] = kc_now_ns();
		for (i = 0; i < turns; i += 2, turn += 2) {
			take_turn(&game, turn + 1);
			wait_turn(&game, turn + 2);
		}
		ns[block] = kc_now_ns() - ns[block];
	}
	kc_thread_join(&other);
	sim_sort(ns, BLOCKS);
	return game.failed ? 0 : (double)ns[BLOCKS / 4] / turns;
}

/*
 * Spread over a second: a hypervisor may run two CPUs on cores next to each other now, and far
 * apart a moment later, whatever it says they share.
 */
static double best_of(unsigned int a, unsigned int b, bool sleeps)
{
	double best = 0, ns;
	unsigned int round;

	for (round = 0; round < ROUNDS; round++) {
		if (round)
			kc_sleep_ns(PAUSE_NS);
		ns = play(a, b, sleeps);
		best = !round || ns < best ? ns : best;
	}
	return best;
}

double cal_transfer_ns(unsigned int a, unsigned int b)
{
	return best_of(a, b, false) / 2;
}

double cal_wake_ns(unsigned int a, unsigned int b)
{
	return best_of(a, b, true);
}
