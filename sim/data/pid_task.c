// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Which task of a process has its memory. The first one can end while others go on; it then stays
 * as a zombie, and its files show nothing.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/bits.h>

#include "sim/data/pid.h"

/* A task's flag of that name, in /proc/PID/stat. */
#define TASK_KTHREAD BIT(21)

/**
 * struct task_stat - a line of /proc/PID/stat
 * @state:	one letter
 * @flags:	the kernel's
 * @vsize:	bytes of address space, 0: it has none
 */
struct task_stat {
	char state;
	unsigned long flags;
	unsigned long long vsize;
};

/* Return: 0, or an errno: ESRCH for a task that is no more. */
static int read_text(int dir, const char *name, char *buf, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC), err;
	ssize_t len;

	if (fd < 0)
		return errno == ENOENT ? ESRCH : errno;
	len = read(fd, buf, size - 1);
	err = len < 0 ? errno : 0;
	close(fd);
	buf[len > 0 ? len : 0] = '\0';
	return err;
}

/* The name of a task may hold anything, so what counts is the last parenthesis. */
static int read_stat(int dir, struct task_stat *stat)
{
	char text[1024], *rest;
	int err = read_text(dir, "stat", text, sizeof(text));

	if (err)
		return err;
	rest = strrchr(text, ')');
	if (rest && sscanf(rest,
			   ") %c %*s %*s %*s %*s %*s %lu %*s %*s %*s %*s %*s %*s %*s %*s %*s "
			   "%*s %*s %*s %*s %llu",
			   &stat->state, &stat->flags, &stat->vsize) == 3)
		return 0;
	return EIO;
}

static unsigned int read_process(int dir, unsigned int otherwise)
{
	char text[4096], *line;

	if (read_text(dir, "status", text, sizeof(text)))
		return otherwise;
	line = strstr(text, "\nTgid:");
	return line ? (unsigned int)strtoul(line + 6, NULL, 10) : otherwise;
}

/* Open the folder of a thread: 1 if it has memory, 0 if not, or a negative errno. */
static int open_thread(int tasks, const char *name, int *fd)
{
	struct task_stat stat;
	int err;

	*fd = openat(tasks, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return errno == ENOENT ? 0 : -errno;
	err = read_stat(*fd, &stat);
	if (!err && stat.vsize)
		return 1;
	close(*fd);
	return err == ESRCH ? 0 : -err;
}

/* The folder of a thread that has memory: 1, or as open_thread(). @dir: of its process */
static int living_thread(int dir, int *found)
{
	int fd = openat(dir, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret = 0;
	DIR *threads = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!threads) {
		ret = errno == ENOENT ? 0 : -errno;
		if (fd >= 0)
			close(fd);
		return ret;
	}
	while (!ret && (entry = readdir(threads))) {
		if (isdigit((unsigned char)entry->d_name[0]))
			ret = open_thread(fd, entry->d_name, found);
	}
	closedir(threads);
	return ret;
}

static int no_process(unsigned int pid, struct sim_message *msg)
{
	if (access("/proc/self", F_OK))
		return sim_fail(msg, -ESRCH,
				"pid:%u: /proc, which tells of processes, is not mounted; mount "
				"it, or name other data",
				pid);
	if (kill((pid_t)pid, 0) && errno == EPERM)
		return sim_fail(
			msg, -EACCES,
			"pid:%u: is another user's process, which /proc hides; run as root, "
			"or as its owner",
			pid);
	return sim_fail(msg, -ESRCH,
			"pid:%u: there is no such process; name one that runs, as in pid:1234",
			pid);
}

/* @task has no memory; perhaps another thread of its process has. */
static int pass_on(struct pid_task *task, const struct task_stat *stat, struct sim_message *msg)
{
	int thread = -1, ret;

	if (stat->flags & TASK_KTHREAD)
		return sim_fail(msg, -EINVAL,
				"pid:%u: is a thread of the kernel, which has no memory of its "
				"own; name a process that runs a program",
				task->pid);
	ret = living_thread(task->dir, &thread);
	if (ret < 0)
		return pid_refused(task, -ret, msg);
	if (!ret)
		return sim_fail(msg, -ESRCH,
				"pid:%u: has ended, and its memory is gone%s; name a process that "
				"runs, as in pid:1234",
				task->pid,
				stat->state == 'Z' ? ", though its parent has not fetched its exit "
						     "status"
						   : "");
	close(task->dir);
	task->dir = thread;
	return 0;
}

int pid_task_open(struct pid_task *task, unsigned int pid, struct sim_message *msg)
{
	struct task_stat stat;
	char path[32];
	int err;

	snprintf(path, sizeof(path), "/proc/%u", pid);
	task->pid = pid;
	task->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (task->dir < 0)
		return errno == ENOENT ? no_process(pid, msg) : pid_refused(task, errno, msg);
	err = read_stat(task->dir, &stat);
	if (err)
		err = err == ESRCH ? no_process(pid, msg) : pid_refused(task, err, msg);
	else if (!stat.vsize)
		err = pass_on(task, &stat, msg);
	if (err)
		close(task->dir);
	else
		task->process = read_process(task->dir, pid);
	return err;
}

void pid_task_close(struct pid_task *task)
{
	close(task->dir);
}

int pid_refused(const struct pid_task *task, int err, struct sim_message *msg)
{
	if (err == ENOENT || err == ESRCH)
		return sim_fail(msg, -ESRCH,
				"pid:%u: the process ended before it was read; name one that runs "
				"longer",
				task->pid);
	if (err == EACCES || err == EPERM)
		return sim_fail(
			msg, -EACCES,
			"pid:%u: reading its memory is not permitted; run as root, or as its "
			"owner with /proc/sys/kernel/yama/ptrace_scope set to 0",
			task->pid);
	return sim_fail(msg, -err, "pid:%u: its memory cannot be read: %s", task->pid,
			strerror(err));
}
