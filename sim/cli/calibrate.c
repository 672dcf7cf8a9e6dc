// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* calibrate: measure this machine, write its profile. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "port.h"
#include "sim/calibrate/calibrate.h"
#include "sim/calibrate/uml.h"
#include "sim/cli/commands.h"
#include "sim/cli/deliver.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/options.h"
#include "sim/cli/output.h"
#include "sim/echo.h"
#include "sim/threads/provenance.h"
#include "sim/virtual/entry.h"

/**
 * struct request - the options. @output: file, NULL the user's own; @uml: kernel in user
 * mode, empty for one in PATH, NULL none; @kernel, @quiet: given
 */
struct request {
	const char *output;
	const char *uml;
	bool kernel;
	bool quiet;
	bool help;
};

static int parse(struct request *request, int argc, char **argv)
{
	int i;

	memset(request, 0, sizeof(*request));
	for (i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "-q") || !strcmp(argv[i], "--quiet"))
			request->quiet = true;
		else if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help"))
			request->help = true;
		else if (!strcmp(argv[i], "--kernel"))
			request->kernel = true;
		else if (!strcmp(argv[i], "--uml"))
			request->uml = "";
		else if (!strncmp(argv[i], "--uml=", 6) && argv[i][6])
			request->uml = argv[i] + 6;
		else if (!strncmp(argv[i], "--output=", 9))
			request->output = argv[i] + 9;
		else if (strcmp(argv[i], "-o") && strcmp(argv[i], "--output"))
			return cli_fail(CLI_USAGE,
					"calibrate knows no '%.80s'; it takes --kernel, "
					"--uml=LINUX, --output FILE and --quiet",
					argv[i]);
		else if (++i < argc)
			request->output = argv[i];
		else
			return cli_fail(CLI_USAGE,
					"--output wants a file, or - for standard output");
	}
	if (request->kernel && request->uml)
		return cli_fail(CLI_USAGE, "prices are fitted to one kernel; leave --kernel or "
					   "--uml out");
	if (request->output && !*request->output)
		return cli_fail(CLI_USAGE, "--output wants a file, or - for standard output");
	return 0;
}

/* Where --machine looks for it; the folder is made. */
static int own_profile(char *path, size_t size)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *slash;

	if (config && *config)
		snprintf(path, size, "%s/zramsim/host.profile", config);
	else if (home && *home)
		snprintf(path, size, "%s/.config/zramsim/host.profile", home);
	else
		return cli_fail(CLI_INPUT, "neither HOME nor XDG_CONFIG_HOME is set; say where the "
					   "profile goes with --output FILE");
	for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			return cli_fail(CLI_INPUT,
					"%.200s cannot be made (%s); say where the profile goes "
					"with --output FILE",
					path, strerror(errno));
		*slash = '/';
	}
	return 0;
}

static void show(const char *what)
{
	fprintf(stderr, "zramsim: measuring %s\n", what);
}

static void show_residuals(const struct cal_fit *fit)
{
	unsigned int i, nr;

	cal_source_specs(&fit->source, &nr);
	for (i = 0; i < nr; i++)
		fprintf(stderr, "zramsim: %s: %.0f ns per slot measured, %.0f fitted (%+.0f %%)\n",
			fit->points[i].what, fit->points[i].ns, fit->points[i].fitted_ns,
			100 * cal_off(&fit->points[i]));
	if (fit->solution.bounded[CAL_INSN])
		fprintf(stderr,
			"zramsim: an instruction would have cost %.0f ps, which no machine has: "
			"%.0f was taken\n",
			1000 * fit->solution.wanted[CAL_INSN],
			1000 * fit->solution.prices[CAL_INSN]);
	if (fit->solution.bounded[CAL_RMW])
		fprintf(stderr,
			"zramsim: an atomic operation would have cost %.1f ns, which cannot be: "
			"%.1f was taken\n",
			fit->solution.wanted[CAL_RMW], fit->solution.prices[CAL_RMW]);
	if (fit->solution.bounded[CAL_STALL])
		fprintf(stderr,
			"zramsim: the share of a miss that is not hidden would have been %.2f: "
			"%.0f was taken\n",
			fit->solution.wanted[CAL_STALL], fit->solution.prices[CAL_STALL]);
}

