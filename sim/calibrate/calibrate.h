/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * calibrate: the profile of the machine this runs on.
 *
 * Latencies and what tasks cost are measured. What an instruction and an atomic operation cost, and
 * how much of a miss is not hidden, is fitted to operations of a kernel's own zram: this machine's,
 * or that of a kernel in user mode. It is never fitted to the threads of this program, which are
 * other code. Without a kernel the prices are those of the kind of core.
 */
#ifndef SIM_CALIBRATE_CALIBRATE_H
#define SIM_CALIBRATE_CALIBRATE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/calibrate/points.h"
#include "sim/calibrate/solve.h"
#include "sim/calibrate/topology.h"

/*
 * A core that hides less of its misses executes in order, and takes a cycle for an instruction; an
 * other one half of that. Source: the fits to an EPYC and to the RK3588's Cortex-A55.
 */
#define CAL_IN_ORDER 0.95

/**
 * struct cal_fit - prices that were fitted
 * @there:	they were; nothing else is valid otherwise
 * @source:	kernel
 * @release:	whose counts were taken: "6.18"
 * @points:	[CAL_NR_SPECS]
 * @solution:	prices
 * @worst:	largest share by which a point is off
 * @median:	of the points
 */
struct cal_fit {
	bool there;
	struct cal_source source;
	const char *release;
	struct cal_point points[CAL_NR_SPECS];
	struct cal_solution solution;
	double worst;
	double median;
};

/**
 * struct cal_task - a calibration
 * @topology:	of the machine; its profile receives the figures
 * @fit:	to a kernel
 * @near:	there are two CPUs in a cluster
 * @far:	there are CPUs in another cluster of the same node
 * @remote:	there are CPUs on another node
 * @compressor:	[vm_compressor] it was measured
 * @stop:	set by a signal handler: end early
 * @progress:	told what comes next, or NULL
 */
struct cal_task {
	struct cal_topology topology;
	struct cal_fit fit;
	bool near;
	bool far;
	bool remote;
	bool compressor[VM_NR_COMPRESSORS];
	const volatile int *stop;
	void (*progress)(const char *what);
};

/**
 * cal_measure() - measure latencies and tasks, and take the prices of the kind of core
 * @task:	with its topology
 * @msg:	receives a sentence on failure
 *
 * It takes half a minute at most.
 *
 * Return:	0, -EINTR, or -EIO with a sentence.
 */
int cal_measure(struct cal_task *task, struct sim_message *msg);

/**
 * cal_fit() - fit the prices to the kernel of @task's source
 * @task:	measured, with its source's name, release and points
 * @msg:	receives a sentence on failure
 *
 * Each operation is simulated, so the residuals are what a run will be off by. Other kinds of core
 * get the same prices in cycles.
 *
 * Return:	0; -EINTR; -ENOTSUP: a kernel before 6.1; -ERANGE: no machine has such prices; or
 *		what the simulation returns. With a sentence.
 */
int cal_fit(struct cal_task *task, struct sim_message *msg);

/**
 * cal_settle() - prices within what machines have, and how far off they are
 * @fit:	with its source and points
 * @ranges:	of the prices
 * @msg:	receives a sentence on failure
 * Return:	0; -ERANGE; or -EIO with too few points.
 */
int cal_settle(struct cal_fit *fit, const struct cal_range ranges[CAL_NR_PRICES],
	       struct sim_message *msg);

/**
 * cal_text() - the profile as a text
 * @task:	measured and perhaps fitted
 * @machine:	model of the CPU, for the summary
 * @date:	when it was measured
 * Return:	to be freed, or NULL without memory.
 */
char *cal_text(const struct cal_task *task, const char *machine, const char *date);

#endif
