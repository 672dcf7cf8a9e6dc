// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* From factors to arms, and from repeats of arms to figures. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/figures/summary.h"
#include "sim/run/config.h"
#include "sim/study/shape.h"

enum {
	DEFAULT_MAX_SECONDS = 60,
	DEFAULT_SIZE_MIB = 64,
};

void study_defaults(const struct study_ops *ops, struct zramsim_config *cfg)
{
	zramsim_config_init(cfg);
	cfg->size_bytes = (u64)(ops && ops->size_mib ? ops->size_mib : DEFAULT_SIZE_MIB) << 20;
	if (ops && ops->nr_runs)
		cfg->runs = ops->nr_runs;
	cfg->max_ns = DEFAULT_MAX_SECONDS * 1000000000ull;
	if (ops && ops->probe)
		cfg->warmup = 0;
	if (ops && ops->defaults)
		ops->defaults(cfg);
}

/* Everything that an experiment measures. */
static void plan_metrics(struct study *study)
{
	const struct sim_metric *metric;
	unsigned int m;

	for (m = 0; m < sim_nr_metrics; m++) {
		metric = &sim_metrics[m];
		study->quantities[m] = (struct study_quantity){ metric->key, metric->unit,
								metric->summary, metric->better };
		study->metrics[m] = (int)m;
	}
	study->nr_quantities = m;
}

static void plan_quantities(struct study *study)
{
	const struct study_quantity *from = study->ops->quantities;
	const struct sim_metric *metric;
	struct study_quantity *to;
	unsigned int i;
	int m;

	if (!from->key) {
		plan_metrics(study);
		return;
	}
	for (i = 0; from[i].key; i++) {
		m = study->ops->probe ? -1 : sim_metric_find(from[i].key);
		metric = m < 0 ? NULL : &sim_metrics[m];
		to = &study->quantities[i];
		*to = from[i];
		if (!to->unit)
			to->unit = metric ? metric->unit : "";
		if (!to->summary)
			to->summary = metric ? metric->summary : "";
		if (metric)
			to->better = metric->better;
		study->metrics[i] = m;
	}
	study->nr_quantities = i;
}

static void plan_factors(struct study *study)
{
	const struct study_factor *factors = study->ops->factors;
	unsigned int f, l;

	for (f = 0; factors[f].key; f++) {
		for (l = 0; factors[f].levels[l]; l++)
			;
		study->nr_levels[f] = l;
	}
	study->nr_factors = f;
}

/* Return: 1 an arm was added, 0 this combination does not exist, or a negative errno. */
static int plan_arm(struct study *study, const u8 *level, struct sim_message *msg)
{
	const struct study_factor *factors = study->ops->factors;
	struct study_arm arm = { .cfg = study->base, .ops = study->ops };
	const struct sim_option *opt;
	char why[SIM_OPTION_WHY];
	unsigned int f;
	int err;

	arm.cfg.strategies[0] = study->ops->strategy ? study->ops->strategy : "sync";
	arm.cfg.nr_strategies = 1;
	memcpy(arm.level, level, sizeof(arm.level));
	for (f = 0; f < study->nr_factors; f++) {
		opt = sim_option_find(factors[f].key);
		/* Zero of what has none: as if it had not been asked for. */
		if (opt && opt->min && !strcmp(factors[f].levels[level[f]], "0"))
			continue;
		if (opt && !sim_option_set(opt, &arm.cfg, factors[f].levels[level[f]], why))
			return sim_fail(msg, -EINVAL, "study %s: %s '%s' %s", study->ops->name,
					factors[f].key, factors[f].levels[level[f]], why);
	}
	if (study->ops->arm && !study->ops->arm(&arm))
		return 0;
	if (study->nr_arms == STUDY_MAX_ARMS)
		return sim_fail(msg, -EINVAL, "study %s has more than %d combinations",
				study->ops->name, STUDY_MAX_ARMS);
	study->arms[study->nr_arms] = arm;
	err = sim_config_check(&arm.cfg, &study->arms[study->nr_arms].cfg, msg);
	study->nr_arms++;
	return err ? err : 1;
}

/* Count levels up like digits, the last factor fastest. False: that was all. */
static bool next_combination(const struct study *study, u8 *level)
{
	unsigned int f;

	for (f = study->nr_factors; f--;) {
		if (++level[f] < study->nr_levels[f])
			return true;
		level[f] = 0;
	}
	return false;
}

static int plan_arms(struct study *study, struct sim_message *msg)
{
	u8 level[STUDY_MAX_FACTORS] = { 0 };
	int err;

	study->arms = calloc(STUDY_MAX_ARMS, sizeof(*study->arms));
	if (!study->arms)
		return sim_fail(msg, -ENOMEM, "not enough memory for the combinations");
	do {
		err = plan_arm(study, level, msg);
		if (err < 0)
			return err;
	} while (next_combination(study, level));
	if (!study->nr_arms)
		return sim_fail(msg, -ENOTSUP, "study %s has nothing to compare on this machine",
				study->ops->name);
	return 0;
}

