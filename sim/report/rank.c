// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/rank.h"

#include <math.h>

const struct zramsim_value *rank_value(const struct sim_strategy_result *res, const char *key)
{
	int i = sim_metric_find(key);

	if (i < 0 || !res->values || !res->values[i].nr)
		return NULL;
	return &res->values[i];
}

static double exit_median(const struct sim_strategy_result *res)
{
	const struct zramsim_value *value = rank_value(res, "exit_ns");

	return value ? value->median : INFINITY;
}

void rank_by_exit(const struct zramsim_result *res, unsigned int *order)
{
	unsigned int i, j;

	for (i = 0; i < res->nr_strategies; i++) {
		double median = exit_median(&res->strategies[i]);

		for (j = i; j && exit_median(&res->strategies[order[j - 1]]) > median; j--)
			order[j] = order[j - 1];
		order[j] = i;
	}
}
