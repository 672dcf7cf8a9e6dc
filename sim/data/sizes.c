// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * sizes: stored sizes from a table, and no content at all.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port.h"
#include "sim/data/data.h"
#include "sim/read.h"

enum {
	SIZES_MAX_ROWS = 1 << 17,   /* more rows than there are sizes: not such a table */
	SIZES_MAX_BYTES = 32 << 20, /* nor is what has more than those rows need */
};

/** struct sizes_row - one line of the table; @upto counts it and all before */
struct sizes_row {
	u32 bytes;
	u64 upto;
};

/* One number and the blanks behind it. */
static bool sizes_number(char **text, u64 *value)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	*value = strtoull(*text, &end, 10);
	if (errno || (*end && !isspace((unsigned char)*end) && *end != '#'))
		return false;
	while (isspace((unsigned char)*end))
		end++;
	*text = end;
	return true;
}

/* Return: 1 for a row, 0 for a line without one, or a negative errno. */
static int sizes_line(char *line, const char *path, unsigned int nr, u32 page_bytes,
		      struct sizes_row *row, struct sim_message *msg)
{
	u64 bytes, count;

	while (isspace((unsigned char)*line))
		line++;
	if (!*line || *line == '#')
		return 0;
	if (!sizes_number(&line, &bytes) || !sizes_number(&line, &count) || (*line && *line != '#'))
		return sim_fail(msg, -EINVAL,
				"%s:%u: expected a size in bytes and a count, as in \"1634 12\"",
				path, nr);
	if (!bytes || bytes > page_bytes)
		return sim_fail(msg, -EINVAL,
				"%s:%u: size %" PRIu64 " is not between 1 and the page size, %u",
				path, nr, bytes, page_bytes);
	if (count > UINT32_MAX)
		return sim_fail(msg, -EINVAL, "%s:%u: count %" PRIu64 " is above %u", path, nr,
				count, UINT32_MAX);
	row->bytes = (u32)bytes;
	row->upto = count;
	return 1;
}

static int sizes_read(FILE *file, const char *path, u32 page_bytes, struct sizes_row *rows,
		      u32 *nr_rows, struct sim_message *msg)
{
	struct sizes_row row = { 0 };
	unsigned int nr = 0;
	u64 total = 0;
	char line[256];
	int ret;

	*nr_rows = 0;
	while (fgets(line, sizeof(line), file)) {
		nr++;
		if (!strchr(line, '\n') && !feof(file))
			return sim_fail(msg, -EINVAL,
					"%s:%u: the line is too long for a size and a count", path,
					nr);
		ret = sizes_line(line, path, nr, page_bytes, &row, msg);
		if (ret < 0)
			return ret;
		if (!ret || !row.upto)
			continue;
		if (*nr_rows == SIZES_MAX_ROWS)
			return sim_fail(msg, -EINVAL, "%s:%u: more than %d rows", path, nr,
					SIZES_MAX_ROWS);
		total += row.upto;
		rows[*nr_rows].bytes = row.bytes;
		rows[(*nr_rows)++].upto = total;
	}
	if (!total)
		return sim_fail(msg, -EINVAL,
				"%s: has no sizes; give lines with a size in bytes and a count",
				path);
	return 0;
}

static int sizes_load(const struct sim_source *source, const char *path, struct sizes_row *rows,
		      u32 *nr_rows, struct sim_message *msg)
{
	void *text = NULL;
	FILE *file;
	size_t len;
	int err;

	err = sim_read(path, SIZES_MAX_BYTES, source->stop, &text, &len);
	if (err == -EINTR)
		return sim_fail(msg, err, "sizes:%s: interrupted while it was read", path);
	if (err)
		return sim_fail(msg, err, "sizes:%s: cannot be read (%s); name a file you may read",
				path, strerror(-err));
	/* A stream of no bytes cannot be opened. */
	if (!len)
		((char *)text)[len++] = '\n';
	file = fmemopen(text, len, "r");
	if (file) {
		err = sizes_read(file, path, source->page_bytes, rows, nr_rows, msg);
		fclose(file);
	} else {
		err = sim_fail(msg, -ENOMEM, "sizes: not enough memory for the table");
	}
	free(text);
	return err;
}

static u32 sizes_draw(const struct sizes_row *rows, u32 nr_rows, u64 *rng)
{
	u64 at = kc_random_below(rng, rows[nr_rows - 1].upto);
	u32 low = 0, high = nr_rows - 1, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (rows[mid].upto > at)
			high = mid;
		else
			low = mid + 1;
	}
	return rows[low].bytes;
}

static int sizes_open(struct sim_source *source, const char *arg, struct sim_message *msg)
{
	struct sizes_row *rows = malloc(SIZES_MAX_ROWS * sizeof(*rows));
	u64 rng = source->seed;
	u32 nr_rows, i;
	int err;

	if (!rows)
		return sim_fail(msg, -ENOMEM, "sizes: not enough memory for the table");
	err = sizes_load(source, arg, rows, &nr_rows, msg);
	if (err)
		goto free_rows;

	source->sizes = malloc((size_t)source->nr_wanted * sizeof(*source->sizes));
	if (!source->sizes) {
		err = sim_fail(msg, -ENOMEM, "sizes: not enough memory for %u size%s",
			       source->nr_wanted, sim_plural(source->nr_wanted, "s"));
		goto free_rows;
	}
	for (i = 0; i < source->nr_wanted; i++)
		source->sizes[i] = sizes_draw(rows, nr_rows, &rng);
	source->nr = source->nr_wanted;
free_rows:
	free(rows);
	return err;
}

const struct sim_source_ops sim_source_sizes = {
	.name = "sizes",
	.argument = "FILE",
	.open = sizes_open,
};
