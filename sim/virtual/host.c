// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What a result says of where it was made, and who else used the processors there: nobody. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/threads/noise.h"
#include "sim/threads/provenance.h"
#include "sim/virtual/machine.h"
#include "sim/sim_commit.h"

void sim_provenance_collect(struct sim_provenance *provenance)
{
	const struct vm_profile *profile = vm_profile();

	memset(provenance, 0, sizeof(*provenance));
	snprintf(provenance->version, sizeof(provenance->version), "%s", SIM_VERSION);
	snprintf(provenance->commit, sizeof(provenance->commit), "%s", SIM_COMMIT);
#ifdef __clang__
	snprintf(provenance->compiler, sizeof(provenance->compiler), "%s", __VERSION__);
#else
	snprintf(provenance->compiler, sizeof(provenance->compiler), "gcc %s", __VERSION__);
#endif
	snprintf(provenance->flags, sizeof(provenance->flags), "%s", SIM_FLAGS);
	snprintf(provenance->cpu, sizeof(provenance->cpu), "%.90s", profile->summary);
	provenance->nr_cpus = profile->nr_cpus;
	snprintf(provenance->machine, sizeof(provenance->machine), "%s", profile->name);
	provenance->machine_digest = profile->digest;
	snprintf(provenance->kernel, sizeof(provenance->kernel), "virtual");
	snprintf(provenance->governor, sizeof(provenance->governor), "unknown");
	provenance->phase_ns = NAN;
	provenance->load_1min = NAN;
	snprintf(provenance->started, sizeof(provenance->started), "virtual");
}

void sim_noise_init(struct sim_noise *noise)
{
	memset(noise, 0, sizeof(*noise));
}

void sim_noise_probe(struct sim_probe *probe)
{
	memset(probe, 0, sizeof(*probe));
}

bool sim_noise_hit(const struct sim_noise *noise, const struct sim_probe *probe)
{
	(void)noise;
	(void)probe;
	return false;
}

bool sim_noise_wait(struct sim_noise *noise, uint64_t timeout_ns)
{
	(void)noise;
	(void)timeout_ns;
	return true;
}
