// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Writers on a result that was made up: no experiment runs here. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim/echo.h"
#include "sim/report/json.h"
#include "sim/report/tables.h"
#include "sim/report/report.h"
#include "sim/report/text.h"
#include "tests/cli/report_fixture.h"

static char *t_write(const struct zramsim_result *res, const char *format, bool color, bool details)
{
	struct report_style style = { .color = color, .details = details };
	char *text = NULL;
	size_t len = 0;
	FILE *mem = open_memstream(&text, &len);

	report_format_find(format)->write(res, &style, mem);
	fclose(mem);
	return text;
}

static char *t_fixture(const char *format, bool color, bool details)
{
	struct zramsim_result res;
	char *text;

	fixture_result(&res);
	text = t_write(&res, format, color, details);
	fixture_free(&res);
	return text;
}

static void t_has(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("no '%s' in:\n%s", part, text ? text : "nothing");
}

static void t_has_not(const char *text, const char *part)
{
	if (text && strstr(text, part))
		fail_msg("a '%s' in:\n%s", part, text);
}

static void t_number(double value, const char *expected)
{
	char buf[NUMBER_CHARS];

	number_format(buf, value);
	assert_string_equal(buf, expected);
}

static void numbers_read_back_as_they_were(void **state)
{
	static const double values[] = {
		0.1,	 1.0 / 3,	1e300, 5e-324, 1.7976931348623157e308,
		-2.5e-9, 123456789.125, 1e15,  0.3,    2.2250738585072014e-308
	};
	char buf[NUMBER_CHARS];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		number_format(buf, values[i]);
		assert_true(strtod(buf, NULL) == values[i]);
	}
	t_number(0, "0");
	t_number(-0.0, "0");
	t_number(65536, "65536");
	t_number(0.1, "0.1");
	t_number(NAN, "");
	t_number(INFINITY, "");
}

/* Which decimal point the C library's functions use, as if a locale had been set. */
static char t_point = '.';

int __wrap_snprintf(char *buf, size_t size, const char *form, ...);
double __real_strtod(const char *text, char **end);
double __wrap_strtod(const char *text, char **end);

int __wrap_snprintf(char *buf, size_t size, const char *form, ...)
{
	va_list ap;
	char *point;
	int len;

	va_start(ap, form);
	len = vsnprintf(buf, size, form, ap);
	va_end(ap);
	point = t_point == '.' ? NULL : strchr(buf, '.');
	if (point)
		*point = t_point;
	return len;
}

double __wrap_strtod(const char *text, char **end)
{
	char copy[64], *point;

	strcpy(copy, text);
	point = strchr(copy, t_point);
	if (point)
		*point = '.';
	return __real_strtod(copy, end);
}

static void numbers_do_not_depend_on_the_locale(void **state)
{
	(void)state;
	t_point = ',';
	t_number(0.1, "0.1");
	t_number(1e-9, "1e-09");
	t_number(-1234.5, "-1234.5");
	t_number(65536, "65536");
	t_point = '.';
}

static void t_round(double value, const char *expected)
{
	char buf[NUMBER_CHARS];

	number_round(buf, value);
	assert_string_equal(buf, expected);
}

static void people_get_three_digits_that_count(void **state)
{
	(void)state;
	t_round(0, "0");
	t_round(0.29431, "0.294");
	t_round(0.99951, "1.00");
	t_round(9.994, "9.99");
	t_round(9.996, "10.0");
	t_round(99.94, "99.9");
	t_round(99.96, "100");
	t_round(63102.4, "63102");
	t_round(0.0001, "0");
	t_round(NAN, "-");
}

static void strings_are_escaped_and_made_valid(void **state)
{
	struct json j = { .empty = true };
	char *text = NULL;
	size_t len = 0;

	(void)state;
	j.out = open_memstream(&text, &len);
	json_begin_flat(&j, NULL, '[');
	json_string(&j, NULL, "a\"b\\c\n\x01\x7f");
	json_string(&j, NULL, "\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa7");
	json_string(&j, NULL, "\xff\xc3(\xe2\x82");
	json_string(&j, NULL, "\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80");
	json_string(&j, NULL, NULL);
	json_number(&j, NULL, NAN);
	json_begin(&j, NULL, '{');
	json_end(&j, '}');
	json_end(&j, ']');
	fclose(j.out);
	assert_string_equal(text, "[\"a\\\"b\\\\c\\u000a\\u0001\\u007f\", "
				  "\"\xc3\xa4 \xe2\x82\xac \xf0\x9f\x90\xa7\", "
				  "\"\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\", "
				  "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
				  "\xef\xbf\xbd"
				  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\", null, null, {}]\n");
	free(text);
}

