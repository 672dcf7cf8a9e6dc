// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What accesses cost on a machine of round numbers: L1 2 ns, L2 10, shared 30, memory 100, half of
 * it hidden; a modified line 40 ns from the same cluster and 80 from another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/virtual/cache_inline.h"
#include "t_machine.h"

enum {
	CPUS = 8,
	L2_PS = 4000,	   /* (10 - 2) / 2 */
	LLC_PS = 14000,	   /* (30 - 2) / 2 */
	MEMORY_PS = 49000, /* (100 - 2) / 2 */
	NEAR_PS = 40000,
	FAR_PS = 80000,
	L1_SETS = 128,
	L1_WAYS = 4,
	L2_LINES = 4096,
	MANY_CPUS = 130,
	MANY_LINES = 100,
};

/* Far from each other, so that no stream is seen. */
#define LINE(i) (1000ull + (i)*977)

static struct vm_profile profile;
static struct vm_cache *cache;

static int begin(void **state)
{
	(void)state;
	t_profile(&profile, CPUS);
	cache = vm_cache_new(&profile);
	return cache ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	vm_cache_free(cache);
	return 0;
}

static uint64_t touch(unsigned int cpu, uint64_t line, enum vm_access_kind kind)
{
	return vm_cache_access(cache, cpu, line, kind);
}

static void a_line_is_fetched_once(void **state)
{
	(void)state;
	assert_int_equal(touch(0, LINE(1), VM_READ), MEMORY_PS);
	assert_int_equal(touch(0, LINE(1), VM_READ), 0);
	/* Nobody else has it: it may be written for nothing. */
	assert_int_equal(touch(0, LINE(1), VM_WRITE), 0);
	assert_int_equal(touch(0, LINE(1), VM_RMW), 0);
}

static void what_l1_has_lost_is_in_l2(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i <= L1_WAYS; i++)
		touch(0, 7 + (uint64_t)i * L1_SETS * 3, VM_READ);
	assert_int_equal(touch(0, 7, VM_READ), L2_PS);
	/* That was the oldest but one now. */
	assert_int_equal(touch(0, 7, VM_READ), 0);
}

static void a_neighbour_reads_it_from_the_shared_level(void **state)
{
	(void)state;
	touch(0, LINE(1), VM_READ);
	assert_int_equal(touch(1, LINE(1), VM_READ), LLC_PS);
	assert_int_equal(touch(4, LINE(1), VM_READ), MEMORY_PS);
}

static void a_written_line_comes_from_who_wrote_it(void **state)
{
	struct vm_cache_stat stat;

	(void)state;
	touch(0, LINE(1), VM_WRITE);
	assert_int_equal(touch(1, LINE(1), VM_READ), NEAR_PS);
	touch(0, LINE(2), VM_WRITE);
	assert_int_equal(touch(4, LINE(2), VM_READ), FAR_PS);
	/* The writer has kept a copy, but must ask before it writes again. */
	assert_int_equal(touch(0, LINE(2), VM_READ), 0);
	assert_int_equal(touch(0, LINE(2), VM_WRITE), FAR_PS);
	vm_cache_stat(cache, 0, &stat);
	assert_int_equal(stat.transfers, 1);
}

static void a_write_takes_it_from_all(void **state)
{
	unsigned int cpu;

	(void)state;
	for (cpu = 0; cpu < CPUS; cpu++)
		touch(cpu, LINE(1), VM_READ);
	assert_int_equal(touch(0, LINE(1), VM_RMW), FAR_PS);
	for (cpu = 1; cpu < 4; cpu++)
		touch(cpu, LINE(1), VM_READ);
	assert_int_equal(touch(1, LINE(1), VM_WRITE), NEAR_PS);
	assert_int_equal(touch(0, LINE(1), VM_READ), NEAR_PS);
}

