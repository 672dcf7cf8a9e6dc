// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* zramsim: which way of freeing zram slots costs the swap path least? */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zramsim/export.h>

#include "sim/calibrate/uml.h"
#include "sim/cli/catalog.h"
#include "sim/cli/commands.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/options.h"
#include "sim/cli/output.h"
#include "sim/cli/suggest.h"
#include "sim/echo.h"
#include "sim/report/document.h"

const struct cli_command cli_commands[] = {
	{ "compare", "[OPTION]…", "every strategy on one experiment, ranked (start here)",
	  cli_experiment },
	{ "run", "--strategy NAME,… [OPTION]…", "the strategies named, every measured value",
	  cli_experiment },
	{ "study", "[NAME] [OPTION]…", "a reviewer's question, answered on this machine",
	  cli_study },
	{ "calibrate", "[--kernel|--uml[=LINUX]] [--output FILE]",
	  "write the profile of this machine, for --machine host", cli_calibrate },
	{ "carry", "NAME|FILE.c… --output DIR", "strategies as a kernel module, with a self-test",
	  cli_carry },
	{ "list", "[strategies|scenarios|studies|compressors|data|formats]", "what can be named",
	  cli_list },
	{ "help", "[COMMAND|TOPIC]", "this, or more about a command or topic", cli_help },
	{ "version", "", "version of zramsim and what is built in", cli_version },
	{ NULL, NULL, NULL, NULL },
};

const struct cli_command *cli_command_find(const char *name)
{
	const struct cli_command *command;

	for (command = cli_commands; command->name; command++) {
		if (!strcmp(command->name, name))
			return command;
	}
	return NULL;
}

int cli_fail(int code, const char *form, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, form);
	vsnprintf(text, sizeof(text), form, ap);
	va_end(ap);
	sim_echo_escape(text, sizeof(text));
	fprintf(stderr, "zramsim: %s\n", text);
	return code;
}

int cli_print(char *text, size_t len)
{
	char error[256];
	int err;

	if (!text)
		return cli_fail(CLI_INPUT, "no memory for the output; free some and try again");
	err = output_write(NULL, text, len, error, sizeof(error));
	free(text);
	if (err == -EPIPE)
		return CLI_INPUT;
	return err ? cli_fail(CLI_INPUT, "%s", error) : CLI_DONE;
}

static int unknown_kind(const char *typed)
{
	struct suggest s = { 0 };
	unsigned int kind;

	for (kind = 0; kind < CATALOG_NR_KINDS; kind++)
		suggest_try(&s, typed, catalog_kind_name(kind));
	if (s.best)
		return cli_fail(CLI_USAGE, "list knows no '%.80s'; did you mean '%s'?", typed,
				s.best);
	return cli_fail(CLI_USAGE,
			"list knows no '%.80s'; use strategies, scenarios, studies, compressors, "
			"data, formats, kernels or machines",
			typed);
}

int cli_list(const struct cli_command *command, int argc, char **argv)
{
	unsigned int kind = CATALOG_NR_KINDS, i;
	char *text = NULL;
	size_t len = 0;
	FILE *mem;

	if (argc && (!strcmp(argv[0], "--help") || !strcmp(argv[0], "-h")))
		return cli_help(cli_command_find("help"), 1, (char *[]){ (char *)command->name });
	if (argc > 1)
		return cli_fail(CLI_USAGE, "list takes one argument, not '%.80s'; leave it out",
				argv[1]);
	for (i = 0; argc && i < CATALOG_NR_KINDS; i++) {
		if (!strcmp(argv[0], catalog_kind_name(i)))
			kind = i;
	}
	if (argc && kind == CATALOG_NR_KINDS)
		return unknown_kind(argv[0]);
	mem = document_open(&text, &len);
	if (!mem)
		return cli_print(NULL, 0);
	for (i = 0; i < CATALOG_NR_KINDS; i++) {
		if (argc && i != kind)
			continue;
		if (!argc)
			fprintf(mem, "%s%s:\n", i ? "\n" : "", catalog_kind_name(i));
		catalog_print(i, argc ? "" : "  ", mem);
	}
	fclose(mem);
	return cli_print(text, len);
}

int cli_version(const struct cli_command *command, int argc, char **argv)
{
	struct catalog_entry entry;
	char *text = NULL;
	unsigned int i;
	size_t len = 0;
	FILE *mem;

	if (argc)
		return cli_fail(CLI_USAGE, "%s takes no argument '%.80s'; leave it out",
				command->name, argv[0]);
	mem = document_open(&text, &len);
	if (!mem)
		return cli_print(NULL, 0);
	fprintf(mem, "zramsim %s\ncompressors:", zramsim_version());
	for (i = 0; catalog_get(CATALOG_COMPRESSORS, i, &entry); i++) {
		if (entry.present)
			fprintf(mem, " %s", entry.name);
	}
	fputc('\n', mem);
	fclose(mem);
	return cli_print(text, len);
}

static int unknown_command(const char *typed)
{
	const struct cli_command *command;
	struct suggest s = { 0 };

	for (command = cli_commands; command->name; command++)
		suggest_try(&s, typed, command->name);
	if (s.best)
		return cli_fail(CLI_USAGE, "there is no command '%.80s'; did you mean '%s'?", typed,
				s.best);
	return cli_fail(CLI_USAGE,
			"there is no command '%.80s'; 'zramsim help' lists those there are", typed);
}

int main(int argc, char **argv)
{
	const struct cli_command *command;
	const char *word = argc > 1 ? argv[1] : "";

	interrupt_report_bugs();
	/*
	 * Not a command: it is what calibrate has a kernel in user mode start, which adds a word
	 * of its own.
	 */
	if (getpid() == 1 && argc >= 3 && !strcmp(word, CAL_GUEST_WORD))
		return cli_guest(argv[2]);
	if (argc < 2)
		return cli_fail(CLI_USAGE, "no command was given; try 'zramsim compare', or see "
					   "'zramsim help' for the others");
	if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		word = "help";
	if (!strcmp(word, "--version"))
		word = "version";
	command = cli_command_find(word);
	if (!command)
		return unknown_command(word);
	return command->run(command, argc - 2, argv + 2);
}
