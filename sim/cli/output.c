// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/magic.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "sim/cli/interrupt.h"

enum {
	MAX_LINKS = 40,	   /* as many as the kernel follows */
	NAP_NS = 20000000, /* between two looks whether a FIFO has a reader */
};

/**
 * struct target - where a name leads
 * @path:	the file itself or, where there is none yet, its name; links are followed
 * @fd:		the descriptor of this process that the name stands for, or -1
 * @in_place:	no name of a regular file, so it cannot be replaced by one
 * @exists:	@st is valid
 * @st:		of the file
 */
struct target {
	char path[PATH_MAX];
	int fd;
	bool in_place;
	bool exists;
	struct stat st;
};

/* Compose the sentence and return @err. */
static int fail(int err, const char *path, const char *what, const char *remedy, char *error,
		size_t size)
{
	snprintf(error, size, "'%.200s' %s (%s); %s", path, what, strerror(-err), remedy);
	return err;
}

static int fail_stdout(int err, char *error, size_t size)
{
	snprintf(error, size, "standard output cannot be written (%s); send it somewhere else",
		 strerror(-err));
	return err;
}

static int write_all(int fd, const char *text, size_t len)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };
	ssize_t n;

	while (len) {
		n = write(fd, text, len);
		/* Whoever shares the descriptor may have made it non-blocking. */
		if (n < 0 && errno == EAGAIN)
			poll(&room, 1, -1);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Folder of a name; PATH_MAX bytes at @folder. */
static char *folder_of(const char *path, char *folder)
{
	strcpy(folder, path);
	return dirname(folder);
}

/* Links of /proc stand for open files, whatever text they hold. */
static bool is_proc(const char *folder)
{
	struct statfs fs;

	return !statfs(folder, &fs) && fs.f_type == PROC_SUPER_MAGIC;
}

/* The number N when @folder has the descriptors of this process and @name is N, or -1. */
static int own_descriptor(const char *folder, const char *name)
{
	static const char *const folders[] = { "/proc/self/fd", "/proc/thread-self/fd" };
	char *real = realpath(folder, NULL), *own;
	bool same = false;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		own = realpath(folders[i], NULL);
		same |= real && own && !strcmp(real, own);
		free(own);
	}
	free(real);
	return same ? atoi(name) : -1;
}

/* Follow the links at the end of the name until there is none, or one of /proc. */
static int follow(struct target *target)
{
	char folder[PATH_MAX], link[PATH_MAX];
	const char *dir;
	unsigned int i;
	ssize_t len;

	for (i = 0; i < MAX_LINKS; i++) {
		len = readlink(target->path, link, sizeof(link) - 1);
		if (len < 0)
			return errno == EINVAL || errno == ENOENT ? 0 : -errno;
		link[len] = '\0';
		dir = folder_of(target->path, folder);
		if (is_proc(dir)) {
			target->in_place = true;
			target->fd = own_descriptor(dir, strrchr(target->path, '/') + 1);
			return 0;
		}
		if (link[0] == '/')
			strcpy(target->path, link);
		else if (snprintf(target->path, PATH_MAX, "%s/%s", dir, link) >= PATH_MAX)
			return -ENAMETOOLONG;
	}
	return -ELOOP;
}

static int resolve(const char *path, struct target *target)
{
	char folder[PATH_MAX];
	int err;

	target->fd = -1;
	target->in_place = false;
	target->exists = false;
	if (!path || !strcmp(path, "-")) {
		target->fd = STDOUT_FILENO;
		target->in_place = true;
		target->exists = !fstat(STDOUT_FILENO, &target->st);
		return 0;
	}
	if (strlen(path) >= PATH_MAX)
		return -ENAMETOOLONG;
	strcpy(target->path, path);
	err = follow(target);
	if (err)
		return err;
	target->exists = !stat(target->path, &target->st);
	if (!target->exists && errno != ENOENT)
		return -errno;
	if (!target->exists && is_proc(folder_of(target->path, folder)))
		return -EBADF;
	if (target->exists ? S_ISDIR(target->st.st_mode)
			   : target->path[strlen(target->path) - 1] == '/')
		return -EISDIR;
	target->in_place |= target->exists && !S_ISREG(target->st.st_mode);
	return 0;
}

static bool is_null(const struct stat *st)
{
	struct stat null;

	return S_ISCHR(st->st_mode) && !stat("/dev/null", &null) && st->st_rdev == null.st_rdev;
}

static bool is_one_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool output_same(const char *a, const char *b)
{
	struct target first, second;
	char folder[PATH_MAX];
	struct stat one, two;

	if (resolve(a, &first) || resolve(b, &second) || first.exists != second.exists)
		return false;
	if (first.exists || first.fd >= 0 || second.fd >= 0)
		return first.exists && is_one_file(&first.st, &second.st) && !is_null(&first.st);
	return !stat(folder_of(first.path, folder), &one) &&
	       !stat(folder_of(second.path, folder), &two) && is_one_file(&one, &two) &&
	       !strcmp(basename(first.path), basename(second.path));
}

bool output_destroys(const char *path, const char *input)
{
	struct target target;
	struct stat st;

	return !resolve(path, &target) && target.fd < 0 && target.exists && !stat(input, &st) &&
	       (S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode)) && is_one_file(&target.st, &st);
}

/* No signal ends the process while there is a file that has to go or to be named. */
static void hold_signals(sigset_t *old)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, old);
}

static void release_signals(const sigset_t *old)
{
	pthread_sigmask(SIG_SETMASK, old, NULL);
}

