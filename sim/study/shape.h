/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * shape: what a study is made of, for those who make one step by step and for the writers.
 *
 * study_plan(), then study_record() for every repeat of every arm, then study_finish(). The
 * caller of study_record() decides how a study is executed; a test may record figures of its
 * own.
 */
#ifndef SIM_STUDY_SHAPE_H
#define SIM_STUDY_SHAPE_H

#include "sim/figures/result.h"
#include "sim/figures/summary.h"
#include "sim/study/study.h"

enum {
	STUDY_NAME_CHARS = 96,
	STUDY_MAX_SENTENCES = 64,
};

/**
 * struct study_repeats - what was measured of an arm
 * @values:	[room][nr_quantities], one row per repeat
 * @outcomes:	[room] if the study wants to see them, else NULL
 * @turns:	[room]
 * @nr:		repeats
 * @choices:	[runs] of each round; filled in by study_finish()
 * @samples:	[nr_quantities][runs]: those that count, in the order of the rounds
 * @rounds:	[runs]: theirs
 * @kept:	[runs]: their numbers
 * @nr_kept:	repeats that count
 * @nr_disturbed: repeats that count although somebody else used the processor
 * @stranded:	most slots that a missed notification has left stored in one repeat
 */
struct study_repeats {
	double *values;
	struct sim_outcome *outcomes;
	struct sim_turn *turns;
	unsigned int nr;
	struct sim_choice *choices;
	double *samples;
	unsigned int *rounds;
	unsigned int *kept;
	unsigned int nr_kept;
	unsigned int nr_disturbed;
	double stranded;
};

/**
 * struct study_table - a table next to that of the arms
 * @key:	JSON key
 * @title:	what it shows
 * @columns:	keys of the columns, the first for the name of a row
 * @nr_columns:	entries in @columns
 * @names:	of the rows
 * @cells:	[STUDY_MAX_ROWS][STUDY_MAX_COLUMNS]
 * @nr_rows:	rows
 */
struct study_table {
	const char *key;
	const char *title;
	const char *columns[STUDY_MAX_COLUMNS];
	unsigned int nr_columns;
	char (*names)[STUDY_NAME_CHARS];
	double (*cells)[STUDY_MAX_COLUMNS];
	unsigned int nr_rows;
};

/**
 * struct study - a study under way or done
 * @ops:	what is asked
 * @base:	as the user has it; strings are the user's
 * @given:	options that repeat it, as sim_options_changed() has them
 * @provenance:	where it was run
 * @complete:	false: interrupted
 * @wall_ns:	time it took
 * @nr_factors:	factors there are
 * @nr_levels:	levels of each factor
 * @quantities:	with unit, summary and direction of metrics filled in
 * @metrics:	index into sim_metrics of each, or -1
 * @nr_quantities: entries in both
 * @arms:	every combination; each owns its configuration's strings
 * @repeats:	[nr_arms]
 * @nr_arms:	combinations
 * @room:	repeats an arm has room for
 * @warnings:	sentences without a full stop
 * @nr_warnings: entries in @warnings
 * @sentences:	of the paragraph
 * @nr_sentences: entries in @sentences
 * @tables:	added by the study
 * @nr_tables:	entries in @tables
 */
struct study {
	const struct study_ops *ops;
	struct zramsim_config base;
	u64 given;
	struct sim_provenance provenance;
	bool complete;
	u64 wall_ns;
	unsigned int nr_factors;
	unsigned int nr_levels[STUDY_MAX_FACTORS];
	struct study_quantity quantities[STUDY_MAX_QUANTITIES];
	int metrics[STUDY_MAX_QUANTITIES];
	unsigned int nr_quantities;
	struct study_arm *arms;
	struct study_repeats *repeats;
	unsigned int nr_arms;
	unsigned int room;
	char *warnings[SIM_MAX_WARNINGS];
	unsigned int nr_warnings;
	char *sentences[STUDY_MAX_SENTENCES];
	unsigned int nr_sentences;
	struct study_table tables[STUDY_MAX_TABLES];
	unsigned int nr_tables;
};

/**
 * study_defaults() - the configuration a study starts from where the user has given nothing
 * @ops:	study, NULL for what studies start from if they do not change it
 * @cfg:	filled in
 */
void study_defaults(const struct study_ops *ops, struct zramsim_config *cfg);

/**
 * study_plan() - work out the arms
 * @ops:	study
 * @base:	as the user has it; strings stay valid until study_free()
 * @study:	filled in on success
 * @msg:	receives a sentence on failure
 * Return:	0, or as sim_config_check().
 */
int study_plan(const struct study_ops *ops, const struct zramsim_config *base, struct study **study,
	       struct sim_message *msg);

/**
 * study_record() - keep what a repeat has measured
 * @study:	planned
 * @arm:	combination
 * @values:	one per quantity, NaN for none
 * @turn:	which of the rounds it belongs to, and whether somebody else used the processor
 */
void study_record(struct study *study, unsigned int arm, const double *values,
		  struct sim_turn turn);

/**
 * study_finish() - choose the repeats that count, and conclude
 * @study:	recorded; without a repeat of every arm nothing is concluded
 */
void study_finish(struct study *study);

/** study_doubt() - warn of what makes the figures doubtful. @study: finished */
void study_doubt(struct study *study);

/** study_arm_name() - its levels, for progress. @study: planned, @i: arm, @buf: filled in */
void study_arm_name(const struct study *study, unsigned int i, char buf[STUDY_NAME_CHARS]);

#endif
