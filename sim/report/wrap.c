// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/wrap.h"

#include <string.h>

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
