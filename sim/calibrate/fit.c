// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* From what a kernel's operations take to prices with which the machine takes as long for them. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zramsim/experiment.h>

#include "sim/calibrate/calibrate.h"
#include "sim/figures/stats.h"
#include "sim/run/release.h"
#include "sim/virtual/entry.h"

enum {
	PAGE = 4096,
	WIDEST = 4,	/* instructions a cycle */
	SLOWEST = 20,	/* cycles an instruction */
	DEAREST = 1000, /* an atomic operation, ns */
};

/* A fit that is off by that much at one operation says nothing about others. */
#define USELESS 0.6

/* From here prices are moved one by one, to see how much of each an operation has. */
static const double steps[CAL_NR_PRICES] = { 0.1, 10, -0.25 };

/* The first kind of core has @prices; the others the same, by clock and by their own atomics. */
static void apply(struct vm_profile *profile, const double prices[CAL_NR_PRICES])
{
	struct vm_core *first = &profile->cores[0];
	double clock = first->mhz, rmw = first->rmw_ns;
	uint32_t i;

	for (i = 0; i < profile->nr_cores; i++) {
		struct vm_core *core = &profile->cores[i];

		core->insn_ps = 1000 * prices[CAL_INSN] * clock / core->mhz;
		core->rmw_ns *= prices[CAL_RMW] / rmw;
	}
	first->stall_share = prices[CAL_STALL];
}

/* A file of one page, as which all slots are. */
static FILE *make_page(enum kernel_data data)
{
	FILE *file = tmpfile();
	char page[PAGE];

	kernel_page(data, 0, 0, page, sizeof(page));
	if (file && write(fileno(file), page, sizeof(page)) != (ssize_t)sizeof(page)) {
		fclose(file);
		return NULL;
	}
	return file;
}

static enum zramsim_kernel release_number(const char *release)
{
	unsigned int i;

	for (i = 0; sim_release_names[i] && strcmp(sim_release_names[i], release); i++)
		;
	return (enum zramsim_kernel)(ZRAMSIM_KERNEL_6_1 + i);
}

static int run(const struct cal_task *task, const struct cal_spec *spec, const char *machine,
	       double *ns, struct sim_message *msg)
{
	bool constant = spec->data == KERNEL_SAME || spec->data == KERNEL_ZERO;
	FILE *page = constant ? make_page(spec->data) : NULL;
	struct zramsim_result *result = NULL;
	struct zramsim_value value;
	struct zramsim_config cfg;
	char data[64];
	int err;

	if (constant && !page)
		return sim_fail(msg, -EIO, "no temporary file can be made: %s", strerror(errno));
	snprintf(data, sizeof(data), "file:/proc/self/fd/%d", page ? fileno(page) : -1);
	zramsim_config_init(&cfg);
	cfg.strategies[0] = "sync";
	cfg.nr_strategies = 1;
	cfg.scenario = spec->work == KERNEL_MUNMAP ? "exit" : "discard";
	cfg.data = constant ? data : kernel_data_names[spec->data];
	cfg.size_bytes = (uint64_t)spec->mib << 20;
	cfg.runs = 1;
	cfg.warmup = 0;
	cfg.machine = machine;
	cfg.model.kernel = release_number(task->fit.release);
	cfg.stop = task->stop;
	cfg.pin_cpus[0] = 0;
	cfg.nr_pin_cpus = 1;
	cfg.pin = true;
	err = sim_virtual_run(&cfg, &result, msg->text, msg->size);
	if (!err && zramsim_result_value(result, "sync", "exit_ns_per_slot", &value))
		err = sim_fail(msg, -EIO, "an operation was not simulated");
	if (!err)
		*ns = value.median;
	zramsim_result_free(result);
	if (page)
		fclose(page);
	return err;
}

/* Each operation with these prices: into ns[]. */
static int simulate(const struct cal_task *task, const double prices[CAL_NR_PRICES],
		    double ns[CAL_NR_SPECS], struct sim_message *msg)
{
	unsigned int i, nr;
	const struct cal_spec *specs = cal_source_specs(&task->fit.source, &nr);
	double charged[CAL_NR_PRICES];
	struct cal_task copy = *task;
	FILE *file = tmpfile();
	char *text, path[64];
	int err = 0;

	if (!file)
		return sim_fail(msg, -EIO, "no temporary file can be made: %s", strerror(errno));
	memcpy(charged, prices, sizeof(charged));
	if (task->fit.source.user)
		charged[CAL_RMW] = 0; /* an instruction like others to a kernel of one CPU */
	apply(&copy.topology.profile, charged);
	text = cal_text(&copy, "being calibrated", "now");
	if (!text || write(fileno(file), text, strlen(text)) != (ssize_t)strlen(text))
		err = sim_fail(msg, -EIO, "no temporary file can be written");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	for (i = 0; i < nr && !err; i++)
		err = run(task, &specs[i], path, &ns[i], msg);
	fclose(file);
	free(text);
	return err;
}

/* How much of each price an operation has, from how much longer it takes when that is raised. */
static int find_amounts(struct cal_task *task, const double at[CAL_NR_PRICES],
			struct sim_message *msg)
{
	double base[CAL_NR_SPECS], ns[CAL_NR_SPECS], prices[CAL_NR_PRICES];
	struct cal_point *points = task->fit.points;
	unsigned int i, price, nr;
	int err = simulate(task, at, base, msg);

