// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/cli/suggest.h"

#include <string.h>

enum {
	NAME_MAX_CHARS = 32, /* longer than any name there is */
};

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Letters to drop, add, change or swap with a neighbour to get from one to the other. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t rows[3][NAME_MAX_CHARS + 1];
	size_t la = strlen(a), lb = strlen(b), i, j;

	if (la > NAME_MAX_CHARS || lb > NAME_MAX_CHARS)
		return NAME_MAX_CHARS;
	for (j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (i = 1; i <= la; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3];

		row[0] = i;
		for (j = 1; j <= lb; j++) {
			row[j] = min3(above[j] + 1, row[j - 1] + 1,
				      above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = min3(row[j], rows[(i + 1) % 3][j - 2] + 1, row[j]);
		}
	}
	return rows[la % 3][lb];
}

void suggest_try(struct suggest *s, const char *typed, const char *name)
{
	size_t distance = edit_distance(typed, name);
	size_t len = strlen(name);
	size_t limit = len < 6 ? 1 : (len + 1) / 3;

	if (distance > limit) {
		if (strlen(typed) < 2 || strncmp(typed, name, strlen(typed)))
			return;
		distance = limit;
	}
	if (s->best && distance >= s->distance)
		return;
	s->best = name;
	s->distance = distance;
}
