// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/cli/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/cli/catalog.h"
#include "sim/cli/suggest.h"
#include "sim/echo.h"

/* What is left of the command line. */
struct cursor {
	const char *command;
	int left;
	char **next;
};

static const struct sim_option *find_name(const char *name, size_t len)
{
	char copy[32];

	snprintf(copy, sizeof(copy), "%.*s", (int)len, name);
	return len < sizeof(copy) ? sim_option_find(copy) : NULL;
}

static const struct sim_option *find_letter(char letter)
{
	const struct sim_option *opt;

	for (opt = sim_options; opt->name; opt++) {
		if (opt->letter == letter)
			return opt;
	}
	return NULL;
}

static bool unknown_option(struct cli_options *opts, const struct cursor *cur, const char *typed,
			   size_t len)
{
	const struct sim_option *opt;
	struct suggest s = { 0 };
	char name[33];

	snprintf(name, sizeof(name), "%.*s", (int)len, typed);
	for (opt = sim_options; opt->name; opt++)
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

/* A flag has none, and that of --pin may be left out. */
static bool takes_value(const struct sim_option *opt)
{
	return opt->kind != SIM_OPTION_FLAG && opt->kind != SIM_OPTION_PIN;
}

static bool missing_value(struct cli_options *opts, const struct sim_option *opt)
{
	snprintf(opts->error, sizeof(opts->error), "--%s needs a value; write --%s %s", opt->name,
		 opt->name, opt->example);
	return false;
}

static bool apply(struct cli_options *opts, const struct sim_option *opt, const char *value)
{
	opts->typed[opt - sim_options] = value ? value : "";
	return cli_option_set(opts, opt, value);
}

/* The value is what follows, in the same argument or the next one. */
static bool apply_next(struct cli_options *opts, struct cursor *cur, const struct sim_option *opt)
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
	const struct sim_option *opt = find_name(text, len);

	if (!opt)
		return unknown_option(opts, cur, text, len);
	if (opt->kind == SIM_OPTION_FLAG && value) {
		snprintf(opts->error, sizeof(opts->error),
			 "--%s '%.80s' has a value it cannot take; write --%s alone", opt->name,
			 value, opt->name);
		return false;
	}
	if (takes_value(opt) && !value)
		return apply_next(opts, cur, opt);
	return apply(opts, opt, value);
}

static bool parse_short(struct cli_options *opts, struct cursor *cur, const char *text)
{
	const struct sim_option *opt;
	unsigned int len;

	for (; *text; text++) {
		opt = find_letter(*text);
		if (!opt) {
			len = sim_utf8_len(text);
			snprintf(opts->error, sizeof(opts->error),
				 "%s has no option '-%.*s'; 'zramsim help %s' lists those it has",
				 cur->command, len ? (int)len : 1, text, cur->command);
			return false;
		}
		if (takes_value(opt))
			return text[1] ? apply(opts, opt, text + 1) : apply_next(opts, cur, opt);
		if (!apply(opts, opt, NULL))
			return false;
	}
	return true;
}

/*
 * Neither command takes arguments of its own; a strategy's name is the likeliest mistake, and a
 * value of --pin that stands apart. @before: the word before it, or NULL
 */
static bool stray_argument(struct cli_options *opts, const struct cursor *cur, const char *text,
			   const char *before)
{
	struct catalog_entry entry;

	if (before && !strcmp(before, "--pin"))
		snprintf(opts->error, sizeof(opts->error),
			 "--pin takes its processors after '='; write --pin=%.80s", text);
	else if (catalog_find(CATALOG_STRATEGIES, text, &entry))
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
	const char *before = NULL;
	bool ok = true;

	while (ok && cur->left && !opts->asked.help) {
		const char *text = *cur->next++;

		cur->left--;
		if (!strcmp(text, "--"))
			return cur->left ? stray_argument(opts, cur, *cur->next, NULL) : true;
		if (text[0] == '-' && text[1] == '-')
			ok = parse_long(opts, cur, text + 2);
		else if (text[0] == '-' && text[1])
			ok = parse_short(opts, cur, text + 1);
		else
			ok = stray_argument(opts, cur, text, before);
		before = text;
	}
	return ok;
}

int cli_options_parse(struct cli_options *opts, const struct zramsim_config *config,
		      const char *command, int argc, char **argv)
{
	struct cursor cur = { command, argc, argv };

	memset(opts, 0, sizeof(*opts));
	sim_options_init(&opts->asked);
	opts->asked.config = *config;
	errno = 0;
	if (!parse_all(opts, &cur))
		return errno == ENOMEM ? CLI_INPUT : CLI_USAGE;
	if (opts->asked.help)
		return CLI_DONE;
	return cli_options_check(opts, command);
}

bool cli_options_given(const struct cli_options *opts, const char *name)
{
	const struct sim_option *opt = sim_option_find(name);

	return opt && opts->typed[opt - sim_options];
}

const char *cli_options_typed(const struct cli_options *opts, const char *name, char *buf)
{
	const struct sim_option *opt = sim_option_find(name);
	struct sim_request defaults;

	if (opts->typed[opt - sim_options])
		return opts->typed[opt - sim_options];
	sim_options_init(&defaults);
	sim_option_default(opt, &defaults, buf);
	return buf;
}

void cli_options_retype(const struct cli_options *opts, char *message, size_t size)
{
	const char *typed;
	char number[64], *at, *rest;
	unsigned int i;

	for (i = 0; sim_options[i].name; i++) {
		typed = opts->typed[i];
		if (!typed || sim_options[i].kind != SIM_OPTION_BYTES)
			continue;
		snprintf(number, sizeof(number), "--%s '%" PRIu64 "'", sim_options[i].name,
			 sim_option_value(&sim_options[i], &opts->asked));
		at = strstr(message, number);
		rest = at ? strdup(at + strlen(number)) : NULL;
		if (rest)
			snprintf(at, size - (size_t)(at - message), "--%s '%.80s'%s",
				 sim_options[i].name, typed, rest);
		free(rest);
	}
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

static void option_head(const struct sim_option *opt, char *buf, size_t size)
{
	char letter[8] = "    ";

	if (opt->letter)
		snprintf(letter, sizeof(letter), "-%c, ", opt->letter);
	if (opt->kind == SIM_OPTION_FLAG)
		snprintf(buf, size, "%s--%s", letter, opt->name);
	else if (opt->kind == SIM_OPTION_PIN)
		snprintf(buf, size, "%s--%s[=%s]", letter, opt->name, opt->value_name);
	else
		snprintf(buf, size, "%s--%s %s", letter, opt->name, opt->value_name);
}

void cli_options_help(const struct zramsim_config *config, bool study, FILE *out)
{
	char head[64], value[SIM_OPTION_WHY];
	const struct sim_option *opt;
	struct sim_request defaults;

	sim_options_init(&defaults);
	defaults.config = *config;
	for (opt = sim_options; opt->name; opt++) {
		if (opt->group)
			fprintf(out, "%s%s:\n", opt == sim_options ? "" : "\n", opt->group);
		/* No study takes them. */
		if (study && (!strcmp(opt->name, "strategy") || !strcmp(opt->name, "timeline")))
			continue;
		option_head(opt, head, sizeof(head));
		sim_option_default(opt, &defaults, value);
		fprintf(out, "  %s%*s%s", head, 26 - columns(head), "", opt->help);
		fprintf(out, *value ? " (%s)\n" : "\n", value);
	}
}
