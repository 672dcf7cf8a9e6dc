// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <inttypes.h>
#include <stdio.h>

#include "sim/figures/machine_stat.h"
#include "sim/report/json_machine.h"

/* A digest has more bits than a number of JSON. */
static void put_checkpoint(struct json *j, const char *key, const struct sim_checkpoint *point)
{
	char digest[20];

	snprintf(digest, sizeof(digest), "%016" PRIx64, point->digest);
	json_begin_flat(j, key, '{');
	json_u64(j, "at_ns", point->at_ns);
	json_u64(j, "accesses", point->accesses);
	json_string(j, "state_digest", digest);
	json_end(j, '}');
}

static void put_repeat(struct json *j, const struct sim_machine_stat *stat)
{
	uint32_t i;

	json_begin(j, NULL, '{');
	json_begin_flat(j, "cpu_busy", '[');
	for (i = 0; i < stat->nr_cpus; i++)
		json_number(j, NULL, stat->busy[i]);
	json_end(j, ']');
	put_checkpoint(j, "end", &stat->end);
	json_begin(j, "checkpoints", '[');
	for (i = 0; i < stat->nr_checkpoints; i++)
		put_checkpoint(j, NULL, &stat->checkpoints[i]);
	json_end(j, ']');
	json_end(j, '}');
}

void json_machine(struct json *j, const struct sim_strategy_result *strategy)
{
	unsigned int k;

	if (!strategy->machine) {
		json_null(j, "machine");
		return;
	}
	json_begin(j, "machine", '[');
	for (k = 0; k < strategy->nr_runs; k++)
		put_repeat(j, &strategy->machine[k]);
	json_end(j, ']');
}
