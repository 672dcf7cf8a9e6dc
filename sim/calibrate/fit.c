// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zramsim/experiment.h>

#include "sim/calibrate/calibrate.h"
#include "sim/virtual/entry.h"

enum {
	BASE_RUNS = 15,
	ROUNDS = 3,
};

void cal_insn_ps(struct vm_profile *profile, double cycles)
{
	uint32_t i;

	for (i = 0; i < profile->nr_cores; i++)
		profile->cores[i].insn_ps = cycles * 1e6 / profile->cores[i].mhz;
}

static int run(const struct cal_task *task, const char *machine, double *ns,
	       struct sim_message *msg)
{
	struct zramsim_result *result = NULL;
	struct zramsim_value value;
	struct zramsim_config cfg;
	int err;

	zramsim_config_init(&cfg);
	cfg.strategies[0] = "sync";
	cfg.nr_strategies = 1;
	cfg.data = "rfc";
	cfg.runs = machine ? 1 : BASE_RUNS;
	cfg.machine = machine;
	cfg.stop = task->stop;
	/* Where core kinds differ, both times the first one. */
	cfg.pin_cpus[0] = machine ? 0 : task->topology.host[0];
	cfg.nr_pin_cpus = 1;
	cfg.pin = true;
	err = machine ? sim_virtual_run(&cfg, &result, msg->text, msg->size)
		      : zramsim_run(&cfg, &result, msg->text, msg->size);
	if (!err && zramsim_result_value(result, "sync", "exit_ns_per_slot", &value))
		err = sim_fail(msg, -EIO, "the baseline was not measured");
	if (!err)
		*ns = value.min;
	zramsim_result_free(result);
	return err;
}

/* On the virtual machine, without what threads do not do. */
static int run_virtual(const struct cal_task *task, double cycles, double *ns,
		       struct sim_message *msg)
{
	struct cal_task copy = *task;
	FILE *file = tmpfile();
	char *text, path[64];
	int err = 0;

	if (!file)
		return sim_fail(msg, -EIO, "no temporary file can be made: %s", strerror(errno));
	cal_insn_ps(&copy.topology.profile, cycles);
	copy.topology.profile.fault_ns = 0;
	text = cal_text(&copy, "being calibrated", "now");
	if (!text || write(fileno(file), text, strlen(text)) != (ssize_t)strlen(text))
		err = sim_fail(msg, -EIO, "no temporary file can be written");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	if (!err)
		err = run(task, path, ns, msg);
	fclose(file);
	free(text);
	return err;
}

int cal_fit(struct cal_task *task, struct sim_message *msg)
{
	double low = 0.5, high = 1.5, low_ns, high_ns, cycles = 0;
	int err, round;

	if (task->progress)
		task->progress("one process on threads, and the same simulated");
	err = run(task, NULL, &task->base_ns, msg);
	if (!err)
		err = run_virtual(task, low, &low_ns, msg);
	if (!err)
		err = run_virtual(task, high, &high_ns, msg);
	for (round = 0; round < ROUNDS && !err && high_ns != low_ns; round++) {
		cycles = low + (task->base_ns - low_ns) * (high - low) / (high_ns - low_ns);
		if (cycles < 0.1)
			cycles = 0.1;
		err = run_virtual(task, cycles, &task->fitted_ns, msg);
		low = high;
		low_ns = high_ns;
		high = cycles;
		high_ns = task->fitted_ns;
		if (high_ns > task->base_ns * 0.995 && high_ns < task->base_ns * 1.005)
			break;
	}
	cal_insn_ps(&task->topology.profile, cycles);
	return err;
}
