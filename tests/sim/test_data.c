// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include <linux/compiler.h>

#include "port.h"
#include "sim/data/data.h"
#include "sim/figures/stats.h"
#include "tests/sim/t_digest.h"
#include "zram/zcomp.h"

enum {
	PAGE_BYTES = 4096,
	NR_PAGES = 4096,
};

static char message[300];

static int prepare(struct sim_data *data, const char *spec, const char *comp, u64 nr_slots,
		   u64 seed)
{
	struct sim_data_params params = {
		.spec = spec,
		.comp = comp,
		.page_bytes = PAGE_BYTES,
		.nr_slots = nr_slots,
		.seed = seed,
		.keep = true,
	};
	struct sim_message msg = { message, sizeof(message) };

	message[0] = '\0';
	return sim_data_prepare(&params, data, &msg);
}

static bool have_comp(const char *name)
{
	unsigned int i;

	for (i = 0; zcomp_name(i); i++) {
		if (!strcmp(zcomp_name(i), name))
			return true;
	}
	return false;
}

/* Sizes a table of SIZE COUNT lines stands for, ascending. */
static u64 *read_table(const char *name, size_t *nr)
{
	u64 *sizes = NULL;
	char path[512], line[256];
	unsigned int size, count;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", getenv("ZRAMSIM_DATA_DIR"), name);
	file = fopen(path, "r");
	assert_non_null(file);
	*nr = 0;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%u %u", &size, &count) != 2)
			continue;
		sizes = realloc(sizes, (*nr + count) * sizeof(*sizes));
		while (count--)
			sizes[(*nr)++] = size;
	}
	fclose(file);
	return sizes;
}

static double mean_of(const u64 *sizes, size_t nr)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < nr; i++)
		sum += (double)sizes[i];
	return sum / (double)nr;
}

static u64 *stored_sizes(const struct sim_data *data, size_t *nr)
{
	u64 *sizes = malloc(data->source.nr * sizeof(*sizes));
	u32 i;

	*nr = 0;
	for (i = 0; i < data->source.nr; i++) {
		if (data->items[i].len)
			sizes[(*nr)++] = data->items[i].len;
	}
	sim_sort(sizes, *nr);
	return sizes;
}

/* How far mean and quantiles may lie from the table's, in percent. */
static void compare_with_table(const char *comp, const char *table, double mean_percent,
			       u32 quantile_percent)
{
	static const double quantiles[] = { 10, 25, 50, 75, 90 };
	size_t nr_have, nr_want, i;
	struct sim_data data;
	u64 *have, *want, a, b;
	double off;

	assert_int_equal(prepare(&data, "anon", comp, NR_PAGES * 4, 7), 0);
	have = stored_sizes(&data, &nr_have);
	want = read_table(table, &nr_want);
	off = mean_of(have, nr_have) / mean_of(want, nr_want) * 100 - 100;
	print_message("# %s: mean %.1f, table %.1f\n", comp, mean_of(have, nr_have),
		      mean_of(want, nr_want));
	assert_true(off < mean_percent && off > -mean_percent);
	for (i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		a = sim_percentile(have, nr_have, quantiles[i]);
		b = sim_percentile(want, nr_want, quantiles[i]);
		if ((a > b ? a - b : b - a) * 100 > quantile_percent * b)
			fail_msg("quantile %g: %lu, table %lu", quantiles[i], (unsigned long)a,
				 (unsigned long)b);
	}
	free(have);
	free(want);
	sim_data_release(&data);
}

/* Without what a test needs it returns: cmocka 1.1 prints a skipped test as one that failed. */
static void anon_follows_the_measured_sizes_under_lz4(void **state)
{
	(void)state;
	if (!have_comp("lz4"))
		return;
	compare_with_table("lz4", "lz4-anon.txt", 1, 3);
}

static void anon_roughly_follows_the_measured_sizes_under_zstd(void **state)
{
	(void)state;
	if (!have_comp("zstd"))
		return;
	compare_with_table("zstd", "zstd3-anon.txt", 5, 20);
}

