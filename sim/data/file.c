// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * file: the pages of any file; a snapshot of them is taken, the last page is padded with zeros.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/math.h>

#include "sim/data/data.h"
#include "sim/read.h"

static int file_open(struct sim_source *source, const char *arg, struct sim_message *msg)
{
	size_t most = (size_t)source->nr_wanted * source->page_bytes, len;
	void *bytes, *padded;
	int err;

	err = sim_read(arg, most, source->stop, &bytes, &len);
	if (err == -EISDIR)
		return sim_fail(msg, err, "file:%s: is a directory; name a file", arg);
	if (err == -EINTR)
		return sim_fail(msg, err, "file:%s: interrupted while it was read", arg);
	if (err == -ENOMEM)
		return sim_fail(msg, err, "file:%s: not enough memory for %zu bytes of it", arg,
				most);
	if (err)
		return sim_fail(msg, err, "file:%s: cannot be read (%s); name a file you may read",
				arg, strerror(-err));
	source->raw = bytes;
	if (!len)
		return sim_fail(msg, -EINVAL, "file:%s: is empty; name a file with content", arg);

	source->nr = (u32)DIV_ROUND_UP(len, source->page_bytes);
	most = (size_t)source->nr * source->page_bytes;
	padded = realloc(bytes, most);
	if (!padded)
		return sim_fail(msg, -ENOMEM, "file:%s: not enough memory for %zu bytes of it", arg,
				most);
	source->raw = padded;
	memset(source->raw + len, 0, most - len);
	return 0;
}

static void file_page(const struct sim_source *source, u32 i, void *page)
{
	memcpy(page, source->raw + (size_t)i * source->page_bytes, source->page_bytes);
}

const struct sim_source_ops sim_source_file = {
	.name = "file",
	.argument = "PATH",
	.open = file_open,
	.page = file_page,
};
