/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * text: pieces that documents are made of: numbers and their units, wrapped sentences, fields of
 * CSV as RFC 4180 has them, pieces of Markdown.
 */
#ifndef SIM_REPORT_TEXT_H
#define SIM_REPORT_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/figures/result.h"

enum {
	NUMBER_CHARS = 32,
};

/**
 * number_format() - the shortest decimal form that reads back as the same number
 * @buf:	NUMBER_CHARS bytes; empty for a number that is not finite
 * @value:	number
 *
 * The decimal point is a point whatever the locale is.
 */
void number_format(char *buf, double value);

/**
 * number_round() - a number for people: three digits that count, no exponent
 * @buf:	NUMBER_CHARS bytes; "-" for a number that is not finite
 * @value:	number
 */
void number_round(char *buf, double value);

/**
 * struct scale - a unit and the larger one numbers of it are shown in
 * @unit:	of the numbers
 * @from:	smallest number it is good for
 * @factor:	numbers are divided by it
 * @name:	unit they then have
 */
struct scale {
	const char *unit;
	double from;
	double factor;
	const char *name;
};

/**
 * scale_find() - the unit for a number
 * @unit:	it has: "ns", "bytes", or any other, which stays
 * @value:	typical number
 */
struct scale scale_find(const char *unit, double value);

/** enum wrap_limits - what fits a terminal, and a mail */
enum wrap_limits {
	WRAP_COLUMNS = 100,
};

/**
 * wrap_text() - print a sentence in lines of at most WRAP_COLUMNS
 * @out:	stream
 * @text:	without line feeds
 * @indent:	columns there are on the line already; further lines begin with as many blanks
 */
void wrap_text(FILE *out, const char *text, int indent);

/* Colours of a terminal. */
#define TEXT_BOLD   "\033[1m"
#define TEXT_RED    "\033[31m"
#define TEXT_GREEN  "\033[32m"
#define TEXT_YELLOW "\033[33m"

/** text_paint() - go on in a colour. @out: stream, @color: false: do nothing, @code: NULL: plain */
void text_paint(FILE *out, bool color, const char *code);

/** text_remark() - a coloured word and a wrapped sentence. @out: stream, @color: see above */
void text_remark(FILE *out, bool color, const char *word, const char *sentence);

/** text_warnings() - a remark for each. @out: stream, @color: see above, @nr: entries */
void text_warnings(FILE *out, bool color, char *const *warnings, unsigned int nr);

/** csv_text() - a field of text, without a comma before it. @out: stream, @text: any */
void csv_text(FILE *out, const char *text);

/**
 * csv_value() - number, median and range, the ratio if there is one, samples; each after a comma
 * @out:	stream
 * @value:	measured
 * @ratio:	it has a ratio
 * @samples:	or NULL
 * @nr:		entries in @samples
 */
void csv_value(FILE *out, const struct zramsim_value *value, bool ratio, const double *samples,
	       unsigned int nr);

/** text_echo() - a text of the user's, escaped where it must be. @text: any, @out: stream */
void text_echo(const char *text, FILE *out);

/** markup_text() - text in a cell or paragraph; what is markup is escaped. @out: stream */
void markup_text(FILE *out, const char *text);

/** markup_cell() - a cell of a table and the bar before it. @out: stream, @text: any */
void markup_cell(FILE *out, const char *text);

/**
 * markup_end() - warnings, machine and build, and what comes before the command that repeats it
 * @out:	stream
 * @warnings:	[@nr] sentences
 * @nr:		entries
 * @from:	where the figures come from
 */
void markup_end(FILE *out, char *const *warnings, unsigned int nr,
		const struct sim_provenance *from);

/** markup_argument() - a blank and a shell word. @ctx: stream, @argument: any */
void markup_argument(void *ctx, const char *argument);

#endif
