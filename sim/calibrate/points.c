// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/calibrate/points.h"

#include <errno.h>
#include <stdio.h>
#include <sys/utsname.h>

enum {
	DEVICE_ROUNDS = 11,
};

/* Below 8 MiB it matters what the caches held before, which the machine does not know. */
static const struct cal_spec specs_of_machine[CAL_NR_SPECS] = {
	{ KERNEL_MUNMAP, KERNEL_ANON, 8 },  { KERNEL_MUNMAP, KERNEL_ANON, 32 },
	{ KERNEL_MUNMAP, KERNEL_RFC, 8 },   { KERNEL_MUNMAP, KERNEL_RFC, 32 },
	{ KERNEL_MUNMAP, KERNEL_SAME, 8 },  { KERNEL_MUNMAP, KERNEL_ZERO, 8 },
	{ KERNEL_DISCARD, KERNEL_ANON, 8 }, { KERNEL_DISCARD, KERNEL_ANON, 32 },
	{ KERNEL_DISCARD, KERNEL_RFC, 8 },  { KERNEL_DISCARD, KERNEL_RFC, 32 },
	{ KERNEL_DISCARD, KERNEL_SAME, 8 },
};

/* A call of such a kernel takes microseconds, which many slots have to share. */
static const struct cal_spec specs_of_user[CAL_NR_USER_SPECS] = {
	{ KERNEL_DISCARD, KERNEL_ANON, 16 }, { KERNEL_DISCARD, KERNEL_ANON, 32 },
	{ KERNEL_DISCARD, KERNEL_RFC, 32 },  { KERNEL_DISCARD, KERNEL_RFC, 64 },
	{ KERNEL_DISCARD, KERNEL_SAME, 64 }, { KERNEL_DISCARD, KERNEL_SAME, 128 },
};

void cal_spec_name(const struct cal_spec *spec, char *text, size_t size)
{
	snprintf(text, size, "%s %s %u MiB", spec->work == KERNEL_MUNMAP ? "munmap" : "discard",
		 kernel_data_names[spec->data], spec->mib);
}

const struct cal_spec *cal_source_specs(const struct cal_source *source, unsigned int *nr)
{
	*nr = source->user ? CAL_NR_USER_SPECS : CAL_NR_SPECS;
	return source->user ? specs_of_user : specs_of_machine;
}

int cal_points_measure(struct kernel_bench *bench, unsigned int rounds, struct cal_source *source,
		       struct sim_message *msg)
{
	struct kernel_sample sample;
	unsigned int round, i, nr;
	const struct cal_spec *specs = cal_source_specs(source, &nr);
	double *ns = source->ns;
	int err = 0;

	for (round = 0; round < rounds && !err; round++) {
		for (i = 0; i < nr && !err; i++) {
			const struct kernel_arm arm = { specs[i].work, specs[i].data, 1 };

			bench->bytes = (uint64_t)specs[i].mib << 20;
			err = kernel_measure(bench, &arm, &sample, msg);
			if (!err && (!round || sample.ns_per_slot < ns[i]))
				ns[i] = sample.ns_per_slot;
		}
	}
	for (i = 0; i < nr && !err; i++) {
		if (ns[i] <= 0)
			err = sim_fail(msg, -EIO, "the clock of this kernel did not move");
	}
	return err;
}

int cal_device_measure(struct cal_source *source, unsigned int first_cpu, const volatile int *stop,
		       struct sim_message *msg)
{
	struct kernel_bench bench = {
		.dev = { .sysroot = "" }, .seed = 1, .first_cpu = first_cpu, .stop = stop
	};
	struct utsname kernel;
	int err, end;

	if (uname(&kernel))
		return sim_fail(msg, -errno, "this kernel does not tell its release");
	snprintf(source->name, sizeof(source->name), "Linux %.32s", kernel.release);
	snprintf(source->release, sizeof(source->release), "%.31s", kernel.release);
	err = kernel_device_add(&bench.dev, msg);
	if (err)
		return err;
	sim_noise_init(&bench.noise);
	err = kernel_device_check(&bench.dev, msg);
	if (!err)
		err = kernel_device_borrow(&bench.dev, NULL, msg);
	if (!err)
		err = cal_points_measure(&bench, DEVICE_ROUNDS, source, msg);
	end = kernel_device_give_back(&bench.dev, err ? &(struct sim_message){ 0 } : msg);
	return err ? err : end;
}
