/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* csv: fields of RFC 4180, in quotes where they need it. */
#ifndef SIM_REPORT_CSV_H
#define SIM_REPORT_CSV_H

#include <stdio.h>

/** csv_text() - a field of text, without a comma before it. @out: stream, @text: any */
void csv_text(FILE *out, const char *text);

/** csv_number() - a comma and a number; nothing for one that is not finite. @out: stream */
void csv_number(FILE *out, double value);

/**
 * csv_samples() - a comma and numbers separated by blanks, "-" for one that is not finite
 * @out:	stream
 * @samples:	or NULL
 * @nr:		entries in @samples
 */
void csv_samples(FILE *out, const double *samples, unsigned int nr);

#endif
