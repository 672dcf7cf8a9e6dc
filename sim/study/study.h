/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * study: a reviewer's question as a set of combinations to measure and a way to read the figures.
 *
 * A study says what varies (factors and their levels), which combinations (arms) are run and what
 * is measured of each (quantities). How an arm is executed is not its business: study_run() runs
 * all arms in interleaved repeats. Afterwards the study puts into words what the figures say; no
 * sentence stands that the figures of this very run do not support.
 */
#ifndef SIM_STUDY_STUDY_H
#define SIM_STUDY_STUDY_H

#include <linux/types.h>

#include <zramsim/experiment.h>

#include "sim/figures/outcome.h"
#include "sim/message.h"

struct sim_stage;
struct study;

enum {
	STUDY_MAX_FACTORS = 6,
	STUDY_MAX_LEVELS = ZRAMSIM_MAX_STRATEGIES,
	STUDY_MAX_ARMS = 512,
	STUDY_MAX_QUANTITIES = 48,
	STUDY_MAX_TABLES = 8,
	STUDY_MAX_COLUMNS = 16,
	STUDY_MAX_ROWS = 128,
	STUDY_MAX_FIXED = 5,
};

/**
 * struct study_factor - something that varies
 * @key:	as the option is called: "locks", "procs", …
 * @levels:	its values as one would write them on the command line; NULL ends them
 */
struct study_factor {
	const char *key;
	const char *levels[STUDY_MAX_LEVELS + 1];
};

/**
 * struct study_arm - one combination
 * @cfg:	what is run, with exactly one strategy
 * @ops:	study
 * @level:	level of each factor
 * @arg:	for the study's probe
 */
struct study_arm {
	struct zramsim_config cfg;
	const struct study_ops *ops;
	u8 level[STUDY_MAX_FACTORS];
	u64 arg[4];
};

/**
 * struct study_quantity - something measured of every arm
 * @key:	JSON key, the table's column; for what experiments measure the key of the metric
 *		as sim_metric_find() takes it ("exit_ns", "cpu_ns_per_slot.total")
 * @unit:	"ns", "bytes", "slots", "share", …; NULL: the metric's
 * @summary:	one line; NULL: the metric's
 * @better:	-1 lower is better, 1 higher, 0 neither; of a metric: its own
 */
struct study_quantity {
	const char *key;
	const char *unit;
	const char *summary;
	int better;
};

/**
 * struct study_ops - a study
 * @name:	as on the command line
 * @refs:	questions of the catalogue it answers: "Q1, Q18"
 * @asked:	who asked and when: "Yosry Ahmed, 2026-04-27"; several joined by "; "
 * @question:	the question, one sentence
 * @runs:	what it runs, one sentence
 * @limits:	what few processors cannot tell, one sentence for a machine of @limits_below or
 *		fewer processors; NULL if nothing
 * @limits_below: see @limits
 * @factors:	what varies; key NULL ends them
 * @fixed:	options that it sets itself besides the factors, in @defaults or @arm: their names.
 *		Giving one of these, a factor, or --strategy on the command line is an error.
 * @quantities:	what is measured; key NULL ends them. None: all metrics of an experiment
 * @size_mib:	MiB per process where the user gives no size; 0: 64
 * @nr_runs:	repeats where the user gives no number; 0: 7
 * @defaults:	change more of the configuration before the user's options are applied; optional.
 *		It comes with the two above and 60 s; a probe's without warm-up.
 * @strategy:	what runs where no factor names it; NULL: sync
 * @arm:	complete one combination: @arm->cfg comes as the user has it, with every factor that
 *		is an option applied (see sim/run/options.h), and @arm->level set. False: this
 *		combination does not exist. Optional.
 * @probe:	measures an arm itself, without an experiment: fills in @values, one per
 *		quantity, NaN for none. NULL: experiments are run. Called once per repeat; what it
 *		starts from it makes itself. 0, or a negative errno with a sentence.
 * @derive:	after a repeat of an experiment: fill in the quantities that are no metrics, from
 *		the outcome; @values has those that are. Optional.
 * @against:	factors, joined by blanks: an arm is compared with the one that has their first
 *		levels and the same of all others. NULL: with the first arm
 * @conclude:	add tables and sentences; study_say(), study_table(). All arms have samples.
 *		Optional if there is @finish.
 * @finish:	called once the repeats that count are chosen, with the stage of each arm; all
 *		outcomes are kept for it. Optional.
 */
struct study_ops {
	const char *name;
	const char *refs;
	const char *asked;
	const char *question;
	const char *runs;
	const char *limits;
	unsigned int limits_below;
	struct study_factor factors[STUDY_MAX_FACTORS + 1];
	const char *fixed[STUDY_MAX_FIXED + 1];
	struct study_quantity quantities[STUDY_MAX_QUANTITIES + 1];
	u32 size_mib;
	u32 nr_runs;
	void (*defaults)(struct zramsim_config *cfg);
	const char *strategy;
	bool (*arm)(struct study_arm *arm);
	int (*probe)(const struct study_arm *arm, u32 repeat, double *values,
		     struct sim_message *msg);
	void (*derive)(const struct study_arm *arm, const struct sim_outcome *outcome,
		       double *values);
	const char *against;
	void (*conclude)(struct study *study);
	void (*finish)(struct study *study, struct sim_stage *const *stages);
};

