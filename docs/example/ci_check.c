// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A check for continuous integration: a small experiment, and conditions on its result that do
 * not depend on how fast the machine is.
 *
 * Once zramsim is installed (docs/install.md):
 *
 *	cc ci_check.c $(pkg-config --cflags --libs zramsim) && ./a.out
 */
#include <stdio.h>
#include <stdlib.h>

#include <zramsim/experiment.h>

static double value(const struct zramsim_result *result, const char *strategy, const char *key)
{
	struct zramsim_value value;

	if (zramsim_result_value(result, strategy, key, &value)) {
		fprintf(stderr, "ci_check: no %s of %s\n", key, strategy);
		exit(1);
	}
	return value.median;
}

static int expect(int holds, const char *what)
{
	printf("%s %s\n", holds ? "ok    " : "not ok", what);
	return !holds;
}

int main(void)
{
	const double budget_slots = 1024;
	struct zramsim_result *result;
	struct zramsim_config cfg;
	char message[256];
	unsigned int i;
	int failed = 0;

	zramsim_config_init(&cfg);
	cfg.strategies[0] = "sync";
	cfg.strategies[1] = "hbitmap";
	cfg.strategies[2] = "pcpu-page";
	cfg.nr_strategies = 3;
	cfg.size_bytes = 16 << 20;
	cfg.procs = 2;
	cfg.runs = 3;
	cfg.warmup = 0;
	cfg.strategy.budget_bytes = (uint64_t)budget_slots * cfg.page_bytes;

	if (zramsim_run(&cfg, &result, message, sizeof(message))) {
		fprintf(stderr, "ci_check: %s\n", message);
		return 1;
	}
	for (i = 1; i < cfg.nr_strategies; i++) {
		const char *name = cfg.strategies[i];

		printf("%s: exit %.0f ns, %.1f ns of CPU time per slot\n", name,
		       value(result, name, "exit_ns"),
		       value(result, name, "cpu_ns_per_slot.total"));
		failed |=
			expect(value(result, name, "queued_peak_slots") <= budget_slots + cfg.procs,
			       "what is pending stays within the budget");
		failed |= expect(value(result, name, "miss_slots") == 0, "no notification is lost");
		failed |= expect(value(result, name, "returned_ns.p100") >=
					 value(result, name, "returned_ns.p50"),
				 "all memory comes back by itself");
	}
	failed |= expect(value(result, "sync", "queued_peak_slots") == 0, "sync queues nothing");
	failed |= expect(value(result, "sync", "locks.class.acquisitions") > 0,
			 "the class locks are counted");
	for (i = 0; zramsim_result_warnings(result, i); i++)
		printf("note: %s\n", zramsim_result_warnings(result, i));
	zramsim_result_free(result);
	return failed;
}