static void anon_has_its_share_of_same_filled_pages(void **state)
{
	struct sim_data data;
	u32 same = 0, i;

	(void)state;
	assert_int_equal(prepare(&data, "anon", zcomp_name(0), NR_PAGES * 4, 3), 0);
	for (i = 0; i < data.source.nr; i++)
		same += !data.items[i].len;
	assert_in_range(same, NR_PAGES * 4 * 9 / 1000, NR_PAGES * 4 * 15 / 1000);
	sim_data_release(&data);
}

static void the_same_seed_gives_the_same_data(void **state)
{
	struct sim_data data;
	u64 digest[3];
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(prepare(&data, "anon", zcomp_name(0), NR_PAGES, i < 2 ? 11 : 12),
				 0);
		digest[i] = t_data_digest(&data);
		sim_data_release(&data);
	}
	assert_int_equal(digest[0], digest[1]);
	assert_int_not_equal(digest[0], digest[2]);
}

/* What is in the cache expands to the page it was made from. */
static void the_cache_holds_what_the_compressor_made(void **state)
{
	struct zcomp *comp = zcomp_create(zcomp_name(0), 0, PAGE_BYTES);
	unsigned char want[PAGE_BYTES], have[PAGE_BYTES];
	const struct sim_item *item;
	struct zcomp_strm *strm;
	struct sim_data data;
	u32 i;

	(void)state;
	assert_int_equal(prepare(&data, "anon", zcomp_name(0), 500, 5), 0);
	for (i = 0; i < data.source.nr; i++) {
		item = sim_data_item(&data, i);
		if (!item->len || item->len == PAGE_BYTES)
			continue;
		strm = zcomp_stream_get(comp);
		assert_int_equal(zcomp_decompress(comp, strm, item->data, item->len, have), 0);
		zcomp_stream_put(strm);
		sim_data_page(&data, i, want);
		assert_memory_equal(want, have, PAGE_BYTES);
	}
	sim_data_release(&data);
	zcomp_destroy(comp);
}

static void sizes_are_the_same_whether_data_are_kept_or_not(void **state)
{
	struct sim_data_params params = {
		.spec = "anon",
		.comp = zcomp_name(0),
		.page_bytes = PAGE_BYTES,
		.nr_slots = 500,
		.seed = 5,
	};
	struct sim_message msg = { message, sizeof(message) };
	struct sim_data kept, data;
	u32 i;

	(void)state;
	assert_int_equal(prepare(&kept, params.spec, params.comp, params.nr_slots, params.seed), 0);
	assert_int_equal(sim_data_prepare(&params, &data, &msg), 0);
	assert_int_equal(data.source.nr, kept.source.nr);
	for (i = 0; i < data.source.nr; i++) {
		assert_int_equal(data.items[i].len, kept.items[i].len);
		assert_null(data.items[i].data);
		assert_int_equal(kept.items[i].data != NULL, kept.items[i].len != 0);
	}
	assert_int_equal(data.cached_bytes, 0);
	sim_data_release(&data);
	sim_data_release(&kept);
}

static void rfc_pages_are_all_alike_and_not_same_filled(void **state)
{
	char page[PAGE_BYTES];
	struct sim_data data;

	(void)state;
	assert_int_equal(prepare(&data, "rfc", zcomp_name(0), NR_PAGES, 1), 0);
	assert_int_equal(data.source.nr, 1);
	assert_true(data.items[0].len > 0);
	if (strcmp(zcomp_name(0), "none"))
		assert_true(data.items[0].len < PAGE_BYTES);
	else
		assert_int_equal(data.items[0].len, PAGE_BYTES);
	sim_data_page(&data, 77, page);
	assert_memory_equal(page, "1024 one1024 two1024 three1024 four1024 one", 43);
	sim_data_release(&data);
}

