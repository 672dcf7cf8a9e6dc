/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
#ifndef SIM_REPORT_WRAP_H
#define SIM_REPORT_WRAP_H

#include <stdio.h>

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

#endif
