// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <string.h>

#include <linux/build_bug.h>

#include "sim/figures/machine_stat.h"
#include "sim/virtual/entry.h"
#include "sim/virtual/machine.h"

BUILD_BUG_ON((int)SIM_MACHINE_CPUS != (int)VM_MAX_CPUS);

#define FIRST_STEP_PS (4096 * VM_PS_PER_NS) /* between two checkpoints; doubles as they fill up */

/**
 * struct counters - of the machine since it was made
 * @clock_ps:	of the CPU that reads them
 * @accesses:	see &struct sim_machine_stat
 * @atomics:	see there
 * @insns:	in ticks
 * @stall_ps:	latencies
 * @transfers:	see there
 * @busy_ps:	of each CPU
 */
struct counters {
	uint64_t clock_ps;
	uint64_t accesses;
	uint64_t atomics;
	uint64_t insns;
	uint64_t stall_ps;
	uint64_t transfers;
	uint64_t busy_ps[VM_MAX_CPUS];
};

/* One machine, one repeat at a time. */
static struct counters at_begin;
static struct sim_checkpoint checkpoints[SIM_CHECKPOINTS];
static unsigned int nr_checkpoints;
static uint64_t step_ps;

static void read_counters(struct counters *counters)
{
	struct vm_cache_stat cache;
	unsigned int cpu;

	vm_catch_up();
	memset(counters, 0, sizeof(*counters));
	counters->clock_ps = vm_now.clock;
	counters->accesses = vm_now.accesses;
	counters->atomics = vm_now.atomics;
	counters->stall_ps = vm_now.stall;
	counters->insns = vm_now.events + (uint64_t)((double)vm_now.own * vm_now.kernel->own);
	for (cpu = 0; cpu < vm_cpus(); cpu++) {
		vm_cache_stat(vm_now.cache, cpu, &cache);
		counters->transfers += cache.transfers;
		counters->busy_ps[cpu] = vm_busy_ps(cpu);
	}
	/* The clock of the CPU that runs is not in its record yet. */
	if (!vm_outside())
		counters->busy_ps[vm_now.cpu] += vm_now.clock - vm_cpu_at(vm_now.cpu)->clock;
}

static struct sim_checkpoint state_now(void)
{
	vm_catch_up();
	return (struct sim_checkpoint){
		.at_ns = (vm_now.clock - at_begin.clock_ps) / VM_PS_PER_NS,
		.accesses = vm_now.accesses - at_begin.accesses,
		.digest = vm_now.digest,
	};
}

/* Every second one goes, and from here on they are twice as far apart. */
static void thin_out(void)
{
	unsigned int i;

	for (i = 0; i < SIM_CHECKPOINTS / 2; i++)
		checkpoints[i] = checkpoints[2 * i + 1];
	nr_checkpoints = SIM_CHECKPOINTS / 2;
	step_ps *= 2;
}

static uint64_t checkpoint(void)
{
	if (nr_checkpoints == SIM_CHECKPOINTS)
		thin_out();
	checkpoints[nr_checkpoints++] = state_now();
	return vm_now.clock - (vm_now.clock - at_begin.clock_ps) % step_ps + step_ps;
}

void sim_machine_begin(unsigned int kernel)
{
	vm_set_kernel(sim_virtual_kernel(kernel));
	read_counters(&at_begin);
	nr_checkpoints = 0;
	step_ps = FIRST_STEP_PS;
	vm_now.digest = 0;
	vm_watch(vm_now.clock + step_ps, checkpoint);
}

static double busy_share(const struct counters *now, unsigned int cpu)
{
	uint64_t span = now->clock_ps - at_begin.clock_ps;
	double share = span ? (double)(now->busy_ps[cpu] - at_begin.busy_ps[cpu]) / (double)span
			    : 0;

	/* A CPU may be ahead of the one that looks. */
	return share < 1 ? share : 1;
}

void sim_machine_end(struct sim_machine_stat *stat)
{
	struct counters now;
	unsigned int cpu;

	vm_watch(VM_NEVER, NULL);
	read_counters(&now);
	memset(stat, 0, sizeof(*stat));
	stat->nr_cpus = vm_cpus();
	stat->end = state_now();
	stat->atomics = now.atomics - at_begin.atomics;
	stat->stall_ns = (now.stall_ps - at_begin.stall_ps) / VM_PS_PER_NS;
	stat->insns = (now.insns - at_begin.insns) / VM_TICKS_PER_INSN;
	stat->line_transfers = now.transfers - at_begin.transfers;
	for (cpu = 0; cpu < stat->nr_cpus; cpu++)
		stat->busy[cpu] = busy_share(&now, cpu);
	stat->nr_checkpoints = nr_checkpoints;
	memcpy(stat->checkpoints, checkpoints, nr_checkpoints * sizeof(*checkpoints));
}