static void write_file(char *path, const void *bytes, size_t len)
{
	int fd;

	snprintf(path, 64, "/tmp/zramsim-test-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	close(fd);
}

static void the_last_page_of_a_file_is_padded(void **state)
{
	char path[64], spec[80], page[PAGE_BYTES];
	char *bytes = calloc(1, 2 * PAGE_BYTES);
	struct sim_data data;

	(void)state;
	memset(bytes, 'y', PAGE_BYTES + 3);
	write_file(path, bytes, PAGE_BYTES + 3);
	snprintf(spec, sizeof(spec), "file:%s", path);
	assert_int_equal(prepare(&data, spec, zcomp_name(0), NR_PAGES, 1), 0);
	assert_int_equal(data.source.nr, 2);
	sim_data_page(&data, 1, page);
	assert_memory_equal(page, "yyy\0\0", 5);
	sim_data_page(&data, 2, page); /* short data are repeated */
	assert_memory_equal(page, bytes, PAGE_BYTES);
	sim_data_release(&data);
	unlink(path);
	free(bytes);
}

static void bad_files_are_refused_in_one_sentence(void **state)
{
	struct sim_data data;
	char path[64], spec[80];

	(void)state;
	assert_int_equal(prepare(&data, "file:/nonexistent/x", zcomp_name(0), 1, 1), -ENOENT);
	assert_non_null(strstr(message, "file:/nonexistent/x: cannot be read (No such file"));
	assert_int_equal(prepare(&data, "file:/", zcomp_name(0), 1, 1), -EISDIR);
	assert_string_equal(message, "file:/: is a directory; name a file");
	write_file(path, "", 0);
	snprintf(spec, sizeof(spec), "file:%s", path);
	assert_int_equal(prepare(&data, spec, zcomp_name(0), 1, 1), -EINVAL);
	assert_non_null(strstr(message, "is empty"));
	unlink(path);
}

static void bad_specs_are_refused_in_one_sentence(void **state)
{
	static const char *const specs[][2] = {
		{ "anonymous", "data \"anonymous\" is not anon, rfc, file:PATH, pid:PID or "
			       "sizes:FILE" },
		{ "", "data \"\" is not anon, rfc, file:PATH, pid:PID or sizes:FILE" },
		{ "anon:x", "data \"anon:x\": nothing may follow anon" },
		{ "file:", "data \"file:\" lacks its PATH, as in file:PATH" },
		{ "file", "data \"file\" lacks its PATH, as in file:PATH" },
		{ "pid:", "data \"pid:\" lacks its PID, as in pid:PID" },
		{ "pid:12x", "pid:12x: is not a process id, give a number as in pid:1234" },
		{ "pid:-1", "pid:-1: is not a process id, give a number as in pid:1234" },
	};
	struct sim_data data;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
		assert_int_equal(prepare(&data, specs[i][0], zcomp_name(0), 1, 1), -EINVAL);
		assert_string_equal(message, specs[i][1]);
	}
}

static int prepare_sizes(struct sim_data *data, const char *table, char *path, u64 nr_slots)
{
	char spec[80];
	int err;

	write_file(path, table, strlen(table));
	snprintf(spec, sizeof(spec), "sizes:%s", path);
	err = prepare(data, spec, zcomp_name(0), nr_slots, 9);
	unlink(path);
	return err;
}

static void sizes_are_drawn_by_their_counts(void **state)
{
	struct sim_data data;
	char path[64];
	u32 hundreds = 0, huge = 0, i;

	(void)state;
	assert_int_equal(prepare_sizes(&data, "# a comment\n\n 100 30 # thirty\n4000\t10\n7 0\n",
				       path, NR_PAGES),
			 0);
	assert_false(sim_data_has_content(&data));
	for (i = 0; i < data.source.nr; i++) {
		hundreds += data.items[i].len == 100;
		huge += data.items[i].len == PAGE_BYTES; /* 4000 is stored as it is */
	}
	assert_int_equal(hundreds + huge, NR_PAGES);
	assert_in_range(huge, NR_PAGES / 4 - 200, NR_PAGES / 4 + 200);
	sim_data_release(&data);
}

