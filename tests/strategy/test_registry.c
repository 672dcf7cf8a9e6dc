// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The list of strategies: what the command line and the documentation rely on. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "strategies/registry.h"

static void sync_comes_first_and_queues_nothing(void **state)
{
	(void)state;
	assert_ptr_equal(zfree_strategy(0), &zfree_sync);
	assert_int_equal(zfree_strategy(0)->units, 0);
}

static void each_strategy_is_found_by_its_name_and_only_once(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < zfree_nr_strategies(); i++)
		assert_ptr_equal(zfree_find(zfree_strategy(i)->name), zfree_strategy(i));
	assert_null(zfree_strategy(i));
	assert_null(zfree_find("bitmaps"));
	assert_null(zfree_find(""));
}

static void each_strategy_has_a_summary_of_one_line(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < zfree_nr_strategies(); i++) {
		const char *summary = zfree_strategy(i)->summary;

		assert_non_null(summary);
		assert_in_range(strlen(summary), 10, 80);
		assert_null(strchr(summary, '\n'));
	}
}

static void units_are_those_of_the_catalogue(void **state)
{
	static const struct {
		const char *name;
		unsigned int units;
	} table[] = {
		{ "bitmap", BIT(ZFREE_SLOT) },
		{ "rfc", BIT(ZFREE_SLOT) },
		{ "hbitmap", BIT(ZFREE_SLOT) },
		{ "radix", BIT(ZFREE_SLOT) },
		{ "array", BIT(ZFREE_SLOT) | BIT(ZFREE_HANDLE) },
		{ "pcpu-stack", BIT(ZFREE_SLOT) | BIT(ZFREE_HANDLE) },
		{ "pcpu-page", BIT(ZFREE_SLOT) | BIT(ZFREE_HANDLE) },
		{ "bulk", BIT(ZFREE_HANDLE) },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		assert_int_equal(zfree_find(table[i].name)->units, table[i].units);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sync_comes_first_and_queues_nothing),
		cmocka_unit_test(each_strategy_is_found_by_its_name_and_only_once),
		cmocka_unit_test(each_strategy_has_a_summary_of_one_line),
		cmocka_unit_test(units_are_those_of_the_catalogue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
