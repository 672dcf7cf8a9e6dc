// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/threads/provenance.h"
#include "sim/virtual/machine.h"
#include "sim/sim_commit.h"

static const struct vm_core *producer_core(const struct vm_profile *profile)
{
	uint32_t i, end = profile->clusters[0].cpus;

	for (i = 0; end <= profile->producer_cpu; i++)
		end += profile->clusters[i + 1].cpus;
	return &profile->cores[profile->clusters[i].core];
}

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
	provenance->machine_fitted = producer_core(profile)->fitted;
	provenance->machine_error = profile->error_share;
	snprintf(provenance->kernel, sizeof(provenance->kernel), "%s as counted, %s",
		 vm_now.kernel->release, vm_isa_name(vm_now.kernel->isa));
	snprintf(provenance->governor, sizeof(provenance->governor), "unknown");
	provenance->phase_ns = NAN;
	provenance->load_1min = NAN;
	snprintf(provenance->started, sizeof(provenance->started), "virtual");
}
