// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/study/wording.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port.h"
#include "sim/study/shape.h"

/* Three digits that mean something, never an exponent. */
static struct study_text scaled(double value, double step, const char *const *units)
{
	struct study_text t;
	int digits;

	if (!isfinite(value)) {
		snprintf(t.text, sizeof(t.text), "nothing measured");
		return t;
	}
	while (fabs(value) >= step && units[1]) {
		value /= step;
		units++;
	}
	digits = fabs(value) >= 100 || value == floor(value) ? 0 : fabs(value) >= 10 ? 1 : 2;
	snprintf(t.text, sizeof(t.text), "%.*f %s", digits, value, units[0]);
	return t;
}

static bool has_interval(struct zramsim_value ratio)
{
	return ratio.nr && isfinite(ratio.ratio_lo) && isfinite(ratio.ratio_hi) &&
	       ratio.ratio_hi > 0;
}

enum study_sign study_sign(struct zramsim_value ratio)
{
	if (!has_interval(ratio))
		return STUDY_UNSURE;
	if (ratio.ratio_hi < 1)
		return STUDY_LESS;
	return ratio.ratio_lo > 1 ? STUDY_MORE : STUDY_UNSURE;
}

const char *study_verdict(struct zramsim_value ratio, double error)
{
	bool has = !isnan(ratio.ratio_lo) && !isnan(ratio.ratio_hi);
	double lo = has ? ratio.ratio_lo : ratio.ratio, hi = has ? ratio.ratio_hi : ratio.ratio;
	double blur = isnan(error) ? 0 : error;
	/* Two per cent either way: nobody would choose by that. */
	double equal = fmax(blur, 0.02);

	if (!ratio.nr || (!has && isnan(error)))
		return NULL;
	if (hi < 1 - blur)
		return "faster";
	if (lo * (1 - blur) > 1)
		return "slower";
	return lo > 1 - equal && hi * (1 - equal) < 1 ? "same" : "";
}

const char *study_pick(struct zramsim_value ratio, const char *less, const char *unsure,
		       const char *more)
{
	enum study_sign sign = study_sign(ratio);

	return sign == STUDY_LESS ? less : sign == STUDY_MORE ? more : unsure;
}

struct study_text study_times(struct zramsim_value ratio)
{
	struct study_text t;

	if (!ratio.nr || !isfinite(ratio.ratio) || ratio.ratio <= 0)
		snprintf(t.text, sizeof(t.text), "a ratio that is not defined");
	else if (!has_interval(ratio))
		snprintf(t.text, sizeof(t.text), "%.2f times (no interval)", ratio.ratio);
	else
		snprintf(t.text, sizeof(t.text), "%.2f times (%.2f to %.2f)", ratio.ratio,
			 ratio.ratio_lo, ratio.ratio_hi);
	return t;
}

struct study_text study_ns(double ns)
{
	static const char *const units[] = { "ns", "us", "ms", "s", NULL };

	return scaled(ns, 1000, units);
}

struct study_text study_bytes(double bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", NULL };

	return scaled(bytes, 1024, units);
}

struct study_text study_percent(double share)
{
	static const char *const units[] = { "%", NULL };

	return scaled(share * 100, INFINITY, units);
}

void study_names_add(struct study_names *names, const char *fmt, ...)
{
	size_t len = strlen(names->text);
	va_list args;

	if (names->nr++ && len + 3 < sizeof(names->text)) {
		strcpy(names->text + len, ", ");
		len += 2;
	}
	va_start(args, fmt);
	vsnprintf(names->text + len, sizeof(names->text) - len, fmt, args);
	va_end(args);
}

void study_say_ratio(struct study *study, struct zramsim_value ratio, const char *what,
		     const char *than)
{
	char first = (char)toupper((unsigned char)what[0]);

	if (!ratio.nr || !(ratio.ratio > 0))
		study_say(study, "For %s compared with %s there are no figures.", what, than);
	else if (!isfinite(ratio.ratio_lo) || !isfinite(ratio.ratio_hi))
		study_say(study,
			  "%c%s was %.2f times %s; there is no interval, as fewer than five rounds "
			  "have both.",
			  first, what + 1, ratio.ratio, than);
	else if (study_sign(ratio) == STUDY_UNSURE)
		study_say(study,
			  "Whether %s differs from %s this run cannot tell (%.2f times, %.2f to "
			  "%.2f).",
			  what, than, ratio.ratio, ratio.ratio_lo, ratio.ratio_hi);
	else
		study_say(study, "%c%s is %s %s: %.2f times (%.2f to %.2f).", first, what + 1,
			  study_pick(ratio, "less than", "", "more than"), than, ratio.ratio,
			  ratio.ratio_lo, ratio.ratio_hi);
}

/* File an arm under less, more, or not to be told. */
static void group_add(struct study_names groups[3], struct zramsim_value ratio, const char *name)
{
	enum study_sign sign = study_sign(ratio);

	if (!ratio.nr || !(ratio.ratio > 0))
		return;
	if (sign == STUDY_UNSURE)
		study_names_add(&groups[2], "%s", name);
	else
		study_names_add(&groups[sign == STUDY_MORE], "%s (%.2f times)", name, ratio.ratio);
}

/* Levels of some factors, joined by blanks. */
static struct study_text arm_text(const struct study *study, int i, const char *factors)
{
	struct study_text t = { "" };
	size_t len = 0, word;
	char key[32];

	for (; *factors && len < sizeof(t.text); factors += word + strspn(factors + word, " ")) {
		word = strcspn(factors, " ");
		snprintf(key, sizeof(key), "%.*s", (int)word, factors);
		len += (size_t)snprintf(t.text + len, sizeof(t.text) - len, "%s%s", len ? " " : "",
					study_level(study, i, key));
	}
	return t;
}

void study_say_arms(struct study *study, const char *key, const char *name, const char *lead,
		    const char *const words[3], const char *fmt, ...)
{
	struct study_names groups[3] = { 0 };
	char levels[64];
	va_list args;
	int i, base;

	va_start(args, fmt);
	vsnprintf(levels, sizeof(levels), fmt, args);
	va_end(args);
	for (i = 0; i < study_nr_arms(study); i++) {
		base = study_baseline(study, i);
		if (base != i && study_matches(study, i, levels))
			group_add(groups, study_ratio(study, i, base, key),
				  arm_text(study, i, name).text);
	}
	for (i = 0; i < 3; i++) {
		if (groups[i].nr)
			study_say(study, "%s%s%s %s.", lead ? lead : "", lead ? " " : "", words[i],
				  groups[i].text);
	}
}

struct study_text study_procs(const char *procs)
{
	struct study_text t;

	snprintf(t.text, sizeof(t.text), "%s process%s", procs,
		 sim_plural(strtoul(procs, NULL, 10), "es"));
	return t;
}

struct study_text study_with(const char *procs)
{
	struct study_text t;

	snprintf(t.text, sizeof(t.text), "With %.80s", study_procs(procs).text);
	return t;
}

unsigned int study_cpus(void)
{
	return kc_nr_host_cpus();
}

double study_slots(const struct study_arm *arm)
{
	return (double)(arm->cfg.size_bytes / arm->cfg.page_bytes * arm->cfg.procs);
}

double study_lock_field(const struct sim_outcome *outcome, const char *name,
			enum sim_lock_field field)
{
	unsigned int i;

	for (i = 0; i < outcome->nr_locks; i++) {
		if (!strcmp(outcome->locks[i].name, name))
			return outcome->locks[i].fields[field];
	}
	return NAN;
}
