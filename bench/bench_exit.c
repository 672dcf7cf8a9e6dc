// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * How much sooner does a process exit, and at what total cost?
 *
 * The RFC's unmap experiment through the public interface: every strategy against sync,
 * interleaved in one run, one producer and one worker. Prints Markdown.
 *
 *	bench_exit [RUNS [SIZE_MIB [DATA]]]
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zramsim/experiment.h>

static void print_value(const struct zramsim_result *result, const char *strategy, const char *key,
			double unit)
{
	struct zramsim_value v;

	if (zramsim_result_value(result, strategy, key, &v) || !v.nr)
		printf(" - |");
	else if (v.ratio > 0)
		printf(" %.2f (%.2f-%.2f), %.3f |", v.median / unit, v.min / unit, v.max / unit,
		       v.ratio);
	else
		printf(" %.2f (%.2f-%.2f) |", v.median / unit, v.min / unit, v.max / unit);
}

static void print_table(const struct zramsim_config *cfg, const struct zramsim_result *result)
{
	unsigned int i;

	printf("exit, %u runs, %llu MiB, %s data: median (min-max), ratio to sync\n\n", cfg->runs,
	       (unsigned long long)(cfg->size_bytes >> 20), cfg->data);
	printf("| strategy | exit ms | CPU ns/slot | of it producer | of it worker | overflow |\n");
	printf("|---|---|---|---|---|---|\n");
	for (i = 0; i < zramsim_nr_strategies(); i++) {
		const char *name = zramsim_strategy_name(i);

		printf("| %s |", name);
		print_value(result, name, "exit_ns", 1e6);
		print_value(result, name, "cpu_ns_per_slot.total", 1);
		print_value(result, name, "cpu_ns_per_slot.producer", 1);
		print_value(result, name, "cpu_ns_per_slot.worker", 1);
		print_value(result, name, "overflow_slots", 1);
		printf("\n");
	}
	for (i = 0; zramsim_result_warnings(result, i); i++)
		printf("\nwarning: %s\n", zramsim_result_warnings(result, i));
}

int main(int argc, char **argv)
{
	struct zramsim_config cfg;
	struct zramsim_result *result = NULL;
	char message[256];
	int err;

	zramsim_config_init(&cfg);
	cfg.runs = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 15;
	cfg.size_bytes = (argc > 2 ? strtoull(argv[2], NULL, 10) : 256) << 20;
	if (argc > 3)
		cfg.data = argv[3];
	cfg.pin = true;
	cfg.max_ns = 0;
	err = zramsim_run(&cfg, &result, message, sizeof(message));
	if (err) {
		fprintf(stderr, "bench_exit: %s\n", message);
		return 3;
	}
	print_table(&cfg, result);
	zramsim_result_free(result);
	return 0;
}
