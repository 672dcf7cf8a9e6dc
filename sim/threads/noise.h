/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * noise: is somebody else using this core?
 *
 * On shared machines a neighbour on the sibling hyperthread slows register code by up to two
 * without any steal time to show for it. Additions in four independent chains want most of a core's
 * adders, one dependent chain wants one: their ratio is about four on a wide core that is
 * free, and drops when a sibling competes. The absolute time of the dependent chain catches the
 * rest (lower clock, stolen time).
 *
 * The best figures seen so far are what a free core does; so the first probes should come
 * before the load.
 */
#ifndef SIM_THREADS_NOISE_H
#define SIM_THREADS_NOISE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct sim_noise - what a free core can do, as far as seen
 * @best_ratio:	largest ratio of dependent over independent time
 * @best_ns:	shortest time of the dependent chain
 */
struct sim_noise {
	double best_ratio;
	double best_ns;
};

/**
 * struct sim_probe - one look at the core the caller runs on
 * @ratio:	time of the dependent chain over that of the four independent ones
 * @chain_ns:	time of the dependent chain
 */
struct sim_probe {
	double ratio;
	double chain_ns;
};

/**
 * struct sim_usage - who had the processors while a thread of ours that never sleeps was at work
 * @wall_ns:	from when it began to when it was done
 * @cpu_ns:	it ran
 * @process_ns:	all threads of the process ran, this one included
 * @alone:	no other thread of the process may use its processor
 */
struct sim_usage {
	uint64_t wall_ns;
	uint64_t cpu_ns;
	uint64_t process_ns;
	bool alone;
};

/**
 * sim_noise_init() - learn what this machine does when nobody disturbs
 * @noise:	filled in; takes about a millisecond
 */
void sim_noise_init(struct sim_noise *noise);

/** sim_noise_probe() - look at the core the caller runs on; about 25 us. @probe: filled in */
void sim_noise_probe(struct sim_probe *probe);

/**
 * sim_noise_learn() - remember a probe if it is better than all before
 * @noise:	one thread at a time
 * @probe:	taken by any thread
 */
void sim_noise_learn(struct sim_noise *noise, const struct sim_probe *probe);

/**
 * sim_noise_hit() - was the core shared when a probe was taken?
 * @noise:	what a free core does
 * @probe:	to be judged
 */
bool sim_noise_hit(const struct sim_noise *noise, const struct sim_probe *probe);

/**
 * sim_noise_took() - had somebody else the processor of a thread for long?
 * @usage:	of the thread
 *
 * Where other threads of the process may have had it, all they ran is taken for that: better no
 * neighbour is found than one that is our own worker, hog or foreground.
 */
bool sim_noise_took(const struct sim_usage *usage);

/** sim_noise_process_ns() - processor time of all threads of the process, those gone included */
uint64_t sim_noise_process_ns(void);

/**
 * sim_noise_wait() - wait until the core the caller runs on is free
 * @noise:	learns on the way
 * @timeout_ns:	give up after so long
 * Return:	true when it is free.
 */
bool sim_noise_wait(struct sim_noise *noise, uint64_t timeout_ns);

#endif
