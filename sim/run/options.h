/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * options: one table of everything a user may ask for. Loops over it are: the command
 * line, ranges, factors of studies, the command that repeats a result, the configuration in JSON,
 * the help and the options of the manual page. So an option is a row here and the code that uses
 * it.
 */
#ifndef SIM_RUN_OPTIONS_H
#define SIM_RUN_OPTIONS_H

#include <zramsim/experiment.h>

#include "sim/message.h"

/** enum sim_color - when the table is coloured */
enum sim_color {
	SIM_COLOR_AUTO,
	SIM_COLOR_ALWAYS,
	SIM_COLOR_NEVER,
};

/**
 * struct sim_request - an experiment, and how its document is to be written
 * @config:	experiment. It comes first: an offset into it is one into the request
 * @format:	name of the output format
 * @output:	file to write, NULL for standard output
 * @timeline:	file for the timeline, NULL: none
 * @color:	when to colour
 * @quiet:	no progress, no remarks
 * @help:	help was asked for: nothing else counts
 */
struct sim_request {
	struct zramsim_config config;
	const char *format;
	const char *output;
	const char *timeline;
	enum sim_color color;
	bool quiet;
	bool help;
};

/** enum sim_option_kind - what a value is */
enum sim_option_kind {
	SIM_OPTION_FLAG,       /* there or not; takes no value */
	SIM_OPTION_COUNT,      /* whole number */
	SIM_OPTION_BYTES,      /* number with K, M, G or T */
	SIM_OPTION_SHARE,      /* whole percents */
	SIM_OPTION_TIME,       /* number with ns, us, ms, s or min */
	SIM_OPTION_SEED,       /* decimal or hexadecimal number */
	SIM_OPTION_WORKERS,    /* number, or "percpu"; the last one that is a number */
	SIM_OPTION_WORD,       /* one of the option's words; the field is an enumeration */
	SIM_OPTION_TEXT,       /* kept as it is */
	SIM_OPTION_NAME,       /* the same, a name of a list */
	SIM_OPTION_DATA,       /* the same, KIND or KIND:ARGUMENT */
	SIM_OPTION_COMP,       /* NAME or NAME:LEVEL */
	SIM_OPTION_STRATEGIES, /* names */
	SIM_OPTION_PIN,	       /* processors, nothing, or "none" */
};

enum {
	SIM_OPTION_CHARS = 2048, /* of a value: processors, or names of strategies */
	SIM_OPTION_WHY = 256,
	SIM_MAX_SLOTS = 1 << 26,
	SIM_MAX_OPS = 1 << 24,
	SIM_MAX_HOLD_OBJS = 1 << 16,
	SIM_CHURN_OPS_PER_SLOT = 4,
};

/**
 * struct sim_option - a row of the table
 * @name:	without dashes
 * @key:	in JSON; a time whose key ends in _ns is in nanoseconds there. NULL: not part of the
 *		configuration
 * @letter:	short form, or 0
 * @kind:	what a value is
 * @offset:	of its field in struct sim_request
 * @bytes:	of that field
 * @is_signed:	the field is an int
 * @unit_ns:	SIM_OPTION_TIME: unit of the field
 * @words:	SIM_OPTION_WORD: names of the values from @min on, NULL-terminated
 * @min:	least value one may ask for. Zero in the field, where that is less, stands for what
 *		holds if nothing is asked for
 * @max:	largest
 * @needed:	zero may not stay in the field
 * @init:	value of a new configuration or, with @fill, what a zero is replaced by when the
 *		configuration is checked
 * @fill:	see @init
 * @init_text:	@init of a text
 * @echo_zero:	a zero is part of the command that repeats a result
 * @check:	what else is wrong with a value: rest of a sentence, or NULL. Optional.
 * @applies:	does it mean anything in this configuration? Optional.
 * @group:	heading that it is the first one under, or NULL
 * @value_name:	of the value in the help, NULL for a flag
 * @example:	a good value, for messages
 * @help:	what it does, one line
 * @otherwise:	what holds if nothing is asked for, beside @init; or NULL
 * @manual:	what it does, for the manual page, in the markup of scdoc; NULL: @help
 */
