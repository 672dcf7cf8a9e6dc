/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A streaming JSON writer: what is begun is ended by the caller, commas and indentation
 * are looked after here. In an object every call has a key, in an array none (NULL).
 */
#ifndef SIM_REPORT_JSON_H
#define SIM_REPORT_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/figures/result.h"
#include "sim/run/options.h"
#include "sim/run/model.h"

/**
 * struct json - a document being written
 * @out:	stream
 * @depth:	open objects and arrays
 * @flat:	depth from which on everything stays on one line, 0 nowhere
 * @empty:	nothing was written yet at the current depth
 */
struct json {
	FILE *out;
	unsigned int depth;
	unsigned int flat;
	bool empty;
};

/** json_begin() - open an object or array. @j: writer, @key: or NULL, @bracket: '{' or '[' */
void json_begin(struct json *j, const char *key, char bracket);

/**
 * json_begin_flat() - as json_begin(), with all of it on one line
 * @j:		writer
 * @key:	or NULL
 * @bracket:	'{' or '['
 */
void json_begin_flat(struct json *j, const char *key, char bracket);

/** json_end() - close what was opened last. @j: writer, @bracket: '}' or ']' */
void json_end(struct json *j, char bracket);

/**
 * json_string() - write a string
 * @j:		writer
 * @key:	or NULL
 * @text:	bytes that are no valid UTF-8 become U+FFFD; NULL is written as null
 */
void json_string(struct json *j, const char *key, const char *text);

/**
 * json_number() - write a number
 * @j:		writer
 * @key:	or NULL
 * @value:	written as null if it is not finite
 */
void json_number(struct json *j, const char *key, double value);

/** json_u64() - write a whole number. @j: writer, @key: or NULL, @value: number */
void json_u64(struct json *j, const char *key, uint64_t value);

/** json_i64() - write a whole number. @j: writer, @key: or NULL, @value: number */
void json_i64(struct json *j, const char *key, int64_t value);

/** json_bool() - write true or false. @j: writer, @key: or NULL, @value: which */
void json_bool(struct json *j, const char *key, bool value);

/** json_null() - write null. @j: writer, @key: or NULL */
void json_null(struct json *j, const char *key);

/**
 * json_texts() - write an array of strings
 * @j:		writer
 * @key:	key
 * @texts:	[@nr]
 * @nr:		entries
 */
void json_texts(struct json *j, const char *key, char *const *texts, unsigned int nr);

/**
 * json_value() - write what was measured: median, range, ratio and samples
 * @j:		writer
 * @key:	key
 * @value:	null is written if there is none
 * @ratio:	it has a ratio; else there are no keys of it
 * @samples:	or NULL
 * @nr:		entries in @samples
 */
void json_value(struct json *j, const char *key, const struct zramsim_value *value, bool ratio,
		const double *samples, unsigned int nr);

/**
 * json_rounds() - how many repeats count, how many of them were disturbed, and the round of each
 * @j:		writer
 * @rounds:	[@nr]; NULL with @nr 0
 * @nr:		repeats
 * @disturbed:	of them
 */
void json_rounds(struct json *j, const unsigned int *rounds, unsigned int nr,
		 unsigned int disturbed);

/** json_argument() - a string of an array. @ctx: writer, @argument: of a command line */
void json_argument(void *ctx, const char *argument);

/** json_machine() - the key "machine" of a strategy; null without a virtual machine */
void json_machine(struct json *j, const struct sim_strategy_result *strategy);

/** json_provenance() - the keys of an object about the machine and the build. @j: in an object */
void json_provenance(struct json *j, const struct sim_provenance *from);

/** json_release() - the key "release": sim_model_text(). @j: in an object, @cfg: in range */
void json_release(struct json *j, const struct zramsim_config *cfg);

/**
 * json_option() - write a value of a configuration under its key
 * @j:		inside the object of a configuration
 * @opt:	part of the configuration
 * @cfg:	checked
 */
void json_option(struct json *j, const struct sim_option *opt, const struct zramsim_config *cfg);

#endif
