// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <linux/percpu.h>

#include <zramsim/experiment.h>

#include "sim/figures/result.h"
#include "sim/run/release.h"
#include "sim/study/registry.h"
#include "sim/study/study.h"
#include "sim/virtual/entry.h"
#include "sim/virtual/kernel.h"
#include "sim/virtual/machine.h"
#include "sim/virtual/memory.h"
#include "sim/virtual/profile.h"

/* Producers on the profile's CPU and those after it, round the machine. */
static void place_threads(struct zramsim_config *cfg, const struct vm_profile *profile)
{
	unsigned int i;

	if (cfg->nr_pin_cpus)
		return;
	for (i = 0; i < profile->nr_cpus && i < ZRAMSIM_MAX_CPUS; i++)
		cfg->pin_cpus[i] = (profile->producer_cpu + i) % profile->nr_cpus;
	cfg->nr_pin_cpus = i;
}

/* One machine at a time. */
static struct vm_kernel kernels[ZRAMSIM_KERNEL_7_3 + 1];

/* What is no release is refused later, with the other options. */
const struct vm_kernel *sim_virtual_kernel(unsigned int kernel)
{
	return &kernels[kernel && kernel <= ZRAMSIM_KERNEL_7_3 ? kernel : ZRAMSIM_KERNEL_7_3];
}

/* A study may compare releases. */
static int load_kernels(enum vm_isa isa, struct sim_message *msg)
{
	unsigned int i;
	int err = 0;

	for (i = ZRAMSIM_KERNEL_6_1; i <= ZRAMSIM_KERNEL_7_3 && !err; i++)
		err = vm_kernel_load(&kernels[i], sim_release_names[i - ZRAMSIM_KERNEL_6_1], isa,
				     msg);
	return err;
}

static int begin(const struct zramsim_config *asked, struct zramsim_config *cfg,
		 struct vm_profile *profile, struct sim_message *msg)
{
	int err = vm_profile_load(profile, asked->machine, asked->stop, msg);

	if (!err)
		err = load_kernels(profile->isa, msg);
	if (err)
		return err;
	*cfg = *asked;
	/* What is run must not depend on how fast the host is. */
	cfg->max_ns = 0;
	place_threads(cfg, profile);
	vm_memory_reset();
	err = vm_start(profile, sim_virtual_kernel(cfg->model.kernel), cfg->ahead_ns);
	return err ? sim_fail(msg, err, "not enough memory for a machine of %u CPUs",
			      profile->nr_cpus)
		   : 0;
}

static void end(void)
{
	kc_percpu_trim();
	vm_stop();
}

int sim_virtual_run(const struct zramsim_config *asked, struct zramsim_result **result,
		    char *message, size_t message_bytes)
{
	struct sim_message msg = { message, message_bytes };
	struct zramsim_config cfg;
	struct vm_profile profile;
	int err = begin(asked, &cfg, &profile, &msg);

	*result = NULL;
	if (err)
		return err;
	err = zramsim_run(&cfg, result, message, message_bytes);
	if (*result)
		(*result)->accesses = vm_now.accesses;
	end();
	return err;
}

int sim_virtual_study(const char *name, const struct zramsim_config *base, struct study **study,
		      struct sim_message *msg)
{
	const struct study_ops *ops = study_find(name);
	struct zramsim_config cfg;
	struct vm_profile profile;
	int err;

	*study = NULL;
	if (!ops)
		return sim_fail(msg, -ENOENT, "there is no study \"%s\"", name);
	err = begin(base, &cfg, &profile, msg);
	if (err)
		return err;
	err = study_run(ops, &cfg, study, msg);
	end();
	return err;
}

bool sim_virtual_machine(unsigned int i, const char **name, const char **summary)
{
	/* What the caller gets stays until the next call. */
	static char text[2][256];
	struct sim_message msg = { text[1], sizeof(text[1]) };
	struct vm_profile profile;
	unsigned int nr;
	char **names = vm_profile_names(&nr);
	bool there = names && i < nr;

	if (there) {
		snprintf(text[0], sizeof(text[0]), "%s", names[i]);
		if (!vm_profile_load(&profile, text[0], NULL, &msg))
			snprintf(text[1], sizeof(text[1]), "%s", profile.summary);
		*name = text[0];
		*summary = text[1];
	}
	free(names);
	return there;
}
