// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Nobody else uses a virtual machine. */
#include <string.h>

#include "sim/threads/noise.h"

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

bool sim_noise_took(const struct sim_usage *usage)
{
	(void)usage;
	return false;
}

uint64_t sim_noise_process_ns(void)
{
	return 0;
}

bool sim_noise_wait(struct sim_noise *noise, uint64_t timeout_ns)
{
	(void)noise;
	(void)timeout_ns;
	return true;
}
