// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/threads/rates.h"

const struct sim_host sim_host = {
	.is_machine = true,
	.sample_every = 1, /* reading the clock takes no time */
	.max_times = 1 << 20,
};
