/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * wording: figures as words, what a ratio allows one to say, and arms by their levels.
 *
 * Two arms differ if the interval of their ratio excludes 1; otherwise the run cannot tell.
 */
#ifndef SIM_STUDY_WORDING_H
#define SIM_STUDY_WORDING_H

#include "sim/study/study.h"

/** enum study_sign - what an interval allows one to say */
enum study_sign {
	STUDY_LESS = -1,
	STUDY_UNSURE = 0,
	STUDY_MORE = 1,
};

/** struct study_text - a piece of a sentence, returned by value. @text: ends with 0 */
struct study_text {
	char text[96];
};

/** study_sign() - what a ratio is good for. @ratio: from study_ratio() */
enum study_sign study_sign(const struct zramsim_value *ratio);

/**
 * study_pick() - the word for a sign
 * @sign:	see there
 * @less:	if the interval is below 1
 * @unsure:	if it is not to be told
 * @more:	if it is above 1
 */
const char *study_pick(enum study_sign sign, const char *less, const char *unsure,
		       const char *more);

/**
 * study_find_armf() - study_find_arm() with levels that are put together
 * @study:	run
 * @fmt:	as of printf, the result as study_find_arm() takes it
 */
int study_find_armf(const struct study *study, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * study_median() - median of a quantity
 * @study:	run
 * @arm:	its number; negative: there is none
 * @key:	quantity
 * Return:	NaN if there is no such arm or nothing was measured.
 */
double study_median(const struct study *study, int arm, const char *key);

/** study_times() - "0.52 times (0.50 to 0.55)". @ratio: from study_ratio() */
struct study_text study_times(const struct zramsim_value *ratio);

/** study_ns() - a duration in a readable unit. @ns: nanoseconds */
struct study_text study_ns(double ns);

/** study_bytes() - an amount in a readable unit. @bytes: bytes */
struct study_text study_bytes(double bytes);

/** study_percent() - a share in percent. @share: 0 to 1 */
struct study_text study_percent(double share);

#endif
