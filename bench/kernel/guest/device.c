// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "bench/kernel/guest/guest.h"

static int attr_open(const char *name, int flags)
{
	char path[100];

	snprintf(path, sizeof(path), "/sys/block/zram0/%s", name);
	return open(path, flags | O_CLOEXEC);
}

int attr_write(const char *name, const char *value)
{
	int fd = attr_open(name, O_WRONLY), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}

void attr_set(const char *name, const char *value)
{
	int err = attr_write(name, value);

	if (!err)
		return;
	errno = -err;
	guest_fail(name);
}

int attr_read(const char *name, char *text, size_t len)
{
	int fd = attr_open(name, O_RDONLY), err;
	ssize_t got;

	if (fd < 0)
		return -errno;
	got = read(fd, text, len - 1);
	err = got < 0 ? -errno : 0;
	close(fd);
	text[got < 0 ? 0 : got] = 0;
	if (got > 0 && text[got - 1] == '\n')
		text[got - 1] = 0;
	return err;
}

long attr_number(const char *name, int column)
{
	char text[512], *at = text, *end;
	long value = -1;

	if (attr_read(name, text, sizeof(text)))
		return -1;
	/* Numbers of some stand below a line that names their version. */
	if (strchr(text, '\n'))
		at = strchr(text, '\n');
	for (; column >= 0; column--) {
		value = strtol(at, &end, 10);
		if (end == at)
			return -1;
		at = end;
	}
	return value;
}

void device_reset(const char *algorithm, const char *limit, unsigned long pages)
{
	char text[32];

	attr_set("reset", "1");
	attr_set("comp_algorithm", algorithm);
	snprintf(text, sizeof(text), "%lu", pages * GUEST_PAGE);
	attr_set("disksize", text);
	attr_set("mem_limit", limit);
}

int device_open(void)
{
	int fd = open("/dev/zram0", O_RDWR | O_DIRECT | O_CLOEXEC);

	if (fd < 0)
		guest_fail("/dev/zram0");
	return fd;
}

int device_write(int fd, unsigned long slot, const void *page)
{
	ssize_t done = pwrite(fd, page, GUEST_PAGE, (off_t)(slot * GUEST_PAGE));

	return done < 0 ? -errno : 0;
}

int device_discard(int fd, unsigned long start, unsigned long len)
{
	uint64_t range[2] = { start, len };

	return ioctl(fd, BLKDISCARD, range) ? -errno : 0;
}
