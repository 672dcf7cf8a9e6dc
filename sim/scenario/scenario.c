// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <string.h>

#include <linux/minmax.h>

#include "sim/scenario/scenario.h"

static const struct sim_scenario_ops *const scenarios[] = {
	&sim_scenario_exit,    &sim_scenario_swapin, &sim_scenario_churn,
	&sim_scenario_discard, &sim_scenario_lmk,    &sim_scenario_pressure,
};

const struct sim_scenario_ops *sim_scenario_at(unsigned int i)
{
	return i < ARRAY_SIZE(scenarios) ? scenarios[i] : NULL;
}

const struct sim_scenario_ops *sim_scenario_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(scenarios); i++) {
		if (!strcmp(scenarios[i]->name, name))
			return scenarios[i];
	}
	return NULL;
}
