// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Values that are names are looked up, so that a wrong one is met with a better one. */
#include <stdlib.h>
#include <string.h>

#include "sim/cli/catalog.h"
#include "sim/cli/options.h"
#include "sim/run/parse.h"

bool cli_option_error(struct cli_options *opts, const struct sim_option *opt, const char *value,
		      const char *why)
{
	snprintf(opts->error, sizeof(opts->error), "--%s '%.80s' %s", opt->name, value, why);
	return false;
}

/* Split the list into the configuration; every name must be a strategy, none twice. */
static bool set_strategies(struct cli_options *opts, const struct sim_option *opt,
			   const char *value)
{
	struct zramsim_config *cfg = &opts->asked.config;
	char why[SIM_OPTION_WHY], *name, *rest;
	struct catalog_entry entry;
	unsigned int i;

	free(opts->names);
	opts->names = strdup(value);
	if (!opts->names)
		return cli_option_error(opts, opt, value,
					"needs more memory than there is; free some");
	cfg->nr_strategies = 0;
	for (rest = opts->names; (name = strsep(&rest, ","));) {
		if (!*name)
			return cli_option_error(opts, opt, value,
						"has an empty name; separate the names by one "
						"comma");
		if (!catalog_find(CATALOG_STRATEGIES, name, &entry)) {
			catalog_unknown(CATALOG_STRATEGIES, name, why, sizeof(why));
			return cli_option_error(opts, opt, name, why);
		}
		for (i = 0; i < cfg->nr_strategies; i++) {
			if (!strcmp(cfg->strategies[i], name))
				return cli_option_error(opts, opt, name,
							"is named twice; name it once");
		}
		if (cfg->nr_strategies == ZRAMSIM_MAX_STRATEGIES)
			return cli_option_error(opts, opt, value,
						"has too many names; give at most 32");
		cfg->strategies[cfg->nr_strategies++] = name;
	}
	return true;
}

/* The option is called as what its catalogue has. */
static bool set_name(struct cli_options *opts, const struct sim_option *opt, const char *value)
{
	enum catalog_kind kind = 0;
	struct catalog_entry entry;
	char why[SIM_OPTION_WHY];

	while (strcmp(catalog_noun(kind), opt->name))
		kind++;
	if (catalog_find(kind, value, &entry))
		return sim_option_set(opt, &opts->asked, entry.name, why);
	catalog_unknown(kind, value, why, sizeof(why));
	return cli_option_error(opts, opt, value, why);
}

static bool set_data(struct cli_options *opts, const struct sim_option *opt, const char *value)
{
	const char *colon = strchr(value, ':');
	struct catalog_entry entry;
	char kind[32], why[SIM_OPTION_WHY];
	uint64_t pid;

	snprintf(kind, sizeof(kind), "%.*s", colon ? (int)(colon - value) : 31, value);
	if (!catalog_find(CATALOG_DATA, kind, &entry)) {
		catalog_unknown(CATALOG_DATA, kind, why, sizeof(why));
		return cli_option_error(opts, opt, value, why);
	}
	if (entry.extra[0] != ':' && colon)
		return cli_option_error(opts, opt, value,
					"has something after the name; use anon or rfc alone");
	if (entry.extra[0] == ':' && (!colon || !colon[1])) {
		snprintf(why, sizeof(why), "does not say which; write %s%s", entry.name,
			 entry.extra);
		return cli_option_error(opts, opt, value, why);
	}
	if (!strcmp(kind, "pid") && (parse_count(colon + 1, &pid) || !pid || pid > INT32_MAX))
		return cli_option_error(opts, opt, value,
					"names no process; write its number, as in pid:1234");
	opts->asked.config.data = value;
	return true;
}

/* Is it a whole number that an int holds? Which of those there are depends on the compressor. */
static bool parse_level(const char *text, int *level)
{
	const char *digits = text + (*text == '-');
	uint64_t value;

	if (parse_count(digits, &value) || value > INT32_MAX)
		return false;
	*level = digits > text ? -(int)value : (int)value;
	return true;
}

/* NAME or NAME:LEVEL. The name is taken from the catalogue, so that it stays valid. */
static bool set_comp(struct cli_options *opts, const struct sim_option *opt, const char *value)
{
	const char *colon = strchr(value, ':');
	struct catalog_entry entry;
	char name[32], why[SIM_OPTION_WHY];
	int level = 0;

	snprintf(name, sizeof(name), "%.*s", colon ? (int)(colon - value) : 31, value);
	if (!catalog_find(CATALOG_COMPRESSORS, name, &entry)) {
		catalog_unknown(CATALOG_COMPRESSORS, name, why, sizeof(why));
		return cli_option_error(opts, opt, value, why);
	}
	if (colon && !parse_level(colon + 1, &level))
		return cli_option_error(opts, opt, value,
					"has no level after the colon; write one such as zstd:3");
	opts->asked.config.comp_level = level;
	opts->asked.config.comp = entry.name;
	return true;
}

bool cli_option_set(struct cli_options *opts, const struct sim_option *opt, const char *value)
{
	char why[SIM_OPTION_WHY];

	switch (opt->kind) {
	case SIM_OPTION_STRATEGIES:
		return set_strategies(opts, opt, value);
	case SIM_OPTION_NAME:
		return set_name(opts, opt, value);
	case SIM_OPTION_DATA:
		return set_data(opts, opt, value);
	case SIM_OPTION_COMP:
		return set_comp(opts, opt, value);
	default:
		return sim_option_set(opt, &opts->asked, value, why) ||
		       cli_option_error(opts, opt, value, why);
	}
}
