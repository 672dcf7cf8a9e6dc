// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdio.h>
#include <stdlib.h>

#include "bench/containers/bench_run.h"
#include "port.h"

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

double bench_median(const struct bench_contender *c)
{
	return c->ns[BENCH_REPEATS / 2];
}

void bench_run(const char *title, struct bench_contender *table, unsigned int nr)
{
	unsigned int repeat, i;

	/* One round to warm up; after that each round starts with another contender. */
	for (i = 0; i < nr; i++)
		table[i].run(table[i].ctx);
	for (repeat = 0; repeat < BENCH_REPEATS; repeat++) {
		for (i = 0; i < nr; i++) {
			struct bench_contender *c = &table[(i + repeat) % nr];
			uint64_t start = kc_now_ns();

			c->run(c->ctx);
			c->ns[repeat] = (double)(kc_now_ns() - start) / (double)c->ops;
		}
	}
	printf("\n%s\n  %-34s %9s %9s %9s %7s\n", title, "", "median", "min", "max", "ratio");
	for (i = 0; i < nr; i++) {
		struct bench_contender *c = &table[i];

		qsort(c->ns, BENCH_REPEATS, sizeof(c->ns[0]), compare);
		printf("  %-34s %9.2f %9.2f %9.2f %7.2f\n", c->name, bench_median(c), c->ns[0],
		       c->ns[BENCH_REPEATS - 1], bench_median(c) / bench_median(&table[0]));
	}
}

void bench_verdict(const char *what, double value, double limit)
{
	printf("  %s: %s: %.2f, at most %.2f\n", value <= limit ? "met" : "MISSED", what, value,
	       limit);
}
