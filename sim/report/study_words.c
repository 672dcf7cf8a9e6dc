// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What a study did, in words and as a command line. */
#include <inttypes.h>
#include <string.h>

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
};

static void add_text(const struct sink *sink, const char *option, const char *value)
{
	char text[64];

	if (study_is_fixed(sink->study, option))
		return;
	snprintf(text, sizeof(text), "--%s", option);
	sink->add(sink->ctx, text);
	sink->add(sink->ctx, value);
}

static void add_number(const struct sink *sink, const char *option, uint64_t value,
		       const char *unit)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 "%s", value, unit);
	add_text(sink, option, text);
}

static void add_pin(const struct sink *sink, const struct zramsim_config *cfg)
{
	char text[8 + ZRAMSIM_MAX_CPUS * 8] = "--pin";
	uint32_t i;

	for (i = 0; i < cfg->nr_pin_cpus; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%c%" PRIu32,
			 i ? ',' : '=', cfg->pin_cpus[i]);
	sink->add(sink->ctx, cfg->pin ? text : "--pin=none");
}

void study_command(const struct study *study, void (*add)(void *ctx, const char *argument),
		   void *ctx)
{
	/* What was asked for, completed as in every arm. */
	const struct zramsim_config *cfg = &study->base, *full = &study->arms[0].cfg;
	struct sink sink = { study, add, ctx };
	char comp[64];

	add(ctx, "study");
	add(ctx, study->ops->name);
	add_text(&sink, "data", cfg->data);
	add_number(&sink, "size", cfg->size_bytes, "");
	add_number(&sink, "procs", cfg->procs, "");
	add_number(&sink, "page-size", cfg->page_bytes, "");
	if (cfg->comp && strncmp(cfg->data, "sizes:", 6)) {
		snprintf(comp, sizeof(comp), cfg->comp_level ? "%s:%d" : "%s", cfg->comp,
			 cfg->comp_level);
		add_text(&sink, "comp", comp);
	}
	if (cfg->present_pct)
		add_number(&sink, "present", cfg->present_pct, "%");
	add_number(&sink, "runs", cfg->runs, "");
	add_number(&sink, "warmup", cfg->warmup, "");
	add_number(&sink, "seed", cfg->seed, "");
	add_pin(&sink, full);
	if (cfg->max_ns)
		add_number(&sink, "time-limit", cfg->max_ns, "ns");
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
