// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/text.h"

#include "sim/echo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/message.h"

/* printf() writes the locale's decimal point, which is no digit, sign or letter e. */
static void use_point(char *buf)
{
	char *p = buf + strspn(buf, "-0123456789");
	size_t len;

	if (!*p || *p == 'e' || *p == '.')
		return;
	len = strcspn(p, "0123456789");
	*p = '.';
	memmove(p + 1, p + len, strlen(p + len) + 1);
}

void number_format(char *buf, double value)
{
	int digits;

	buf[0] = '\0';
	if (!isfinite(value))
		return;
	if (value == 0) /* no sign */
		value = 0;
	if (fabs(value) < 1e15 && value == trunc(value)) {
		snprintf(buf, NUMBER_CHARS, "%.0f", value);
		return;
	}
	for (digits = 6; digits <= 17; digits++) {
		snprintf(buf, NUMBER_CHARS, "%.*g", digits, value);
		if (strtod(buf, NULL) == value)
			break;
	}
	use_point(buf);
}

void number_round(char *buf, double value)
{
	double size = fabs(value);
	int decimals = 0;

	if (!isfinite(value)) {
		strcpy(buf, "-");
		return;
	}
	if (size >= 1e15) {
		number_format(buf, value);
		return;
	}
	if (size > 0 && size < 99.95)
		decimals = size < 9.995 ? 2 : 1;
	if (size > 0 && size < 0.9995)
		decimals = 3;
	if (size < 0.0005)
		decimals = 0;
	snprintf(buf, NUMBER_CHARS, "%.*f", decimals, value);
	use_point(buf);
}

static const struct scale scales[] = {
	{ "ns", 1e10, 1e9, "s" },
	{ "ns", 1e7, 1e6, "ms" },
	{ "ns", 1e4, 1e3, "us" },
	{ "bytes", 10 << 20, 1 << 20, "MiB" },
	{ "bytes", 10 << 10, 1 << 10, "KiB" },
};

struct scale scale_find(const char *unit, double value)
{
	struct scale same = { unit, 0, 1, unit };
	unsigned int i;

	for (i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		if (!strcmp(scales[i].unit, unit) && value >= scales[i].from)
			return scales[i];
	}
	return same;
}

void wrap_text(FILE *out, const char *text, int indent)
{
	size_t room = (size_t)(WRAP_COLUMNS - indent), len;

	while (strlen(text) > room) {
		for (len = room; len && text[len] != ' '; len--)
			;
		if (!len)
			len = strcspn(text, " ");
		fprintf(out, "%.*s\n%*s", (int)len, text, indent, "");
		text += len;
		while (*text == ' ')
			text++;
	}
	fprintf(out, "%s\n", text);
}

void text_paint(FILE *out, bool color, const char *code)
{
	if (color)
		fputs(code ? code : "\033[0m", out);
}

void text_remark(FILE *out, bool color, const char *word, const char *sentence)
{
	text_paint(out, color, TEXT_YELLOW);
	fputs(word, out);
	text_paint(out, color, NULL);
	wrap_text(out, sentence, (int)strlen(word));
}

void text_warnings(FILE *out, bool color, char *const *warnings, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		text_remark(out, color, "warning: ", warnings[i]);
}

void text_echo(const char *text, FILE *out)
{
	unsigned int len;

	for (; *text; text += len ? len : 1) {
		len = sim_echo_fit(text);
		if (len)
			fwrite(text, 1, len, out);
		else
			fprintf(out, "\\x%02x", (unsigned char)*text);
	}
}

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

static void csv_number(FILE *out, double value)
{
	char buf[NUMBER_CHARS];

	number_format(buf, value);
	fprintf(out, ",%s", buf);
}

static void csv_samples(FILE *out, const double *samples, unsigned int nr)
{
	char buf[NUMBER_CHARS];
	unsigned int i;

	fputc(',', out);
	for (i = 0; samples && i < nr; i++) {
		number_format(buf, samples[i]);
		fprintf(out, "%s%s", i ? " " : "", buf[0] ? buf : "-");
	}
}

void csv_value(FILE *out, const struct zramsim_value *value, bool ratio, const double *samples,
	       unsigned int nr)
{
	fprintf(out, ",%u", value->nr);
	csv_number(out, value->median);
	csv_number(out, value->min);
	csv_number(out, value->max);
	csv_number(out, ratio ? value->ratio : NAN);
	csv_number(out, ratio ? value->ratio_lo : NAN);
	csv_number(out, ratio ? value->ratio_hi : NAN);
	csv_samples(out, samples, nr);
}

void markup_text(FILE *out, const char *text)
{
	unsigned int len;

	for (; *text; text += len ? len : 1) {
		len = sim_echo_fit(text);
		if (*text == '\n' || *text == '\r') {
			fputc(' ', out);
		} else if (!len) {
			fprintf(out, "\\\\x%02x", (unsigned char)*text);
		} else {
			if (strchr("\\`*_|<>[]#", *text))
				fputc('\\', out);
			fwrite(text, 1, len, out);
		}
	}
}

static void markup_where(FILE *out, const struct sim_provenance *from)
{
	fputs("\nzramsim ", out);
	markup_text(out, from->version);
	fputs(" (", out);
	markup_text(out, from->commit);
	fputs("), ", out);
	markup_text(out, from->compiler);
	fputs(", ", out);
	markup_text(out, from->cpu);
	fprintf(out, ", %u processor%s, Linux ", from->nr_cpus, sim_plural(from->nr_cpus, "s"));
	markup_text(out, from->kernel);
	fputs(", ", out);
	markup_text(out, from->started);
	fputc('\n', out);
}

void markup_cell(FILE *out, const char *text)
{
	fputs("| ", out);
	markup_text(out, text);
	fputc(' ', out);
}

void markup_end(FILE *out, char *const *warnings, unsigned int nr,
		const struct sim_provenance *from)
{
	unsigned int i;

	fputs(nr ? "\n" : "", out);
	for (i = 0; i < nr; i++) {
		fputs("- warning: ", out);
		markup_text(out, warnings[i]);
		fputc('\n', out);
	}
	markup_where(out, from);
	fputs("\nAgain:\n\n    zramsim", out);
}

/* Quoted as bash and ksh do it, so that what cannot be printed can be typed. */
static void markup_escaped(FILE *out, const char *argument)
{
	unsigned int len;

	fputs(" $'", out);
	for (; *argument; argument += len ? len : 1) {
		len = sim_echo_fit(argument);
		if (*argument == '\'' || *argument == '\\')
			fputc('\\', out);
		if (len)
			fwrite(argument, 1, len, out);
		else
			fprintf(out, "\\x%02x", (unsigned char)*argument);
	}
	fputc('\'', out);
}

void markup_argument(void *ctx, const char *argument)
{
	FILE *out = ctx;
	bool plain = *argument && strspn(argument, "abcdefghijklmnopqrstuvwxyz"
						   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
						   "0123456789-_=,./:%+@") == strlen(argument);

	if (!sim_echo_plain(argument)) {
		markup_escaped(out, argument);
		return;
	}
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
