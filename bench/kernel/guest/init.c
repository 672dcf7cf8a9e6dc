// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/kernel/guest/guest.h"

enum {
	TEXT_BYTES = 24 << 20 /* more than the functions of a kernel take */
};

void guest_mark(enum marker what, const char *text, size_t len)
{
#ifdef __x86_64__
	__asm__ volatile(".ascii \"" MARKER_AMD64 "\""
			 :
			 : "D"((long)what), "S"(text), "d"(len)
			 : "memory");
#else
	register long x0 __asm__("x0") = what;
	register const char *x1 __asm__("x1") = text;
	register size_t x2 __asm__("x2") = len;

	__asm__ volatile(".ascii \"" MARKER_ARM64 "\"" : : "r"(x0), "r"(x1), "r"(x2) : "memory");
#endif
}

void guest_say(const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	guest_mark(MARKER_WRITE, line, strlen(line));
	printf("%s\n", line);
	fflush(stdout);
}

void guest_fail(const char *what)
{
	guest_say("failed: %s: %s", what, strerror(errno));
	reboot(RB_POWER_OFF);
	_exit(1);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* In the order of their names. One that is not for this processor is not missed. */
static void load_modules(void)
{
	struct dirent **entries;
	char path[300];
	int nr, i, fd;

	nr = scandir("/modules", &entries, NULL, by_name);
	for (i = 0; i < nr; i++) {
		if (entries[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/modules/%s", entries[i]->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
			guest_say("note: %s: %s", path, strerror(errno));
		close(fd);
	}
}

static void send_symbols(void)
{
	char *text = malloc(TEXT_BYTES);
	size_t len = 0;
	ssize_t got;
	int fd;

	fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	if (fd < 0 || !text)
		guest_fail("the kernel's functions");
	while ((got = read(fd, text + len, TEXT_BYTES - len)) > 0)
		len += (size_t)got;
	close(fd);
	if (len == TEXT_BYTES)
		guest_fail("more functions than there is room for");
	guest_mark(MARKER_SYMBOLS, text, len);
	free(text);
}

int main(void)
{
	struct utsname name;

	mount("proc", "/proc", "proc", 0, NULL);
	mount("sys", "/sys", "sysfs", 0, NULL);
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	uname(&name);
	guest_say("kernel %s %s %s", name.release, name.machine, name.version);
	load_modules();
	send_symbols();
	regions();
	guest_mark(MARKER_COARSE, "", 0);
	vectors();
	guest_say("done");
	reboot(RB_POWER_OFF);
	return 1;
}
