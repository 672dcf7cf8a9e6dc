// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Reading what was counted in kernels: installed tables, and what can be wrong with one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/virtual/kernel.h"

static char text[16384], sentence[512];
static struct vm_kernel kernel;

static int load(const char *release, enum vm_isa isa)
{
	struct sim_message msg = { sentence, sizeof(sentence) };

	sentence[0] = '\0';
	return vm_kernel_load(&kernel, release, isa, &msg);
}

static void read_good(void)
{
	FILE *file = fopen(TEST_PROFILES "/kernel-7.3-amd64.counts", "re");

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
}

/* Replace @from in the good text by @to, and expect a sentence with the line that has @says. */
static void expect(const char *from, const char *to, const char *says)
{
	struct sim_message msg = { sentence, sizeof(sentence) };
	char bad[sizeof(text) + 256], *at;

	read_good();
	at = strstr(text, from);
	assert_non_null(at);
	snprintf(bad, sizeof(bad), "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	assert_int_equal(vm_kernel_parse(&kernel, bad, "x.counts", &msg), -22);
	assert_non_null(strstr(sentence, "x.counts"));
	if (!strstr(sentence, says))
		fail_msg("\"%s\" does not say \"%s\"", sentence, says);
}

/* The releases there are, and whose counts they take. */
static void every_release_has_a_table(void **state)
{
	static const char *const releases[] = { "6.1", "6.6", "6.12", "6.18", "7.1", "7.2", "7.3" };
	unsigned int i, isa, event;

	(void)state;
	for (i = 0; i < sizeof(releases) / sizeof(releases[0]); i++) {
		for (isa = VM_AMD64; isa <= VM_ARM64; isa++) {
			if (load(releases[i], isa))
				fail_msg("%s", sentence);
			assert_int_equal(kernel.isa, isa);
			assert_true(kernel.digest);
			for (event = 0; event < KC_NR_EVENTS; event++)
				assert_true(kernel.insns[event] >= 20);
		}
	}
	assert_int_equal(load("7.3", VM_AMD64), 0);
	assert_string_equal(kernel.release, "7.3");
	assert_true(kernel.insns[KC_EVENT_HANDLE] == 133 && kernel.own == 1);
	assert_int_equal(load("7.1", VM_AMD64), 0);
	assert_string_equal(kernel.release, "6.18");
	assert_int_equal(load("6.6", VM_ARM64), 0);
	assert_string_equal(kernel.release, "6.12");
	assert_true(kernel.insns[KC_EVENT_FREE] == 138 && kernel.atomics[KC_EVENT_FREE] == 3);
}

static void a_release_without_one_is_refused(void **state)
{
	(void)state;
	assert_int_equal(load("9.9", VM_AMD64), -2);
	assert_non_null(strstr(sentence, "kernel-9.9-amd64.counts beside the profiles"));
}

static void bad_lines_are_named(void **state)
{
	(void)state;
	expect("notify = 53 insns,", "notify = 53 steps,", "write \"notify\" as in");
	expect("notify = 53 insns,", "notify =", "write \"notify\" as in");
	expect("notify = 53 insns,", "notify = many insns,", "write \"notify\" as in");
	expect("notify = 53 insns,", "notify = -1 insns,", "write \"notify\" as in");
	expect("notify = 53 insns,", "notify = nan insns,", "numbers from 0 to 1e+06");
	expect("notify = 53 insns,", "notify 53 insns,", "not of the form");
	expect("notify = 53 insns,", "note = 53 insns,", "there is no event \"note\"");
	expect("notify = 53 insns,", "zap = 53 insns,", "\"zap\" is there twice");
	expect(" | counted: slot with an object", "", "\"clean_stored\" has no source");
	expect("own = 1 share", "own = 0 share", "from 0.1 to 10");
	expect("own = 1 share", "own = 1", "write \"own\" as in");
	expect("isa = amd64", "isa = x86", "\"isa = amd64\" or \"isa = arm64\"");
	expect("release = 7.3", "release =", "write \"release = 7.3\"");
	expect("page = 457 insns", "# 457 insns", "no event \"page\"");
	expect("isa = amd64", "", "no \"isa\"");
}

static void accesses_to_the_stack_may_be_told(void **state)
{
	struct sim_message msg = { sentence, sizeof(sentence) };
	char *at;

	(void)state;
	read_good();
	at = strstr(text, "133 insns");
	assert_non_null(at);
	memcpy(at, "14 stack ", 9);
	assert_int_equal(vm_kernel_parse(&kernel, text, "x.counts", &msg), -22);
	memcpy(at, "9 insns, 4 stack | x\n#", 22);
	assert_int_equal(vm_kernel_parse(&kernel, text, "x.counts", &msg), 0);
	assert_true(kernel.insns[KC_EVENT_HANDLE] == 9 && kernel.stack[KC_EVENT_HANDLE] == 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_release_has_a_table),
		cmocka_unit_test(a_release_without_one_is_refused),
		cmocka_unit_test(bad_lines_are_named),
		cmocka_unit_test(accesses_to_the_stack_may_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
