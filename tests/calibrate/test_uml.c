// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What a kernel in user mode says is understood, and one that does not say it all is refused. */
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/calibrate/uml.h"

#define POINTS                                                                       \
	"zramsim-kernel 6.1.176\r\nzramsim-point 0 288.5\r\nzramsim-point 1 293\r\n" \
	"zramsim-point 2 68\r\nzramsim-point 3 63\r\nzramsim-point 4 8\r\n"
#define ALL "Core dump limits :\n" POINTS "zramsim-point 5 6.25\r\nzramsim-done\r\n"

static const volatile int never;
static char folder[] = "test-uml-XXXXXX", text[512];
static struct sim_message msg = { text, sizeof(text) };

static int understand(const char *console, struct cal_source *source)
{
	char copy[1024];

	snprintf(copy, sizeof(copy), "%s", console);
	return cal_uml_read(copy, source, &msg);
}

static void has(const char *part)
{
	if (!strstr(text, part))
		fail_msg("'%s' is not in '%s'", part, text);
}

static void all_lines_are_all_that_is_needed(void **state)
{
	struct cal_source source;

	(void)state;
	assert_int_equal(understand(ALL, &source), 0);
	assert_true(source.user);
	assert_string_equal(source.name, "Linux 6.1.176 in user mode");
	assert_string_equal(source.release, "6.1.176");
	assert_true(source.ns[0] == 288.5 && source.ns[5] == 6.25);
}

static void what_is_cut_off_is_refused_with_its_last_line(void **state)
{
	struct cal_source source;

	(void)state;
	assert_int_equal(understand(POINTS, &source), -EIO);
	has("ended before all was measured; its last line: zramsim-point 4 8");
	assert_int_equal(understand(POINTS "zramsim-done\n", &source), -EIO);
	assert_int_equal(understand(POINTS "zramsim-point 5 0\nzramsim-done\n", &source), -EIO);
	assert_int_equal(understand(POINTS "zramsim-point 6 7\nzramsim-done\n", &source), -EIO);
	assert_int_equal(understand("", &source), -EIO);
	has("its last line: (nothing)");
	assert_int_equal(understand("boot\nKernel panic - not syncing: no init\r\n [<6>] x\n",
				    &source),
			 -EIO);
	has("its last line: Kernel panic - not syncing: no init");
	assert_int_equal(understand(POINTS "zramsim-failed there is no zram\r\n", &source), -EIO);
	has("could not be measured: there is no zram");
}

/* A program in the folder that stands for a kernel. */
static const char *stand_in(const char *script, mode_t mode)
{
	static char path[PATH_MAX];
	FILE *out;

	snprintf(path, sizeof(path), "%s/linux", folder);
	out = fopen(path, "w");
	assert_non_null(out);
	fprintf(out, "#!/bin/sh\n%s\n", script);
	fclose(out);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static int boot(const char *path, unsigned int seconds, const volatile int *stop)
{
	struct cal_source source;

	return cal_uml_measure(path, seconds, 0, &source, stop, &msg);
}

static void what_is_no_program_is_refused(void **state)
{
	const char *path;

	(void)state;
	assert_int_equal(boot("/nonexistent/linux", 9, &never), -ENOENT);
	has("/nonexistent/linux is not there");
	assert_int_equal(boot(stand_in("exit 0", 0644), 9, &never), -EACCES);
	has("cannot be executed");
	assert_int_equal(boot("/", 9, &never), -EACCES);
	assert_int_equal(boot(stand_in("echo ptrace failed >&2; exit 1", 0755), 9, &never), -EIO);
	has("its last line: ptrace failed");
	path = stand_in("", 0755);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(boot(path, 9, &never), -EIO);
	has("its last line: Exec format error");
}

/* It is started with nothing to read from, in a session of its own, with what init is to be. */
static void a_program_that_says_all_is_a_kernel(void **state)
{
	struct cal_source source;
	const char *path = stand_in("read x && exit 1\n"
				    "case $* in *init=/tmp/*' -- user-mode-guest /tmp/'*) ;; "
				    "*) exit 1 ;; esac\n"
				    "printf '" POINTS "zramsim-point 5 6\\nzramsim-done\\n'",
				    0755);

	(void)state;
	assert_int_equal(cal_uml_measure(path, 60, 0, &source, &never, &msg), 0);
	assert_true(source.ns[5] == 6);
}

static char state_of(pid_t pid)
{
	char path[64], state = 0;
	FILE *in;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	in = fopen(path, "r");
	if (in && fscanf(in, "%*d %*s %c", &state) != 1)
		state = 0;
	if (in)
		fclose(in);
	return state;
}

/* The child of the one that hangs has to go as well; it says its number, if it has the time. */
static void one_that_hangs_is_killed_with_its_children(void **state)
{
	const char *path = stand_in("sleep 600 & echo $!; wait", 0755);
	static const volatile int now = 1;
	unsigned int seconds = 1;
	pid_t pid = 0;

	(void)state;
	for (; !pid && seconds <= 64; seconds *= 2) {
		assert_int_equal(boot(path, seconds, &never), -ETIMEDOUT);
		has(" s and was killed; its last line: ");
		pid = (pid_t)strtol(strstr(text, "last line: ") + strlen("last line: "), NULL, 10);
	}
	assert_true(pid > 1);
	while (state_of(pid) && state_of(pid) != 'Z') /* its parent may not have looked yet */
		usleep(1000);
	assert_int_equal(boot(path, 600, &now), -EINTR);
}

static void the_first_in_a_list_of_folders_is_found(void **state)
{
	char folders[PATH_MAX], path[PATH_MAX];

	(void)state;
	stand_in("exit 0", 0755);
	snprintf(folders, sizeof(folders), "/nonexistent::%s", folder);
	assert_int_equal(cal_uml_find(folders, path, sizeof(path), &msg), 0);
	assert_non_null(strstr(path, "/linux"));
	assert_int_equal(cal_uml_find("/nonexistent", path, sizeof(path), &msg), -ENOENT);
	has("install what Debian calls user-mode-linux");
	assert_int_equal(cal_uml_find(NULL, path, sizeof(path), &msg), -ENOENT);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char path[PATH_MAX];

	(void)state;
	snprintf(path, sizeof(path), "%s/linux", folder);
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_lines_are_all_that_is_needed),
		cmocka_unit_test(what_is_cut_off_is_refused_with_its_last_line),
		cmocka_unit_test(what_is_no_program_is_refused),
		cmocka_unit_test(a_program_that_says_all_is_a_kernel),
		cmocka_unit_test(one_that_hangs_is_killed_with_its_children),
		cmocka_unit_test(the_first_in_a_list_of_folders_is_found),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
