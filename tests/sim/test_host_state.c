// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Whatever the host program has set, the library means the same: a locale with a decimal comma and
 * grouped thousands, for the process or a thread, rounding upwards, traps, an errno.
 */
#include <errno.h>
#include <fenv.h>
#include <locale.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "port.h"
#include "sim/figures/result.h"
#include "sim/virtual/entry.h"

static const char comma_source[] = "comment_char %\n"
				   "escape_char /\n"
				   "LC_NUMERIC\n"
				   "decimal_point \",\"\n"
				   "thousands_sep \".\"\n"
				   "grouping 3;3\n"
				   "END LC_NUMERIC\n";

static char folder[] = "/tmp/zramsim-locale-XXXXXX";
static locale_t comma;

/* Return: -1 without localedef(1), as on systems whose libc has one locale. */
static int make_locale(void **state)
{
	char command[200];
	FILE *file;

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(command, sizeof(command), "%s/source", folder);
	file = fopen(command, "w");
	if (!file || fputs(comma_source, file) < 0 || fclose(file))
		return -1;
	snprintf(command, sizeof(command), "localedef -c -i %s/source %s/comma >%s/log 2>&1",
		 folder, folder, folder);
	if (system(command) < 0)
		return -1;
	setenv("LOCPATH", folder, 1);
	/* Not newlocale(): that of glibc 2.36 loses memory where LOCPATH is set. */
	if (setlocale(LC_NUMERIC, "comma"))
		comma = duplocale(LC_GLOBAL_LOCALE);
	setlocale(LC_NUMERIC, "C");
	return 0;
}

static int drop_locale(void **state)
{
	char command[100];

	(void)state;
	if (comma)
		freelocale(comma);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static char sentence[400];

/* A run on a machine, which is a function of its configuration, and its warnings. */
static double run(char *words, size_t size)
{
	struct zramsim_result *result = NULL;
	struct zramsim_value value;
	struct zramsim_config cfg;
	unsigned int i;
	int err;

	zramsim_config_init(&cfg);
	cfg.machine = sim_virtual_run ? "rk3588" : NULL;
	cfg.size_bytes = 1 << 20;
	cfg.runs = 1;
	cfg.phases = true; /* a warning of it has a number */
	cfg.strategies[0] = "bulk";
	cfg.nr_strategies = 1;
	err = zramsim_run(&cfg, &result, sentence, sizeof(sentence));
	if (err)
		fail_msg("%d: %s", err, sentence);
	assert_int_equal(zramsim_result_value(result, "bulk", "exit_ns", &value), 0);
	words[0] = '\0';
	for (i = 0; zramsim_result_warnings(result, i); i++)
		snprintf(words + strlen(words), size - strlen(words), "%s\n",
			 zramsim_result_warnings(result, i));
	zramsim_result_free(result);
	return value.median;
}

/* What a plain host gets. */
static double plain_value;
static char plain_words[2000];

static void is_as_on_a_plain_host(void)
{
	char words[2000];
	double value = run(words, sizeof(words));

	if (!sim_virtual_run)
		return; /* figures of threads vary; that there are some has been seen */
	assert_memory_equal(&value, &plain_value, sizeof(value));
	assert_string_equal(words, plain_words);
}

static bool has_comma(void)
{
	char text[16];

	snprintf(text, sizeof(text), "%.1f", 0.5);
	return text[1] == ',';
}

static void a_decimal_comma_of_the_process_changes_nothing(void **state)
{
	(void)state;
	if (!comma || !setlocale(LC_NUMERIC, "comma"))
		return;
	assert_true(has_comma());
	is_as_on_a_plain_host();
	assert_true(has_comma());
	setlocale(LC_NUMERIC, "C");
}

static void a_decimal_comma_of_the_thread_changes_nothing(void **state)
{
	(void)state;
	if (!comma)
		return;
	uselocale(comma);
	is_as_on_a_plain_host();
	assert_ptr_equal(uselocale((locale_t)0), comma);
	assert_true(has_comma());
	uselocale(LC_GLOBAL_LOCALE);
}

static void rounding_and_traps_of_the_host_change_nothing(void **state)
{
	(void)state;
	assert_int_equal(fesetround(FE_UPWARD), 0);
	errno = ERANGE;
	is_as_on_a_plain_host();
	assert_int_equal(fegetround(), FE_UPWARD);
	fesetround(FE_TONEAREST);
#ifdef __GLIBC__
	if (feenableexcept(FE_INVALID | FE_DIVBYZERO) < 0)
		return;
	is_as_on_a_plain_host();
	assert_int_equal(fedisableexcept(FE_ALL_EXCEPT), FE_INVALID | FE_DIVBYZERO);
#endif
}

static unsigned int called;

static void look_at_state(void *ctx, unsigned int done, unsigned int total, const char *strategy)
{
	(void)ctx;
	(void)done;
	(void)total;
	(void)strategy;
	called++;
	assert_int_equal(fegetround(), FE_UPWARD);
	if (comma)
		assert_ptr_equal(uselocale((locale_t)0), comma);
}

/* The host is called back as it called. */
static void a_callback_finds_what_the_host_has_set(void **state)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;

	(void)state;
	zramsim_config_init(&cfg);
	cfg.size_bytes = 256 << 10;
	cfg.runs = 1;
	cfg.strategies[0] = "sync";
	cfg.nr_strategies = 1;
	cfg.progress = look_at_state;
	fesetround(FE_UPWARD);
	if (comma)
		uselocale(comma);
	assert_int_equal(zramsim_run(&cfg, &result, NULL, 0), 0);
	uselocale(LC_GLOBAL_LOCALE);
	fesetround(FE_TONEAREST);
	zramsim_result_free(result);
	assert_true(called > 0);
}

