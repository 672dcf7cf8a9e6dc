// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "sim/cli/commands.h"
#include "sim/cli/output.h"
#include "sim/cli/timeline.h"
#include "sim/report/document.h"
#include "sim/report/report.h"
#include "sim/virtual/entry.h"

int timeline_begin(const struct cli_options *opts, struct sim_timeline *timeline)
{
	char error[512];

	memset(timeline, 0, sizeof(*timeline));
	if (!opts->asked.timeline)
		return CLI_DONE;
	if (!sim_virtual_timeline)
		return cli_fail(CLI_SKIPPED, "this build has no virtual machines");
	if (output_probe(opts->asked.timeline, error, sizeof(error)))
		return cli_fail(CLI_INPUT, "%s", error);
	if (sim_virtual_timeline(timeline))
		return cli_fail(CLI_INPUT, "no memory for a timeline; free some and try again");
	return CLI_DONE;
}

static int no_memory(void)
{
	return cli_fail(CLI_INPUT, "no memory for the timeline; use fewer slots or strategies");
}

static int deliver(const struct cli_options *opts, struct sim_timeline *timeline)
{
	char *text = NULL, error[512];
	size_t len = 0;
	FILE *mem = document_open(&text, &len);
	int err;

	if (!mem)
		return no_memory();
	err = timeline_json(timeline, mem);
	if (fclose(mem) || err) {
		free(text);
		return no_memory();
	}
	err = output_write(opts->asked.timeline, text, len, error, sizeof(error));
	free(text);
	return err ? cli_fail(CLI_INPUT, "%s", error) : CLI_DONE;
}

int timeline_end(const struct cli_options *opts, struct sim_timeline *timeline, bool write)
{
	int code = CLI_DONE;

	if (!opts->asked.timeline || !timeline->events)
		return CLI_DONE;
	sim_virtual_timeline(NULL);
	if (write && timeline->nr) {
		if (timeline->cut && !opts->asked.quiet)
			fprintf(stderr,
				"zramsim: the timeline ends early, after %d events; use fewer "
				"slots or strategies\n",
				SIM_TIMELINE_EVENTS);
		code = deliver(opts, timeline);
	}
	free(timeline->events);
	free(timeline->names);
	return code;
}
