/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* json_machine: what a virtual machine has counted, in a result. */
#ifndef SIM_REPORT_JSON_MACHINE_H
#define SIM_REPORT_JSON_MACHINE_H

#include "sim/figures/result.h"
#include "sim/report/json.h"

/** json_machine() - the key "machine" of a strategy; null without a virtual machine */
void json_machine(struct json *j, const struct sim_strategy_result *strategy);

#endif