static void json_keeps_big_seeds_and_missing_samples(void **state)
{
	char *text = t_fixture("json", false, false);

	(void)state;
	t_has(text, "\"schema\": \"zramsim.result/1\"");
	t_has(text, "\"seed\": \"18446744073709551615\"");
	t_has(text, "\"oldest_queued_ns\": null");
	t_has(text, "242.4, null]");
	t_has(text, "\"data\": \"file:/tmp/a \\\"core\\\", dumped\"");
	t_has(text, "\"cpu\": \"A CPU\\u0009\xef\xbf\xbd\"");
	t_has(text, "\"rank\": 1");
	t_has_not(text, ": nan");
	t_has_not(text, ", nan");
	free(text);
}

static void csv_quotes_what_has_to_be(void **state)
{
	char *text = t_fixture("csv", false, false);
	const char *line = text;
	unsigned int lines = 0;

	(void)state;
	t_has(text, "exit,\"file:/tmp/a \"\"core\"\", dumped\",lz4,1,268435456,4096,"
		    "18446744073709551615,true,sync,none,none,exit_ns,ns,5,63102982,");
	t_has(text, "notify_ns.p99");
	for (; (line = strchr(line, '\n')); line++, lines++)
		assert_int_equal(line[-1], '\r');
	assert_int_equal(lines, 1 + 3 * sim_nr_metrics - 1);
	free(text);
}

static void the_fastest_comes_first(void **state)
{
	struct zramsim_result res;
	unsigned int order[3];

	(void)state;
	fixture_result(&res);
	rank_by_exit(&res, order);
	assert_int_equal(order[0], 1);
	assert_int_equal(order[1], 2);
	assert_int_equal(order[2], 0);
	res.strategies[1].values[0].nr = 0;
	rank_by_exit(&res, order);
	assert_int_equal(order[0], 2);
	assert_int_equal(order[2], 1);
	fixture_free(&res);
}

/* 18.6, 21.0 and 63.1 ms: the first two differ by 11 % of the slower one. */
static void what_the_error_hides_shares_a_rank(void **state)
{
	static const struct rank_range apart[] = { { 1, 1 }, { 2, 2 }, { 3, 3 } };
	static const struct rank_range pair[] = { { 1, 2 }, { 1, 2 }, { 3, 3 } };
	static const struct rank_range alike[] = { { 1, 3 }, { 1, 3 }, { 1, 3 } };
	struct rank_range ranges[3];
	struct zramsim_result res;
	unsigned int order[3];

	(void)state;
	fixture_result(&res);
	rank_by_exit(&res, order);
	res.provenance.machine_error = NAN;
	rank_ranges(&res, order, ranges);
	assert_memory_equal(ranges, apart, sizeof(apart));
	res.provenance.machine_error = 0.11;
	rank_ranges(&res, order, ranges);
	assert_memory_equal(ranges, apart, sizeof(apart));
	res.provenance.machine_error = 0.12;
	rank_ranges(&res, order, ranges);
	assert_memory_equal(ranges, pair, sizeof(pair));
	res.provenance.machine_error = 0.8;
	rank_ranges(&res, order, ranges);
	assert_memory_equal(ranges, alike, sizeof(alike));
	res.strategies[0].values[0].nr = 0; /* nothing is like what has no value */
	rank_ranges(&res, order, ranges);
	assert_memory_equal(ranges, pair, sizeof(pair));
	fixture_free(&res);
}

static void the_table_fits_a_hundred_columns(void **state)
{
	char *text = t_fixture("table", false, false);
	char *line, *rest = text;

	(void)state;
	t_has(text, "exit: 1 process, 256 MiB swapped (65536 slots of 4 KiB)");
	t_has(text, "1 bitmap");
	t_has(text, "warning: CPU 0 is slow");
	strsep(&rest, "\n"); /* the line with a path of any length */
	while ((line = strsep(&rest, "\n"))) {
		assert_true(strlen(line) <= 100);
		if (*line)
			assert_int_not_equal(line[strlen(line) - 1], ' ');
	}
	free(text);
}

static void colour_is_only_there_when_asked_for(void **state)
{
	char *plain = t_fixture("table", false, true);
	char *coloured = t_fixture("table", true, false);

	(void)state;
	t_has_not(plain, "\033");
	t_has(plain, "cpu_ns_per_slot.total");
	t_has(coloured, "\033[32mfaster");
	free(plain);
	free(coloured);
}