/** study_find() - study of a name, or NULL. @name: as on the command line */
const struct study_ops *study_find(const char *name);

/** study_at() - the studies in order. @i: 0, 1, … Return: NULL past the last. */
const struct study_ops *study_at(unsigned int i);

/**
 * study_run() - run every arm
 * @ops:	study
 * @base:	as the user has it, checked by the study's options; strings stay valid
 * @study:	filled in on success, when interrupted, and when some arms failed while others have
 *		figures, else NULL; study_free()
 * @msg:	receives a sentence on failure
 * Return:	as zramsim_run().
 */
int study_run(const struct study_ops *ops, const struct zramsim_config *base, struct study **study,
	      struct sim_message *msg);

/** study_free() - free a study. @study: or NULL */
void study_free(struct study *study);

/* For conclude(), and for the writers. */

/** study_nr_arms() - combinations there are. @study: run */
int study_nr_arms(const struct study *study);

/** study_arm() - a combination. @study: run, @i: 0 to study_nr_arms() - 1 */
const struct study_arm *study_arm(const struct study *study, int i);

/** study_arm_level() - level of a factor, as text. @arm: combination, @key: factor */
const char *study_arm_level(const struct study_arm *arm, const char *key);

/** study_levels() - levels of a factor, NULL ends them. @study: run, @key: factor */
const char *const *study_levels(const struct study *study, const char *key);

/**
 * study_find_arm() - the arm with given levels
 * @study:	run
 * @fmt:	"locks=class-idx pages=%s": factors not named are at their first level
 * Return:	its number, or -1.
 */
int study_find_arm(const struct study *study, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * study_matches() - has an arm these levels?
 * @study:	run
 * @i:		arm
 * @levels:	"procs=2 hogs!=0": factors not named may have any
 */
bool study_matches(const struct study *study, int i, const char *levels);

/** study_level() - level of a factor in an arm, as text. @study: run, @i: arm, @key: factor */
const char *study_level(const struct study *study, int i, const char *key);

/**
 * study_value() - what was measured of an arm
 * @study:	run
 * @i:		arm; negative: there is none
 * @key:	quantity
 * Return:	median, min, max and number; nr 0 if there is none. No ratio.
 */
struct zramsim_value study_value(const struct study *study, int i, const char *key);

/** study_median() - its median; NaN if there is none. @study: run, @i: arm, @key: quantity */
double study_median(const struct study *study, int i, const char *key);

/**
 * struct study_range - the arms with the smallest and the largest median, the first among equals
 * @low:	-1 if no arm has one
 * @high:	likewise
 */
struct study_range {
	int low;
	int high;
};

/**
 * study_range() - find them
 * @study:	run
 * @key:	quantity
 * @fmt:	which arms, as study_matches() takes them
 */
struct study_range study_range(const struct study *study, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * study_figure() - what was measured of an arm, beside another
 * @study:	run
 * @i:		arm
 * @base:	arm it is compared with, or -1
 * @q:		number of the quantity
 * Return:	as study_ratio(), or as study_value() if the ratio is not defined.
 */
struct zramsim_value study_figure(const struct study *study, int i, int base, unsigned int q);

/**
 * study_rounds() - samples of several arms side by side
 * @study:	run
 * @arms:	[@nr]
 * @nr:		arms
 * @key:	quantity
 * @nr_rounds:	filled in
 * Return:	[@nr][@nr_rounds], to be freed, or NULL without memory. NaN in all rows where a
 *		round does not count for all arms; if that leaves too few rounds for an interval,
 *		every one that was made counts.
 */
double *study_rounds(const struct study *study, const int *arms, unsigned int nr, const char *key,
		     unsigned int *nr_rounds);

/** study_samples() - its samples. @study: run, @i: arm, @key: quantity, @nr: filled in */
const double *study_samples(const struct study *study, int i, const char *key, unsigned int *nr);

/**
 * study_ratio() - one arm over another, repeat by repeat interleaved
 * @study:	run
 * @over:	arm
 * @under:	arm
 * @key:	quantity
 * Return:	median of the ratios of the rounds in @ratio, its 95 % interval in @ratio_lo and
 *		@ratio_hi, NaN from fewer than five.
 */
struct zramsim_value study_ratio(const struct study *study, int over, int under, const char *key);

/** study_baseline() - the arm an arm is compared with in the tables, or -1. @study: run, @i: arm */
int study_baseline(const struct study *study, int i);

/**
 * study_say() - add a sentence to the paragraph
 * @study:	run
 * @fmt:	one or more whole sentences, full stop included
 */
void study_say(struct study *study, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/** study_warn() - add a warning. @study: run, @fmt: a sentence without a full stop */
void study_warn(struct study *study, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * study_table() - begin a table next to that of the arms
 * @study:	run
 * @key:	JSON key
 * @title:	what it shows
 * @columns:	their keys, the first for the name of a row; NULL ends them
 */
void study_table(struct study *study, const char *key, const char *title,
		 const char *const *columns);

/**
 * study_row() - add a row to the table begun last
 * @study:	run
 * @cells:	one number per column after the first; NaN is an empty cell
 * @name_fmt:	name of the row
 */
void study_row(struct study *study, const double *cells, const char *name_fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
