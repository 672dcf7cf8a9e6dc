// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "t_machine.h"

#include <string.h>

enum {
	PER_CLUSTER = 4,
};

void t_profile(struct vm_profile *profile, unsigned int cpus)
{
	unsigned int left = cpus, nr;

	memset(profile, 0, sizeof(*profile));
	strcpy(profile->name, "test");
	profile->nr_cpus = cpus;
	profile->page_bytes = 4096;
	profile->error_share = 0.1;
	profile->nr_cores = 1;
	profile->cores[0] = (struct vm_core){
		.name = "core",
		.mhz = 1000,
		.insn_ps = 250,
		.stall_share = 0.5,
		.rmw_ns = 5,
		.fence_ns = 5,
		.l1 = { 32 << 10, 4, 2 },
		.l2 = { 256 << 10, 8, 10 },
	};
	for (; left; left -= nr) {
		nr = left < PER_CLUSTER ? left : PER_CLUSTER;
		profile->clusters[profile->nr_clusters++] =
			(struct vm_cluster){ .cpus = nr, .llc = { 1 << 20, 16, 30 } };
	}
	profile->nr_nodes = 1;
	profile->dram_ns = 100;
	profile->dram_remote_ns = 200;
	profile->transfer_near_ns = 40;
	profile->transfer_far_ns = 80;
	profile->transfer_node_ns = 150;
	profile->context_switch_ns = 1000;
	profile->wakeup_ns = 2000;
	profile->slice_us = 1000;
	profile->yield_ns = 50;
	profile->fault_ns = 500;
	profile->compress_ns_per_kib[VM_LZ4] = 1000;
	profile->decompress_ns_per_kib[VM_LZ4] = 300;
}

void t_kernel(struct vm_kernel *kernel)
{
	unsigned int i;

	memset(kernel, 0, sizeof(*kernel));
	strcpy(kernel->release, "test");
	kernel->own = 1;
	for (i = 0; i < KC_NR_EVENTS; i++) {
		kernel->insns[i] = 100;
		kernel->stack[i] = 10;
	}
}