static int plan_repeats(struct study *study, struct sim_message *msg)
{
	size_t row = study->nr_quantities * sizeof(double);
	struct study_repeats *repeats;
	unsigned int i;

	study->room = 2 * study->base.runs;
	study->repeats = calloc(study->nr_arms, sizeof(*study->repeats));
	for (i = 0; study->repeats && i < study->nr_arms; i++) {
		repeats = &study->repeats[i];
		repeats->values = calloc(study->room, row);
		repeats->samples = calloc(study->base.runs, row);
		repeats->turns = calloc(study->room, sizeof(*repeats->turns));
		repeats->choices = calloc(study->base.runs, sizeof(*repeats->choices));
		repeats->rounds = calloc(study->base.runs, sizeof(*repeats->rounds));
		repeats->kept = calloc(study->base.runs, sizeof(*repeats->kept));
		if (study->ops->finish)
			repeats->outcomes = calloc(study->room, sizeof(*repeats->outcomes));
		if (!repeats->values || !repeats->samples || !repeats->turns || !repeats->choices ||
		    !repeats->rounds || !repeats->kept ||
		    (study->ops->finish && !repeats->outcomes))
			break;
	}
	if (study->repeats && i == study->nr_arms)
		return 0;
	return sim_fail(msg, -ENOMEM, "not enough memory for %u repeat%s of %u combination%s",
			study->base.runs, sim_plural(study->base.runs, "s"), study->nr_arms,
			sim_plural(study->nr_arms, "s"));
}

int study_plan(const struct study_ops *ops, const struct zramsim_config *base, struct study **study,
	       struct sim_message *msg)
{
	struct study *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return sim_fail(msg, -ENOMEM, "not enough memory for a study");
	s->ops = ops;
	s->base = *base;
	s->complete = true;
	plan_quantities(s);
	plan_factors(s);
	err = plan_arms(s, msg);
	if (!err)
		err = plan_repeats(s, msg);
	if (err)
		study_free(s);
	else
		*study = s;
	return err;
}

void study_free(struct study *study)
{
	unsigned int i;

	for (i = 0; study && study->repeats && i < study->nr_arms; i++) {
		free(study->repeats[i].values);
		free(study->repeats[i].samples);
		free(study->repeats[i].outcomes);
		free(study->repeats[i].turns);
		free(study->repeats[i].choices);
		free(study->repeats[i].rounds);
		free(study->repeats[i].kept);
	}
	for (i = 0; study && study->arms && i < study->nr_arms; i++)
		sim_config_release(&study->arms[i].cfg);
	for (i = 0; study && i < study->nr_warnings; i++)
		free(study->warnings[i]);
	for (i = 0; study && i < study->nr_sentences; i++)
		free(study->sentences[i]);
	for (i = 0; study && i < study->nr_tables; i++) {
		free(study->tables[i].names);
		free(study->tables[i].cells);
	}
	if (study) {
		free(study->repeats);
		free(study->arms);
	}
	free(study);
}

void study_record(struct study *study, unsigned int arm, const double *values, struct sim_turn turn)
{
	struct study_repeats *repeats = &study->repeats[arm];

	if (repeats->nr == study->room)
		return;
	memcpy(repeats->values + (size_t)repeats->nr * study->nr_quantities, values,
	       study->nr_quantities * sizeof(*values));
	repeats->turns[repeats->nr++] = turn;
}

/* The samples of the repeats that count, quantity by quantity. */
static void keep_samples(const struct study *study, struct study_repeats *repeats)
{
	unsigned int q, k = 0, round;
	const double *row;

	repeats->nr_kept = sim_choose(repeats->turns, repeats->nr, repeats->choices,
				      study->base.runs, &repeats->nr_disturbed);
	for (round = 0; round < study->base.runs; round++) {
		if (!repeats->choices[round].counts)
			continue;
		repeats->rounds[k] = round;
		repeats->kept[k] = (unsigned int)repeats->choices[round].repeat;
		row = repeats->values + (size_t)repeats->kept[k] * study->nr_quantities;
		for (q = 0; q < study->nr_quantities; q++)
			repeats->samples[q * study->base.runs + k] = row[q];
		k++;
	}
}

void study_finish(struct study *study)
{
	bool all = true;
	unsigned int i;

	for (i = 0; i < study->nr_arms; i++) {
		keep_samples(study, &study->repeats[i]);
		all &= study->repeats[i].nr_kept > 0;
	}
	if (!study->ops->conclude)
		return;
	if (all)
		study->ops->conclude(study);
	else
		study_say(study, "Not every combination was measured, so nothing is concluded.");
}
