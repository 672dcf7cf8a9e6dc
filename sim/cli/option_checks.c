// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Options that are fine alone but do not go together, where the library would not say so. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/cli/catalog.h"
#include "sim/cli/options.h"
#include "sim/cli/output.h"
#include "sim/figures/stats.h"
#include "sim/message.h"
#include "sim/run/config.h"
#include "sim/run/model.h"
#include "sim/scenario/scenario.h"
#include "sim/virtual/entry.h"
#include "zfree/core.h"

__attribute__((format(printf, 2, 3))) static int refuse(struct cli_options *opts, const char *form,
							...)
{
	va_list ap;

	va_start(ap, form);
	vsnprintf(opts->error, sizeof(opts->error), form, ap);
	va_end(ap);
	return CLI_USAGE;
}

static int check_strategies(struct cli_options *opts, const char *command)
{
	struct sim_message msg = { opts->error, sizeof(opts->error) };

	/* A study names its strategies itself. */
	if (!strcmp(command, "study"))
		return CLI_DONE;
	if (!cli_options_given(opts, "strategy") && strcmp(command, "compare"))
		return refuse(opts,
			      "%s does not say which strategy; write --strategy NAME, or use "
			      "'zramsim compare' for every one",
			      command);
	return sim_config_strategies(&opts->asked.config, &msg) ? CLI_USAGE : CLI_DONE;
}

/*
 * Where emptied zspages go. To defer them and nothing else is one thing, whichever option says it;
 * --pages keeps its meaning where slots or handles are deferred.
 */
static int check_pages(struct cli_options *opts)
{
	struct sim_message msg = { opts->error, sizeof(opts->error) };
	const struct zramsim_config *cfg = &opts->asked.config;
	struct zramsim_model model = cfg->model;

	return sim_model_complete(&model, cfg->strategy.defer, &msg) ? CLI_USAGE : CLI_DONE;
}

static int check_sizes(struct cli_options *opts)
{
	const struct zramsim_config *cfg = &opts->asked.config;
	const struct zramsim_strategy_params *strategy = &cfg->strategy;
	uint64_t budget = strategy->budget_bytes ? strategy->budget_bytes : ZFREE_BUDGET_BYTES;
	char size[SIM_OPTION_WHY], kick[SIM_OPTION_WHY], most[SIM_OPTION_WHY];

	if (cfg->size_bytes % cfg->page_bytes)
		return refuse(opts,
			      "--size '%.80s' is not a multiple of the page size; give a "
			      "multiple of %" PRIu32,
			      cli_options_typed(opts, "size", size), cfg->page_bytes);
	if (strategy->kick_bytes > budget)
		return refuse(opts,
			      "--kick '%.80s' is more than --budget '%.80s', so no worker would "
			      "ever be queued; give at most the budget",
			      cli_options_typed(opts, "kick", kick),
			      cli_options_typed(opts, "budget", most));
	return CLI_DONE;
}

static int check_workload(struct cli_options *opts)
{
	const struct zramsim_config *cfg = &opts->asked.config;
	struct catalog_entry entry;

	if (cli_options_given(opts, "ops") && strcmp(cfg->scenario, "churn"))
		return refuse(opts,
			      "--ops '%" PRIu64 "' does not go with --scenario '%s', which touches "
			      "every page once; use --scenario churn, or leave --ops out",
			      cfg->ops_count, cfg->scenario);
	/* A configuration says nothing by it, and gets the scenario's own share. */
	if (cli_options_given(opts, "present") && !cfg->present_pct &&
	    sim_scenario_find(cfg->scenario)->present_pct)
		return refuse(
			opts,
			"--present '0' does not go with --scenario '%s', whose processes have "
			"present pages; give at least 1%%, or leave --present out",
			cfg->scenario);
	if (cli_options_given(opts, "comp") && !strncmp(cfg->data, "sizes:", 6))
		return refuse(opts,
			      "--comp '%s' does not go with --data '%.200s', whose sizes are given "
			      "and not compressed; leave one of them out",
			      cfg->comp, cfg->data);
	if (cli_options_given(opts, "comp") &&
	    catalog_find(CATALOG_COMPRESSORS, cfg->comp, &entry) && !entry.present) {
		refuse(opts,
		       "--comp '%s' is not in this build; build with -D%s=enabled, or choose one "
		       "that 'zramsim list compressors' shows",
		       cfg->comp, cfg->comp);
		return CLI_SKIPPED;
	}
	return CLI_DONE;
}

/* --pin without a list names them all: who asks for it is told if the system refuses it. */
static int check_pin(struct cli_options *opts)
{
	struct zramsim_config *cfg = &opts->asked.config;
	bool all = !cfg->nr_pin_cpus;
	cpu_set_t allowed;
	uint32_t i, cpu;

	if (!cli_options_given(opts, "pin") || !cfg->pin || cfg->machine ||
	    sched_getaffinity(0, sizeof(allowed), &allowed))
		return CLI_DONE;
	for (cpu = 0; all && cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &allowed) && cfg->nr_pin_cpus < ZRAMSIM_MAX_CPUS)
			cfg->pin_cpus[cfg->nr_pin_cpus++] = cpu;
	}
	for (i = 0; i < cfg->nr_pin_cpus; i++) {
		cpu = cfg->pin_cpus[i];
		if (cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &allowed))
			return refuse(opts,
				      "--pin '%" PRIu32 "' is not a processor this process may "
				      "use; 'taskset -cp $$' shows those it may",
				      cpu);
	}
	return CLI_DONE;
}

