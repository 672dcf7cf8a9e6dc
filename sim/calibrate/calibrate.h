/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * calibrate: the profile of the machine this runs on.
 *
 * Everything is measured but insn_ps, what an instruction costs: that is chosen so that one process
 * that frees synchronously takes as long on the virtual machine as it does here on threads.
 */
#ifndef SIM_CALIBRATE_CALIBRATE_H
#define SIM_CALIBRATE_CALIBRATE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/calibrate/topology.h"

/**
 * struct cal_task - a calibration
 * @topology:	of the machine; its profile receives the figures
 * @base_ns:	one process, ns per slot, on threads
 * @fitted_ns:	the same on the virtual machine in the end
 * @near:	there are two CPUs in a cluster
 * @far:	there are CPUs in another cluster of the same node
 * @remote:	there are CPUs on another node
 * @compressor:	[vm_compressor] it was measured
 * @stop:	set by a signal handler: end early
 * @progress:	told what comes next, or NULL
 */
struct cal_task {
	struct cal_topology topology;
	double base_ns;
	double fitted_ns;
	bool near;
	bool far;
	bool remote;
	bool compressor[VM_NR_COMPRESSORS];
	const volatile int *stop;
	void (*progress)(const char *what);
};

/**
 * cal_measure() - measure everything but insn_ps; half a minute at most
 * @task:	with its topology
 * @msg:	receives a sentence on failure
 * Return:	0, -EINTR, or -EIO with a sentence.
 */
int cal_measure(struct cal_task *task, struct sim_message *msg);

/**
 * cal_fit() - choose insn_ps
 * @task:	measured
 * @msg:	receives a sentence on failure
 * Return:	0; -EINTR; -EIO or what zramsim_run() returns, with a sentence.
 */
int cal_fit(struct cal_task *task, struct sim_message *msg);

/**
 * cal_text() - the profile as a text
 * @task:	measured and fitted
 * @machine:	model of the CPU, for the summary
 * @date:	when it was measured
 * Return:	to be freed, or NULL without memory.
 */
char *cal_text(const struct cal_task *task, const char *machine, const char *date);

/** cal_insn_ps() - set it for every kind of core. @cycles: so faster ones stay faster */
void cal_insn_ps(struct vm_profile *profile, double cycles);

#endif
