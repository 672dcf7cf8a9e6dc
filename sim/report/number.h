/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
#ifndef SIM_REPORT_NUMBER_H
#define SIM_REPORT_NUMBER_H

/** enum number_limits - sizes that hold any number */
enum number_limits {
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

#endif
