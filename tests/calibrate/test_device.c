// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* A device is made and removed where a kernel does that, here in a folder that looks like one. */
#include <errno.h>
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

#include "sim/kernel/device.h"

static char root[] = "/tmp/zramsim-test-XXXXXX", text[300];
static struct sim_message msg = { text, sizeof(text) };

static const char *path_of(const char *name)
{
	static char path[200];

	snprintf(path, sizeof(path), "%s/sys/class/zram-control/%s", root, name);
	return path;
}

static void put(const char *name, const char *content)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	fputs(content, file);
	fclose(file);
}

static int setup(void **state)
{
	static const char *const folders[] = { "", "/sys", "/sys/class",
					       "/sys/class/zram-control" };
	char path[100];
	size_t i;

	(void)state;
	if (!mkdtemp(root))
		return -1;
	for (i = 1; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", root, folders[i]);
		mkdir(path, 0777);
	}
	return 0;
}

static int teardown(void **state)
{
	char command[100];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

static void who_is_not_root_is_told_so(void **state)
{
	struct kernel_device dev = { .sysroot = root };

	(void)state;
	if (!geteuid() && seteuid(65534))
		return;
	assert_int_equal(kernel_device_add(&dev, &msg), -EPERM);
	assert_non_null(strstr(text, "only root"));
	if (!getuid())
		assert_int_equal(seteuid(0), 0);
}

static void a_kernel_without_zram_is_told_so(void **state)
{
	struct kernel_device dev = { .sysroot = root };

	(void)state;
	if (geteuid())
		return;
	assert_int_equal(kernel_device_add(&dev, &msg), -ENODEV);
	assert_non_null(strstr(text, "modprobe zram"));
	put("hot_add", "none\n");
	assert_int_equal(kernel_device_add(&dev, &msg), -EIO);
	assert_int_equal(kernel_device_give_back(&dev, &msg), 0);
}

static void what_was_made_is_removed(void **state)
{
	struct kernel_device dev = { .sysroot = root };
	char number[8] = "";
	FILE *file;

	(void)state;
	if (geteuid())
		return;
	put("hot_add", "7\n");
	put("hot_remove", "");
	assert_int_equal(kernel_device_add(&dev, &msg), 0);
	assert_string_equal(dev.name, "zram7");
	assert_int_equal(kernel_device_give_back(&dev, &msg), 0);
	file = fopen(path_of("hot_remove"), "r");
	assert_non_null(file);
	assert_non_null(fgets(number, sizeof(number), file));
	fclose(file);
	assert_string_equal(number, "7");
	unlink(path_of("hot_remove"));
	assert_int_equal(kernel_device_add(&dev, &msg), 0);
	assert_int_equal(kernel_device_give_back(&dev, &msg), -ENOENT);
	assert_non_null(strstr(text, "'echo 7 > "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_not_root_is_told_so),
		cmocka_unit_test(a_kernel_without_zram_is_told_so),
		cmocka_unit_test(what_was_made_is_removed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
