// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>

#include "port.h"
#include "sim/calibrate/calibrate.h"
#include "sim/calibrate/costs.h"

enum {
	MEMORY_LEAST = 64 << 20,
	MEMORY_MOST = 512 << 20,
};

static int going_on(struct cal_task *task, const char *what)
{
	if (task->stop && __atomic_load_n(task->stop, __ATOMIC_RELAXED))
		return -EINTR;
	if (task->progress)
		task->progress(what);
	return 0;
}

/* Well above the level below; half of this one at most, as others may use it, too. */
static size_t inside(uint64_t below, uint64_t bytes)
{
	return 4 * below < bytes / 2 ? 4 * below : bytes / 2;
}

static const struct vm_cluster *cluster_of(const struct vm_profile *p, uint32_t core)
{
	uint32_t i;

	for (i = 0; i < p->nr_clusters && p->clusters[i].core != core; i++)
		;
	return &p->clusters[i];
}

static size_t memory_bytes(const struct vm_profile *p, const struct vm_cluster *cluster)
{
	uint64_t last = p->slc.bytes ? p->slc.bytes : cluster->llc.bytes, bytes = 4 * last;

	if (bytes < MEMORY_LEAST)
		return MEMORY_LEAST;
	return bytes < MEMORY_MOST ? bytes : MEMORY_MOST;
}

/* One kind of core, on the CPU that stands for it. */
static int measure_core(struct cal_task *task, uint32_t number, struct sim_message *msg)
{
	struct vm_profile *p = &task->topology.profile;
	const struct vm_cluster *cluster = cluster_of(p, number);
	struct vm_core *core = &p->cores[number];
	size_t memory = memory_bytes(p, cluster);
	unsigned int cpu = task->topology.core_cpu[number];
	double dram, pair = 0;

	if (kc_pin_host_cpu((int)cpu))
		return sim_fail(msg, -EIO, "CPU %u cannot be used", cpu);
	core->mhz = cal_clock_mhz();
	core->rmw_ns = cal_rmw_ns();
	core->fence_ns = cal_fence_ns();
	core->l1.latency_ns = cal_chase_ns(core->l1.bytes / 2);
	if (core->l2.bytes)
		core->l2.latency_ns = cal_chase_ns(inside(core->l1.bytes, core->l2.bytes));
	dram = cal_memory_ns(memory, &pair);
	if (dram <= 0)
		return sim_fail(msg, -EIO, "no memory for %zu MiB to measure it", memory >> 20);
	core->stall_share = pair / dram;
	if (core->stall_share > 1)
		core->stall_share = 1;
	core->insn_ps = (core->stall_share < CAL_IN_ORDER ? 0.5 : 1.02) * 1e6 / core->mhz;
	if (!number || dram < p->dram_ns)
		p->dram_ns = p->dram_remote_ns = dram;
	return 0;
}

/* The caches that are shared, from the first CPU that has each. */
static int measure_shared(struct cal_task *task, struct sim_message *msg)
{
	struct vm_profile *p = &task->topology.profile;
	uint32_t i, cpu = 0;

	for (i = 0; i < p->nr_clusters; i++) {
		struct vm_cluster *cluster = &p->clusters[i];
		const struct vm_core *core = &p->cores[cluster->core];
		uint64_t below = core->l2.bytes ? core->l2.bytes : core->l1.bytes;

		if (kc_pin_host_cpu((int)task->topology.host[cpu]))
			return sim_fail(msg, -EIO, "CPU %u cannot be used",
					task->topology.host[cpu]);
		/* Clusters of one kind are alike. */
		if (cluster_of(p, cluster->core) != cluster)
			cluster->llc.latency_ns = cluster_of(p, cluster->core)->llc.latency_ns;
		else if (cluster->llc.bytes)
			cluster->llc.latency_ns = cal_chase_ns(inside(below, cluster->llc.bytes));
		if (!i && p->slc.bytes)
			p->slc.latency_ns = cal_chase_ns(inside(
				cluster->llc.bytes ? cluster->llc.bytes : below, p->slc.bytes));
		cpu += cluster->cpus;
	}
	return 0;
}

/* First CPU of a cluster on the host; the clusters are in order. */
static unsigned int first_cpu(const struct cal_topology *t, uint32_t cluster)
{
	uint32_t i, cpu = 0;

	for (i = 0; i < cluster; i++)
		cpu += t->profile.clusters[i].cpus;
	return t->host[cpu];
}