static void a_line_that_bounces_costs_a_transfer_each_time(void **state)
{
	struct vm_cache_stat stat;
	unsigned int i;

	(void)state;
	touch(0, LINE(1), VM_RMW);
	for (i = 0; i < 100; i++) {
		assert_int_equal(touch(5, LINE(1), VM_RMW), FAR_PS);
		assert_int_equal(touch(0, LINE(1), VM_RMW), FAR_PS);
	}
	vm_cache_stat(cache, 5, &stat);
	assert_int_equal(stat.transfers, 100);
}

static void a_stream_is_fetched_ahead(void **state)
{
	unsigned int i;

	(void)state;
	assert_int_equal(touch(0, 50000, VM_READ), MEMORY_PS);
	assert_int_equal(touch(0, 50001, VM_READ), MEMORY_PS);
	for (i = 2; i < 500; i++)
		assert_int_equal(touch(0, 50000 + i, VM_READ), L2_PS);
}

static void more_than_fits_comes_from_further_away(void **state)
{
	struct vm_cache_stat stat;
	uint64_t i;

	(void)state;
	/* Twice the second level, half of the shared one. */
	for (i = 0; i < 2ull * L2_LINES; i++)
		touch(0, LINE(i), VM_READ);
	vm_cache_stat(cache, 0, &stat);
	assert_int_equal(stat.llc_misses, 2 * L2_LINES);
	for (i = 0; i < 2ull * L2_LINES; i++)
		touch(0, LINE(i), VM_READ);
	vm_cache_stat(cache, 0, &stat);
	/* The second round misses in L2, and mostly not in the shared level. */
	assert_true(stat.l2_misses > 3 * L2_LINES);
	assert_true(stat.llc_misses < 2 * L2_LINES + L2_LINES / 2);
}

static void clearing_makes_all_cold(void **state)
{
	struct vm_cache_stat stat;

	(void)state;
	touch(0, LINE(1), VM_WRITE);
	vm_cache_clear(cache);
	vm_cache_stat(cache, 0, &stat);
	assert_int_equal(stat.l1_misses, 0);
	assert_int_equal(touch(1, LINE(1), VM_READ), MEMORY_PS);
}

/* Who has a line is in words of 64 CPUs; of many lines more than one CPU has. */
static void lines_of_many_cpus_are_taken_from_all(void **state)
{
	unsigned int i, cpu;

	(void)state;
	vm_cache_free(cache);
	t_profile(&profile, MANY_CPUS);
	cache = vm_cache_new(&profile);
	assert_non_null(cache);
	for (i = 0; i < MANY_LINES; i++)
		for (cpu = 0; cpu < MANY_CPUS; cpu++)
			touch(cpu, LINE(i), VM_READ);
	for (i = 0; i < MANY_LINES; i += 2)
		assert_int_equal(touch(i, LINE(i), VM_WRITE), FAR_PS);
	/* Those that were not written are still there, of the others a CPU has its own. */
	for (cpu = 0; cpu < MANY_CPUS; cpu += MANY_CPUS - 1)
		for (i = 0; i < MANY_LINES; i++)
			assert_int_equal(touch(cpu, LINE(i), VM_READ) > 0, i % 2 == 0 && i != cpu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_line_is_fetched_once, begin, end),
		cmocka_unit_test_setup_teardown(what_l1_has_lost_is_in_l2, begin, end),
		cmocka_unit_test_setup_teardown(a_neighbour_reads_it_from_the_shared_level, begin,
						end),
		cmocka_unit_test_setup_teardown(a_written_line_comes_from_who_wrote_it, begin, end),
		cmocka_unit_test_setup_teardown(a_write_takes_it_from_all, begin, end),
		cmocka_unit_test_setup_teardown(a_line_that_bounces_costs_a_transfer_each_time,
						begin, end),
		cmocka_unit_test_setup_teardown(a_stream_is_fetched_ahead, begin, end),
		cmocka_unit_test_setup_teardown(more_than_fits_comes_from_further_away, begin, end),
		cmocka_unit_test_setup_teardown(clearing_makes_all_cold, begin, end),
		cmocka_unit_test_setup_teardown(lines_of_many_cpus_are_taken_from_all, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
