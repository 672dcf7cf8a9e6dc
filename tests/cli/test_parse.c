// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sim/run/parse.h"
#include "sim/cli/suggest.h"

/* A text, and the value it stands for or a word of the complaint about it. */
struct t_case {
	const char *text;
	uint64_t value;
	const char *complaint;
};

static void t_check(const char *(*parse)(const char *, uint64_t *), const struct t_case *cases)
{
	for (; cases->text; cases++) {
		uint64_t value = 4711;
		const char *why = parse(cases->text, &value);

		if (cases->complaint) {
			assert_non_null(why);
			if (!strstr(why, cases->complaint))
				fail_msg("'%s' %s: no word of '%s'", cases->text, why,
					 cases->complaint);
			assert_int_equal(value, 4711);
		} else {
			if (why)
				fail_msg("'%s' %s", cases->text, why);
			assert_int_equal(value, cases->value);
		}
	}
}

static void sizes_are_read_exactly_or_refused(void **state)
{
	static const struct t_case cases[] = {
		{ "0", 0, NULL },
		{ "4096", 4096, NULL },
		{ "1B", 1, NULL },
		{ "4k", 4096, NULL },
		{ "4K", 4096, NULL },
		{ "4KB", 4096, NULL },
		{ "64MiB", 64 << 20, NULL },
		{ "256M", 256 << 20, NULL },
		{ "1.5G", 1536ULL << 20, NULL },
		{ "0.25K", 256, NULL },
		{ "1.50000000000000000000000K", 1536, NULL },
		{ "2T", 2ULL << 40, NULL },
		{ "18446744073709551615", UINT64_MAX, NULL },
		{ "16777215T", 16777215ULL << 40, NULL },
		{ "", 0, "not a number" },
		{ "M", 0, "not a number" },
		{ " 4k", 0, "not a number" },
		{ "+4k", 0, "not a number" },
		{ "four", 0, "not a number" },
		{ "-4k", 0, "negative" },
		{ "4 k", 0, "unit" },
		{ "4kk", 0, "unit" },
		{ "4m", 0, "unit" },
		{ "4kb", 0, "unit" },
		{ "4P", 0, "unit" },
		{ "1.k", 0, "after the point" },
		{ "1.5", 0, "whole number of" },
		{ "0.0001K", 0, "whole number of" },
		{ "0.1234567890123456789012K", 0, "too many digits" },
		{ "18446744073709551616", 0, "64 bits" },
		{ "16777216T", 0, "64 bits" },
		{ "99999999999999999999999999", 0, "64 bits" },
		{ NULL, 0, NULL },
	};

	(void)state;
	t_check(parse_bytes, cases);
}

static void times_need_a_unit(void **state)
{
	static const struct t_case cases[] = {
		{ "100ms", 100000000, NULL },
		{ "1s", 1000000000, NULL },
		{ "1.5s", 1500000000, NULL },
		{ "2min", 120000000000, NULL },
		{ "250us", 250000, NULL },
		{ "7ns", 7, NULL },
		{ "100", 0, "unit" },
		{ "100 ms", 0, "unit" },
		{ "100msec", 0, "unit" },
		{ "0.5ns", 0, "whole number" },
		{ "-1s", 0, "negative" },
		{ "ms", 0, "not a time" },
		{ "", 0, "not a time" },
		{ "18446744074s", 0, "64 bits" },
		{ NULL, 0, NULL },
	};

	(void)state;
	t_check(parse_ns, cases);
}

static void counts_are_digits_and_nothing_else(void **state)
{
	static const struct t_case cases[] = {
		{ "0", 0, NULL },
		{ "12", 12, NULL },
		{ "007", 7, NULL },
		{ "", 0, "empty" },
		{ "-1", 0, "negative" },
		{ "1k", 0, "after the number" },
		{ "1.0", 0, "after the number" },
		{ "0x10", 0, "after the number" },
		{ "one", 0, "not a number" },
		{ "18446744073709551616", 0, "64 bits" },
		{ NULL, 0, NULL },
	};

	(void)state;
	t_check(parse_count, cases);
}