/* The file that the pages come from, or NULL. */
static const char *input_path(const char *data)
{
	if (!strncmp(data, "file:", 5))
		return data + 5;
	return strncmp(data, "sizes:", 6) ? NULL : data + 6;
}

static bool is_profile_path(const char *machine)
{
	return strchr(machine, '/') || strstr(machine, ".profile");
}

/* A path is looked at when the machine is made; a name is known now. */
static int check_machine(struct cli_options *opts)
{
	const struct zramsim_config *cfg = &opts->asked.config;
	struct catalog_entry entry;
	char name[64];

	if (opts->asked.timeline && !cfg->machine)
		return refuse(opts,
			      "--timeline '%.80s' is of virtual machines; name one with --machine, "
			      "or leave it out",
			      opts->asked.timeline);
	if (!cfg->machine)
		return cfg->ahead_ns ? refuse(opts,
					      "--ahead '%" PRIu32 "' is of virtual machines; "
					      "name one with --machine, or leave it out",
					      cfg->ahead_ns)
				     : CLI_DONE;
	if (!sim_virtual_machine) {
		refuse(opts,
		       "--machine '%.80s': virtual machines are not in this build; configure it "
		       "with -Dvirtual=enabled",
		       cfg->machine);
		return CLI_SKIPPED;
	}
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(cfg->machine, ":"), cfg->machine);
	errno = 0;
	if (is_profile_path(cfg->machine) || catalog_find(CATALOG_MACHINES, name, &entry))
		return CLI_DONE;
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
		refuse(opts, "--machine '%.80s' cannot be looked up: %s; %s", cfg->machine,
		       strerror(errno), sim_way_round(-errno));
		return CLI_INPUT;
	}
	if (!strcmp(name, "host"))
		return refuse(opts, "--machine host: this machine has no profile yet; measure one "
				    "with 'zramsim calibrate'");
	return refuse(
		opts,
		"--machine '%s' is no machine; 'zramsim list machines' prints those there are",
		cfg->machine);
}

/* A file that is written is no other one that the command names, whatever each is called. */
static int check_files(struct cli_options *opts, const char *command)
{
	const char *output = opts->asked.output, *timeline = opts->asked.timeline;
	const char *machine = opts->asked.config.machine;
	char profile[PATH_MAX] = "";
	const struct {
		const char *option;
		const char *path;
	} writes[] = { { "output", output }, { "timeline", timeline } },
	  reads[] = { { "data", input_path(opts->asked.config.data) }, { "machine", profile } };
	unsigned int i, k;
	struct stat st;

	if (machine && is_profile_path(machine))
		snprintf(profile, sizeof(profile), "%.*s", (int)(strcspn(machine, ":")), machine);

	if (timeline && (!strcmp(timeline, "-") || output_same(timeline, output)))
		return refuse(opts, "--timeline wants a file of its own, not '%.80s'", timeline);
	if (!strcmp(command, "study") && reads[0].path && !stat(reads[0].path, &st) &&
	    S_ISFIFO(st.st_mode))
		return refuse(opts,
			      "--data '%.80s' can be read once, and a study may read it again; "
			      "name a file",
			      opts->asked.config.data);
	for (i = 0; i < 2; i++) {
		for (k = 0; k < 2; k++) {
			if (writes[i].path && reads[k].path &&
			    output_destroys(writes[i].path, reads[k].path))
				return refuse(opts,
					      "--%s '%.80s' is the file that --%s reads, which "
					      "would be lost; choose another",
					      writes[i].option, writes[i].path, reads[k].option);
		}
	}
	return CLI_DONE;
}

int cli_options_check(struct cli_options *opts, const char *command)
{
	int err = check_strategies(opts, command);

	/* Who says how many repeats wants all of them. */
	if (cli_options_given(opts, "runs") && !cli_options_given(opts, "time-limit"))
		opts->asked.config.max_ns = 0;
	/* Who bounds the time means it. */
	if (cli_options_given(opts, "time-limit"))
		opts->asked.config.least_runs = 1;
	/*
	 * Repeats on a virtual machine differ only in what lies where, so one says what there is to
	 * say. A study wants intervals, though.
	 */
	if (opts->asked.config.machine && !cli_options_given(opts, "runs"))
		opts->asked.config.runs = strcmp(command, "study") ? 1 : SIM_INTERVAL_MIN;
	if (!err)
		err = check_pages(opts);
	if (!err)
		err = check_sizes(opts);
	if (!err)
		err = check_workload(opts);
	if (!err)
		err = check_pin(opts);
	if (!err)
		err = check_machine(opts);
	if (!err)
		err = check_files(opts, command);
	return err;
}
