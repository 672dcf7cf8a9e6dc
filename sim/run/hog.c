// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/compiler.h>

#include <kc_cost.h>

#include "port.h"
#include "sim/run/hog.h"
#include "sim/run/pins.h"
#include "sim/shortage.h"

enum {
	HOG_SLEEPS,
	HOG_BURNS,
	HOG_ENDS,
	HOG_ROUNDS = 4096, /* between two looks at the phase */
};

static void hog_run(void *arg)
{
	struct sim_hogs *hogs = arg;

	while (READ_ONCE(hogs->phase) == HOG_SLEEPS)
		kc_wait(&hogs->phase, HOG_SLEEPS, KC_FOREVER);
	while (READ_ONCE(hogs->phase) == HOG_BURNS)
		kc_cost_burn(HOG_ROUNDS);
}

static void hogs_set_phase(struct sim_hogs *hogs, u32 phase)
{
	WRITE_ONCE(hogs->phase, phase);
	if (hogs->nr)
		kc_wake(&hogs->phase, hogs->nr);
}

int sim_hogs_start(struct sim_hogs *hogs, const struct zramsim_config *cfg, struct sim_message *msg)
{
	int err = 0, host_cpu;

	if (!cfg->hogs)
		return 0;
	hogs->threads = calloc(cfg->hogs, sizeof(*hogs->threads));
	if (!hogs->threads)
		return sim_fail(msg, -ENOMEM, "not enough memory for %u hog%s", cfg->hogs,
				sim_plural(cfg->hogs, "s"));
	while (hogs->nr < cfg->hogs && !err) {
		err = kc_thread_create(&hogs->threads[hogs->nr], "hog", hog_run, hogs);
		if (err)
			break;
		hogs->nr++;
		if (!cfg->pin)
			continue;
		host_cpu = (int)cfg->pin_cpus[(cfg->procs + hogs->nr - 1) % cfg->nr_pin_cpus];
		err = kc_thread_pin(&hogs->threads[hogs->nr - 1], host_cpu);
		if (err)
			return sim_pins_fail(msg, err, (u32)host_cpu);
	}
	if (err)
		return sim_fail_host(msg, err, NULL, "hog %u of %u cannot be started", hogs->nr + 1,
				     cfg->hogs);
	return 0;
}

void sim_hogs_go(struct sim_hogs *hogs)
{
	hogs_set_phase(hogs, HOG_BURNS);
}

void sim_hogs_end(struct sim_hogs *hogs)
{
	u32 i;

	hogs_set_phase(hogs, HOG_ENDS);
	for (i = 0; i < hogs->nr; i++)
		kc_thread_join(&hogs->threads[i]);
	free(hogs->threads);
	memset(hogs, 0, sizeof(*hogs));
}