	cal_source_specs(&task->fit.source, &nr);
	for (i = 0; i < nr && !err; i++)
		points[i].fixed_ns = base[i];
	for (price = 0; price < CAL_NR_PRICES && !err; price++) {
		memcpy(prices, at, sizeof(prices));
		prices[price] += steps[price];
		err = simulate(task, prices, ns, msg);
		for (i = 0; i < nr && !err; i++) {
			points[i].amounts[price] = fmax(0, (ns[i] - base[i]) / steps[price]);
			points[i].fixed_ns -= points[i].amounts[price] * at[price];
		}
	}
	return err;
}

/* Misses overlap with what goes on meanwhile, so prices change them a little, too. */
static int correct(struct cal_task *task, struct sim_message *msg)
{
	struct cal_fit *fit = &task->fit;
	double ns[CAL_NR_SPECS];
	unsigned int i, nr;
	int err;

	cal_source_specs(&fit->source, &nr);
	err = simulate(task, fit->solution.prices, ns, msg);
	for (i = 0; i < nr && !err; i++)
		fit->points[i].fixed_ns += ns[i] - fit->points[i].fitted_ns;
	return err;
}

/*
 * Operations with many instructions have many atomics, so a little noise moves much from one price
 * to the other. What an atomic takes in a loop of its own is one point more.
 */
static bool solve(struct cal_fit *fit, const struct cal_range ranges[CAL_NR_PRICES])
{
	struct cal_point points[CAL_NR_SPECS + 1];
	unsigned int nr;
	bool solved;

	cal_source_specs(&fit->source, &nr);
	memcpy(points, fit->points, sizeof(fit->points));
	points[nr] =
		(struct cal_point){ .ns = ranges[CAL_RMW].otherwise, .amounts = { [CAL_RMW] = 1 } };
	solved = cal_solve(points, nr + 1, ranges, &fit->solution);
	memcpy(fit->points, points, sizeof(fit->points));
	return solved;
}

int cal_settle(struct cal_fit *fit, const struct cal_range ranges[CAL_NR_PRICES],
	       struct sim_message *msg)
{
	double off[CAL_NR_SPECS];
	unsigned int i, nr;

	cal_source_specs(&fit->source, &nr);
	if (!solve(fit, ranges))
		return sim_fail(msg, -EIO, "there are too few operations to fit prices to");
	for (i = 0; i < nr; i++)
		off[i] = fabs(cal_off(&fit->points[i]));
	fit->median = sim_median(off, nr);
	for (fit->worst = 0, i = 0; i < nr; i++)
		fit->worst = fmax(fit->worst, off[i]);
	if (fit->solution.wanted[CAL_INSN] > 0 && fit->worst < USELESS)
		return 0;
	return sim_fail(
		msg, -ERANGE,
		"no prices that a machine has fit what %s took (an instruction: %.0f ps, the "
		"worst operation: off by %.0f %%); try again when nothing else runs",
		fit->source.name, 1000 * fit->solution.wanted[CAL_INSN], 100 * fit->worst);
}

/* The last release that is not later than the kernel. */
static const char *counted_release(const char *kernel)
{
	unsigned int major, minor, at_major, at_minor;
	const char *found = NULL;
	unsigned int i;

	if (sscanf(kernel, "%u.%u", &major, &minor) != 2)
		return NULL;
	for (i = 0; sim_release_names[i]; i++) {
		sscanf(sim_release_names[i], "%u.%u", &at_major, &at_minor);
		if (at_major < major || (at_major == major && at_minor <= minor))
			found = sim_release_names[i];
	}
	return found;
}

/*
 * A locked instruction of amd64 waits for what was before it, as in a loop of its own, so half of
 * what it takes there is the least. On arm64 one can overlap with others, but takes a cycle.
 */
static double least_rmw(const struct vm_profile *profile)
{
	const struct vm_core *core = &profile->cores[0];

	return profile->isa == VM_AMD64 ? core->rmw_ns / 2 : 1000 / core->mhz;
}

int cal_fit(struct cal_task *task, struct sim_message *msg)
{
	struct vm_core *core = &task->topology.profile.cores[0];
	const double cycle = 1000 / core->mhz;
	const struct cal_range ranges[CAL_NR_PRICES] = {
		[CAL_INSN] = { cycle / WIDEST, cycle * SLOWEST, core->insn_ps / 1000 },
		[CAL_RMW] = { least_rmw(&task->topology.profile), DEAREST, core->rmw_ns },
		[CAL_STALL] = { 0, 1, core->stall_share },
	};
	const double start[CAL_NR_PRICES] = { core->insn_ps / 1000, core->rmw_ns, 0.5 };
	struct cal_fit *fit = &task->fit;
	unsigned int i, nr;
	const struct cal_spec *specs = cal_source_specs(&fit->source, &nr);
	int err;

	fit->release = counted_release(fit->source.release);
	if (!fit->release)
		return sim_fail(msg, -ENOTSUP, "%s was not counted; 6.1 is the first that was",
				fit->source.name);
	if (task->progress)
		task->progress("the same operations, simulated");
	for (i = 0; i < nr; i++) {
		cal_spec_name(&specs[i], fit->points[i].what, sizeof(fit->points[i].what));
		fit->points[i].ns = fit->source.ns[i];
	}
	err = find_amounts(task, start, msg);
	if (!err)
		err = cal_settle(fit, ranges, msg);
	if (!err)
		err = correct(task, msg);
	if (!err)
		err = cal_settle(fit, ranges, msg);
	if (err)
		return err;
	apply(&task->topology.profile, fit->solution.prices);
	fit->there = true;
	return 0;
}
