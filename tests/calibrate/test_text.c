// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The profile as written is the profile as read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/calibrate/calibrate.h"

/* Two clusters of unlike cores below one cache; every figure is another one. */
static void describe(struct cal_task *task)
{
	struct vm_profile *p = &task->topology.profile;
	uint32_t i;

	memset(task, 0, sizeof(*task));
	p->isa = VM_ARM64;
	p->nr_cpus = 6;
	p->nr_cores = p->nr_clusters = 2;
	for (i = 0; i < 2; i++) {
		p->cores[i] = (struct vm_core){ .mhz = 1800 + 600 * i,
						.insn_ps = 250.5 + i,
						.stall_share = 0.5 + 0.25 * i,
						.rmw_ns = 7.5 + i,
						.fence_ns = 8.25 + i,
						.l1 = { 32 << 10, 4, 1.5 + i },
						.l2 = { (128 << 10) << i, 8, 6.5 + i } };
		strcpy(p->cores[i].name, i ? "core1" : "core0");
		p->clusters[i].core = i;
		p->clusters[i].cpus = 4 - 2 * i;
	}
	p->clusters[1].node = 1;
	p->clusters[1].llc = (struct vm_cache_size){ 2 << 20, 16, 12.5 };
	p->slc = (struct vm_cache_size){ 3 << 20, 12, 22.5 };
	p->dram_ns = 131;
	p->dram_remote_ns = 132;
	p->transfer_near_ns = 33.5;
	p->transfer_far_ns = 44.5;
	p->transfer_node_ns = 55.5;
	p->context_switch_ns = 1111;
	p->wakeup_ns = 2222;
	p->slice_us = 2100;
	p->yield_ns = 3.25;
	p->fault_ns = 717;
	for (i = 0; i < VM_NR_COMPRESSORS; i++) {
		p->compress_ns_per_kib[i] = 500 + i;
		p->decompress_ns_per_kib[i] = 200 + i;
	}
}

static void parse(const struct cal_task *task, const char *machine, struct vm_profile *read)
{
	char message[512] = "", *text = cal_text(task, machine, "2026-01-01");
	struct sim_message msg = { message, sizeof(message) };
	int err;

	assert_non_null(text);
	err = vm_profile_parse(read, text, "written", &msg);
	if (err)
		print_message("# %s\n", message);
	free(text);
	assert_int_equal(err, 0);
}

static void what_is_written_is_read_as_the_same(void **state)
{
	struct vm_profile read, *p;
	struct cal_task task;
	uint32_t i;

	(void)state;
	describe(&task);
	p = &task.topology.profile;
	parse(&task, "a machine", &read);
	assert_string_equal(read.name, "host");
	assert_int_equal(read.producer_cpu, 0);
	/* What only the file has. */
	strcpy(p->name, read.name);
	strcpy(p->summary, read.summary);
	p->page_bytes = read.page_bytes;
	p->error_share = read.error_share;
	p->nr_nodes = read.nr_nodes;
	p->digest = read.digest;
	assert_int_equal(read.nr_cpus, p->nr_cpus);
	assert_int_equal(read.nr_nodes, 2);
	assert_int_equal(read.cores[0].fitted, task.fit.there);
	for (i = 0; i < VM_MAX_CORES; i++)
		assert_memory_equal(&read.cores[i], &p->cores[i], sizeof(p->cores[i]));
	for (i = 0; i < VM_MAX_CLUSTERS; i++)
		assert_memory_equal(&read.clusters[i], &p->clusters[i], sizeof(p->clusters[i]));
	assert_memory_equal(&read, p, sizeof(read));
}

static void a_machine_may_be_called_anything(void **state)
{
	struct vm_profile read;
	struct cal_task task;
	char name[400];

	(void)state;
	describe(&task);
	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	parse(&task, name, &read);
	parse(&task, "a | b = c # [d]", &read);
	assert_non_null(strstr(read.summary, "a | b = c # [d]"));
}

