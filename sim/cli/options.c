// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/cli/options.h"

#include <stdlib.h>
#include <string.h>

#include "sim/cli/catalog.h"
#include "sim/cli/option_table.h"
#include "sim/cli/suggest.h"

/* What is left of the command line. */
struct cursor {
	const char *command;
	int left;
	char **next;
};

static const struct cli_option *find_name(const char *name, size_t len)
{
	const struct cli_option *opt;

	for (opt = cli_option_table; opt->name; opt++) {
		if (strlen(opt->name) == len && !memcmp(opt->name, name, len))
			return opt;
	}
	return NULL;
}

static const struct cli_option *find_letter(char letter)
{
	const struct cli_option *opt;

	for (opt = cli_option_table; opt->name; opt++) {
		if (opt->letter == letter)
			return opt;
	}
	return NULL;
}

static bool unknown_option(struct cli_options *opts, const struct cursor *cur, const char *typed,
			   size_t len)
{
	const struct cli_option *opt;
	struct suggest s = { 0 };
	char name[33];

	snprintf(name, sizeof(name), "%.*s", (int)len, typed);
	for (opt = cli_option_table; opt->name; opt++)
		suggest_try(&s, name, opt->name);
	if (s.best)
		snprintf(opts->error, sizeof(opts->error),
			 "%s has no option '--%s'; did you mean '--%s'?", cur->command, name,
			 s.best);
	else
		snprintf(opts->error, sizeof(opts->error),
			 "%s has no option '--%s'; 'zramsim help %s' lists those it has",
			 cur->command, name, cur->command);
	return false;
}

static bool missing_value(struct cli_options *opts, const struct cli_option *opt)
{
	snprintf(opts->error, sizeof(opts->error), "--%s needs a value; write --%s %s", opt->name,
		 opt->name, opt->example);
	return false;
}

static bool apply(struct cli_options *opts, const struct cli_option *opt, const char *value)
{
	opts->given |= 1ULL << (opt - cli_option_table);
	return opt->set(opts, opt, value);
}

/* The value is what follows, in the same argument or the next one. */
static bool apply_next(struct cli_options *opts, struct cursor *cur, const struct cli_option *opt)
{
	if (!cur->left)
		return missing_value(opts, opt);
	cur->left--;
	return apply(opts, opt, *cur->next++);
}

static bool parse_long(struct cli_options *opts, struct cursor *cur, const char *text)
{
	size_t len = strcspn(text, "=");
	const char *value = text[len] ? text + len + 1 : NULL;
	const struct cli_option *opt = find_name(text, len);

	if (!opt)
		return unknown_option(opts, cur, text, len);
	if (opt->argument == OPTION_FLAG && value) {
		snprintf(opts->error, sizeof(opts->error),
			 "--%s '%.80s' has a value it cannot take; write --%s alone", opt->name,
			 value, opt->name);
		return false;
	}
	if (opt->argument == OPTION_VALUE && !value)
		return apply_next(opts, cur, opt);
	return apply(opts, opt, value);
}

static bool parse_short(struct cli_options *opts, struct cursor *cur, const char *text)
{
	const struct cli_option *opt;

	for (; *text; text++) {
		opt = find_letter(*text);
		if (!opt) {
			snprintf(opts->error, sizeof(opts->error),
				 "%s has no option '-%c'; 'zramsim help %s' lists those it has",
				 cur->command, *text, cur->command);
			return false;
		}
		if (opt->argument == OPTION_VALUE)
			return text[1] ? apply(opts, opt, text + 1) : apply_next(opts, cur, opt);
		if (!apply(opts, opt, NULL))
			return false;
	}
	return true;
}

/* Neither command takes arguments of its own; a strategy's name is the likeliest mistake. */
static bool stray_argument(struct cli_options *opts, const struct cursor *cur, const char *text)
{
	struct catalog_entry entry;

	if (catalog_find(CATALOG_STRATEGIES, text, &entry))
		snprintf(opts->error, sizeof(opts->error),
			 "%s takes no argument '%.80s'; choose a strategy with --strategy %s",
			 cur->command, text, entry.name);
	else
		snprintf(opts->error, sizeof(opts->error),
			 "%s takes no argument '%.80s'; leave it out, or see 'zramsim help %s'",
			 cur->command, text, cur->command);
	return false;
}

static bool parse_all(struct cli_options *opts, struct cursor *cur)
{
	bool ok = true;

	while (ok && cur->left && !opts->help) {
		const char *text = *cur->next++;

		cur->left--;
		if (!strcmp(text, "--"))
			return cur->left ? stray_argument(opts, cur, *cur->next) : true;
		if (text[0] == '-' && text[1] == '-')
			ok = parse_long(opts, cur, text + 2);
		else if (text[0] == '-' && text[1])
			ok = parse_short(opts, cur, text + 1);
		else
			ok = stray_argument(opts, cur, text);
	}
	return ok;
}

int cli_options_parse(struct cli_options *opts, const char *command, int argc, char **argv)
{
	struct zramsim_config config;

	zramsim_config_init(&config);
	return cli_options_parse_onto(opts, &config, command, argc, argv);
}

int cli_options_parse_onto(struct cli_options *opts, const struct zramsim_config *config,
			   const char *command, int argc, char **argv)
{
	struct cursor cur = { command, argc, argv };

	memset(opts, 0, sizeof(*opts));
	opts->config = *config;
	opts->format = "table";
	if (!parse_all(opts, &cur))
		return CLI_USAGE;
	if (opts->help)
		return CLI_DONE;
	return cli_options_check(opts, command);
}

bool cli_options_given(const struct cli_options *opts, const char *name)
{
	const struct cli_option *opt = find_name(name, strlen(name));

	return opt && opts->given & (1ULL << (opt - cli_option_table));
}

void cli_options_free(struct cli_options *opts)
{
	free(opts->names);
	opts->names = NULL;
}

/* Columns of @text on a terminal: bytes that begin a UTF-8 character. */
static int columns(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

static void option_head(const struct cli_option *opt, char *buf, size_t size)
{
	char letter[8] = "    ";

	if (opt->letter)
		snprintf(letter, sizeof(letter), "-%c, ", opt->letter);
	if (opt->argument == OPTION_FLAG)
		snprintf(buf, size, "%s--%s", letter, opt->name);
	else if (opt->argument == OPTION_OPTIONAL)
		snprintf(buf, size, "%s--%s[=%s]", letter, opt->name, opt->value_name);
	else
		snprintf(buf, size, "%s--%s %s", letter, opt->name, opt->value_name);
}

void cli_options_help(FILE *out)
{
	const struct cli_option *opt;
	char head[64];

	for (opt = cli_option_table; opt->name; opt++) {
		if (opt->group)
			fprintf(out, "%s%s:\n", opt == cli_option_table ? "" : "\n", opt->group);
		option_head(opt, head, sizeof(head));
		fprintf(out, "  %s%*s%s\n", head, 26 - columns(head), "", opt->help);
	}
}
