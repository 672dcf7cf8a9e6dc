// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/threads/rates.h"

const struct sim_host sim_host = {
	.sample_every = 61, /* a prime, so that nothing periodic hides */
	.max_times = 1 << 16,
	.few_runs = 5,
};