struct sim_option {
	const char *name;
	const char *key;
	char letter;
	enum sim_option_kind kind;
	size_t offset;
	size_t bytes;
	bool is_signed;
	uint32_t unit_ns;
	const char *const *words;
	uint64_t min;
	uint64_t max;
	bool needed;
	uint64_t init;
	bool fill;
	const char *init_text;
	bool echo_zero;
	const char *(*check)(uint64_t value);
	bool (*applies)(const struct zramsim_config *cfg);
	const char *group;
	const char *value_name;
	const char *example;
	const char *help;
	const char *otherwise;
	const char *manual;
};

/** sim_options - every option, in the order of the help; the last entry has no name */
extern const struct sim_option sim_options[];

/** sim_option_find() - an option by name, or NULL. @name: without dashes */
const struct sim_option *sim_option_find(const char *name);

/** sim_options_init() - everything at its default. @req: filled in */
void sim_options_init(struct sim_request *req);

/**
 * sim_option_set() - take a value, written as on the command line
 * @opt:	option
 * @into:	struct zramsim_config, or struct sim_request for what is not part of one
 * @text:	value, NULL for a flag or where SIM_OPTION_PIN has none; kept by reference
 * @why:	[SIM_OPTION_WHY], on failure: rest of a sentence whose subject is the value
 * Return:	false: the option cannot have it, and nothing was changed.
 *
 * Names are not looked up: sim_config_check() does that.
 */
bool sim_option_set(const struct sim_option *opt, void *into, const char *text, char *why);

/**
 * sim_options_changed() - which options lead to a configuration
 * @cfg:	as it was asked for: what is left to defaults is not filled in
 * @defaults:	that it differs from
 * Return:	bit i is set where the i-th option has to be given.
 */
uint64_t sim_options_changed(const struct zramsim_config *cfg,
			     const struct zramsim_config *defaults);

/**
 * sim_option_text() - the value as one would write it on the command line
 * @opt:	part of the configuration, no flag
 * @cfg:	configuration
 * @buf:	[SIM_OPTION_CHARS], may hold the text
 * Return:	NULL: the option need not be given to have this configuration.
 */
const char *sim_option_text(const struct sim_option *opt, const struct zramsim_config *cfg,
			    char *buf);

/** sim_option_value() - the number in the field. @opt: number, flag or word, @from: as @into */
uint64_t sim_option_value(const struct sim_option *opt, const void *from);

/**
 * sim_option_cell() - the value as documents have it, in the unit of @opt->key
 * @opt:	part of the configuration
 * @cfg:	configuration
 * @buf:	[SIM_OPTION_CHARS], may hold the text
 * @is_text:	filled in: it is no number and no truth value; or NULL
 * Return:	NULL where a text is not there, "0" where a number does not apply.
 */
const char *sim_option_cell(const struct sim_option *opt, const struct zramsim_config *cfg,
			    char *buf, bool *is_text);

/** sim_option_word() - name of the value. @name: of a SIM_OPTION_WORD, @cfg: configuration */
const char *sim_option_word(const char *name, const struct zramsim_config *cfg);

/**
 * sim_option_default() - what holds if nothing is asked for, in words
 * @opt:	option
 * @req:	at its defaults
 * @buf:	[SIM_OPTION_WHY], filled in; empty where there is nothing to say
 */
void sim_option_default(const struct sim_option *opt, const struct sim_request *req, char *buf);

/**
 * sim_option_range() - the range of a number
 * @opt:	option
 * @buf:	[SIM_OPTION_WHY], filled in: "1 to 64"
 * Return:	false: it has none.
 */
bool sim_option_range(const struct sim_option *opt, char *buf);

/**
 * sim_options_check() - is every value in range? Fill in what was left to defaults
 * @cfg:	configuration; those zeros are replaced whose option says so
 * @msg:	receives a sentence on failure
 * Return:	0 or -EINVAL.
 */
int sim_options_check(struct zramsim_config *cfg, struct sim_message *msg);

#endif
