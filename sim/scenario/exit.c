// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* exit: processes end, and their address spaces are unmapped. */
#include "sim/swap/zap.h"

static u64 exit_ops(const struct sim_proc *proc)
{
	return proc->nr_slots;
}

const struct sim_scenario_ops sim_scenario_exit = {
	.name = "exit",
	.frees_all = true,
	.ops = exit_ops,
	.produce = sim_zap,
	.check = sim_zap_check,
};
