/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The command lines of `zramsim compare`, `run` and `study`, read by the table of sim/run. */
#ifndef SIM_CLI_OPTIONS_H
#define SIM_CLI_OPTIONS_H

#include <stdio.h>

#include "sim/run/options.h"

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

/** enum cli_options_limits - sizes */
enum cli_options_limits {
	CLI_MAX_OPTIONS = 64, /* rows of the table */
};

/**
 * struct cli_options - what a command line asks for
 * @asked:	all of it; its strings are those of argv, of @names or static
 * @names:	storage of the strategies' names, freed by cli_options_free()
 * @typed:	value of option i of the table, "" where it has none; NULL: it was not given
 * @error:	one sentence, when a function below fails
 */
struct cli_options {
	struct sim_request asked;
	char *names;
	const char *typed[CLI_MAX_OPTIONS];
	char error[512];
};

/**
 * cli_options_parse() - read the options of one command
 * @opts:	filled in; cli_options_free() it whatever is returned
 * @config:	what holds where nothing is given
 * @command:	"compare", "run" or "study"
 * @argc:	entries of @argv
 * @argv:	what follows the command
 * Return:	CLI_DONE, or CLI_USAGE or CLI_SKIPPED with @opts->error set.
 */
int cli_options_parse(struct cli_options *opts, const struct zramsim_config *config,
		      const char *command, int argc, char **argv);

/**
 * cli_options_given() - was this option on the command line?
 * @opts:	parsed
 * @name:	without dashes, in the table
 */
bool cli_options_given(const struct cli_options *opts, const char *name);

/**
 * cli_options_typed() - value of an option as it was typed, or what holds otherwise
 * @opts:	parsed
 * @name:	without dashes, in the table
 * @buf:	[SIM_OPTION_WHY], may hold the text
 */
const char *cli_options_typed(const struct cli_options *opts, const char *name, char *buf);

/**
 * cli_options_retype() - have a sentence quote numbers as they were typed
 * @opts:	parsed
 * @message:	sentence of the library, which has "--size '1073741824'" for "--size 1G"
 * @size:	its bytes
 */
void cli_options_retype(const struct cli_options *opts, char *message, size_t size);

/**
 * cli_options_free() - drop what parsing has allocated
 * @opts:	parsed, or failed to
 */
void cli_options_free(struct cli_options *opts);

/**
 * cli_options_help() - print the option list
 * @config:	what holds where nothing is given
 * @study:	leave out what studies do not take
 * @out:	stream
 */
void cli_options_help(const struct zramsim_config *config, bool study, FILE *out);

/**
 * cli_option_error() - compose opts->error: --NAME 'VALUE' WHY
 * @opts:	receives it
 * @opt:	option
 * @value:	what was given
 * @why:	rest of the sentence
 * Return:	false, for those that take a value to return.
 */
bool cli_option_error(struct cli_options *opts, const struct sim_option *opt, const char *value,
		      const char *why);

/**
 * cli_option_set() - take the value of an option
 * @opts:	changed
 * @opt:	option
 * @value:	NULL: it has none. Names must be in their catalogue.
 * Return:	false with opts->error set.
 */
bool cli_option_set(struct cli_options *opts, const struct sim_option *opt, const char *value);

/**
 * cli_options_check() - refuse what does not go together, fill in what follows
 * @opts:	all options set
 * @command:	"compare", "run" or "study"
 * Return:	CLI_DONE, or CLI_USAGE or CLI_SKIPPED with opts->error set.
 */
int cli_options_check(struct cli_options *opts, const char *command);

#endif
