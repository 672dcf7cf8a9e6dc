// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * file: the pages of any file; a snapshot of them is taken, the last page is padded with zeros.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/math.h>
#include <linux/minmax.h>

#include "sim/data/data.h"

/* Read until @len bytes or the end of the file. */
static ssize_t read_all(int fd, u8 *buf, size_t len)
{
	size_t done = 0;
	ssize_t ret;

	while (done < len) {
		ret = read(fd, buf + done, len - done);
		if (ret < 0 && errno == EINTR)
			continue;
		if (ret < 0)
			return -errno;
		if (!ret)
			break;
		done += (size_t)ret;
	}
	return (ssize_t)done;
}

static int file_snapshot(struct sim_source *source, int fd, const char *path,
			 struct sim_message *msg)
{
	size_t want = (size_t)source->nr_wanted * source->page_bytes;
	struct stat st;
	ssize_t len;

	if (fstat(fd, &st))
		return sim_fail(msg, -errno, "file:%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return sim_fail(msg, -EISDIR, "file:%s: is a directory; name a file", path);
	if (S_ISREG(st.st_mode))
		want = min(want, (size_t)st.st_size);
	if (!want)
		return sim_fail(msg, -EINVAL, "file:%s: is empty; name a file with content", path);

	source->raw = calloc(DIV_ROUND_UP(want, source->page_bytes), source->page_bytes);
	if (!source->raw)
		return sim_fail(msg, -ENOMEM, "file:%s: not enough memory for %zu bytes of it",
				path, want);
	len = read_all(fd, source->raw, want);
	if (len < 0)
		return sim_fail(msg, (int)len, "file:%s: cannot be read: %s", path,
				strerror(-(int)len));
	if (!len)
		return sim_fail(msg, -EINVAL, "file:%s: is empty; name a file with content", path);
	source->nr = (u32)DIV_ROUND_UP((size_t)len, source->page_bytes);
	return 0;
}

static int file_open(struct sim_source *source, const char *arg, struct sim_message *msg)
{
	int fd = open(arg, O_RDONLY | O_CLOEXEC | O_NOCTTY), err;

	if (fd < 0)
		return sim_fail(msg, -errno,
				"file:%s: cannot be opened (%s); name a file you may read", arg,
				strerror(errno));
	err = file_snapshot(source, fd, arg, msg);
	close(fd);
	return err;
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
