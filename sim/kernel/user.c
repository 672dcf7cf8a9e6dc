// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/kernel/user.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "port.h"

enum {
	MEMORY_MIB = 192, /* of the kernel: a file without a name, of which it takes what it uses */
	POLL_MS = 50,
};

/**
 * struct uml - a kernel that runs
 * @boot:	what was asked for
 * @folder:	of ours, with links to init and modules, since there is no blank in its name
 * @pid:	of who watches over it
 * @life:	closed when we end, in whatever way
 * @console:	what it writes can be read here
 * @len:	of what it has written
 */
struct uml {
	const struct kernel_user *boot;
	char folder[64];
	pid_t pid;
	int life;
	int console;
	size_t len;
};

bool kernel_user_is_program(const char *path)
{
	struct stat stat_of;

	return !stat(path, &stat_of) && S_ISREG(stat_of.st_mode) && !access(path, X_OK);
}

/* The last one that says anything; of a panic the first. Lines may end as on a terminal. */
void kernel_user_last_line(const char *text, char *line)
{
	const char *panic = strstr(text, "Kernel panic"), *begin, *end;

	end = panic ? panic + strcspn(panic, "\r\n") : text + strlen(text);
	while (end > text && strchr("\r\n ", end[-1]))
		end--;
	for (begin = end; begin > text && begin[-1] != '\n'; begin--)
		;
	snprintf(line, KERNEL_LINE_CHARS, "%.*s", end > begin ? (int)(end - begin) : 9,
		 end > begin ? begin : "(nothing)");
}

static void remove_folder(const struct uml *uml)
{
	static const char *const names[] = { "init", "modules", "guest/pid", "guest/mconsole" };
	char path[128];
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", uml->folder, names[i]);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/guest", uml->folder);
	rmdir(path);
	rmdir(uml->folder);
}

static int make_folder(struct uml *uml, struct sim_message *msg)
{
	char real[PATH_MAX], self[PATH_MAX], modules[PATH_MAX + 32], path[128];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *path_of = uml->boot->path;
	char *slash;

	if (!realpath(path_of, real) || len < 0)
		return sim_fail(msg, -errno, "%s cannot be found: %s", path_of, strerror(errno));
	self[len] = '\0';
	slash = strrchr(real, '/');
	*slash = '\0';
	snprintf(modules, sizeof(modules), "%s/../lib/uml/modules", real);
	snprintf(uml->folder, sizeof(uml->folder), "/tmp/zramsim-uml.XXXXXX");
	if (!mkdtemp(uml->folder))
		return sim_fail(msg, -errno, "no folder can be made in /tmp: %s", strerror(errno));
	snprintf(path, sizeof(path), "%s/init", uml->folder);
	if (!symlink(self, path)) {
		snprintf(path, sizeof(path), "%s/modules", uml->folder);
		if (!symlink(modules, path))
			return 0;
	}
	remove_folder(uml);
	return sim_fail(msg, -EIO, "no link can be made in /tmp");
}

/* It takes /dev/shm by itself, which in a container may be small, and dies where that is full. */
static void choose_memory(void)
{
	struct statvfs shm;

	if (!getenv("TMPDIR") && !statvfs("/dev/shm", &shm) &&
	    (uint64_t)shm.f_bavail * shm.f_frsize < (uint64_t)MEMORY_MIB << 20)
		setenv("TMPDIR", "/tmp", 1);
}