/* Make an empty file beside @target; its name goes to @temp, PATH_MAX bytes. */
static int make_temp(const char *target, char *temp)
{
	char folder[PATH_MAX];
	int fd;

	if (snprintf(temp, PATH_MAX, "%s/.zramsim-XXXXXX", folder_of(target, folder)) >= PATH_MAX)
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
	case -EBADF:
		return "open the descriptor for writing, or choose a file";
	case -EINTR:
		return "read it while zramsim runs, or choose a file";
	default:
		return "choose a file you may write";
	}
}

static int probe_descriptor(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags < 0 || (flags & O_ACCMODE) == O_RDONLY ? -EBADF : 0;
}

/* A file that cannot be replaced may still be written in place. */
static int probe_file(const struct target *target)
{
	char temp[PATH_MAX];
	sigset_t old;
	int fd;

	hold_signals(&old);
	fd = make_temp(target->path, temp);
	if (fd >= 0) {
		close(fd);
		unlink(temp);
	}
	release_signals(&old);
	if (fd >= 0)
		return 0;
	return target->exists && !access(target->path, W_OK) ? 0 : fd;
}

static int probe(const struct target *target)
{
	if (target->fd >= 0)
		return probe_descriptor(target->fd);
	if (!target->in_place)
		return probe_file(target);
	if (S_ISSOCK(target->st.st_mode))
		return -ENXIO;
	return access(target->path, W_OK) ? -errno : 0;
}

int output_probe(const char *path, char *error, size_t size)
{
	struct target target;
	int err = resolve(path, &target);

	if (!err)
		err = probe(&target);
	if (err && target.fd == STDOUT_FILENO)
		return fail_stdout(err, error, size);
	if (err)
		return fail(err, path, "cannot be written", remedy_for(err), error, size);
	return 0;
}

/* Wait until a FIFO has a reader, but not once a signal has asked to stop. */
static int open_fifo(const char *path)
{
	const struct timespec nap = { .tv_nsec = NAP_NS };
	int fd;

	while ((fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0 && errno == ENXIO) {
		if (__atomic_load_n(interrupt_flag(), __ATOMIC_RELAXED))
			return -EINTR;
		nanosleep(&nap, NULL);
	}
	if (fd < 0)
		return -errno;
	return fcntl(fd, F_SETFL, O_WRONLY) ? -errno : fd;
}

/* Not every file system has it, and then there is nothing to wait for. */
static int sync_file(int fd)
{
	return fsync(fd) && errno != EINVAL && errno != ENOTSUP && errno != ENOSYS && errno != EROFS
		       ? -errno
		       : 0;
}

/* Overwrite a file. Room is made first, so that a full disk leaves what was there. */
static int overwrite(int fd, const char *text, size_t len, off_t old_len)
{
	int err;

	if (fallocate(fd, 0, 0, (off_t)len) &&
	    (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)) {
		err = -errno;
		return ftruncate(fd, old_len) ? -errno : err;
	}
	err = write_all(fd, text, len);
	if (!err && ftruncate(fd, (off_t)len))
		err = -errno;
	return err ? err : sync_file(fd);
}

static int write_in_place(const struct target *target, const char *text, size_t len)
{
	bool regular = S_ISREG(target->st.st_mode), fifo = S_ISFIFO(target->st.st_mode);
	int fd, err;

	if (target->fd >= 0)
		return write_all(target->fd, text, len);
	fd = fifo ? open_fifo(target->path) : open(target->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return fifo ? fd : -errno;
	err = regular ? overwrite(fd, text, len, target->st.st_size) : write_all(fd, text, len);
	if (close(fd) && !err)
		err = -errno;
	return err;
}

/* The mode is only a wish: not every file system has them. */
static int fill_temp(int fd, mode_t mode, const char *text, size_t len)
{
	int err = write_all(fd, text, len);

	if (!err && fchmod(fd, mode) && errno == EIO)
		err = -errno;
	if (!err)
		err = sync_file(fd);
	if (close(fd) && !err)
		err = -errno;
	return err;
}

/*
 * Write a new file and rename it. Where the folder does not let files be made or renamed (it is
 * read-only or sticky, the file is a mount point), the old one is overwritten; if that fails too,
 * the new one stays, and @kept is set.
 */
static int replace_file(const struct target *target, const char *text, size_t len, char *temp,
			bool *kept)
{
	mode_t mask = umask(0), mode;
	int fd, err;

	umask(mask);
	mode = target->exists ? target->st.st_mode & 07777 : 0666 & ~mask;
	fd = make_temp(target->path, temp);
	if (fd < 0)
		return target->exists && !write_in_place(target, text, len) ? 0 : fd;
	err = fill_temp(fd, mode, text, len);
	if (!err && !rename(temp, target->path))
		return 0;
	if (!err) {
		err = -errno;
		if (target->exists)
			err = write_in_place(target, text, len);
		*kept = err;
	}
	if (!*kept)
		unlink(temp);
	return err;
}

static int replace(const struct target *target, const char *text, size_t len, char *temp,
		   bool *kept)
{
	sigset_t old;
	int err;

	hold_signals(&old);
	err = replace_file(target, text, len, temp, kept);
	release_signals(&old);
	return err;
}

int output_write(const char *path, const char *text, size_t len, char *error, size_t size)
{
	char temp[PATH_MAX];
	struct target target;
	bool kept = false;
	int err;

	err = resolve(path, &target);
	if (!err)
		err = target.in_place ? write_in_place(&target, text, len)
				      : replace(&target, text, len, temp, &kept);
	if (kept)
		snprintf(error, size,
			 "'%.200s' could not be written (%s); all of it is in '%.250s'", path,
			 strerror(-err), temp);
	else if (err && target.fd == STDOUT_FILENO)
		fail_stdout(err, error, size);
	else if (err)
		fail(err, path, "could not be written", remedy_for(err), error, size);
	return kept ? OUTPUT_KEPT : err;
}
