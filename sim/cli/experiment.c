// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* compare and run: options in, experiment, document out. */
#include <errno.h>
#include <string.h>

#include "port.h"
#include "sim/cli/commands.h"
#include "sim/cli/deliver.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/options.h"
#include "sim/cli/output.h"
#include "sim/cli/progress.h"
#include "sim/cli/timeline.h"
#include "sim/report/report.h"

static bool is_chosen(const struct zramsim_config *cfg, const char *name)
{
	unsigned int i;

	for (i = 0; i < cfg->nr_strategies; i++) {
		if (!strcmp(cfg->strategies[i], name))
			return true;
	}
	return false;
}

/* A ranking of all that is not of all says so. */
static void remark_left_out(const struct cli_options *opts)
{
	const char *separator = "zramsim: --defer leaves out ";
	unsigned int i;

	if (opts->asked.quiet || cli_options_given(opts, "strategy"))
		return;
	for (i = 0; i < zramsim_nr_strategies(); i++) {
		if (is_chosen(&opts->asked.config, zramsim_strategy_name(i)))
			continue;
		fprintf(stderr, "%s%s", separator, zramsim_strategy_name(i));
		separator = ", ";
	}
	if (*separator == ',')
		fputc('\n', stderr);
}

/* A result, and how it is to be written. */
struct document {
	const struct zramsim_result *res;
	const struct report_format *format;
};

static void write_result(const void *what, const struct report_style *style, FILE *out)
{
	const struct document *document = what;

	document->format->write(document->res, style, out);
}

/* Not in the document, which is a function of what was asked for. */
static void remark_speed(const struct cli_options *opts, const struct zramsim_result *res,
			 uint64_t host_ns)
{
	if (opts->asked.quiet || !res->accesses || !host_ns)
		return;
	fprintf(stderr,
		"zramsim: simulated %.1f million accesses in %.1f s, %.1f million a second\n",
		(double)res->accesses / 1e6, (double)host_ns / 1e9,
		(double)res->accesses * 1e3 / (double)host_ns);
}

static int run_experiment(struct cli_options *opts, bool details)
{
	struct document what = { .format = report_format_find(opts->asked.format) };
	struct zramsim_result *res = NULL;
	char message[512] = "";
	bool progress = !opts->asked.quiet && progress_wanted();
	struct sim_timeline timeline;
	uint64_t start = kc_now_ns();
	int err, code, undone;

	code = timeline_begin(opts, &timeline);
	if (code)
		return code;
	remark_left_out(opts);
	if (progress)
		opts->asked.config.progress = progress_show;
	opts->asked.config.stop = interrupt_flag();
	interrupt_install();
	err = zramsim_run(&opts->asked.config, &res, message, sizeof(message));
	if (progress)
		progress_clear();
	undone = timeline_end(opts, &timeline, !err || err == -EINTR);
	code = cli_exit_code(err, message, &opts->asked.config);
	cli_options_retype(opts, message, sizeof(message));
	if (err && err != -EINTR)
		cli_fail(code, "%s", message[0] ? message : strerror(-err));
	if (err && err != -EINTR && !res)
		return code;
	if (!res)
		return cli_fail(code, "interrupted before anything was measured; run it "
				      "again");
	cli_remark(opts, "result", res->complete, res->warnings, res->nr_warnings);
	remark_speed(opts, res, kc_now_ns() - start);
	what.res = res;
	err = cli_deliver(opts, details, write_result, &what);
	zramsim_result_free(res);
	if (!err)
		err = undone;
	return err ? err : code;
}

int cli_experiment(const struct cli_command *command, int argc, char **argv)
{
	struct zramsim_config defaults;
	struct cli_options opts;
	char error[512];
	int code;

	zramsim_config_init(&defaults);
	code = cli_options_parse(&opts, &defaults, command->name, argc, argv);
	if (code)
		cli_fail(code, "%s", opts.error);
	else if (opts.asked.help)
		code = cli_help(cli_command_find("help"), 1, (char *[]){ (char *)command->name });
	else if (output_probe(opts.asked.output, error, sizeof(error)))
		code = cli_fail(CLI_INPUT, "%s", error);
	else
		code = run_experiment(&opts, !strcmp(command->name, "run"));
	cli_options_free(&opts);
	return code;
}
