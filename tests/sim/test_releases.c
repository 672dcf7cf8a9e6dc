// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What --kernel changes above zram: who is notified when, and where pages of zeros are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "sim/figures/result.h"
#include "sim/run/world.h"
#include "sim/scenario/scenario.h"

static char message[400];

static void small(struct zramsim_config *cfg, const char *scenario, enum zramsim_kernel kernel)
{
	zramsim_config_init(cfg);
	cfg->scenario = scenario;
	cfg->model.kernel = kernel;
	cfg->size_bytes = 1 << 20;
	cfg->runs = 1;
	cfg->max_ns = 0;
	cfg->strategy.flush_ms = 5;
	cfg->strategies[0] = "sync";
	cfg->nr_strategies = 1;
}

static struct zramsim_result *run(const struct zramsim_config *cfg)
{
	struct zramsim_result *result = NULL;
	int err = zramsim_run(cfg, &result, message, sizeof(message));

	if (err)
		fail_msg("%s in %d: %d: %s", cfg->scenario, (int)cfg->model.kernel, err, message);
	return result;
}

static double value(const struct zramsim_result *result, const char *strategy, const char *key)
{
	struct zramsim_value value;

	assert_int_equal(zramsim_result_value(result, strategy, key, &value), 0);
	return value.median;
}

/* 960 and 936 of 1000, and 4032 and all of 4096, as counted in kernels. */
static void notifications_are_late_up_to_6_12(void **state)
{
	static const struct {
		enum zramsim_kernel kernel;
		unsigned int dropped, notified;
	} cases[] = {
		{ ZRAMSIM_KERNEL_6_1, 1000, 960 },   { ZRAMSIM_KERNEL_6_1, 4096, 4032 },
		{ ZRAMSIM_KERNEL_6_6, 1000, 960 },   { ZRAMSIM_KERNEL_6_12, 1000, 936 },
		{ ZRAMSIM_KERNEL_6_12, 4096, 4096 }, { ZRAMSIM_KERNEL_6_18, 1000, 1000 },
		{ ZRAMSIM_KERNEL_7_1, 1000, 1000 },  { ZRAMSIM_KERNEL_7_2, 1000, 1000 },
		{ ZRAMSIM_KERNEL_7_3, 1000, 1000 },
	};
	const struct sim_strategy_result *sr;
	struct zramsim_result *result;
	struct zramsim_config cfg;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		small(&cfg, "exit", cases[i].kernel);
		cfg.size_bytes = (uint64_t)cases[i].dropped * 4096;
		result = run(&cfg);
		sr = &result->strategies[0];
		assert_int_equal(sr->end.notify_free, cases[i].notified);
		assert_int_equal(value(result, "sync", "late_slots"),
				 cases[i].dropped - cases[i].notified);
		assert_int_equal(sr->end.miss_free, 0);
		assert_true(sr->end.orig_data_size <=
			    (int64_t)(cases[i].dropped - cases[i].notified) * 4096);
		zramsim_result_free(result);
	}
}

/* Where slots are used again while a cache has them, nothing is lost: each repeat checks that. */
static void late_slots_do_no_harm_in_any_scenario(void **state)
{
	static const enum zramsim_kernel kernels[] = { ZRAMSIM_KERNEL_6_1, ZRAMSIM_KERNEL_6_12 };
	struct zramsim_result *result;
	struct zramsim_config cfg;
	unsigned int s, k;
	double late;

	(void)state;
	for (s = 0; sim_scenario_at(s); s++) {
		for (k = 0; k < 2; k++) {
			small(&cfg, sim_scenario_at(s)->name, kernels[k]);
			cfg.procs = 2;
			cfg.strategies[1] = "pcpu-page";
			cfg.strategies[2] = "bulk";
			cfg.nr_strategies = 3;
			result = run(&cfg);
			late = value(result, "bulk", "late_slots");
			assert_true(late <= 64 * (cfg.procs + 2));
			if (!strcmp(cfg.scenario, "swapin"))
				assert_true(late == 64 || late == 128); /* on one CPU, or two */
			if (!strcmp(cfg.scenario, "discard"))
				assert_int_equal(late, 0);
			zramsim_result_free(result);
		}
	}
}

static void zeros_are_stored_up_to_6_6(void **state)
{
	char path[] = "/tmp/zramsim-test-XXXXXX", spec[40];
	static const unsigned char zeros[4096];
	const struct sim_strategy_result *sr;
	struct zramsim_result *result;
	struct zramsim_config cfg;
	int kernel, fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, zeros, sizeof(zeros)), sizeof(zeros));
	close(fd);
	snprintf(spec, sizeof(spec), "file:%s", path);
	for (kernel = ZRAMSIM_KERNEL_6_1; kernel <= ZRAMSIM_KERNEL_7_3; kernel++) {
		bool stored = kernel <= ZRAMSIM_KERNEL_6_6;

		small(&cfg, "swapin", (enum zramsim_kernel)kernel);
		cfg.data = spec;
		result = run(&cfg);
		sr = &result->strategies[0];
		assert_int_equal(sr->after_fill.same_pages, stored ? 256 : 0);
		assert_int_equal(sr->sizes.zero_slots, stored ? 0 : 256);
		assert_int_equal(sr->end.notify_free, kernel <= ZRAMSIM_KERNEL_6_12 ? 192 : 256);
		zramsim_result_free(result);
	}
	unlink(path);
}

/* As zram devices of 6.1 and 7.3 tell it for so many pages of 1099 and of 67 compressed bytes. */
static void the_pool_takes_as_many_pages_as_in_the_release(void **state)
{
	static const struct {
		enum zramsim_kernel kernel;
		unsigned int bytes, nr;
		uint64_t used;
	} cases[] = {
		{ ZRAMSIM_KERNEL_6_1, 1099, 10000, 11706368 },
		{ ZRAMSIM_KERNEL_7_3, 1099, 10000, 11304960 },
		{ ZRAMSIM_KERNEL_6_1, 67, 1, 4096 },
		{ ZRAMSIM_KERNEL_6_6, 67, 1, 20480 },
		{ ZRAMSIM_KERNEL_6_12, 67, 1, 20480 },
	};
	char path[] = "/tmp/zramsim-test-XXXXXX", spec[40];
	struct zramsim_result *result;
	struct zramsim_config cfg;
	FILE *file;
	size_t i;

	(void)state;
	close(mkstemp(path));
	snprintf(spec, sizeof(spec), "sizes:%s", path);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		file = fopen(path, "w");
		assert_non_null(file);
		fprintf(file, "%u 1\n", cases[i].bytes);
		fclose(file);
		small(&cfg, "exit", cases[i].kernel);
		cfg.data = spec;
		cfg.size_bytes = (uint64_t)cases[i].nr * 4096;
		result = run(&cfg);
		assert_int_equal(result->strategies[0].after_fill.mem_used_total, cases[i].used);
		zramsim_result_free(result);
	}
	unlink(path);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(notifications_are_late_up_to_6_12),
		cmocka_unit_test(late_slots_do_no_harm_in_any_scenario),
		cmocka_unit_test(zeros_are_stored_up_to_6_6),
		cmocka_unit_test(the_pool_takes_as_many_pages_as_in_the_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
