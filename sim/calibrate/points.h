/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * points: the operations of a kernel that a machine's prices are fitted to.
 *
 * They differ in what they are made of: a discard of same-filled slots is little more than locks
 * and counters, of anon data it is objects, handles and pages; a munmap has page tables and swap
 * besides. Sizes differ, so that caches do.
 */
#ifndef SIM_CALIBRATE_POINTS_H
#define SIM_CALIBRATE_POINTS_H

#include "sim/kernel/measure.h"

/** struct cal_spec - an operation. @work, @data: what; @mib: how much */
struct cal_spec {
	enum kernel_work work;
	enum kernel_data data;
	unsigned int mib;
};

enum {
	CAL_NR_SPECS = 11,     /* of a kernel that runs on the machine */
	CAL_NR_USER_SPECS = 6, /* of one in user mode */
};

/**
 * struct cal_source - the kernel that is measured
 * @user:	it runs in user mode, for one CPU: none of its read-modify-writes is atomic, and a
 *		munmap of it is mostly system calls of the host, so it is asked for discards only
 * @name:	"Linux 6.18.44"
 * @release:	"6.18.44"
 * @ns:		per slot of each of cal_source_specs()
 */
struct cal_source {
	bool user;
	char name[64];
	char release[32];
	double ns[CAL_NR_SPECS];
};

/** cal_source_specs() - operations it is asked for. @source: kernel, @nr: set to how many */
const struct cal_spec *cal_source_specs(const struct cal_source *source, unsigned int *nr);

/** cal_spec_name() - "munmap anon 8 MiB". @spec: operation, @text: room, @size: of it */
void cal_spec_name(const struct cal_spec *spec, char *text, size_t size);

/**
 * cal_points_measure() - measure all that a kernel is asked for, in rounds
 * @bench:	with a device that was borrowed
 * @rounds:	how often: the least counts, as what a neighbour takes away is not in it
 * @source:	times filled in
 * @msg:	receives a sentence on failure
 *
 * It is time of the clock: processor time of a guest is short of what its host says was stolen, and
 * now and then of more.
 *
 * Return:	0, -EINTR, or a negative errno.
 */
int cal_points_measure(struct kernel_bench *bench, unsigned int rounds, struct cal_source *source,
		       struct sim_message *msg);

/**
 * cal_device_measure() - the running kernel, on a device of its own
 * @source:	filled in but for @user
 * @first_cpu:	where to measure
 * @stop:	ends it early when non-zero
 * @msg:	receives a sentence on failure
 *
 * The device is gone when this returns, and so is what was swap.
 *
 * Return:	0; -EPERM, -ENODEV: not on this machine; -EINTR; or a negative errno.
 */
int cal_device_measure(struct cal_source *source, unsigned int first_cpu, const volatile int *stop,
		       struct sim_message *msg);

#endif
