// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* carry: a kernel module of strategies, written as a folder. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/cli/carry_tree.h"
#include "sim/cli/commands.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/options.h"
#include "sim/cli/suggest.h"
#include "sim/echo.h"
#include "strategies/registry.h"

static const char wants_folder[] = "carry wants --output DIR, a folder to make";

/**
 * struct request - the command line
 * @dir:	folder
 * @quiet:	do not say what was done
 * @help:	asked for
 * @names:	@nr arguments that are no options; in argv, moved to its beginning
 */
struct request {
	const char *dir;
	bool quiet;
	bool help;
	char **names;
	int nr;
};

static int parse(struct request *request, int argc, char **argv)
{
	int i;

	*request = (struct request){ .names = argv };
	for (i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "-q") || !strcmp(argv[i], "--quiet"))
			request->quiet = true;
		else if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help"))
			request->help = true;
		else if (!strncmp(argv[i], "--output=", 9))
			request->dir = argv[i] + 9;
		else if (!strcmp(argv[i], "-o") || !strcmp(argv[i], "--output"))
			request->dir = ++i < argc ? argv[i] : "";
		else if (*argv[i] == '-')
			return cli_fail(CLI_USAGE,
					"carry knows no '%.80s'; it takes strategies, --output DIR "
					"and --quiet",
					argv[i]);
		else
			request->names[request->nr++] = argv[i];
	}
	if (request->help)
		return 0;
	if (!request->nr)
		return cli_fail(CLI_USAGE, "carry wants a strategy or a C file; 'zramsim list "
					   "strategies' has the names");
	if (!request->dir || !*request->dir)
		return cli_fail(CLI_USAGE, "%s", wants_folder);
	return 0;
}

static int unknown(const char *typed)
{
	struct suggest s = { 0 };
	unsigned int i;

	for (i = 0; i < zfree_nr_strategies(); i++)
		suggest_try(&s, typed, zfree_strategy(i)->name);
	if (s.best)
		return cli_fail(CLI_USAGE, "there is no strategy '%.80s'; did you mean '%s'?",
				typed, s.best);
	return cli_fail(CLI_USAGE,
			"there is no strategy '%.80s'; 'zramsim list strategies' has those there "
			"are, and a file of your own ends in .c",
			typed);
}

static bool is_file(const char *word)
{
	size_t len = strlen(word);

	return strchr(word, '/') || (len > 2 && !strcmp(word + len - 2, ".c"));
}

static int exit_code(int err, const struct sim_message *msg)
{
	if (err == -EEXIST)
		return cli_fail(CLI_USAGE, "%s", msg->text);
	if (err == -EINTR)
		return cli_fail(CLI_INTERRUPTED, "interrupted; nothing was written");
	return err ? cli_fail(CLI_INPUT, "%s", msg->text) : CLI_DONE;
}

static int add_all(struct carry_tree *tree, struct sim_message *msg)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < zfree_nr_strategies() && !err; i++)
		err = carry_add_name(tree, zfree_strategy(i)->name, msg);
	return exit_code(err, msg);
}

/* One argument: a file, or names with commas between them. */
static int add(struct carry_tree *tree, char *word, struct sim_message *msg)
{
	int code = CLI_DONE;
	char *name;

	if (is_file(word))
		return exit_code(carry_add_file(tree, word, interrupt_flag(), msg), msg);
	while (word && !code) {
		name = strsep(&word, ",");
		if (!strcmp(name, "all"))
			code = add_all(tree, msg);
		else if (!zfree_find(name))
			code = unknown(name);
		else
			code = exit_code(carry_add_name(tree, name, msg), msg);
	}
	return code;
}

static void tell(const struct carry_tree *tree, const char *dir)
{
	char shown[512];

	snprintf(shown, sizeof(shown), "%.400s", dir);
	sim_echo_escape(shown, sizeof(shown));
	fprintf(stderr,
		"zramsim: %u strateg%s in %u files; %s/README.md says how to build the module and "
		"what remains to be decided\n",
		tree->nr_ops, tree->nr_ops == 1 ? "y" : "ies", tree->nr_files, shown);
}

int cli_carry(const struct cli_command *command, int argc, char **argv)
{
	struct carry_tree tree = { 0 };
	char text[1024] = "";
	struct sim_message msg = { text, sizeof(text) };
	struct request request;
	int code = parse(&request, argc, argv), i;

	if (code)
		return code;
	if (request.help)
		return cli_help(cli_command_find("help"), 1, (char *[]){ (char *)command->name });
	interrupt_install();
	for (i = 0; i < request.nr && !code; i++)
		code = add(&tree, request.names[i], &msg);
	if (!code)
		code = exit_code(carry_finish(&tree, &msg), &msg);
	if (!code)
		code = exit_code(carry_write(&tree, request.dir, interrupt_flag(), &msg), &msg);
	if (!code && !request.quiet)
		tell(&tree, request.dir);
	carry_free(&tree);
	return code;
}
