// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/echo.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum {
	ESCAPE_CHARS = 4, /* \xNN */
};

/* The character at @s, *@len bytes long; 0 bytes: it is none. */
static uint32_t decode(const char *text, unsigned int *len)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned int i, nr = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	uint32_t c = nr == 1 ? s[0] : s[0] & (0x7fu >> nr);

	*len = 0;
	if (nr > 1 && (s[0] < 0xc2 || s[0] > 0xf4))
		return 0;
	for (i = 1; i < nr; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if ((nr == 3 && c < 0x800) || (nr == 4 && (c < 0x10000 || c > 0x10ffff)) ||
	    (c >= 0xd800 && c < 0xe000))
		return 0;
	*len = nr;
	return c;
}

unsigned int sim_utf8_len(const char *s)
{
	unsigned int len;

	decode(s, &len);
	return len;
}

unsigned int sim_echo_fit(const char *s)
{
	unsigned int len;
	uint32_t c = decode(s, &len);
	/* C0, C1; line and paragraph separators; marks of direction. */
	bool control = c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c ||
		       (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
		       (c >= 0x2066 && c <= 0x2069);

	return control ? 0 : len;
}

bool sim_echo_plain(const char *text)
{
	unsigned int len;

	for (; *text; text += len) {
		len = sim_echo_fit(text);
		if (!len)
			return false;
	}
	return true;
}

void sim_echo_escape(char *text, size_t size)
{
	char *s, escape[ESCAPE_CHARS + 1];
	size_t room, rest;
	unsigned int len;

	for (s = text; *s; s += len) {
		len = sim_echo_fit(s);
		if (len)
			continue;
		room = size - (size_t)(s - text) - 1;
		if (room < ESCAPE_CHARS) {
			*s = '\0';
			return;
		}
		snprintf(escape, sizeof(escape), "\\x%02x", (unsigned char)*s);
		rest = strlen(s + 1);
		if (rest > room - ESCAPE_CHARS)
			rest = room - ESCAPE_CHARS;
		memmove(s + ESCAPE_CHARS, s + 1, rest);
		s[ESCAPE_CHARS + rest] = '\0';
		memcpy(s, escape, ESCAPE_CHARS);
		len = ESCAPE_CHARS;
	}
}
