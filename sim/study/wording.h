/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * wording: figures as words, what a ratio allows one to say, and of which arms.
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
enum study_sign study_sign(struct zramsim_value ratio);

/**
 * study_verdict() - what an interval, or the error of a virtual machine, allows to say in one word
 * @ratio:	from study_ratio()
 * @error:	share by which figures of the machine may be off, NaN if they were measured
 * Return:	"faster", "slower", "same" (within the error, else two per cent), "" (none of
 *		these), or NULL: there is neither an interval nor an error.
 */
const char *study_verdict(struct zramsim_value ratio, double error);

/**
 * study_pick() - the word for a ratio
 * @ratio:	from study_ratio()
 * @less:	if the interval is below 1
 * @unsure:	if it is not to be told
 * @more:	if it is above 1
 */
const char *study_pick(struct zramsim_value ratio, const char *less, const char *unsure,
		       const char *more);

/** study_times() - "0.52 times (0.50 to 0.55)". @ratio: from study_ratio() */
struct study_text study_times(struct zramsim_value ratio);

/** study_ns() - a duration in a readable unit. @ns: nanoseconds */
struct study_text study_ns(double ns);

/** study_bytes() - an amount in a readable unit. @bytes: bytes */
struct study_text study_bytes(double bytes);

/** study_percent() - a share in percent. @share: 0 to 1 */
struct study_text study_percent(double share);

/**
 * struct study_names - a list that grows
 * @text:	"a, b, c"
 * @nr:		names in it
 */
struct study_names {
	char text[400];
	unsigned int nr;
};

/** study_names_add() - add a name. @names: zeroed or used, @fmt: the name */
void study_names_add(struct study_names *names, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * study_say_ratio() - one sentence about a ratio
 * @study:	being concluded
 * @ratio:	from study_ratio()
 * @what:	what stands above: "the exit time of bulk"
 * @than:	what stands below: "that of sync"
 *
 * Says that the one is smaller or larger only if the interval excludes 1.
 */
void study_say_ratio(struct study *study, struct zramsim_value ratio, const char *what,
		     const char *than);

/**
 * study_say_arms() - which arms are less than their study_baseline(), which more
 * @study:	being concluded
 * @key:	quantity
 * @name:	factors whose levels name an arm, joined by a blank: "strategy defer"
 * @lead:	what every sentence begins with, or NULL
 * @words:	how it goes on for those that are less, more, and not to be told: "the exit is
 *		shorter than with sync under". There is no sentence where there are none.
 * @fmt:	which arms, as study_matches() takes them
 */
void study_say_arms(struct study *study, const char *key, const char *name, const char *lead,
		    const char *const words[3], const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

/** study_procs() - "2 processes". @procs: level of that factor */
struct study_text study_procs(const char *procs);

/** study_with() - "With 2 processes". @procs: as above */
struct study_text study_with(const char *procs);

/** study_cpus() - processors the arms of a study run on */
unsigned int study_cpus(void);

/** study_slots() - slots of all processes of an arm. @arm: of experiments */
double study_slots(const struct study_arm *arm);

/**
 * study_lock_field() - what was counted of a lock
 * @outcome:	of a repeat
 * @name:	of the lock
 * @field:	see there
 * Return:	NaN without such a lock.
 */
double study_lock_field(const struct sim_outcome *outcome, const char *name,
			enum sim_lock_field field);

#endif
