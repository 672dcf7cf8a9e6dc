// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What a study did, in words and as a command line. */
#include <inttypes.h>
#include <string.h>

#include "sim/report/config_words.h"
#include "sim/report/study_report.h"

static const struct study_format formats[] = {
	{ "table", study_report_table },
	{ "json", study_report_json },
	{ "csv", study_report_csv },
	{ "markdown", study_report_markdown },
};

const struct study_format *study_format_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	}
	return NULL;
}

bool study_limits_apply(const struct study *study)
{
	return study->ops->limits && study->provenance.nr_cpus <= study->ops->limits_below;
}

bool study_is_fixed(const struct study *study, const char *option)
{
	const struct study_ops *ops = study->ops;
	unsigned int i;

	for (i = 0; i < study->nr_factors; i++) {
		if (!strcmp(ops->factors[i].key, option))
			return true;
	}
	for (i = 0; ops->fixed && ops->fixed[i]; i++) {
		if (!strcmp(ops->fixed[i], option))
			return true;
	}
	return false;
}

/* Where study_command() sends its words. */
struct sink {
	const struct study *study;
	void (*add)(void *ctx, const char *argument);
	void *ctx;
	bool skip;  /* the value of an option that was left out comes next */
	bool begun; /* the name of the command has come */
};

/* Is this an option that the study decides, or another one? */
static bool is_decided(const struct study *study, const char *argument)
{
	char option[32];

	snprintf(option, sizeof(option), "%.*s", (int)strcspn(argument + 2, "="), argument + 2);
	return !strcmp(option, "strategy") || study_is_fixed(study, option);
}

/* Every value follows its option in an argument of its own, and begins with no dash. */
static void pass_on(void *ctx, const char *argument)
{
	struct sink *sink = ctx;
	bool is_option = !strncmp(argument, "--", 2);

	if (!sink->begun) {
		sink->add(sink->ctx, "study");
		sink->add(sink->ctx, sink->study->ops->name);
		sink->begun = true;
		return;
	}
	if (is_option)
		sink->skip = is_decided(sink->study, argument);
	if (!sink->skip)
		sink->add(sink->ctx, argument);
}

void study_command(const struct study *study, void (*add)(void *ctx, const char *argument),
		   void *ctx)
{
	/* What the study does not decide is the same in all arms. */
	const struct zramsim_result first = { .config = study->arms[0].cfg };
	struct sink sink = { study, add, ctx, false, false };

	config_command(&first, pass_on, &sink);
}

void study_line(const struct study *study, FILE *out)
{
	const struct zramsim_config *cfg = &study->base;

	fprintf(out, "%s: %u combination%s", study->ops->name, study->nr_arms,
		study->nr_arms == 1 ? "" : "s");
	if (!study_is_fixed(study, "size"))
		fprintf(out, ", %" PRIu64 " %s per process",
			cfg->size_bytes >> 20 ? cfg->size_bytes >> 20 : cfg->size_bytes >> 10,
			cfg->size_bytes >> 20 ? "MiB" : "KiB");
	if (!study_is_fixed(study, "data"))
		fprintf(out, ", %s data", cfg->data);
	fprintf(out, ", %" PRIu32 " run%s, seed %" PRIu64, cfg->runs, cfg->runs == 1 ? "" : "s",
		cfg->seed);
	if (!study->complete)
		fputs(" (INTERRUPTED)", out);
}