static void markdown_escapes_what_is_markup(void **state)
{
	char *text = t_fixture("markdown", true, false);

	(void)state;
	t_has(text, "CPU 0 is slow \\| \"very\" \\\\ \\*slow\\*");
	t_has(text, "| 1 | bitmap | slot | 18.6 |");
	t_has(text, "--data 'file:/tmp/a \"core\", dumped'");
	t_has_not(text, "\033");
	free(text);
}

static void what_cannot_be_printed_is_escaped(void **state)
{
	char text[16] = "a\x1b"
			"b\xff",
	     tight[8] = "a\x1b\x1b";

	(void)state;
	assert_false(sim_echo_plain(text));
	sim_echo_escape(text, sizeof(text));
	assert_string_equal(text, "a\\x1bb\\xff");
	assert_true(sim_echo_plain(text));
	/* The second one does not fit, and no half of it is left. */
	sim_echo_escape(tight, sizeof(tight));
	assert_string_equal(tight, "a\\x1b");
	assert_true(sim_echo_plain("plain \xc3\xa9 \xe2\x80\xa6 \xf0\x9f\x90\xa7"));
	/* C1, a line separator, marks of direction, a character cut short, an overlong form. */
	assert_false(sim_echo_plain("\xc2\x9b"));
	assert_false(sim_echo_plain("\xe2\x80\xa8"));
	assert_false(sim_echo_plain("\xe2\x81\xa6"));
	assert_false(sim_echo_plain("\xe2\x80"));
	assert_false(sim_echo_plain("\xc0\xaf"));
}

static char *t_phases(const char *format, bool details)
{
	struct zramsim_result res;
	char *text;

	fixture_result(&res);
	fixture_phases(&res);
	text = t_write(&res, format, false, details);
	fixture_free(&res);
	return text;
}

static void phases_are_shown_where_they_were_timed(void **state)
{
	char *text = t_fixture("table", false, false);

	(void)state;
	t_has_not(text, "producer");
	free(text);
	text = t_phases("table", false);
	t_has(text, "phases timed\n");
	t_has(text, "\nns per slot      sync bitmap   bulk\n");
	t_has(text, "\nproducer other  0.250  0.250  0.250\n");
	t_has(text, "\nproducer queue      -   2.25   2.25\n");
	t_has(text, "\nproducer all     1.50   3.75   3.75\n");
	t_has(text, "\nworker lock         -   3.25   3.25\n");
	free(text);
	text = t_phases("table", true);
	t_has(text, "  phase lock of the producers: 1.25 ns and 1.25 calls per slot, 125.0 %\n");
	free(text);
	text = t_phases("markdown", false);
	t_has(text, "\n| ns per slot | sync | bitmap | bulk |\n|---|---:|---:|---:|\n");
	t_has(text, "\n| worker all | - | 3.25 | 3.25 |\n");
	t_has(text, " --phases");
	free(text);
	text = t_phases("csv", false);
	t_has(text, "bitmap,slot,none,phases.worker.lock.calls_per_slot,calls,5,3.25,0.25,8.5,,,,,"
		    "slot,class-idx,outside,single,256,0,0,0,0,0,0,true,,0,"
		    "0,0,0,1,0,67108864,0,100000000,1,none,0,0,,");
	free(text);
	text = t_phases("json", false);
	t_has(text,
	      "{\"name\": \"lock\", \"role\": \"worker\", \"ns_per_slot\": {\"median\": 3.25, "
	      "\"min\": 0.25, \"max\": 8.5}");
	t_has(text, "\"phase_ns\": 17.5");
	t_has(text, "\"phases\": true");
	free(text);
}

