/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The option table, for the files that parse it, print it and check what it has set. */
#ifndef SIM_CLI_OPTION_TABLE_H
#define SIM_CLI_OPTION_TABLE_H

#include <stddef.h>

#include "sim/cli/options.h"

/** enum option_argument - does an option take a value? */
enum option_argument {
	OPTION_FLAG,
	OPTION_VALUE,
	OPTION_OPTIONAL, /* --name or --name=value */
};

/**
 * struct cli_option - one option
 * @name:	without dashes
 * @letter:	short form, or 0
 * @argument:	does it take a value?
 * @value_name: of the value in the help, NULL for a flag
 * @example:	a good value, for messages
 * @set:	take @value (NULL for a flag or an optional value left out); on failure
 *		false with opts->error set
 * @offset:	where @set puts a plain value in struct cli_options
 * @bytes:	of that field
 * @min:	smallest value of a number
 * @max:	largest
 * @choices:	names of the values of an enum, NULL-terminated
 * @group:	heading of the help it is the first one under, or NULL
 * @help:	what it does; the default last, in parentheses
 */
struct cli_option {
	const char *name;
	char letter;
	enum option_argument argument;
	const char *value_name;
	const char *example;
	bool (*set)(struct cli_options *opts, const struct cli_option *opt, const char *value);
	size_t offset;
	size_t bytes;
	uint64_t min;
	uint64_t max;
	const char *const *choices;
	const char *group;
	const char *help;
};

/** cli_option_table - every option; the last entry has no name */
extern const struct cli_option cli_option_table[];

/**
 * cli_option_error() - compose opts->error: --NAME 'VALUE' WHY
 * @opts:	receives it
 * @opt:	option
 * @value:	what was given
 * @why:	rest of the sentence
 * Return:	false, for setters to return.
 */
bool cli_option_error(struct cli_options *opts, const struct cli_option *opt, const char *value,
		      const char *why);

/**
 * cli_options_check() - refuse what does not go together, fill in what follows
 * @opts:	all options set
 * @command:	"compare", "run" or "study"
 * Return:	CLI_DONE, or CLI_USAGE or CLI_SKIPPED with opts->error set.
 */
int cli_options_check(struct cli_options *opts, const char *command);

#endif
