/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Contenders measured side by side: interleaved repeats, median and spread. */
#ifndef BENCH_CONTAINERS_BENCH_RUN_H
#define BENCH_CONTAINERS_BENCH_RUN_H

#include <stdint.h>

/** enum bench_limits - sizes that are fixed */
enum bench_limits {
	BENCH_REPEATS = 11,
	BENCH_MAX_CONTENDERS = 16,
};

/**
 * struct bench_contender - something measured
 * @name:	as printed
 * @run:	does @ops operations once; what it prepares itself is measured with it
 * @ctx:	for @run
 * @ops:	operations @run does, what the time is divided by
 * @ns:	filled in: nanoseconds per operation of each repeat, sorted
 */
struct bench_contender {
	const char *name;
	void (*run)(void *ctx);
	void *ctx;
	uint64_t ops;
	double ns[BENCH_REPEATS];
};

/**
 * bench_run() - measure all contenders and print a table
 * @title:	headline
 * @table:	contenders; the first is what the ratios refer to
 * @nr:		how many
 */
void bench_run(const char *title, struct bench_contender *table, unsigned int nr);

/** bench_median() - of a contender that was measured. @c: contender */
double bench_median(const struct bench_contender *c);

/**
 * bench_verdict() - print a target and whether it was met
 * @what:	the target in words
 * @value:	measured
 * @limit:	at most this
 */
void bench_verdict(const char *what, double value, double limit);

#endif
