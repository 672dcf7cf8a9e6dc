// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Clusters and kinds of core from trees as sysfs has them. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "sim/calibrate/topology.h"

static char root[64];
static uint64_t allowed_mask;

static bool allowed(unsigned int cpu)
{
	return cpu < 64 && allowed_mask >> cpu & 1;
}

/* A file and the folders above it. */
__attribute__((format(printf, 2, 3))) static void put(const char *text, const char *fmt, ...)
{
	char path[256], *slash;
	va_list args;
	FILE *file;
	int len;

	len = snprintf(path, sizeof(path), "%s/", root);
	va_start(args, fmt);
	vsnprintf(path + len, sizeof(path) - (size_t)len, fmt, args);
	va_end(args);
	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0777);
		*slash = '/';
	}
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "%s\n", text);
	fclose(file);
}

static void put_cache(unsigned int cpu, unsigned int index, const char *type, const char *level,
		      const char *size, const char *ways, const char *shared)
{
	put(type, "cpu/cpu%u/cache/index%u/type", cpu, index);
	put(level, "cpu/cpu%u/cache/index%u/level", cpu, index);
	put(size, "cpu/cpu%u/cache/index%u/size", cpu, index);
	if (ways)
		put(ways, "cpu/cpu%u/cache/index%u/ways_of_associativity", cpu, index);
	put(shared, "cpu/cpu%u/cache/index%u/shared_cpu_list", cpu, index);
}

/* A CPU with L1, L2 and L3; the L1 is that of its core. */
static void put_cpu(unsigned int cpu, const char *l1, const char *l2, const char *l3,
		    const char *siblings, const char *l2_list, const char *l3_list)
{
	put(siblings, "cpu/cpu%u/topology/thread_siblings_list", cpu);
	put_cache(cpu, 0, "Data", "1", l1, "8", siblings);
	put_cache(cpu, 1, "Instruction", "1", "64K", "4", siblings);
	put_cache(cpu, 2, "Unified", "2", l2, "16", l2_list);
	if (l3)
		put_cache(cpu, 3, "Unified", "3", l3, "12", l3_list);
}

static const char *only(unsigned int cpu)
{
	static char text[16];

	snprintf(text, sizeof(text), "%u", cpu);
	return text;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int begin(void **state)
{
	(void)state;
	strcpy(root, "/tmp/zramsim-topology-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	return nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void look(struct cal_topology *t, uint64_t mask)
{
	char message[256] = "";
	struct sim_message msg = { message, sizeof(message) };

	allowed_mask = mask;
	assert_int_equal(cal_topology_read(root, allowed, t, &msg), 0);
}

static void hyperthreads_share_no_cluster_by_their_l2(void **state)
{
	static const char *const pairs[] = { "0,2", "1,3", "0,2", "1,3" };
	struct cal_topology t;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++)
		put_cpu(i, "48K", "1280K", "24M", pairs[i], pairs[i], "0-3");
	look(&t, 0xf);
	assert_true(t.threads);
	assert_int_equal(t.profile.nr_cores, 1);
	assert_int_equal(t.profile.nr_clusters, 1);
	assert_int_equal(t.profile.clusters[0].cpus, 4);
	assert_int_equal(t.profile.clusters[0].llc.bytes, 24 << 20);
	assert_int_equal(t.profile.clusters[0].llc.ways, 12);
	assert_int_equal(t.profile.cores[0].l1.bytes, 48 << 10);
	assert_int_equal(t.profile.cores[0].l2.bytes, 1280 << 10);
	assert_int_equal(t.profile.slc.bytes, 0);
}

/* Numbered alternately, as some firmware does. */
static void nodes_are_clusters_of_their_own(void **state)
{
	struct cal_topology t;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++)
		put_cpu(i, "32K", "512K", "32768K", only(i), only(i), i % 2 ? "1,3" : "0,2");
	put("0,2", "node/node0/cpulist");
	put("1,3", "node/node1/cpulist");
	look(&t, 0xf);
	assert_int_equal(t.profile.nr_nodes, 2);
	assert_int_equal(t.profile.nr_clusters, 2);
	assert_int_equal(t.profile.clusters[1].node, 1);
	assert_int_equal(t.host[1], 2);
	assert_int_equal(t.host[2], 1);
	assert_int_equal(t.profile.nr_cores, 1);
	assert_int_equal(t.profile.slc.bytes, 0);
	assert_false(t.threads);
}

static void an_l3_of_unlike_cores_is_that_of_the_node(void **state)
{
	struct cal_topology t;
	unsigned int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		put_cpu(i, i < 4 ? "32K" : "64K", i < 4 ? "128K" : "512K", "3M", only(i), only(i),
			"0-7");
		put(i < 4   ? "1800000"
		    : i < 6 ? "2400000"
			    : "2352000",
		    "cpu/cpu%u/cpufreq/cpuinfo_max_freq", i);
	}
	look(&t, 0xff);
	assert_int_equal(t.profile.nr_cores, 2);
	assert_int_equal(t.profile.nr_clusters, 2);
	assert_int_equal(t.profile.clusters[0].cpus, 4);
	assert_int_equal(t.profile.clusters[0].llc.bytes, 0);
	assert_int_equal(t.profile.clusters[1].llc.bytes, 0);
	assert_int_equal(t.profile.slc.bytes, 3 << 20);
	assert_int_equal(t.core_cpu[1], 4);
}

