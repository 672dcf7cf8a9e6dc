// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Reading profiles: those that are installed, and everything that can be wrong with one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/virtual/profile.h"

static char text[16384], sentence[512];
static struct vm_profile profile;

static int load(const char *spec)
{
	struct sim_message msg = { sentence, sizeof(sentence) };

	sentence[0] = '\0';
	return vm_profile_load(&profile, spec, NULL, &msg);
}

static int parse(const char *from)
{
	struct sim_message msg = { sentence, sizeof(sentence) };

	sentence[0] = '\0';
	return vm_profile_parse(&profile, from, "x.profile", &msg);
}

static void read_good(void)
{
	FILE *file = fopen(TEST_PROFILES "/rk3588.profile", "re");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
}

/* Replace the first @from in the good text by @to, and expect a sentence that has @says. */
static void expect(const char *from, const char *to, const char *says)
{
	char bad[sizeof(text) + 256], *at;

	read_good();
	at = strstr(text, from);
	assert_non_null(at);
	snprintf(bad, sizeof(bad), "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	assert_int_not_equal(parse(bad), 0);
	assert_non_null(strstr(sentence, "x.profile"));
	if (!strstr(sentence, says))
		fail_msg("\"%s\" does not say \"%s\"", sentence, says);
}

static void every_installed_machine_is_whole(void **state)
{
	static const char *const names[] = { "rk3588",	 "rpi4b",  "i7-12700",
					     "radxa-o6", "epyc-2", "server-128" };
	static const unsigned int cpus[] = { 8, 4, 12, 12, 2, 128 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(load(names[i]), 0);
		assert_string_equal(profile.name, names[i]);
		assert_int_equal(profile.nr_cpus, cpus[i]);
		assert_true(profile.digest);
	}
	assert_int_equal(profile.nr_nodes, 2);
	assert_int_equal(load("rk3588"), 0);
	assert_int_equal(profile.producer_cpu, 2);
}

static void bad_lines_are_named(void **state)
{
	(void)state;
	expect("mhz = 1800 MHz |", "mhz = 1800 GHz |", "is in MHz");
	expect("mhz = 1800 MHz |", "mhz = fast |", "not a number");
	expect("mhz = 1800 MHz |", "mhz = -3 MHz |", "must be from 100 to 20000 MHz");
	expect("mhz = 1800 MHz |", "mhz = 1800 MHz", "has no source");
	expect("mhz = 1800 MHz |", "clock = 1800 MHz |", "no key of this section");
	expect("mhz = 1800 MHz |", "mhz 1800 MHz |", "neither a section");
	expect("stall_share = 1 share |", "mhz = 1 MHz |", "is there twice");
	expect("l1_ways = 4 ways |", "l1_ways = 4.5 ways |", "whole");
	expect("slice_us", "# slice_us", "has no \"slice_us\"");
	expect("\n[memory]", "\n[memories]", "no such section");
	expect("\n[memory]", "\n[memory] large", "no such section");
	expect("[cluster a55]", "[cluster a99]", "there is no core \"a99\"");
	expect("[core a76]", "[core a55]", "name of its own");
	expect("name = rk3588", "name =", "one name");
	expect("producer_cpu = 2 cpu", "producer_cpu = 99 cpu", "producer_cpu");
	assert_int_not_equal(parse(""), 0);
}

/* A machine on which waiting takes no time, or all of it does, would never end. */
static void values_have_ranges(void **state)
{
	(void)state;
	expect("yield_ns = 36 ns |", "yield_ns = 0 ns |", "must be from 0.1 to");
	expect("yield_ns = 36 ns |", "yield_ns = 0.09 ns |", "must be from 0.1 to");
	expect("yield_ns = 36 ns |", "yield_ns = 1000001 ns |", "to 1e+06 ns");
	expect("mhz = 1800 MHz |", "mhz = 0.5 MHz |", "must be from 100");
	expect("mhz = 1800 MHz |", "mhz = 0 MHz |", "must be from 100");
	expect("mhz = 1800 MHz |", "mhz = inf MHz |", "must be from 100");
	expect("mhz = 1800 MHz |", "mhz = nan MHz |", "must be from 100");
	expect("\ninsn_ps = ", "\ninsn_ps = 0 ps | x\n# ", "must be from 10");
	expect("isa = arm64", "isa = mips", "no instruction set \"mips\"");
	expect("isa = arm64", "isa = arm64\nisa = arm64", "is there twice");
	expect("isa = arm64", "", "has no \"isa\"");
	expect("slice_us = 2800", "slice_us = 1", "must be from 100");
	expect("error_share = 0.27", "error_share = 1", "must be from 0 to 0.95");
	expect("dram_ns = 130", "dram_ns = 0", "must be from 1 to");
}

/* Heads are cut, or a second one added, right before "[os]", the last section. */
static void sections_are_there_once(void **state)
{
	char *os;

	(void)state;
	expect("\n[os]", "\n[machine]\n[os]", "[machine] is there twice");
	read_good();
	os = strstr(text, "\n[os]");
	assert_non_null(os);
	*os = '\0';
	assert_int_not_equal(parse(text), 0);
	assert_non_null(strstr(sentence, "no section [os]"));
	*strstr(text, "\n[core") = '\0';
	assert_int_not_equal(parse(text), 0);
	assert_non_null(strstr(sentence, "no section [core NAME]"));
}

/* The machine would look for a number of sets for ever. */
static void caches_need_ways(void **state)
{
	(void)state;
	expect("l1_ways = 4", "l1_ways = 0", "caches need ways");
	expect("l2_ways = 4", "l2_ways = 0", "caches need ways");
	expect("llc_bytes = 0", "llc_bytes = 512", "llc_ways");
	expect("slc_ways = 12", "slc_ways = 0", "slc_ways");
	expect("l1_bytes = 32", "l1_bytes = 0", "a first level");
}

static void lines_have_numbers(void **state)
{
	(void)state;
	assert_int_not_equal(parse("[machine]\nname = a\n\nmhz = 1 MHz | x\n"), 0);
	assert_non_null(strstr(sentence, "x.profile:4:"));
}

static void another_number_of_cpus(void **state)
{
	(void)state;
	assert_int_equal(load("rk3588:cpus=2"), 0);
	assert_int_equal(profile.nr_cpus, 2);
	assert_true(profile.producer_cpu < 2);
	assert_int_equal(load("rk3588:cpus=20"), 0);
	assert_int_equal(profile.nr_cpus, 20);
	assert_int_equal(load("radxa-o6:cpus=12"), 0);
	assert_int_equal(profile.producer_cpu, 4);
	assert_int_equal(load("radxa-o6:cpus=8"), 0);
	assert_int_equal(profile.producer_cpu, 0);
	assert_string_equal(profile.cores[profile.clusters[0].core].name, "a720");
	assert_int_equal(load("server-128:cpus=64"), 0);
	assert_int_equal(profile.nr_clusters, 8);
	assert_int_not_equal(load("rk3588:cpus=0"), 0);
	assert_int_not_equal(load("rk3588:cpus=9999"), 0);
	assert_int_not_equal(load("rk3588:cpus=-18446744073709551612"), 0);
	assert_int_not_equal(load("rk3588:cpus=+2"), 0);
	assert_int_not_equal(load("rk3588:cpus=2x"), 0);
	assert_non_null(strstr(sentence, "1 to 256"));
}

static void machines_that_are_not_there(void **state)
{
	(void)state;
	assert_int_not_equal(load("pdp11"), 0);
	assert_non_null(strstr(sentence, "list machines"));
	assert_int_not_equal(load("/nowhere/x.profile"), 0);
	assert_int_not_equal(load(TEST_PROFILES "/"), 0);
	assert_int_not_equal(load(""), 0);
}

static void names_are_sorted_and_there_once(void **state)
{
	unsigned int nr, i;
	char **names;

	(void)state;
	setenv("ZRAMSIM_PROFILES", TEST_PROFILES ":" TEST_PROFILES, 1);
	names = vm_profile_names(&nr);
	assert_non_null(names);
	assert_true(nr >= 6);
	for (i = 1; i < nr; i++)
		assert_true(strcmp(names[i - 1], names[i]) < 0);
	free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_installed_machine_is_whole),
		cmocka_unit_test(bad_lines_are_named),
		cmocka_unit_test(values_have_ranges),
		cmocka_unit_test(sections_are_there_once),
		cmocka_unit_test(caches_need_ways),
		cmocka_unit_test(lines_have_numbers),
		cmocka_unit_test(another_number_of_cpus),
		cmocka_unit_test(machines_that_are_not_there),
		cmocka_unit_test(names_are_sorted_and_there_once),
	};

	setenv("ZRAMSIM_PROFILES", TEST_PROFILES, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
