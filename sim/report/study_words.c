// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What a study did, in words and as a command line. */
#include <inttypes.h>
#include <string.h>

#include "sim/report/words.h"
#include "sim/report/report.h"
#include "sim/report/text.h"
#include "sim/run/model.h"

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
	for (i = 0; ops->fixed[i]; i++) {
		if (!strcmp(ops->fixed[i], option))
			return true;
	}
	return false;
}

static bool is_left(const void *study, const char *option)
{
	return strcmp(option, "strategy") && !study_is_fixed(study, option);
}

void study_command(const struct study *study, void (*add)(void *ctx, const char *argument),
		   void *ctx)
{
	add(ctx, "study");
	add(ctx, study->ops->name);
	/* What the study does not decide is the same in all arms. */
	config_arguments(&study->arms[0].cfg, study->given, is_left, study, add, ctx);
}

void study_line(const struct study *study, FILE *out)
{
	const struct zramsim_config *cfg = &study->base;
	char release[SIM_MODEL_CHARS];

	fprintf(out, "%s: %u combination%s", study->ops->name, study->nr_arms,
		sim_plural(study->nr_arms, "s"));
	if (!study_is_fixed(study, "size"))
		fprintf(out, ", %" PRIu64 " %s per process",
			cfg->size_bytes >> 20 ? cfg->size_bytes >> 20 : cfg->size_bytes >> 10,
			cfg->size_bytes >> 20 ? "MiB" : "KiB");
	if (!study_is_fixed(study, "data")) {
		fputs(", ", out);
		text_echo(cfg->data, out);
		fputs(" data", out);
	}
	if (!study_is_fixed(study, "kernel")) {
		sim_model_text(cfg, release);
		fprintf(out, ", %s", release);
	}
	fprintf(out, ", %" PRIu32 " run%s, seed %" PRIu64, cfg->runs, sim_plural(cfg->runs, "s"),
		cfg->seed);
	if (!study->complete)
		fputs(" (INTERRUPTED)", out);
}
