// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A program of the build: copies a manual page, and puts the options of a group where the page says
 * "@options GROUP".
 */
#include <ctype.h>
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

int main(void)
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
