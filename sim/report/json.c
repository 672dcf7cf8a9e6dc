// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/json.h"

#include <inttypes.h>
#include <math.h>

#include "sim/report/number.h"

/*
 * Length of the UTF-8 character that starts at @s, 0 if none does: continuation bytes
 * missing, overlong forms, surrogates and code points above U+10FFFF are none.
 */
static unsigned int utf8_len(const unsigned char *s)
{
	unsigned int len, i;
	uint32_t c;

	if (s[0] < 0x80)
		return 1;
	len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	c = s[0] & (0x7fu >> len);
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if ((len == 3 && c < 0x800) || (len == 4 && (c < 0x10000 || c > 0x10ffff)) ||
	    (c >= 0xd800 && c < 0xe000))
		return 0;
	return len;
}

static void put_string(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned int len;

	fputc('"', out);
	for (; *s; s += len) {
		len = utf8_len(s);
		if (!len) {
			fputs("\xef\xbf\xbd", out);
			len = 1;
		} else if (*s == '"' || *s == '\\') {
			fprintf(out, "\\%c", *s);
		} else if (*s < 0x20 || *s == 0x7f) {
			fprintf(out, "\\u%04x", *s);
		} else {
			fwrite(s, 1, len, out);
		}
	}
	fputc('"', out);
}

static bool is_flat(const struct json *j)
{
	return j->flat && j->depth >= j->flat;
}

static void new_line(struct json *j)
{
	if (is_flat(j))
		return;
	fprintf(j->out, "\n%*s", (int)(2 * j->depth), "");
}

/* What comes before each value: comma, line, key. */
static void lead_in(struct json *j, const char *key)
{
	if (!j->empty && j->depth)
		fputs(is_flat(j) ? ", " : ",", j->out);
	if (j->depth)
		new_line(j);
	if (key) {
		put_string(j->out, key);
		fputs(": ", j->out);
	}
	j->empty = false;
}

void json_begin(struct json *j, const char *key, char bracket)
{
	lead_in(j, key);
	fputc(bracket, j->out);
	j->depth++;
	j->empty = true;
}

void json_begin_flat(struct json *j, const char *key, char bracket)
{
	json_begin(j, key, bracket);
	if (!j->flat)
		j->flat = j->depth;
}

void json_end(struct json *j, char bracket)
{
	bool flat = is_flat(j);

	j->depth--;
	if (j->flat > j->depth)
		j->flat = 0;
	if (!flat && !j->empty)
		new_line(j);
	fputc(bracket, j->out);
	j->empty = false;
	if (!j->depth)
		fputc('\n', j->out);
}

void json_string(struct json *j, const char *key, const char *text)
{
	if (!text) {
		json_null(j, key);
		return;
	}
	lead_in(j, key);
	put_string(j->out, text);
}

void json_number(struct json *j, const char *key, double value)
{
	char buf[NUMBER_CHARS];

	number_format(buf, value);
	lead_in(j, key);
	fputs(buf[0] ? buf : "null", j->out);
}

void json_u64(struct json *j, const char *key, uint64_t value)
{
	lead_in(j, key);
	fprintf(j->out, "%" PRIu64, value);
}

void json_i64(struct json *j, const char *key, int64_t value)
{
	lead_in(j, key);
	fprintf(j->out, "%" PRId64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	lead_in(j, key);
	fputs(value ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *key)
{
	lead_in(j, key);
	fputs("null", j->out);
}
