// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/message.h"

bool progress_wanted(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb");
}

void progress_show(void *ctx, unsigned int done, unsigned int total, const char *strategy)
{
	(void)ctx;
	fprintf(stderr, "\r\033[K%u of %u repeat%s  %s", done, total, sim_plural(total, "s"),
		strategy ? strategy : "");
	fflush(stderr);
}

void progress_clear(void)
{
	fputs("\r\033[K", stderr);
	fflush(stderr);
}
