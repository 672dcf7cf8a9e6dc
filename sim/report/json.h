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

#endif
