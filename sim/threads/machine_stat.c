// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <string.h>

#include "sim/figures/machine_stat.h"

void sim_machine_begin(unsigned int kernel)
{
	(void)kernel;
}

void sim_machine_end(struct sim_machine_stat *stat)
{
	memset(stat, 0, sizeof(*stat));
}