/* Four cores that share an L2 beside two that have their own, below one L3. */
static void an_l2_of_several_cores_makes_a_cluster(void **state)
{
	struct cal_topology t;
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++)
		put_cpu(i, "48K", "1280K", "25M", only(i), only(i), "0-5");
	for (; i < 6; i++)
		put_cpu(i, "32K", "2M", "25M", only(i), "2-5", "0-5");
	look(&t, 0x3f);
	assert_int_equal(t.profile.nr_clusters, 2);
	assert_int_equal(t.profile.clusters[0].cpus, 2);
	assert_int_equal(t.profile.clusters[0].llc.bytes, 0);
	assert_int_equal(t.profile.clusters[1].llc.bytes, 2 << 20);
	assert_int_equal(t.profile.cores[1].l2.bytes, 0);
	assert_int_equal(t.profile.slc.bytes, 25 << 20);
}

static void a_board_without_l3_has_the_shared_l2(void **state)
{
	struct cal_topology t;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		put(only(i), "cpu/cpu%u/topology/thread_siblings_list", i);
		put_cache(i, 0, "Data", "1", "32K", NULL, only(i));
		put_cache(i, 1, "Unified", "2", "1024K", NULL, "0-3");
	}
	look(&t, 0xf);
	assert_int_equal(t.profile.nr_clusters, 1);
	assert_int_equal(t.profile.clusters[0].llc.bytes, 1 << 20);
	assert_int_not_equal(t.profile.clusters[0].llc.ways, 0);
	assert_int_not_equal(t.profile.cores[0].l1.ways, 0);
	assert_int_equal(t.profile.slc.bytes, 0);
}

/* CPU 1 is offline: nothing but its folder is there, and no process may use it. */
static void cpus_one_may_not_use_are_left_out(void **state)
{
	struct cal_topology t;
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		if (i != 1)
			put_cpu(i, "32K", "512K", "8M", only(i), only(i), "0,2-3");
	}
	put("0", "cpu/cpu1/online");
	look(&t, 0xc);
	assert_int_equal(t.profile.nr_cpus, 2);
	assert_int_equal(t.host[0], 2);
	assert_int_equal(t.core_cpu[0], 2);
	look(&t, 0xd);
	assert_int_equal(t.profile.nr_cpus, 3);
	assert_int_equal(t.profile.nr_clusters, 1);
}

static void without_cache_folders_usual_sizes_are_assumed(void **state)
{
	struct cal_topology t;

	(void)state;
	look(&t, 0x7);
	assert_int_equal(t.profile.nr_cpus, 3);
	assert_int_equal(t.profile.nr_clusters, 1);
	assert_int_not_equal(t.profile.cores[0].l1.bytes, 0);
	assert_int_not_equal(t.profile.cores[0].l1.ways, 0);
}

static void without_a_cpu_there_is_a_sentence(void **state)
{
	char message[256] = "";
	struct sim_message msg = { message, sizeof(message) };
	struct cal_topology t;

	(void)state;
	allowed_mask = 0;
	assert_true(cal_topology_read(root, allowed, &t, &msg) < 0);
	assert_int_not_equal(message[0], 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hyperthreads_share_no_cluster_by_their_l2),
		TEST(nodes_are_clusters_of_their_own),
		TEST(an_l3_of_unlike_cores_is_that_of_the_node),
		TEST(an_l2_of_several_cores_makes_a_cluster),
		TEST(a_board_without_l3_has_the_shared_l2),
		TEST(cpus_one_may_not_use_are_left_out),
		TEST(without_cache_folders_usual_sizes_are_assumed),
		TEST(without_a_cpu_there_is_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
