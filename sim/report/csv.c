// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/csv.h"

#include <string.h>

#include "sim/report/number.h"

void csv_text(FILE *out, const char *text)
{
	if (!strpbrk(text, "\",\r\n")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

void csv_number(FILE *out, double value)
{
	char buf[NUMBER_CHARS];

	number_format(buf, value);
	fprintf(out, ",%s", buf);
}

void csv_samples(FILE *out, const double *samples, unsigned int nr)
{
	char buf[NUMBER_CHARS];
	unsigned int i;

	fputc(',', out);
	for (i = 0; samples && i < nr; i++) {
		number_format(buf, samples[i]);
		fprintf(out, "%s%s", i ? " " : "", buf[0] ? buf : "-");
	}
}
