/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * The options of `zramsim compare` and `zramsim run`: one table gives the parser, the help
 * text and, through a test, the manual page.
 */
#ifndef SIM_CLI_OPTIONS_H
#define SIM_CLI_OPTIONS_H

#include <stdio.h>
#include <zramsim/experiment.h>

/** enum cli_color - when the table is coloured */
enum cli_color {
	CLI_COLOR_AUTO,
	CLI_COLOR_ALWAYS,
	CLI_COLOR_NEVER,
};

/** enum cli_exit - exit codes */
enum cli_exit {
	CLI_DONE = 0,
	CLI_CHECK_FAILED = 1,
	CLI_USAGE = 2,
	CLI_INPUT = 3,
	CLI_SKIPPED = 4,
	CLI_BUG = 70,
	CLI_INTERRUPTED = 130,
};

/**
 * struct cli_options - what a command line asks for
 * @config:	experiment; its strings are those of argv, of @names or static
 * @names:	storage of the strategies' names, freed by cli_options_free()
 * @format:	name of the output format
 * @output:	file to write, NULL for standard output
 * @timeline:	file for the timeline, NULL: none
 * @color:	when to colour
 * @quiet:	no progress, no remarks
 * @help:	-h was given: nothing else counts
 * @given:	bit i: option i of the table was on the command line
 * @error:	one sentence, when a function below fails
 */
struct cli_options {
	struct zramsim_config config;
	char *names;
	const char *format;
	const char *output;
	const char *timeline;
	enum cli_color color;
	bool quiet;
	bool help;
	uint64_t given;
	char error[512];
};

/**
 * cli_options_parse() - read the options of one command
 * @opts:	filled in; cli_options_free() it whatever is returned
 * @command:	"compare" or "run"
 * @argc:	entries of @argv
 * @argv:	what follows the command
 * Return:	CLI_DONE, or CLI_USAGE or CLI_SKIPPED with @opts->error set.
 */
int cli_options_parse(struct cli_options *opts, const char *command, int argc, char **argv);

/**
 * cli_options_parse_onto() - the same on top of other defaults
 * @opts:	filled in; cli_options_free() it whatever is returned
 * @config:	what holds where nothing is given
 * @command:	"compare", "run" or "study"
 * @argc:	entries of @argv
 * @argv:	what follows the command
 * Return:	as cli_options_parse().
 */
int cli_options_parse_onto(struct cli_options *opts, const struct zramsim_config *config,
			   const char *command, int argc, char **argv);

/**
 * cli_options_given() - was this option on the command line?
 * @opts:	parsed
 * @name:	without dashes, in the table
 */
bool cli_options_given(const struct cli_options *opts, const char *name);

/**
 * cli_options_free() - drop what parsing has allocated
 * @opts:	parsed, or failed to
 */
void cli_options_free(struct cli_options *opts);

/**
 * cli_options_help() - print the option list
 * @out:	stream
 */
void cli_options_help(FILE *out);

#endif
