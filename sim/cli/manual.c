// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What documents say of options, from their table; a program of the build. Without an argument it
 * copies a manual page and puts the options of a group where the page says "@options GROUP". With
 * "schema" it prints what the configuration in JSON may hold, for a test of the schema.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/run/options.h"

static const char mark[] = "@options ";

/* Words in capitals stand for something. */
static void put_value_name(const char *name)
{
	bool in_word = false, upper;

	for (;; name++) {
		upper = isupper((unsigned char)*name);
		if (upper != in_word)
			putchar('_');
		in_word = upper;
		if (!*name)
			break;
		putchar(*name);
	}
}

static void put_head(const struct sim_option *opt)
{
	if (opt->letter)
		printf("*-%c, --%s*", opt->letter, opt->name);
	else
		printf("*--%s*", opt->name);
	if (!opt->value_name)
		return;
	fputs(opt->kind == SIM_OPTION_PIN ? "[=" : " ", stdout);
	put_value_name(opt->value_name);
	if (opt->kind == SIM_OPTION_PIN)
		putchar(']');
}

static void put_option(const struct sim_option *opt, const struct sim_request *defaults)
{
	char buf[SIM_OPTION_WHY];

	put_head(opt);
	if (opt->manual)
		printf("\n\t%s", opt->manual);
	else
		printf("\n\t%c%s.", toupper((unsigned char)*opt->help), opt->help + 1);
	if (sim_option_range(opt, buf))
		printf(" Range: %s.", buf);
	sim_option_default(opt, defaults, buf);
	if (*buf)
		printf(" Default: %s.", buf);
	fputs("\n\n", stdout);
}

static int put_group(const char *group)
{
	const struct sim_option *opt = sim_options;
	struct sim_request defaults;

	sim_options_init(&defaults);
	while (opt->name && (!opt->group || strcmp(opt->group, group)))
		opt++;
	if (!opt->name) {
		fprintf(stderr, "no group of options is called '%s'\n", group);
		return 1;
	}
	do
		put_option(opt++, &defaults);
	while (opt->name && !opt->group);
	return 0;
}

static int put_page(void)
{
	char line[1024];
	int err = 0;

	while (!err && fgets(line, sizeof(line), stdin)) {
		if (strncmp(line, mark, strlen(mark))) {
			fputs(line, stdout);
			continue;
		}
		line[strcspn(line, "\n")] = '\0';
		err = put_group(line + strlen(mark));
	}
	return err;
}

static void put_words(const struct sim_option *opt)
{
	unsigned int i;

	fputs("\"enum\": [", stdout);
	if (opt->min)
		fputs("\"default\", ", stdout);
	for (i = 0; opt->words[i]; i++)
		printf("%s\"%s\"", i ? ", " : "", opt->words[i]);
	putchar(']');
}

/* Zero, where it is none, becomes null unless something replaces it. */
static void put_number(const struct sim_option *opt)
{
	uint64_t unit = opt->kind == SIM_OPTION_TIME && strstr(opt->key, "_ns") ? opt->unit_ns : 1;

	fputs(opt->min && !opt->needed && !opt->fill ? "\"type\": [\"integer\", \"null\"]"
						     : "\"type\": \"integer\"",
	      stdout);
	printf(", \"minimum\": %" PRIu64, opt->min * unit);
	if (opt->max != UINT64_MAX)
		printf(", \"maximum\": %" PRIu64, opt->max * unit);
}

static int put_schema(void)
{
	const struct sim_option *opt;

	putchar('{');
	for (opt = sim_options; opt->name; opt++) {
		if (!opt->key)
			continue;
		printf("%s\n\"%s\": {", opt == sim_options ? "" : ",", opt->key);
		if (opt->kind == SIM_OPTION_WORD)
			put_words(opt);
		else if (opt->kind == SIM_OPTION_FLAG)
			fputs("\"type\": \"boolean\"", stdout);
		else if (opt->max && !opt->check && opt->kind != SIM_OPTION_WORKERS &&
			 opt->kind != SIM_OPTION_SEED)
			put_number(opt);
		putchar('}');
	}
	puts("\n}");
	return 0;
}

int main(int argc, char **argv)
{
	return argc > 1 && !strcmp(argv[1], "schema") ? put_schema() : put_page();
}
