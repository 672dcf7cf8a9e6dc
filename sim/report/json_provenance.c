// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <inttypes.h>
#include <stdio.h>

#include "sim/report/json_provenance.h"

static void put_machine(struct json *j, const struct sim_provenance *from)
{
	char digest[20];

	if (!from->machine[0]) {
		json_null(j, "machine");
		return;
	}
	snprintf(digest, sizeof(digest), "%016" PRIx64, from->machine_digest);
	json_begin_flat(j, "machine", '{');
	json_string(j, "name", from->machine);
	json_string(j, "profile_digest", digest);
	json_end(j, '}');
}

void json_provenance(struct json *j, const struct sim_provenance *from)
{
	json_string(j, "version", from->version);
	json_string(j, "commit", from->commit);
	json_string(j, "compiler", from->compiler);
	json_string(j, "flags", from->flags);
	json_string(j, "cpu", from->cpu);
	json_u64(j, "nr_cpus", from->nr_cpus);
	put_machine(j, from);
	json_string(j, "kernel", from->kernel);
	json_string(j, "governor", from->governor);
	json_number(j, "load_1min", from->load_1min);
	json_number(j, "clock_ns", from->clock_ns);
	json_string(j, "started", from->started);
}

void json_pin(struct json *j, const struct zramsim_config *cfg)
{
	uint32_t i;

	if (!cfg->pin) {
		json_null(j, "pin");
		return;
	}
	json_begin_flat(j, "pin", '[');
	for (i = 0; i < cfg->nr_pin_cpus; i++)
		json_u64(j, NULL, cfg->pin_cpus[i]);
	json_end(j, ']');
}