static void bad_tables_are_refused_with_file_and_line(void **state)
{
	static const char *const tables[][2] = {
		{ "10 1\nabc\n", ":2: expected a size in bytes and a count" },
		{ "10\n", ":1: expected a size in bytes and a count" },
		{ "10 1 1\n", ":1: expected a size in bytes and a count" },
		{ "-5 1\n", ":1: expected a size in bytes and a count" },
		{ "0 1\n", ":1: size 0 is not between 1 and the page size, 4096" },
		{ "#\n5000 1\n", ":2: size 5000 is not between 1 and the page size, 4096" },
		{ "10 99999999999\n", ":1: count 99999999999 is above" },
		{ "99999999999999999999 1\n", ":1: expected a size" },
		{ "# nothing\n", ": has no sizes" },
		{ "", ": has no sizes" },
		{ "10 0\n", ": has no sizes" },
	};
	struct sim_data data;
	char path[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		assert_int_equal(prepare_sizes(&data, tables[i][0], path, 1), -EINVAL);
		assert_non_null(strstr(message, path));
		if (!strstr(message, tables[i][1]))
			fail_msg("\"%s\" does not say \"%s\"", message, tables[i][1]);
	}
}

/* A child with known memory: what is read of it contains that memory. */
static void memory_of_a_process_is_read(void **state)
{
	const size_t len = 64 * PAGE_BYTES;
	unsigned char *mine =
		mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char page[PAGE_BYTES];
	bool found = false;
	struct sim_data data;
	char spec[32];
	u32 i;
	int err;

	(void)state;
	if (KC_TSAN || KC_ASAN)
		return; /* terabytes of shadow memory would be looked through */
	assert_ptr_not_equal(mine, MAP_FAILED);
	for (i = 0; i < len; i++)
		mine[i] = (unsigned char)(i * 31 + i / 4096);
	snprintf(spec, sizeof(spec), "pid:%d", getpid());
	err = prepare(&data, spec, zcomp_name(0), 1 << 16, 1);
	if (err == -EACCES)
		return;
	assert_int_equal(err, 0);
	assert_true(data.source.nr >= 64);
	for (i = 0; i < data.source.nr && !found; i++) {
		sim_data_page(&data, i, page);
		found = !memcmp(page, mine + 5 * PAGE_BYTES, PAGE_BYTES);
	}
	assert_true(found);
	sim_data_release(&data);
	munmap(mine, len);
}

static void preparation_can_be_interrupted(void **state)
{
	volatile int stop = 1;
	struct sim_data_params params = {
		.spec = "anon",
		.comp = zcomp_name(0),
		.page_bytes = PAGE_BYTES,
		.nr_slots = 1 << 16,
		.stop = &stop,
	};
	struct sim_message msg = { message, sizeof(message) };
	struct sim_data data;

	(void)state;
	assert_int_equal(sim_data_prepare(&params, &data, &msg), -EINTR);
	assert_null(data.items);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(anon_follows_the_measured_sizes_under_lz4),
		cmocka_unit_test(anon_roughly_follows_the_measured_sizes_under_zstd),
		cmocka_unit_test(anon_has_its_share_of_same_filled_pages),
		cmocka_unit_test(the_same_seed_gives_the_same_data),
		cmocka_unit_test(the_cache_holds_what_the_compressor_made),
		cmocka_unit_test(sizes_are_the_same_whether_data_are_kept_or_not),
		cmocka_unit_test(rfc_pages_are_all_alike_and_not_same_filled),
		cmocka_unit_test(the_last_page_of_a_file_is_padded),
		cmocka_unit_test(bad_files_are_refused_in_one_sentence),
		cmocka_unit_test(bad_specs_are_refused_in_one_sentence),
		cmocka_unit_test(sizes_are_drawn_by_their_counts),
		cmocka_unit_test(bad_tables_are_refused_with_file_and_line),
		cmocka_unit_test(memory_of_a_process_is_read),
		cmocka_unit_test(preparation_can_be_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
