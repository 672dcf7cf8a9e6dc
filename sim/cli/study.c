// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* study: a reviewer's question as one command. */
#include <errno.h>
#include <string.h>

#include "sim/cli/catalog.h"
#include "sim/cli/commands.h"
#include "sim/cli/deliver.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/output.h"
#include "sim/cli/progress.h"
#include "sim/report/report.h"
#include "sim/study/shape.h"

/* A study, and how it is to be written. */
struct document {
	const struct study *study;
	const struct report_format *format;
};

static void write_study(const void *what, const struct report_style *style, FILE *out)
{
	const struct document *document = what;

	document->format->write_study(document->study, style, out);
}

/* What the study decides itself cannot be given. Return: CLI_DONE, or CLI_USAGE after a word. */
static int refuse_given(const struct cli_options *opts, const struct study_ops *ops)
{
	unsigned int i;

	for (i = 0; ops->factors[i].key; i++) {
		if (cli_options_given(opts, ops->factors[i].key))
			return cli_fail(CLI_USAGE, "study %s varies --%s itself; leave it out",
					ops->name, ops->factors[i].key);
	}
	for (i = 0; ops->fixed[i]; i++) {
		if (cli_options_given(opts, ops->fixed[i]))
			return cli_fail(CLI_USAGE, "study %s sets --%s itself; leave it out",
					ops->name, ops->fixed[i]);
	}
	if (opts->asked.timeline)
		return cli_fail(CLI_USAGE,
				"--timeline is for experiments, not for studies; leave it "
				"out, or use it with run");
	if (cli_options_given(opts, "strategy"))
		return cli_fail(CLI_USAGE, "study %s sets --strategy itself; leave it out",
				ops->name);
	return CLI_DONE;
}

static int run_study(struct cli_options *opts, const struct study_ops *ops)
{
	char message[512] = "";
	struct sim_message msg = { message, sizeof(message) };
	struct document what = { .format = report_format_find(opts->asked.format) };
	bool progress = !opts->asked.quiet && progress_wanted();
	struct study *study = NULL;
	int err, code;

	if (progress)
		opts->asked.config.progress = progress_show;
	opts->asked.config.stop = interrupt_flag();
	interrupt_install();
	err = study_run(ops, &opts->asked.config, &study, &msg);
	if (progress)
		progress_clear();
	code = cli_exit_code(err, message, &opts->asked.config);
	cli_options_retype(opts, message, sizeof(message));
	if (err && err != -EINTR)
		cli_fail(code, "%s", message[0] ? message : strerror(-err));
	if (err && err != -EINTR && !study)
		return code;
	if (!study)
		return cli_fail(code, "interrupted before anything was measured; run it again");
	cli_remark(opts, "study", study->complete, study->warnings, study->nr_warnings);
	what.study = study;
	err = cli_deliver(opts, false, write_study, &what);
	study_free(study);
	return err ? err : code;
}

static int parse_and_run(const struct cli_command *command, const struct study_ops *ops, int argc,
			 char **argv)
{
	struct zramsim_config defaults;
	struct cli_options opts;
	char error[512];
	int code;

	study_defaults(ops, &defaults);
	code = cli_options_parse(&opts, &defaults, command->name, argc, argv);
	if (code)
		cli_fail(code, "%s", opts.error);
	else if (opts.asked.help)
		code = cli_help(cli_command_find("help"), 1, (char *[]){ (char *)command->name });
	else
		code = refuse_given(&opts, ops);
	if (!code && !opts.asked.help) {
		if (!report_format_find(opts.asked.format))
			code = cli_fail(CLI_USAGE,
					"--format '%s' is for experiments, not for "
					"studies; use table, json, csv or markdown",
					opts.asked.format);
		else if (output_probe(opts.asked.output, error, sizeof(error)))
			code = cli_fail(CLI_INPUT, "%s", error);
		else
			code = run_study(&opts, ops);
	}
	cli_options_free(&opts);
	return code;
}

int cli_study(const struct cli_command *command, int argc, char **argv)
{
	char studies[] = "studies", why[256];
	const struct study_ops *ops;

	if (!argc)
		return cli_list(cli_command_find("list"), 1, (char *[]){ studies });
	if (!strcmp(argv[0], "-h") || !strcmp(argv[0], "--help"))
		return cli_help(cli_command_find("help"), 1, (char *[]){ (char *)command->name });
	if (argv[0][0] == '-')
		return cli_fail(CLI_USAGE,
				"study wants a name before '%.80s'; 'zramsim list studies' prints "
				"those there are",
				argv[0]);
	ops = study_find(argv[0]);
	if (ops)
		return parse_and_run(command, ops, argc - 1, argv + 1);
	catalog_unknown(CATALOG_STUDIES, argv[0], why, sizeof(why));
	return cli_fail(CLI_USAGE, "'%.80s' %s", argv[0], why);
}
