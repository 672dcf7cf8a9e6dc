/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* names: what several arms have in common, told in one sentence. */
#ifndef SIM_STUDY_NAMES_H
#define SIM_STUDY_NAMES_H

#include "sim/study/study.h"
#include "sim/study/wording.h"

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
void study_say_ratio(struct study *study, const struct zramsim_value *ratio, const char *what,
		     const char *than);

/**
 * struct study_group - how a number of arms compare with one
 * @less:	those whose interval is below 1
 * @more:	those whose interval is above 1
 * @unsure:	the others
 */
struct study_group {
	struct study_names less;
	struct study_names more;
	struct study_names unsure;
};

/**
 * study_group_add() - file an arm under what its ratio says
 * @group:	zeroed or used
 * @ratio:	of the arm to the one compared with
 * @name:	of the arm
 */
void study_group_add(struct study_group *group, const struct zramsim_value *ratio,
		     const char *name);

/**
 * study_say_group() - one sentence for each part of a group that is not empty
 * @study:	being concluded
 * @group:	filled
 * @less:	"Half of the memory was back sooner than with sync under"
 * @more:	"Half of the memory was back later than with sync under"
 * @unsure:	"Whether half of the memory was back sooner or later than with sync this run cannot
 *		tell for"
 */
void study_say_group(struct study *study, const struct study_group *group, const char *less,
		     const char *more, const char *unsure);

/**
 * study_say_arms() - file arms as study_group_arms() does, and say so
 * @study:	being concluded
 * @key:	quantity
 * @levels:	which arms
 * @name:	factors whose levels name an arm
 * @lead:	what every sentence begins with
 * @words:	how it goes on for those that are less, more, and not to be told
 */
void study_say_arms(struct study *study, const char *key, const char *levels, const char *name,
		    const char *lead, const char *const words[3]);

/** study_with() - "With 2 processes". @procs: level of that factor */
struct study_text study_with(const char *procs);

/** study_cpus() - processors the arms of a study run on */
unsigned int study_cpus(void);

/**
 * study_matches() - has an arm these levels?
 * @study:	run
 * @i:		arm
 * @levels:	"procs=2 hogs=0": factors not named may have any
 */
bool study_matches(const struct study *study, unsigned int i, const char *levels);

/**
 * study_same_but() - the arm with the first level of one factor and the same of all others
 * @study:	run
 * @i:		arm
 * @key:	factor
 * Return:	its number, or -1.
 */
int study_same_but(const struct study *study, unsigned int i, const char *key);

/**
 * study_group_arms() - file arms under how each compares with its own study_baseline()
 * @group:	zeroed or used
 * @study:	run
 * @key:	quantity
 * @levels:	which arms, as study_matches() takes them; those compared with are left out
 * @name:	factors whose levels name an arm, joined by a blank: "strategy defer"
 */
void study_group_arms(struct study_group *group, const struct study *study, const char *key,
		      const char *levels, const char *name);

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
