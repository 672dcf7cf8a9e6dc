/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * machine_stat: what a virtual machine has counted while a repeat was measured, from the moment
 * its processes are let go until nothing is pending. What measures or only prepares is not in it.
 *
 * Threads on the host count none of this: for them the functions do nothing.
 */
#ifndef SIM_FIGURES_MACHINE_STAT_H
#define SIM_FIGURES_MACHINE_STAT_H

#include <stdint.h>

enum {
	SIM_MACHINE_CPUS = 256,
	SIM_CHECKPOINTS = 32,
};

/**
 * struct sim_checkpoint - the state of the machine on the way
 * @at_ns:	since the stretch began
 * @accesses:	so far
 * @digest:	of all that has happened so far
 *
 * Two runs are the same up to the last checkpoint they have in common.
 */
struct sim_checkpoint {
	uint64_t at_ns;
	uint64_t accesses;
	uint64_t digest;
};

/**
 * struct sim_machine_stat - counts of one repeat
 * @nr_cpus:	simulated CPUs; 0: there is no machine, and nothing below means anything
 * @nr_checkpoints: entries in @checkpoints
 * @end:	how long the stretch was, and what came of it
 * @atomics:	of the accesses, atomic read-modify-writes
 * @insns:	instructions charged
 * @stall_ns:	latencies charged beyond L1, transfers among them
 * @line_transfers: cache lines that came from, or were taken from, another CPU
 * @busy:	[@nr_cpus] share of the time each CPU was not idle
 * @checkpoints: in order, equally far apart in time as far as CPUs allow
 */
struct sim_machine_stat {
	uint32_t nr_cpus;
	uint32_t nr_checkpoints;
	struct sim_checkpoint end;
	uint64_t atomics;
	uint64_t insns;
	uint64_t stall_ns;
	uint64_t line_transfers;
	double busy[SIM_MACHINE_CPUS];
	struct sim_checkpoint checkpoints[SIM_CHECKPOINTS];
};

/**
 * sim_machine_begin() - the stretch begins; called by the thread that lets the others go
 * @kernel:	enum zramsim_kernel: whose events they will have
 */
void sim_machine_begin(unsigned int kernel);

/** sim_machine_end() - the stretch has ended. @stat: filled in */
void sim_machine_end(struct sim_machine_stat *stat);

#endif
