// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/cli/carry_tree.h"

/* Is there nothing in it? 1: yes; 0: no; or a negative errno. */
static int is_empty(const char *dir)
{
	struct dirent *entry;
	DIR *stream = opendir(dir);
	int empty = 1;

	if (!stream)
		return -errno;
	while (empty && (entry = readdir(stream)) != NULL)
		empty = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
	closedir(stream);
	return empty;
}

/* Make the folder; @made says that it was not there. */
static int make_root(const char *dir, bool *made, struct sim_message *msg)
{
	int err;

	*made = !mkdir(dir, 0777);
	if (*made)
		return 0;
	err = -errno;
	if (err == -ENOENT)
		return sim_fail(msg, err,
				"'%.200s' cannot be made (%s); make the folder that it is to be in "
				"first, or name another",
				dir, strerror(-err));
	if (err != -EEXIST)
		return sim_fail(msg, err, "'%.200s' cannot be made (%s); name another folder", dir,
				strerror(-err));
	err = is_empty(dir);
	if (err == -ENOTDIR)
		return sim_fail(msg, err, "'%.200s' is a file; name a folder, which is made", dir);
	if (err < 0)
		return sim_fail(msg, err, "'%.200s' cannot be read (%s); name another folder", dir,
				strerror(-err));
	return err ? 0
		   : sim_fail(msg, -ENOTEMPTY,
			      "'%.200s' is not empty, and nothing in it is overwritten; name a "
			      "folder that is not there yet",
			      dir);
}

/* Each folder on the way from @root to a file, the first first; those that are there stay. */
static int make_folders(int root, const char *path)
{
	char folder[PATH_MAX];
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	for (slash = strchr(folder, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdirat(root, folder, 0777) && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

static int write_file(int root, const struct carry_file *file)
{
	size_t done = 0;
	int fd, err = make_folders(root, file->path);
	ssize_t n;

	if (err)
		return err;
	fd = openat(root, file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return -errno;
	while (done < file->len && !err) {
		n = write(fd, file->text + done, file->len - done);
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			err = -errno;
	}
	if (close(fd) && !err)
		err = -errno;
	if (err)
		unlinkat(root, file->path, 0);
	return err;
}

/* The first @nr files, and the folders that were made for them and for the one after them. */
static void remove_files(int root, const struct carry_tree *tree, unsigned int nr)
{
	char folder[PATH_MAX];
	char *slash;
	unsigned int i;

	for (i = 0; i < nr; i++)
		unlinkat(root, tree->files[i].path, 0);
	for (i = 0; i < tree->nr_files; i++) {
		snprintf(folder, sizeof(folder), "%s", tree->files[i].path);
		while ((slash = strrchr(folder, '/')) != NULL) {
			*slash = '\0';
			unlinkat(root, folder, AT_REMOVEDIR);
		}
	}
}

static int write_files(int root, const struct carry_tree *tree, const char *dir,
		       const volatile int *stop, struct sim_message *msg)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < tree->nr_files && !err; i++) {
		if (__atomic_load_n(stop, __ATOMIC_RELAXED))
			err = -EINTR;
		else
			err = write_file(root, &tree->files[i]);
		if (err)
			remove_files(root, tree, i);
		if (err && err != -EINTR)
			sim_fail(msg, err,
				 "'%.200s/%.100s' cannot be written (%s); make room, or name "
				 "another folder",
				 dir, tree->files[i].path, strerror(-err));
	}
	return err;
}

int carry_write(const struct carry_tree *tree, const char *dir, const volatile int *stop,
		struct sim_message *msg)
{
	bool made;
	int root, err = make_root(dir, &made, msg);

	if (err)
		return err;
	root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0) {
		err = -errno;
		sim_fail(msg, err, "'%.200s' cannot be opened (%s); name another folder", dir,
			 strerror(errno));
	} else {
		err = write_files(root, tree, dir, stop, msg);
		close(root);
	}
	if (err && made)
		rmdir(dir);
	return err;
}
