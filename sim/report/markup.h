/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* markup: pieces of a Markdown document. */
#ifndef SIM_REPORT_MARKUP_H
#define SIM_REPORT_MARKUP_H

#include <stdio.h>

#include "sim/figures/result.h"

/** markup_text() - text in a cell or paragraph; what is markup is escaped. @out: stream */
void markup_text(FILE *out, const char *text);

/** markup_where() - a paragraph about the machine and the build. @out: stream, @from: figures */
void markup_where(FILE *out, const struct sim_provenance *from);

/** markup_argument() - a blank and a shell word. @ctx: stream, @argument: any */
void markup_argument(void *ctx, const char *argument);

#endif
