/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* model: what sim/kernel/measure.h measures of the kernel, measured of the model. */
#ifndef BENCH_KERNEL_MODEL_H
#define BENCH_KERNEL_MODEL_H

#include "sim/kernel/measure.h"

/** kernel_has_model() - is there a counterpart in the model? @arm: what is measured */
bool kernel_has_model(const struct kernel_arm *arm);

/**
 * kernel_measure_model() - one sample of the model: strategy sync, of the latest release
 * @bench:	common part
 * @arm:	kernel_has_model()
 * @sample:	filled in
 * @msg:	receives a sentence on failure
 * Return:	0, -EINTR, -ENOENT without the compressor, or a negative errno.
 */
int kernel_measure_model(struct kernel_bench *bench, const struct kernel_arm *arm,
			 struct kernel_sample *sample, struct sim_message *msg);

#endif
