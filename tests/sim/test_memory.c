// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* How much memory there is, told by files as a host or a container has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "sim/run/memory.h"

enum {
	MIB = 1 << 20,
};

static char root[] = "/tmp/zramsim-test-XXXXXX";

/* Write a file below the root and the folders it is in. */
static void put(const char *path, const char *text)
{
	char full[256], *slash;
	FILE *file;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (slash = strchr(full + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	file = fopen(full, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void put_mib(const char *path, unsigned int mib)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu\n", (unsigned long long)mib * MIB);
	put(path, text);
}

static int begin(void **state)
{
	(void)state;
	strcpy(root + strlen(root) - 6, "XXXXXX");
	if (!mkdtemp(root))
		return -1;
	put("/proc/meminfo", "MemTotal: 9000000 kB\nMemAvailable:    4096000 kB\n");
	return 0;
}

static int end(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", root);
	return system(command);
}

static void expect(unsigned int mib, bool group)
{
	struct sim_memory memory = sim_memory_available(root);

	assert_int_equal(memory.bytes / MIB, mib);
	assert_int_equal(strstr(memory.limit, "control group") != NULL, group);
}

static void a_host_without_groups_has_what_is_available(void **state)
{
	char nowhere[] = "/nonexistent";

	(void)state;
	expect(4000, false);
	assert_true(sim_memory_available(nowhere).bytes == UINT64_MAX);
}

static void version_2_bounds_by_every_group_up_to_the_top(void **state)
{
	(void)state;
	put("/proc/self/cgroup", "0::/user/job\n");
	put("/proc/self/mountinfo",
	    "20 1 0:9 / /proc rw - proc proc rw\n"
	    "24 1 0:22 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n");
	put("/sys/fs/cgroup/user/job/memory.max", "max\n");
	put_mib("/sys/fs/cgroup/user/job/memory.current", 100);
	expect(4000, false);
	put_mib("/sys/fs/cgroup/user/memory.max", 500);
	put_mib("/sys/fs/cgroup/user/memory.current", 150);
	expect(350, true);
	/* Page cache is given up. */
	put("/sys/fs/cgroup/user/memory.stat",
	    "anon 1\ninactive_file 10485760\nactive_file 31457280\nfile 99999999\n");
	expect(390, true);
	put_mib("/sys/fs/cgroup/user/job/memory.high", 300);
	expect(200, true);
	put_mib("/sys/fs/cgroup/user/job/memory.current", 301);
	expect(0, true);
}

static void a_container_sees_its_own_top(void **state)
{
	(void)state;
	put("/proc/self/cgroup", "0::/\n");
	put("/proc/self/mountinfo",
	    "24 1 0:22 / /sys/fs/cgroup ro - cgroup2 cgroup rw,nsdelegate\n");
	put_mib("/sys/fs/cgroup/memory.max", 300);
	put_mib("/sys/fs/cgroup/memory.current", 20);
	expect(280, true);
}

static void version_1_bounds_memory_and_memory_with_swap(void **state)
{
	(void)state;
	put("/proc/self/cgroup", "9:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/docker/abc\n");
	/* What is mounted begins at the container's own group. */
	put("/proc/self/mountinfo",
	    "30 1 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
	    "31 1 0:31 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
	put("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
	put_mib("/sys/fs/cgroup/memory/memory.usage_in_bytes", 64);
	expect(4000, false);
	put_mib("/sys/fs/cgroup/memory/memory.limit_in_bytes", 300);
	expect(236, true);
	put("/sys/fs/cgroup/memory/memory.stat", "cache 1\ntotal_inactive_file 33554432\n");
	expect(268, true);
	put_mib("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes", 310);
	put_mib("/sys/fs/cgroup/memory/memory.memsw.usage_in_bytes", 200);
	expect(142, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_host_without_groups_has_what_is_available, begin,
						end),
		cmocka_unit_test_setup_teardown(version_2_bounds_by_every_group_up_to_the_top,
						begin, end),
		cmocka_unit_test_setup_teardown(a_container_sees_its_own_top, begin, end),
		cmocka_unit_test_setup_teardown(version_1_bounds_memory_and_memory_with_swap, begin,
						end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