static void sources_say_what_was_not_measured(void **state)
{
	struct cal_task task;
	char *text;

	(void)state;
	describe(&task);
	task.compressor[VM_ZSTD] = task.far = true;
	text = cal_text(&task, "a machine", "2026-01-01");
	assert_non_null(text);
	assert_non_null(strstr(text, "\nlz4_compress_ns_per_kib = 500 ns | estimate"));
	assert_non_null(strstr(text, "\nzstd_compress_ns_per_kib = 501 ns | measured"));
	assert_non_null(strstr(text, "\ntransfer_far_ns = 44.5 ns | measured"));
	assert_non_null(strstr(text, "\ntransfer_node_ns = 55.5 ns | estimate"));
	free(text);
}

static void what_was_fitted_says_to_what_and_how_well(void **state)
{
	struct cal_task task;
	char *text;

	(void)state;
	describe(&task);
	text = cal_text(&task, "a machine", "2026-01-01");
	assert_non_null(strstr(text, "\ninsn_ps = 250.5 ps | estimate: half a cycle"));
	assert_non_null(strstr(text, "\nrmw_ns = 7.5 ns | measured"));
	free(text);
	task.fit.there = true;
	task.fit.release = "6.18";
	task.fit.median = 0.04;
	task.fit.worst = 0.117;
	strcpy(task.fit.source.name, "Linux 6.18.44");
	strcpy(task.fit.points[3].what, "munmap rfc 2 MiB");
	task.fit.points[3].ns = 200;
	task.fit.points[3].fitted_ns = 190;
	text = cal_text(&task, "a machine", "2026-01-01");
	assert_non_null(strstr(text, "\n# munmap rfc 2 MiB: 200 ns per slot measured, 190 fitted "
				     "(-5 %)\n"));
	assert_non_null(strstr(text, "\nerror_share = 0.12 share | largest residual"));
	assert_non_null(strstr(text, "\ninsn_ps = 250.5 ps | fitted: 11 operations of the zram of "
				     "Linux 6.18.44, as counted in 6.18: off by 4 % (median), 12 % "
				     "(most)\n"));
	assert_non_null(strstr(text, "\ninsn_ps = 251.5 ps | fitted: "));
	assert_non_null(strstr(text, "(most); on another kind of core, by clock\n"));
	assert_non_null(strstr(text, "\nrmw_ns = 7.5 ns | fitted: the same\n"));
	free(text);
	task.fit.solution.bounded[CAL_RMW] = true;
	task.fit.solution.wanted[CAL_RMW] = -3;
	text = cal_text(&task, "a machine", "2026-01-01");
	assert_non_null(strstr(text, "no less than can be; alone they would have -3.0\n"));
	free(text);
}

static void a_kernel_of_one_cpu_is_told_from_others(void **state)
{
	struct cal_task task;
	char *text;

	(void)state;
	describe(&task);
	task.fit.there = task.fit.source.user = true;
	task.fit.release = "6.1";
	task.fit.worst = 0.15;
	strcpy(task.fit.source.name, "Linux 6.1.176 in user mode");
	text = cal_text(&task, "a machine", "2026-01-01");
	assert_non_null(strstr(text, "\n# Fitted to kernel code at one CPU: it has no atomics"));
	assert_non_null(strstr(text, "\nerror_share = 0.40 share | estimate: "));
	assert_non_null(strstr(text, "| fitted: 6 operations of the zram of Linux 6.1.176 in user "
				     "mode, as counted in 6.1: "));
	assert_non_null(strstr(text, "\nrmw_ns = 7.5 ns | measured: atomic additions in L1\n"));
	free(text);
	task.fit.worst = 0.45;
	text = cal_text(&task, "a machine", "2026-01-01");
	assert_non_null(strstr(text, "\nerror_share = 0.45 share | largest residual"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_as_the_same),
		cmocka_unit_test(a_machine_may_be_called_anything),
		cmocka_unit_test(sources_say_what_was_not_measured),
		cmocka_unit_test(what_was_fitted_says_to_what_and_how_well),
		cmocka_unit_test(a_kernel_of_one_cpu_is_told_from_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
