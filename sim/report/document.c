// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/document.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/message.h"

enum {
	DOCUMENT_ROOM = 4096, /* at first */
};

/**
 * struct document - a text being written
 * @text:	where it goes when it is complete
 * @len:	where its length goes
 * @bytes:	written so far
 * @used:	of @bytes
 * @room:	of @bytes
 * @failed:	something is missing
 */
struct document {
	char **text;
	size_t *len;
	char *bytes;
	size_t used;
	size_t room;
	bool failed;
};

static bool make_room(struct document *doc, size_t size)
{
	size_t room = doc->room ? doc->room : DOCUMENT_ROOM;
	char *bytes;

	while (room - doc->used <= size) /* and the null byte */
		room *= 2;
	bytes = room == doc->room ? doc->bytes : realloc(doc->bytes, room);
	if (!bytes)
		return false;
	doc->bytes = bytes;
	doc->room = room;
	return true;
}

static ssize_t document_write(void *cookie, const char *bytes, size_t size)
{
	struct document *doc = cookie;

	doc->failed = doc->failed || !make_room(doc, size);
	if (doc->failed)
		return 0;
	memcpy(doc->bytes + doc->used, bytes, size);
	doc->used += size;
	return (ssize_t)size;
}

static int document_close(void *cookie)
{
	struct document *doc = cookie;
	bool failed = doc->failed || !make_room(doc, 0);

	if (failed) {
		free(doc->bytes);
		sim_memory_missed();
	} else {
		doc->bytes[doc->used] = '\0';
		*doc->text = doc->bytes;
		*doc->len = doc->used;
	}
	free(doc);
	return failed ? EOF : 0;
}

FILE *document_open(char **text, size_t *len)
{
	static const cookie_io_functions_t functions = {
		.write = document_write,
		.close = document_close,
	};
	struct document *doc = calloc(1, sizeof(*doc));
	FILE *file;

	*text = NULL;
	*len = 0;
	if (doc) {
		doc->text = text;
		doc->len = len;
	}
	file = doc ? fopencookie(doc, "w", functions) : NULL;
	if (!file) {
		free(doc);
		sim_memory_missed();
	}
	return file;
}