static void every_document_says_what_the_free_path_was(void **state)
{
	static const char *const formats[] = { "table", "markdown" };
	struct zramsim_result res;
	unsigned int i;
	char *text;

	(void)state;
	text = t_fixture("table", false, false);
	t_has(text, "\nkernel 7.3, budget 64 MiB, 1 worker\n");
	free(text);
	fixture_result(&res);
	res.strategies[2].preset_slots = 30001;
	text = t_write(&res, "table", false, false);
	t_has(text, ", budget 64 MiB (bulk 30001 slots), 1 worker\n");
	free(text);
	res.strategies[1].preset_slots = 5;
	text = t_write(&res, "table", false, false);
	t_has(text, ", budget bitmap 5 slots, bulk 30001 slots, 1 worker\n");
	free(text);
	fixture_free(&res);
	fixture_result(&res);
	for (i = 0; i < res.nr_strategies; i++)
		res.strategies[i].unit = "none";
	text = t_write(&res, "table", false, false);
	t_has(text, "\nkernel 7.3\n");
	free(text);
	fixture_free(&res);
	fixture_result(&res);
	res.config.model = (struct zramsim_model){
		.kernel = ZRAMSIM_KERNEL_7_2,
		.locks = ZRAMSIM_LOCKS_CLASS_IDX,
		.pages = ZRAMSIM_PAGES_OUTSIDE,
		.flags = ZRAMSIM_FLAGS_SINGLE,
		.stats = ZRAMSIM_STATS_PERCPU,
		.hold_objs = 7,
	};
	res.config.strategy.defer = ZRAMSIM_DEFER_HANDLE;
	res.config.strategy.batch = ZRAMSIM_BATCH_RUNS;
	res.config.strategy.nr_workers = 2;
	res.config.strategy.worker_nice = 5;
	res.config.strategy.worker_delay_us = 900;
	res.config.hogs = 3;
	res.config.compact_us = 250;
	res.config.alloc_bytes = 32 << 20;
	res.config.memory_bytes = 1 << 30;
	for (i = 0; i < 2; i++) {
		text = t_write(&res, formats[i], false, false);
		t_has(text,
		      "kernel 7.2, with --locks class-idx --pages outside --stats percpu, hold 7, "
		      "defer handle, batch runs, budget 64 MiB, 2 workers at nice 5 kept away for "
		      "900 us, 3 hogs, compacted every 250 us");
		t_has(text, "32 MiB allocated, 1 GiB of memory");
		free(text);
	}
	text = t_write(&res, "markdown", false, false);
	t_has(text,
	      " --memory 1G --alloc 32M --hogs 3 --compact-every 250us --kernel 7.2 --locks "
	      "class-idx --pages outside --flags single --stats percpu --hold 7 --defer handle ");
	t_has(text, " --worker-nice 5 --worker-delay 900us ");
	free(text);
	text = t_write(&res, "csv", false, false);
	t_has(text, ",handle,class-idx,outside,single,7,3,5,900,250,33554432,1073741824,false,,0,"
		    "0,0,0,2,0,67108864,0,100000000,1,none,0,0,,");
	free(text);
	fixture_free(&res);
}

static void a_result_without_a_repeat_is_still_a_document(void **state)
{
	struct zramsim_result res;
	unsigned int i, m;
	char *text;

	(void)state;
	fixture_result(&res);
	res.complete = false;
	for (i = 0; i < res.nr_strategies; i++) {
		res.strategies[i].nr_runs = 0;
		for (m = 0; m < sim_nr_metrics; m++)
			memset(&res.strategies[i].values[m], 0, sizeof(struct zramsim_value));
	}
	for (i = 0; report_formats[i].name; i++) {
		text = t_write(&res, report_formats[i].name, false, i & 1);
		assert_true(strlen(text) > 40);
		free(text);
	}
	text = t_write(&res, "json", false, false);
	t_has(text, "\"complete\": false");
	t_has(text, "\"exit_ns\": null");
	free(text);
	text = t_write(&res, "table", false, false);
	t_has(text, "INTERRUPTED");
	free(text);
	fixture_free(&res);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_read_back_as_they_were),
		cmocka_unit_test(numbers_do_not_depend_on_the_locale),
		cmocka_unit_test(people_get_three_digits_that_count),
		cmocka_unit_test(strings_are_escaped_and_made_valid),
		cmocka_unit_test(json_keeps_big_seeds_and_missing_samples),
		cmocka_unit_test(csv_quotes_what_has_to_be),
		cmocka_unit_test(the_fastest_comes_first),
		cmocka_unit_test(what_the_error_hides_shares_a_rank),
		cmocka_unit_test(the_table_fits_a_hundred_columns),
		cmocka_unit_test(colour_is_only_there_when_asked_for),
		cmocka_unit_test(markdown_escapes_what_is_markup),
		cmocka_unit_test(what_cannot_be_printed_is_escaped),
		cmocka_unit_test(phases_are_shown_where_they_were_timed),
		cmocka_unit_test(every_document_says_what_the_free_path_was),
		cmocka_unit_test(a_result_without_a_repeat_is_still_a_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
