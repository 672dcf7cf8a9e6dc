// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/cli/deliver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/commands.h"
#include "sim/cli/output.h"
#include "sim/echo.h"
#include "sim/message.h"
#include "sim/report/document.h"

enum {
	FIRST_CHARS = 60,
};

/* Does the sentence begin with what a user gave? Its first characters tell, as they are echoed. */
static bool begins_with(const char *message, const char *text, size_t len)
{
	char shown[256];

	if (len > FIRST_CHARS)
		len = FIRST_CHARS;
	while (len && (text[len] & 0xc0) == 0x80) /* not within a character */
		len--;
	snprintf(shown, sizeof(shown), "%.*s", (int)len, text);
	sim_echo_escape(shown, sizeof(shown));
	return !strncmp(message, shown, strlen(shown));
}

/* A sentence that begins with the data, or with a file, is about what is in them. */
static bool about_input(const char *message, const struct zramsim_config *cfg)
{
	const char *colon = strchr(cfg->data, ':'), *machine = cfg->machine;

	if (colon && (begins_with(message, cfg->data, strlen(cfg->data)) ||
		      begins_with(message, colon + 1, strlen(colon + 1))))
		return true;
	return machine && strchr(machine, '/') &&
	       begins_with(message, machine, strcspn(machine, ":"));
}

int cli_exit_code(int err, const char *message, const struct zramsim_config *cfg)
{
	switch (err) {
	case 0:
		return CLI_DONE;
	case -EINTR:
		return CLI_INTERRUPTED;
	case -EINVAL:
		return about_input(message, cfg) ? CLI_INPUT : CLI_USAGE;
	case -ENOTSUP:
		return CLI_SKIPPED;
	case -EPROTO:
		return CLI_CHECK_FAILED;
	default:
		return CLI_INPUT;
	}
}

void cli_remark(const struct cli_options *opts, const char *what, bool complete,
		char *const *warnings, unsigned int nr)
{
	unsigned int i;

	if (opts->asked.quiet)
		return;
	if (!complete)
		fprintf(stderr,
			"zramsim: interrupted; the %s holds the repeats that were finished "
			"and says so\n",
			what);
	for (i = 0; strcmp(opts->asked.format, "table") && i < nr; i++)
		fprintf(stderr, "zramsim: warning: %s\n", warnings[i]);
}

/* Colour is for a terminal that can show it and a user who has not said no. */
static bool use_color(const struct cli_options *opts)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	if (opts->asked.color != SIM_COLOR_AUTO)
		return opts->asked.color == SIM_COLOR_ALWAYS;
	if (no_color && *no_color)
		return false;
	return !opts->asked.output && isatty(STDOUT_FILENO) && term && *term &&
	       strcmp(term, "dumb");
}

int cli_write(const char *path, const char *text, size_t len)
{
	char error[512], ignored[512];
	int err = output_write(path, text, len, error, sizeof(error));
	int code = err == -EINTR ? CLI_INTERRUPTED : CLI_INPUT;

	if (!err)
		return CLI_DONE;
	if (err == -EPIPE)
		return CLI_INPUT;
	if (err != OUTPUT_KEPT && !output_same(path, NULL) &&
	    !output_write(NULL, text, len, ignored, sizeof(ignored)))
		return cli_fail(code, "%s; it went to standard output", error);
	return cli_fail(code, "%s", error);
}

int cli_deliver(const struct cli_options *opts, bool details,
		void (*write)(const void *what, const struct report_style *style, FILE *out),
		const void *what)
{
	struct report_style style = { .color = use_color(opts), .details = details };
	unsigned int missed = sim_memory_misses();
	char *text = NULL;
	size_t len = 0;
	FILE *mem;
	int code;

	mem = document_open(&text, &len);
	if (!mem)
		return cli_fail(CLI_INPUT, "no memory for the result; free some and try again");
	write(what, &style, mem);
	if (fclose(mem) || sim_memory_misses() != missed) {
		free(text);
		return cli_fail(CLI_INPUT, "no memory for the result; free some and try again");
	}
	code = cli_write(opts->asked.output, text, len);
	free(text);
	return code;
}