/* Signals are kept waiting: the device has to go, and the swap on it. */
static int measure_kernel(struct cal_task *task, struct sim_message *msg)
{
	int err;

	if (task->progress)
		task->progress("munmap and discard on a zram device of this kernel");
	interrupt_hold(true);
	err = cal_device_measure(&task->fit.source, task->topology.host[0], task->stop, msg);
	interrupt_hold(false);
	return err;
}

/* It is killed in cal_uml_measure(), and nothing of it is left, so it is not to be cut short. */
static int measure_uml(struct cal_task *task, const char *named, struct sim_message *msg)
{
	char path[PATH_MAX];
	int err = 0;

	if (*named)
		snprintf(path, sizeof(path), "%s", named);
	else
		err = cal_uml_find(getenv("PATH"), path, sizeof(path), msg);
	if (err)
		return err;
	if (task->progress)
		task->progress("discards on a zram device of a kernel in user mode");
	interrupt_hold(true);
	err = cal_uml_measure(path, CAL_UML_SECONDS, task->topology.host[0], &task->fit.source,
			      task->stop, msg);
	interrupt_hold(false);
	return err;
}

static int failed(int err, const char *message)
{
	if (err == -EINTR)
		return cli_fail(CLI_INTERRUPTED, "interrupted; no profile was written");
	if (err == -EPERM || err == -ENODEV || err == -ENOTSUP ||
	    (err == -ENOENT && !strncmp(message, "skipped", strlen("skipped"))))
		return cli_fail(CLI_SKIPPED, "%s", message);
	return cli_fail(CLI_INPUT, "%s", message[0] ? message : strerror(-err));
}

static int measure(struct cal_task *task, const struct request *request, char **text)
{
	struct sim_provenance provenance;
	char message[512] = "";
	struct sim_message msg = { message, sizeof(message) };
	int err;

	err = cal_topology_read("/sys/devices/system", kc_host_cpu_allowed, &task->topology, &msg);
	/* First what may be refused, and what the caches of the other would be in the way of. */
	if (!err && request->kernel)
		err = measure_kernel(task, &msg);
	if (!err && request->uml)
		err = measure_uml(task, request->uml, &msg);
	if (!err)
		err = cal_measure(task, &msg);
	if (!err && (request->kernel || request->uml))
		err = cal_fit(task, &msg);
	if (err)
		return failed(err, message);
	if (task->fit.there && !request->quiet)
		show_residuals(&task->fit);
	sim_provenance_collect(&provenance);
	*text = cal_text(task, provenance.cpu, provenance.started);
	return *text ? 0 : cli_fail(CLI_INPUT, "no memory for the profile");
}

static int calibrate(const struct request *request)
{
	struct cal_task task = { .stop = interrupt_flag(),
				 .progress = request->quiet ? NULL : show };
	char own[PATH_MAX], error[512], shown[512], *text = NULL;
	const char *output = request->output;
	uint64_t start = kc_now_ns();
	int code;

	if (!output) {
		code = own_profile(own, sizeof(own));
		if (code)
			return code;
		output = own;
	}
	if (output_probe(output, error, sizeof(error)))
		return cli_fail(CLI_INPUT, "%s", error);
	interrupt_install();
	code = measure(&task, request, &text);
	if (!code)
		code = cli_write(output, text, strlen(text));
	snprintf(shown, sizeof(shown), "%.400s", output);
	sim_echo_escape(shown, sizeof(shown));
	if (!code && !request->quiet && strcmp(output, "-"))
		fprintf(stderr, "zramsim: %s was written after %.0f s; use it with --machine %s\n",
			shown, (double)(kc_now_ns() - start) / 1e9,
			request->output ? shown : "host");
	free(text);
	return code;
}

int cli_calibrate(const struct cli_command *command, int argc, char **argv)
{
	struct request request;
	int code = parse(&request, argc, argv);

	if (code)
		return code;
	if (request.help)
		return cli_help(cli_command_find("help"), 1, (char *[]){ (char *)command->name });
	if (!sim_virtual_run)
		return cli_fail(CLI_SKIPPED, "virtual machines are not in this build, so a profile "
					     "cannot be fitted");
	return calibrate(&request);
}
