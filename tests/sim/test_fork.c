// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Processes that are forked: off one that uses the library every call fails, and none waits for
 * threads that stayed in the parent; otherwise it works. A child says what went wrong by its exit
 * code, which is the number of the line.
 */
#include <errno.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <zramsim/experiment.h>

enum {
	PAGE_BYTES = 4096,
	NR_SLOTS = 64,
};

extern char **environ;

#define child_checks(condition)                 \
	do {                                    \
		if (!(condition))               \
			_exit(__LINE__ & 0x7f); \
	} while (0)

/* In a child: @fn, whose checks end it. */
static void in_child(void (*fn)(struct zramsim_device *dev), struct zramsim_device *dev)
{
	pid_t pid;
	int status;

	fflush(NULL);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		fn(dev);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status)
		fail_msg("the child ended with %#x", status);
}

static struct zramsim_device *make_device(const char *strategy)
{
	struct zramsim_device_params params = { .disksize_bytes = NR_SLOTS * PAGE_BYTES };
	struct zramsim_device *dev;

	if (zramsim_device_create(&params, &dev))
		return NULL;
	if (!strategy || !zramsim_attach(dev, strategy, NULL))
		return dev;
	zramsim_device_destroy(dev);
	return NULL;
}

/* Return: does it write, queue, drain and read as it should? */
static bool device_works(struct zramsim_device *dev)
{
	char page[PAGE_BYTES] = "page", back[PAGE_BYTES];
	struct zramsim_stat st;
	uint32_t i;

	for (i = 0; i < NR_SLOTS; i++) {
		page[100] = (char)i;
		if (zramsim_write(dev, i, page))
			return false;
	}
	if (zramsim_read(dev, NR_SLOTS - 1, back) || memcmp(page, back, PAGE_BYTES))
		return false;
	for (i = 0; i < NR_SLOTS; i++)
		zramsim_notify(dev, i);
	zramsim_drain(dev);
	zramsim_mm_stat(dev, &st);
	return !st.orig_data_size;
}

static int run(char *message, size_t size)
{
	struct zramsim_result *result;
	struct zramsim_config cfg;
	int err;

	zramsim_config_init(&cfg);
	cfg.size_bytes = 256 << 10;
	cfg.runs = 1;
	cfg.strategies[0] = "bulk";
	cfg.nr_strategies = 1;
	err = zramsim_run(&cfg, &result, message, size);
	zramsim_result_free(result);
	return err;
}

static void use_it(struct zramsim_device *dev)
{
	char message[300] = "";

	(void)dev;
	dev = make_device("array");
	child_checks(dev);
	child_checks(device_works(dev));
	zramsim_device_destroy(dev);
	child_checks(!run(message, sizeof(message)));
}

static void be_refused(struct zramsim_device *dev)
{
	struct zramsim_strategy_counters stats;
	char page[PAGE_BYTES] = "page", message[300] = "";
	struct zramsim_device *other;
	struct zramsim_stat st;

	child_checks(zramsim_device_create(NULL, &other) == -EPERM && !other);
	child_checks(run(message, sizeof(message)) == -EPERM);
	child_checks(strstr(message, "forked while the library was in use"));
	child_checks(zramsim_write(dev, 0, page) == -EPERM);
	child_checks(zramsim_read(dev, 0, page) == -EPERM);
	child_checks(zramsim_notify(dev, 0) == -EPERM);
	child_checks(zramsim_discard(dev, 0, PAGE_BYTES) == -EPERM);
	child_checks(zramsim_recompress(dev) == -EPERM);
	child_checks(zramsim_attach(dev, "sync", NULL) == -EPERM);
	child_checks(!zramsim_compact(dev) && !zramsim_mark_idle(dev));
	zramsim_set_mem_limit(dev, 1 << 20);
	zramsim_drain(dev);
	zramsim_reset(dev);
	zramsim_mm_stat(dev, &st);
	child_checks(!st.orig_data_size);
	zramsim_strategy_stats(dev, &stats);
	child_checks(!stats.queued);
	zramsim_detach(dev);
	zramsim_device_destroy(dev);
}

/* The first test: nothing has used the library yet. */
static void before_the_first_call_a_child_has_a_library_of_its_own(void **state)
{
	(void)state;
	in_child(use_it, NULL);
}

static void every_call_of_a_child_without_the_threads_fails(void **state)
{
	struct zramsim_device *dev = make_device("array");
	char page[PAGE_BYTES] = "page";

	(void)state;
	assert_non_null(dev);
	assert_int_equal(zramsim_write(dev, 0, page), 0);
	in_child(be_refused, dev);
	/* The parent does not notice. */
	assert_true(device_works(dev));
	zramsim_device_destroy(dev);
}

static void become_a_daemon(struct zramsim_device *dev)
{
	int status[2];
	char answer = 0;

	child_checks(!pipe(status));
	if (!fork()) {
		child_checks(!daemon(1, 1));
		be_refused(dev);
		answer = 1;
		_exit(write(status[1], &answer, 1) != 1);
	}
	close(status[1]);
	child_checks(read(status[0], &answer, 1) == 1 && answer == 1);
}

static void a_daemon_is_a_child_too(void **state)
{
	struct zramsim_device *dev = make_device("bulk");

	(void)state;
	assert_non_null(dev);
	in_child(become_a_daemon, dev);
	zramsim_device_destroy(dev);
}

/* The last device is gone: nobody holds anything, and no thread is missing. */
static void a_library_that_is_at_rest_can_be_forked(void **state)
{
	char message[300] = "";

	(void)state;
	assert_int_equal(run(message, sizeof(message)), 0);
	in_child(use_it, NULL);
}

static void programs_can_be_started_meanwhile(void **state)
{
	struct zramsim_device *dev = make_device("pcpu-page");
	char *argv[] = { (char *)"true", NULL };
	pid_t pid;
	int status;

	(void)state;
	assert_non_null(dev);
	assert_int_equal(system("true"), 0);
	assert_int_equal(posix_spawnp(&pid, "true", NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(device_works(dev));
	zramsim_device_destroy(dev);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_the_first_call_a_child_has_a_library_of_its_own),
		cmocka_unit_test(every_call_of_a_child_without_the_threads_fails),
		cmocka_unit_test(a_daemon_is_a_child_too),
		cmocka_unit_test(a_library_that_is_at_rest_can_be_forked),
		cmocka_unit_test(programs_can_be_started_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
