// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/markup.h"

#include <stdbool.h>
#include <string.h>

void markup_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\`*_|<>[]#", *text))
			fputc('\\', out);
		fputc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
	}
}

void markup_where(FILE *out, const struct sim_provenance *from)
{
	fputs("\nzramsim ", out);
	markup_text(out, from->version);
	fputs(" (", out);
	markup_text(out, from->commit);
	fputs("), ", out);
	markup_text(out, from->compiler);
	fputs(", ", out);
	markup_text(out, from->cpu);
	fprintf(out, ", %u processors, Linux ", from->nr_cpus);
	markup_text(out, from->kernel);
	fputs(", ", out);
	markup_text(out, from->started);
	fputc('\n', out);
}

void markup_argument(void *ctx, const char *argument)
{
	FILE *out = ctx;
	bool plain = *argument && strspn(argument, "abcdefghijklmnopqrstuvwxyz"
						   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
						   "0123456789-_=,./:%+@") == strlen(argument);

	fputs(plain ? " " : " '", out);
	for (; *argument; argument++) {
		if (*argument == '\'')
			fputs("'\\''", out);
		else
			fputc(*argument, out);
	}
	if (!plain)
		fputc('\'', out);
}
