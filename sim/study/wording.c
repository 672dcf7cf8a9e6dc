// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/study/wording.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include <linux/minmax.h>

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

static bool has_interval(const struct zramsim_value *ratio)
{
	return ratio->nr && isfinite(ratio->ratio_lo) && isfinite(ratio->ratio_hi) &&
	       ratio->ratio_hi > 0;
}

enum study_sign study_sign(const struct zramsim_value *ratio)
{
	if (!has_interval(ratio))
		return STUDY_UNSURE;
	if (ratio->ratio_hi < 1)
		return STUDY_LESS;
	return ratio->ratio_lo > 1 ? STUDY_MORE : STUDY_UNSURE;
}

const char *study_pick(enum study_sign sign, const char *less, const char *unsure, const char *more)
{
	return sign == STUDY_LESS ? less : sign == STUDY_MORE ? more : unsure;
}

struct study_text study_times(const struct zramsim_value *ratio)
{
	struct study_text t;

	if (!ratio->nr || !isfinite(ratio->ratio) || ratio->ratio <= 0)
		snprintf(t.text, sizeof(t.text), "a ratio that is not defined");
	else if (!has_interval(ratio))
		snprintf(t.text, sizeof(t.text), "%.2f times (too few repeats for an interval)",
			 ratio->ratio);
	else
		snprintf(t.text, sizeof(t.text), "%.2f times (%.2f to %.2f)", ratio->ratio,
			 ratio->ratio_lo, ratio->ratio_hi);
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

int study_find_armf(const struct study *study, const char *fmt, ...)
{
	char levels[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(levels, sizeof(levels), fmt, args);
	va_end(args);
	return study_find_arm(study, levels);
}

double study_median(const struct study *study, int arm, const char *key)
{
	struct zramsim_value value;

	if (arm < 0)
		return NAN;
	value = study_value(study, (unsigned int)arm, key);
	return value.nr ? value.median : NAN;
}