static void wait_for(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/*
 * In the child's child. A session of its own has no terminal whose state it could change, and is a
 * process group that all processes of the kernel belong to.
 */
static void become(const struct uml *uml, int out)
{
	const char *libraries = getenv("LD_LIBRARY_PATH");
	const struct rlimit none = { 0, 0 };
	char memory[32], folder[96], init[96], modules[96], path[PATH_MAX];
	char *argv[] = { (char *)uml->boot->path,
			 memory,
			 folder,
			 init,
			 "umid=guest",
			 "root=/dev/root",
			 "rootfstype=hostfs",
			 "rootflags=/",
			 "ro",
			 "con=null",
			 "con0=null,fd:1",
			 "ssl=null",
			 "loglevel=1",
			 "panic=-1",
			 "HOME=/",
			 path,
			 "--",
			 (char *)uml->boot->word,
			 modules,
			 NULL };
	const char *why;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	setsid();
	setrlimit(RLIMIT_CORE, &none);
	kc_pin_host_cpu((int)uml->boot->cpu);
	choose_memory();
	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	snprintf(memory, sizeof(memory), "mem=%dM", MEMORY_MIB);
	snprintf(folder, sizeof(folder), "uml_dir=%s/", uml->folder);
	snprintf(init, sizeof(init), "init=%s/init", uml->folder);
	snprintf(modules, sizeof(modules), "%s/modules", uml->folder);
	/* What this program needs to find its libraries, init needs as well. */
	snprintf(path, sizeof(path), "LD_LIBRARY_PATH=%s",
		 libraries && !strpbrk(libraries, " \t\"'") ? libraries : "");
	execv(uml->boot->path, argv);
	why = strerror(errno);
	_exit(write(STDOUT_FILENO, why, strlen(why)) < 0);
}

/*
 * In the child: it ends the kernel when our end of the pipe is closed, be it because we were
 * killed. The terminal's signals are for us alone.
 */
static void watch(struct uml *uml, int out, int life)
{
	pid_t pid;
	char none;

	setsid();
	close(uml->console);
	close(uml->life);
	pid = fork();
	if (!pid)
		become(uml, out);
	close(out);
	while (read(life, &none, 1) < 0 && errno == EINTR)
		;
	if (pid > 0) {
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
		wait_for(pid);
	}
	remove_folder(uml);
	_exit(0);
}

static int start(struct uml *uml, struct sim_message *msg)
{
	int console[2], life[2];

	if (pipe2(console, O_CLOEXEC))
		return sim_fail(msg, -errno, "no pipe can be made: %s", strerror(errno));
	if (pipe2(life, O_CLOEXEC)) {
		close(console[0]);
		close(console[1]);
		return sim_fail(msg, -EMFILE, "no pipe can be made: %s", strerror(errno));
	}
	uml->console = console[0];
	uml->life = life[1];
	uml->pid = fork();
	if (!uml->pid)
		watch(uml, console[1], life[0]);
	close(console[1]);
	close(life[0]);
	if (uml->pid > 0)
		return 0;
	close(uml->console);
	close(uml->life);
	return sim_fail(msg, -EAGAIN, "no process can be made: %s", strerror(errno));
}

/* What does not fit is dropped: it is not from our init. Return: at its end */
static bool read_console(struct uml *uml)
{
	char dropped[4096], *at = uml->boot->console + uml->len;
	size_t room = uml->boot->size - 1 - uml->len;
	ssize_t len = room ? read(uml->console, at, room)
			   : read(uml->console, dropped, sizeof(dropped));

	if (len > 0 && room)
		uml->len += (size_t)len;
	uml->boot->console[uml->len] = '\0';
	return len == 0 || (len < 0 && errno != EINTR);
}

/* Until it closes the console, which its processes have as well. */
static int follow(struct uml *uml)
{
	uint64_t end = kc_now_ns() + (uint64_t)uml->boot->seconds * 1000000000;
	struct pollfd ready = { .fd = uml->console, .events = POLLIN };

	for (;;) {
		if (*uml->boot->stop)
			return -EINTR;
		if (kc_now_ns() > end)
			return -ETIMEDOUT;
		if (poll(&ready, 1, POLL_MS) > 0 && read_console(uml))
			return 0;
	}
}

static void end(struct uml *uml)
{
	close(uml->life);
	wait_for(uml->pid);
	close(uml->console);
}

int kernel_user_run(const struct kernel_user *boot, struct sim_message *msg)
{
	struct uml uml = { .boot = boot };
	char last[KERNEL_LINE_CHARS];
	int err;

	boot->console[0] = '\0';
	if (access(boot->path, F_OK))
		return sim_fail(msg, -ENOENT,
				"%s is not there; name the kernel in user mode, which Debian's "
				"user-mode-linux has as usr/bin/linux.uml",
				boot->path);
	if (!kernel_user_is_program(boot->path))
		return sim_fail(msg, -EACCES,
				"%s cannot be executed; name the program of a kernel in user mode",
				boot->path);
	err = make_folder(&uml, msg);
	if (err)
		return err;
	err = start(&uml, msg);
	if (err) {
		remove_folder(&uml);
		return err;
	}
	err = follow(&uml);
	end(&uml);
	kernel_user_last_line(boot->console, last);
	if (err == -ETIMEDOUT)
		sim_fail(msg, err, "%s was not done after %u s and was killed; its last line: %s",
			 boot->path, boot->seconds, last);
	return err;
}