/* What there is no pair of CPUs for costs what the nearest distance does. */
static void measure_transfers(struct cal_task *task)
{
	struct cal_topology *t = &task->topology;
	struct vm_profile *p = &t->profile;
	uint32_t i, cpu = 0;

	for (i = 0; i < p->nr_clusters && p->transfer_near_ns <= 0; i++) {
		if (p->clusters[i].cpus > 1)
			p->transfer_near_ns = cal_transfer_ns(
				t->host[cpu], t->host[cpu + p->clusters[i].cpus / 2]);
		cpu += p->clusters[i].cpus;
	}
	for (i = 1; i < p->nr_clusters; i++) {
		bool remote = p->clusters[i].node != p->clusters[0].node;
		double *ns = remote ? &p->transfer_node_ns : &p->transfer_far_ns;

		if (*ns > 0)
			continue;
		*ns = cal_transfer_ns(first_cpu(t, 0), first_cpu(t, i));
		task->far |= !remote;
		task->remote |= remote;
	}
	task->near = p->transfer_near_ns > 0;
	if (!task->near)
		p->transfer_near_ns = p->transfer_far_ns > 0 ? p->transfer_far_ns : p->dram_ns;
	if (p->transfer_far_ns <= 0)
		p->transfer_far_ns = p->transfer_near_ns;
	if (p->transfer_node_ns <= 0)
		p->transfer_node_ns = p->transfer_far_ns;
	/* Memory of another node cannot be had for sure; how much farther it is, is known. */
	if (task->remote)
		p->dram_remote_ns = p->dram_ns + p->transfer_node_ns - p->transfer_far_ns;
}

/*
 * A turn on one CPU is a wake-up and a switch; the machine charges the price of a switch for
 * either. A turn on two is the same and what it takes an idle CPU to begin.
 */
static void measure_tasks(struct cal_task *task)
{
	struct cal_topology *t = &task->topology;
	struct vm_profile *p = &t->profile;
	double turn = cal_wake_ns(t->host[0], t->host[0]), other;
	unsigned int log2 = 0;

	p->context_switch_ns = turn / 2;
	if (p->nr_cpus > 1) {
		other = cal_wake_ns(t->host[0], t->host[p->nr_cpus - 1]);
		p->wakeup_ns = other > turn ? other - turn : 0;
	}
	while (log2 < 3 && 2u << log2 <= p->nr_cpus)
		log2++;
	p->slice_us = 700.0 * (1 + log2);
	p->yield_ns = 10 * 1000 / p->cores[0].mhz;
}

static void measure_compressors(struct cal_task *task)
{
	static const char *const names[VM_NR_COMPRESSORS] = {
		[VM_LZ4] = "lz4",
		[VM_ZSTD] = "zstd",
		[VM_LZO] = "lzo",
	};
	/* Of lz4's: for those that are not in this build. Measured on a Zen 3. */
	static const double there[VM_NR_COMPRESSORS] = { 1, 4.8, 1.05 };
	static const double back[VM_NR_COMPRESSORS] = { 1, 5.3, 1.8 };
	struct vm_profile *p = &task->topology.profile;
	/* Without any: cycles of the same machine. */
	double there_ns = 3200 / p->cores[0].mhz * 1000, back_ns = there_ns / 3.5;
	unsigned int i;

	for (i = VM_NR_COMPRESSORS; i-- > 0;) {
		task->compressor[i] = cal_compressor_ns(names[i], &p->compress_ns_per_kib[i],
							&p->decompress_ns_per_kib[i]);
		if (!task->compressor[i])
			continue;
		there_ns = p->compress_ns_per_kib[i] / there[i];
		back_ns = p->decompress_ns_per_kib[i] / back[i];
	}
	for (i = 0; i < VM_NR_COMPRESSORS; i++) {
		if (task->compressor[i])
			continue;
		p->compress_ns_per_kib[i] = there_ns * there[i];
		p->decompress_ns_per_kib[i] = back_ns * back[i];
	}
}

int cal_measure(struct cal_task *task, struct sim_message *msg)
{
	struct vm_profile *p = &task->topology.profile;
	int err = 0;
	uint32_t i;

	for (i = 0; i < p->nr_cores && !err; i++) {
		err = going_on(task, "caches and memory of a core");
		if (!err)
			err = measure_core(task, i, msg);
	}
	if (!err)
		err = going_on(task, "shared caches");
	if (!err)
		err = measure_shared(task, msg);
	if (!err)
		err = going_on(task, "lines between CPUs");
	if (!err) {
		measure_transfers(task);
		err = going_on(task, "switching and waking tasks");
	}
	if (!err) {
		measure_tasks(task);
		kc_pin_host_cpu((int)task->topology.host[0]);
		err = going_on(task, "page tables and faults");
	}
	if (!err) {
		p->fault_ns = cal_fault_ns();
		err = going_on(task, "compressors");
	}
	if (!err)
		measure_compressors(task);
	kc_pin_host_cpu(-1);
	return err;
}
