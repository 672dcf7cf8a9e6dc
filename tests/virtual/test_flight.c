// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/virtual/flight.h"

static void who_comes_early_waits_for_the_rest(void **state)
{
	struct vm_flights flights = { 0 };

	(void)state;
	assert_int_equal(vm_flight_add(&flights, 7, 1000, 500), 0);
	assert_int_equal(flights.nr, 1);
	/* Another line is no business of this one. */
	assert_int_equal(vm_flight_wait(&flights, 8, 1200), 0);
	assert_int_equal(vm_flight_wait(&flights, 7, 1200), 300);
	/* It is there now. */
	assert_int_equal(flights.nr, 0);
	assert_int_equal(vm_flight_wait(&flights, 7, 1500), 0);
}

static void what_has_arrived_costs_nothing(void **state)
{
	struct vm_flights flights = { 0 };

	(void)state;
	vm_flight_add(&flights, 1, 0, 100);
	vm_flight_add(&flights, 2, 0, 900);
	assert_int_equal(vm_flight_wait(&flights, 1, 100), 0);
	/* Only the other one is still under way. */
	assert_int_equal(flights.nr, 1);
	assert_int_equal(vm_flight_wait(&flights, 2, 899), 1);
}

static void one_too_many_waits_for_the_first_to_arrive(void **state)
{
	struct vm_flights flights = { 0 };
	uint64_t i;

	(void)state;
	for (i = 0; i < VM_FLIGHTS; i++)
		assert_int_equal(vm_flight_add(&flights, i, 0, 800 - 10 * i), 0);
	/* The last one arrives first. */
	assert_int_equal(vm_flight_add(&flights, 100, 30, 50), 800 - 10 * (VM_FLIGHTS - 1) - 30);
	assert_int_equal(flights.nr, VM_FLIGHTS);
	assert_int_equal(vm_flight_wait(&flights, VM_FLIGHTS - 1, 30), 0);
	/* It was sent once there was room. */
	assert_int_equal(vm_flight_wait(&flights, 100, 30), 800 - 10 * (VM_FLIGHTS - 1) - 30 + 50);
	assert_int_equal(flights.nr, VM_FLIGHTS - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_comes_early_waits_for_the_rest),
		cmocka_unit_test(what_has_arrived_costs_nothing),
		cmocka_unit_test(one_too_many_waits_for_the_first_to_arrive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
