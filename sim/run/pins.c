// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <string.h>

#include "port.h"
#include "sim/run/pins.h"
#include "sim/threads/rates.h"

/** struct attempt - what the thread that tries is told, and what it found */
struct attempt {
	const struct zramsim_config *cfg;
	unsigned int refused;
	int err;
};

static void try_all(void *arg)
{
	struct attempt *attempt = arg;
	unsigned int i;

	for (i = 0; i < attempt->cfg->nr_pin_cpus && !attempt->err; i++) {
		attempt->refused = attempt->cfg->pin_cpus[i];
		attempt->err = kc_pin_host_cpu((int)attempt->refused);
	}
}

/* By a thread of its own: what the caller may run on is the host program's business. */
int sim_pins_try(const struct zramsim_config *cfg, unsigned int *refused)
{
	struct attempt attempt = { .cfg = cfg };
	struct kc_thread thread;

	if (cfg->machine || sim_host.is_machine)
		return 0;
	/* Where no thread can be started others will say so. */
	if (kc_thread_create(&thread, "pins", try_all, &attempt))
		return 0;
	kc_thread_join(&thread);
	*refused = attempt.refused;
	return attempt.err;
}

/* A processor the system has taken away is not a value that was wrong when it was given. */
int sim_pins_fail(struct sim_message *msg, int err, unsigned int cpu)
{
	return sim_fail(msg, err == -EINVAL ? -EACCES : err,
			"no thread can be kept on processor %u: %s; use --pin none, or let the "
			"process call sched_setaffinity()",
			cpu, strerror(-err));
}