/** struct t_thread - what a thread of the library finds set */
struct t_thread {
	sigset_t blocked;
	locale_t locale;
};

static void look_at_thread(void *arg)
{
	struct t_thread *t = arg;

	pthread_sigmask(SIG_BLOCK, NULL, &t->blocked);
	t->locale = uselocale((locale_t)0);
}

static void handlers_of_the_host_do_not_run_in_threads_of_the_library(void **state)
{
	static const int of_host[] = { SIGTERM, SIGINT, SIGALRM, SIGCHLD, SIGUSR1 };
	static const int own[] = { SIGSEGV, SIGBUS, SIGFPE, SIGABRT };
	struct kc_thread thread;
	struct t_thread t;
	sigset_t mine;
	size_t i;

	(void)state;
	if (comma)
		uselocale(comma);
	assert_int_equal(kc_thread_create(&thread, "look", look_at_thread, &t), 0);
	kc_thread_join(&thread);
	uselocale(LC_GLOBAL_LOCALE);
	for (i = 0; i < sizeof(of_host) / sizeof(of_host[0]); i++)
		assert_int_equal(sigismember(&t.blocked, of_host[i]), 1);
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		assert_int_equal(sigismember(&t.blocked, own[i]), 0);
	assert_ptr_equal(t.locale, LC_GLOBAL_LOCALE); /* what a host frees is not kept */
	pthread_sigmask(SIG_BLOCK, NULL, &mine);
	assert_int_equal(sigismember(&mine, SIGTERM), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_decimal_comma_of_the_process_changes_nothing),
		cmocka_unit_test(a_decimal_comma_of_the_thread_changes_nothing),
		cmocka_unit_test(rounding_and_traps_of_the_host_change_nothing),
		cmocka_unit_test(a_callback_finds_what_the_host_has_set),
		cmocka_unit_test(handlers_of_the_host_do_not_run_in_threads_of_the_library),
	};

	plain_value = run(plain_words, sizeof(plain_words));
	return cmocka_run_group_tests(tests, make_locale, drop_locale);
}
