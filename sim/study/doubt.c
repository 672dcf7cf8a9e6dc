// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What makes the figures of a study doubtful: the machine, and who else used it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/minmax.h>

#include "sim/figures/stats.h"
#include "sim/study/shape.h"
#include "sim/study/wording.h"
#include "sim/threads/rates.h"

enum {
	DEAR_CLOCK_NS = 100,
	OPEN_NAMES = 9, /* more are a number */
};

/* The arm with the most threads: what it lacks no other lacks more of. */
static const struct zramsim_config *busiest(const struct study *study)
{
	const struct zramsim_config *most = &study->arms[0].cfg, *cfg;
	unsigned int i;

	for (i = 1; i < study->nr_arms; i++) {
		cfg = &study->arms[i].cfg;
		if (cfg->procs + cfg->strategy.nr_workers > most->procs + most->strategy.nr_workers)
			most = cfg;
	}
	return most;
}

static void doubt_machine(struct study *study)
{
	const struct zramsim_config *cfg = busiest(study);
	const struct sim_provenance *prov = &study->provenance;
	unsigned int workers = max(cfg->strategy.nr_workers, 1u);

	if (prov->nr_cpus < cfg->procs + workers)
		study_warn(study,
			   "%u producing thread%s and %u draining thread%s share %u processor%s: "
			   "exit times contain waiting for a processor",
			   cfg->procs, sim_plural(cfg->procs, "s"), workers,
			   sim_plural(workers, "s"), prov->nr_cpus, sim_plural(prov->nr_cpus, "s"));
	if (strcmp(prov->governor, "unknown") && strcmp(prov->governor, "performance"))
		study_warn(study,
			   "the cpufreq governor is %s: set it to performance for steady figures",
			   prov->governor);
	if (prov->clock_ns > DEAR_CLOCK_NS)
		study_warn(study, "reading the clock costs %.0f ns: notify_ns is coarse",
			   prov->clock_ns);
	if (!prov->machine_fitted)
		study_warn(study,
			   "the prices of %s are those of its kind of core, as no kernel was "
			   "measured there: trust ratios rather than times",
			   prov->machine);
	/* What a machine's durations come from has no sanitizer in it. */
	if (!sim_host.is_machine && strstr(prov->flags, "-fsanitize"))
		study_warn(study, "built with a sanitizer: durations mean nothing");
#ifndef __OPTIMIZE__
	study_warn(study, "built without optimisation: durations mean little");
#endif
}

/**
 * struct blur - what noise has made of the first quantity, over all arms
 * @spreads:	[arms] largest minus smallest repeat, as a share of the median
 * @widths:	[arms] of the intervals, as a share of the ratio
 * @open:	arms compared with another without a verdict
 * @compared:	arms with an interval
 * @nr_open:	entries in @open
 */
struct blur {
	double *spreads;
	double *widths;
	struct study_names open;
	unsigned int compared;
	unsigned int nr_open;
};

static void blur_arm(struct blur *blur, const struct study *study, unsigned int i)
{
	struct zramsim_value value = study_figure(study, i, study_baseline(study, i), 0);
	char name[STUDY_NAME_CHARS];

	if (!value.nr)
		return;
	if (value.median > 0)
		blur->spreads[i] = (value.max - value.min) / value.median;
	if (isnan(value.ratio_lo))
		return;
	blur->compared++;
	blur->widths[i] = (value.ratio_hi - value.ratio_lo) / value.ratio;
	if (*study_verdict(value, NAN))
		return;
	study_arm_name(study, i, name);
	if (blur->nr_open++ < OPEN_NAMES)
		study_names_add(&blur->open, "%s", name);
}

static void say_blur(struct study *study, const struct blur *blur, unsigned int disturbed,
		     unsigned int kept)
{
	char what[160] = "", open[480] = "";

	if (blur->compared)
		snprintf(what, sizeof(what),
			 ", its intervals are %.0f %% wide, and open verdicts are %u of %u",
			 100 * sim_median(blur->widths, study->nr_arms), blur->nr_open,
			 blur->compared);
	if (blur->nr_open && blur->nr_open <= OPEN_NAMES)
		snprintf(open, sizeof(open), " (%s)", blur->open.text);
	study_warn(study,
		   "other tasks used the processors during %u of %u repeat%s, and too few were "
		   "without: %s spreads by %.0f %%%s%s; stop what else runs, or give more --runs",
		   disturbed, kept, sim_plural(kept, "s"), study->quantities[0].key,
		   100 * sim_median(blur->spreads, study->nr_arms), what, open);
}

/* Return: false if nobody used the processors besides. */
static bool doubt_neighbours(struct study *study)
{
	unsigned int i, kept = 0, disturbed = 0;
	struct blur blur = { 0 };

	for (i = 0; i < study->nr_arms; i++) {
		kept += study->repeats[i].nr_kept;
		disturbed += study->repeats[i].nr_disturbed;
	}
	if (!disturbed)
		return false;
	blur.spreads = calloc(study->nr_arms, sizeof(double));
	blur.widths = calloc(study->nr_arms, sizeof(double));
	for (i = 0; blur.spreads && blur.widths && i < study->nr_arms; i++) {
		blur.spreads[i] = NAN;
		blur.widths[i] = NAN;
		blur_arm(&blur, study, i);
	}
	if (blur.spreads && blur.widths)
		say_blur(study, &blur, disturbed, kept);
	free(blur.spreads);
	free(blur.widths);
	return true;
}

/* Part of no figure of time, but the memory is not back, and nothing pending will give it back. */
static void doubt_freed(struct study *study)
{
	struct study_names names = { .nr = 0 };
	char name[STUDY_NAME_CHARS];
	double most = 0;
	unsigned int i;

	for (i = 0; i < study->nr_arms; i++) {
		if (study->repeats[i].stranded <= 0)
			continue;
		most = max(most, study->repeats[i].stranded);
		study_arm_name(study, i, name);
		study_names_add(&names, "%s", name);
	}
	if (names.nr)
		study_warn(
			study,
			"missed notifications left up to %.0f slot%s stored (%s): until written, "
			"discarded or reset, as in the kernel",
			most, sim_plural((u64)most, "s"), names.text);
}

void study_doubt(struct study *study)
{
	const struct sim_provenance *prov = &study->provenance;

	/* One sentence says that others were at work, and where it was seen it says what it did. */
	if (!doubt_neighbours(study) && !isnan(prov->load_1min) &&
	    prov->load_1min > 0.5 * prov->nr_cpus)
		study_warn(study, "the load average was %.1f on %u processor%s at the start",
			   prov->load_1min, prov->nr_cpus, sim_plural(prov->nr_cpus, "s"));
	doubt_machine(study);
	doubt_freed(study);
}
