/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
#ifndef SIM_CLI_COMMANDS_H
#define SIM_CLI_COMMANDS_H

#include <stddef.h>

/**
 * struct cli_command - one word after `zramsim`
 * @name:	the word
 * @usage:	what may follow it
 * @summary:	one line
 * @run:	gets what follows the word; returns an exit code
 */
struct cli_command {
	const char *name;
	const char *usage;
	const char *summary;
	int (*run)(const struct cli_command *command, int argc, char **argv);
};

/** cli_commands - every command; the last entry has no name */
extern const struct cli_command cli_commands[];

/** cli_experiment() - compare and run. @command: which, @argc: of @argv, @argv: options */
int cli_experiment(const struct cli_command *command, int argc, char **argv);

/** cli_study() - study. @command: itself, @argc: of @argv, @argv: name and options */
int cli_study(const struct cli_command *command, int argc, char **argv);

/** cli_calibrate() - calibrate. @command: itself, @argc: of @argv, @argv: options */
int cli_calibrate(const struct cli_command *command, int argc, char **argv);

/** cli_guest() - be init of a kernel in user mode. @modules: folder of its. Return: if it cannot */
int cli_guest(const char *modules);

/** cli_carry() - carry. @command: itself, @argc: of @argv, @argv: strategies and options */
int cli_carry(const struct cli_command *command, int argc, char **argv);

/** cli_list() - list. @command: itself, @argc: of @argv, @argv: kind of names */
int cli_list(const struct cli_command *command, int argc, char **argv);

/** cli_help() - help. @command: itself, @argc: of @argv, @argv: command or topic */
int cli_help(const struct cli_command *command, int argc, char **argv);

/** cli_version() - version. @command: itself, @argc: of @argv, @argv: nothing */
int cli_version(const struct cli_command *command, int argc, char **argv);

/** cli_command_find() - a command by name, or NULL. @name: word */
const struct cli_command *cli_command_find(const char *name);

/**
 * cli_fail() - one sentence on standard error
 * @code:	exit code
 * @form:	as for printf(), without "zramsim: " and without a newline
 * Return:	@code.
 */
__attribute__((format(printf, 2, 3))) int cli_fail(int code, const char *form, ...);

/**
 * cli_print() - write a document to standard output
 * @text:	document, freed; NULL: no memory
 * @len:	its bytes
 * Return:	an exit code.
 */
int cli_print(char *text, size_t len);

#endif