static void seeds_may_be_hexadecimal(void **state)
{
	static const struct t_case cases[] = {
		{ "1", 1, NULL },
		{ "0", 0, NULL },
		{ "0xC0ffee", 0xc0ffee, NULL },
		{ "0xffffffffffffffff", UINT64_MAX, NULL },
		{ "18446744073709551615", UINT64_MAX, NULL },
		{ "0x", 0, "no digit" },
		{ "0xg", 0, "hexadecimal" },
		{ "0x10000000000000000", 0, "64 bits" },
		{ "c0ffee", 0, "not a number" },
		{ "-1", 0, "negative" },
		{ NULL, 0, NULL },
	};

	(void)state;
	t_check(parse_seed, cases);
}

static void shares_are_whole_percents(void **state)
{
	static const struct t_case cases[] = {
		{ "0", 0, NULL },
		{ "20", 20, NULL },
		{ "20%", 20, NULL },
		{ "100%", 100, NULL },
		{ "101%", 0, "more than 100" },
		{ "20%%", 0, "after the number" },
		{ "0.2", 0, "after the number" },
		{ "-20%", 0, "negative" },
		{ "%", 0, "not a share" },
		{ "", 0, "empty" },
		{ NULL, 0, NULL },
	};

	(void)state;
	t_check(parse_percent, cases);
}

static void processor_lists_keep_their_order(void **state)
{
	static const char *const bad[] = { "",	  ",",	"0,",	 "0,,1", "3-2",	  "a",	 "0-",
					   "0 1", "-1", "0-1-2", "0x1",	 "65536", "0-64" };
	uint32_t cpus[64], nr = 0;
	unsigned int i;

	(void)state;
	assert_null(parse_cpus("3,0-2", cpus, 64, &nr));
	assert_int_equal(nr, 4);
	assert_int_equal(cpus[0], 3);
	assert_int_equal(cpus[1], 0);
	assert_int_equal(cpus[3], 2);
	assert_null(parse_cpus("0-63", cpus, 64, &nr));
	assert_int_equal(nr, 64);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(parse_cpus(bad[i], cpus, 64, &nr));
	assert_int_equal(nr, 64);
}

static const char *t_suggest(const char *typed)
{
	static const char *const names[] = { "compare", "run",	"list",	     "help",
					     "bitmap",	"bulk", "pcpu-page", "pcpu-stack" };
	struct suggest s = { 0 };
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		suggest_try(&s, typed, names[i]);
	return s.best;
}

static void the_closest_name_is_suggested(void **state)
{
	(void)state;
	assert_string_equal(t_suggest("comapre"), "compare");
	assert_string_equal(t_suggest("compair"), "compare");
	assert_string_equal(t_suggest("rnu"), "run");
	assert_string_equal(t_suggest("bulks"), "bulk");
	assert_string_equal(t_suggest("bit"), "bitmap");
	assert_string_equal(t_suggest("pcpu-stak"), "pcpu-stack");
	assert_string_equal(t_suggest("pcpupage"), "pcpu-page");
}

static void nothing_is_suggested_for_another_word(void **state)
{
	(void)state;
	assert_null(t_suggest("frobnicate"));
	assert_null(t_suggest("x"));
	assert_null(t_suggest(""));
	assert_null(t_suggest("a-word-much-longer-than-any-name-there-could-be"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_read_exactly_or_refused),
		cmocka_unit_test(times_need_a_unit),
		cmocka_unit_test(counts_are_digits_and_nothing_else),
		cmocka_unit_test(seeds_may_be_hexadecimal),
		cmocka_unit_test(shares_are_whole_percents),
		cmocka_unit_test(processor_lists_keep_their_order),
		cmocka_unit_test(the_closest_name_is_suggested),
		cmocka_unit_test(nothing_is_suggested_for_another_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
