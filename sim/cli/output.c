// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_stdout(const char *path)
{
	return !path || !strcmp(path, "-");
}

/* Compose the sentence and return @err. */
static int fail(int err, const char *path, const char *what, const char *remedy, char *error,
		size_t size)
{
	snprintf(error, size, "'%s' %s (%s); %s", path, what, strerror(-err), remedy);
	return err;
}

static int write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, text, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

/*
 * Where the name leads: @target is the file itself, links followed, or a name that does not
 * exist yet. @special: it exists and is no regular file, so it is written to in place.
 */
static int resolve(const char *path, char *target, bool *special, mode_t *mode)
{
	mode_t mask = umask(0);
	struct stat st;

	umask(mask);
	*special = false;
	*mode = 0666 & ~mask;
	if (stat(path, &st)) {
		if (errno != ENOENT)
			return -errno;
		if (strlen(path) >= PATH_MAX)
			return -ENAMETOOLONG;
		strcpy(target, path);
		return 0;
	}
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	*special = !S_ISREG(st.st_mode);
	*mode = st.st_mode & 07777;
	return realpath(path, target) ? 0 : -errno;
}

/* Make an empty file beside @target; its name goes to @temp, PATH_MAX bytes. */
static int make_temp(const char *target, char *temp)
{
	char copy[PATH_MAX];
	int fd;

	strcpy(copy, target);
	if (snprintf(temp, PATH_MAX, "%s/.zramsim-XXXXXX", dirname(copy)) >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = mkostemp(temp, O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static const char *remedy_for(int err)
{
	switch (err) {
	case -ENOSPC:
	case -EDQUOT:
		return "make room, or choose a file on another disk";
	case -ENOENT:
	case -ENOTDIR:
		return "create the directory, or choose another file";
	case -EISDIR:
		return "name a file inside it";
	default:
		return "choose a file you may write";
	}
}

int output_probe(const char *path, char *error, size_t size)
{
	char target[PATH_MAX], temp[PATH_MAX];
	bool special;
	mode_t mode;
	int err, fd;

	if (is_stdout(path))
		return 0;
	err = resolve(path, target, &special, &mode);
	if (!err && special)
		err = access(target, W_OK) ? -errno : 0;
	else if (!err) {
		fd = make_temp(target, temp);
		err = fd < 0 ? fd : 0;
		if (fd >= 0) {
			close(fd);
			unlink(temp);
		}
	}
	if (err)
		return fail(err, path, "cannot be written", remedy_for(err), error, size);
	return 0;
}

static int write_special(const char *target, const char *text, size_t len)
{
	int fd = open(target, O_WRONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = write_all(fd, text, len);
	if (close(fd) && !err)
		err = -errno;
	return err;
}

static int replace(const char *target, mode_t mode, const char *text, size_t len)
{
	char temp[PATH_MAX];
	int fd, err;

	fd = make_temp(target, temp);
	if (fd < 0)
		return fd;
	err = write_all(fd, text, len);
	if (!err && fchmod(fd, mode))
		err = -errno;
	if (!err && fsync(fd))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(temp, target))
		err = -errno;
	if (err)
		unlink(temp);
	return err;
}

int output_write(const char *path, const char *text, size_t len, char *error, size_t size)
{
	char target[PATH_MAX];
	bool special;
	mode_t mode;
	int err;

	if (is_stdout(path)) {
		err = write_all(STDOUT_FILENO, text, len);
		if (err)
			snprintf(error, size,
				 "standard output cannot be written (%s); send it somewhere else",
				 strerror(-err));
		return err;
	}
	err = resolve(path, target, &special, &mode);
	if (!err)
		err = special ? write_special(target, text, len) : replace(target, mode, text, len);
	if (err)
		return fail(err, path, "could not be written", remedy_for(err), error, size);
	return 0;
}
