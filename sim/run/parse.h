/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Reading what a user typed. Strict: nothing is rounded, truncated or guessed.
 *
 * Each function returns NULL, or the rest of a sentence whose subject is the text: what is
 * wrong with it and what to write instead. The value is untouched then.
 */
#ifndef SIM_RUN_PARSE_H
#define SIM_RUN_PARSE_H

#include <stdint.h>

/**
 * parse_bytes() - "4096", "64K", "64KiB", "1.5G"
 * @text:	digits, perhaps a fraction, then a unit; units are powers of 1024
 * @bytes:	filled in
 */
const char *parse_bytes(const char *text, uint64_t *bytes);

/**
 * parse_ns() - "100ms", "1s", "250us"
 * @text:	digits, perhaps a fraction, then ns, us, ms, s or min
 * @ns:		filled in
 */
const char *parse_ns(const char *text, uint64_t *ns);

/**
 * parse_count() - "12"
 * @text:	decimal digits and nothing else
 * @count:	filled in
 */
const char *parse_count(const char *text, uint64_t *count);

/**
 * parse_seed() - "12" or "0xc0ffee"
 * @text:	decimal, or hexadecimal after 0x
 * @seed:	filled in
 */
const char *parse_seed(const char *text, uint64_t *seed);

/**
 * parse_percent() - "20" or "20%"
 * @text:	whole percents, 0 to 100
 * @percent:	filled in
 */
const char *parse_percent(const char *text, uint64_t *percent);

/**
 * parse_cpus() - "0,2-4"
 * @text:	processor numbers and ranges, in the order they are to be used
 * @cpus:	filled in
 * @max:	entries in @cpus
 * @nr:		entries used
 */
const char *parse_cpus(const char *text, uint32_t *cpus, uint32_t max, uint32_t *nr);

#endif
