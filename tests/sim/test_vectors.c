// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What zram devices of kernels answer, where it is the property of a run or of real pages. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "sim/data/data.h"
#include "sim/figures/result.h"
#include "zram/zcomp.h"
#include "zramsim/device.h"
#include "zramsim/experiment.h"

enum {
	PAGE_BYTES = 4096,
};

static char message[400];

/* Pages that all are stored in so many bytes. */
static void one_size(struct zramsim_config *cfg, char *spec, size_t room, unsigned int bytes,
		     unsigned int pages)
{
	char path[] = "/tmp/zramsim-vectors-XXXXXX";
	int fd = mkstemp(path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	assert_non_null(file);
	fprintf(file, "%u %u\n", bytes, pages);
	assert_int_equal(fclose(file), 0);
	snprintf(spec, room, "sizes:%s", path);
	zramsim_config_init(cfg);
	cfg->data = spec;
	cfg->size_bytes = (uint64_t)pages * PAGE_BYTES;
	cfg->runs = 1;
	cfg->warmup = 0;
	cfg->strategies[0] = "sync";
	cfg->nr_strategies = 1;
}

/* What a CPU's cache of 6.12 has not freed at the end is still stored. */
static void fills_and_empties(struct zramsim_config *cfg)
{
	struct zramsim_result *result;
	const struct zramsim_stat *st;
	struct zramsim_value late;

	if (zramsim_run(cfg, &result, message, sizeof(message)))
		fail_msg("%s", message);
	st = &result->strategies[0].after_fill;
	assert_int_equal(st->orig_data_size, 40960000);
	assert_int_equal(st->compr_data_size, 10990000);
	assert_int_equal(st->mem_used_total, 11304960);
	assert_int_equal(st->mem_used_max, 11304960);
	st = &result->strategies[0].end;
	assert_int_equal(zramsim_result_value(result, "sync", "late_slots", &late), 0);
	assert_true(late.median <= (cfg->model.kernel == ZRAMSIM_KERNEL_6_12 ? 64 : 0));
	assert_true((double)st->orig_data_size == late.median * PAGE_BYTES);
	assert_int_equal(!st->mem_used_total, !st->orig_data_size);
	assert_int_equal(st->mem_used_max, 11304960);
	assert_true((double)st->notify_free == 10000 - late.median);
	zramsim_result_free(result);
}

static void a_run_fills_its_device_as_a_kernel_does(void **state)
{
	static const enum zramsim_kernel kernels[] = { ZRAMSIM_KERNEL_6_12, ZRAMSIM_KERNEL_6_18,
						       ZRAMSIM_KERNEL_7_2, ZRAMSIM_KERNEL_7_3 };
	struct zramsim_config cfg;
	char spec[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		one_size(&cfg, spec, sizeof(spec), 1099, 10000);
		cfg.model.kernel = kernels[i];
		fills_and_empties(&cfg);
		unlink(spec + strlen("sizes:"));
	}
}

/* 256 pages are stored, and the errno of the write of a page and that of a bio are named. */
static void a_run_says_where_its_limit_was_reached(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	char spec[64];

	(void)state;
	one_size(&cfg, spec, sizeof(spec), PAGE_BYTES, 4096);
	cfg.mem_limit_bytes = 1 << 20;
	assert_int_equal(zramsim_run(&cfg, &result, message, sizeof(message)), -ENOMEM);
	unlink(spec + strlen("sizes:"));
	assert_non_null(strstr(message, "reached after 1048576 bytes before compression"));
	assert_non_null(strstr(message, "block device sees EIO"));
}

/* A kernel's zstd gives 589824; that of the library may differ by some objects. */
static void anon_pages_are_stored_as_in_a_kernel_and_recompressed(void **state)
{
	struct zramsim_device_params params = { .disksize_bytes = 64 * PAGE_BYTES,
						.comp = "lz4",
						.recomp = "zstd" };
	const struct sim_data_params pages = {
		.spec = "anon", .comp = "lz4", .page_bytes = PAGE_BYTES, .nr_slots = 64, .seed = 1
	};
	struct sim_message msg = { message, sizeof(message) };
	unsigned char page[PAGE_BYTES];
	struct zramsim_device *dev;
	struct zramsim_stat st;
	struct sim_data data;
	uint32_t i;

	(void)state;
	if (zramsim_device_create(&params, &dev)) /* not in this build */
		return;
	assert_int_equal(sim_data_prepare(&pages, &data, &msg), 0);
	for (i = 0; i < 64; i++) {
		sim_data_page(&data, i, page);
		assert_int_equal(zramsim_write(dev, i, page), 0);
	}
	zramsim_mm_stat(dev, &st);
	assert_int_equal(st.mem_used_total, 712704);
	assert_int_equal(zramsim_recompress(dev), 0); /* nothing is idle */
	zramsim_mm_stat(dev, &st);
	assert_int_equal(st.mem_used_total, 712704);
	assert_int_equal(zramsim_mark_idle(dev), 63);
	assert_true(zramsim_recompress(dev) > 50);
	zramsim_mm_stat(dev, &st);
	assert_in_range(st.mem_used_total, 572000, 607000);
	sim_data_release(&data);
	zramsim_device_destroy(dev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_fills_its_device_as_a_kernel_does),
		cmocka_unit_test(a_run_says_where_its_limit_was_reached),
		cmocka_unit_test(anon_pages_are_stored_as_in_a_kernel_and_recompressed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
