// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The only program of a kernel in user mode: its init. Its root can only be read. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "sim/calibrate/uml.h"
#include "sim/cli/commands.h"
#include "sim/cli/options.h"

/* The folder of a kernel's modules: given, with its release. */
static void load(const char *folder, const char *name)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
		printf("%s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/*
 * A line of modules.dep: a module, and what it depends on, the deepest last. Source: depmod(8).
 */
static void load_with_needs(const char *folder, char *line)
{
	char *at;

	line[strcspn(line, "\n")] = '\0';
	while ((at = strrchr(line, ' '))) {
		load(folder, at + 1);
		*at = '\0';
	}
	line[strcspn(line, ":")] = '\0';
	load(folder, line);
}

/* What is built in has no line there. */
static void load_modules(const char *folder)
{
	static const char *const names[] = { "/lz4.ko:", "/zram.ko:" };
	char path[PATH_MAX + 16], line[4096];
	unsigned int i;
	FILE *in;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/modules.dep", folder);
		in = fopen(path, "re");
		while (in && fgets(line, sizeof(line), in)) {
			if (strstr(line, names[i]))
				load_with_needs(folder, line);
		}
		if (in)
			fclose(in);
	}
}

static bool in_user_mode(void)
{
	char line[256];
	bool found = false;
	FILE *in = fopen("/proc/cpuinfo", "re");

	while (in && !found && fgets(line, sizeof(line), in))
		found = strstr(line, "User Mode Linux");
	if (in)
		fclose(in);
	return found;
}

static void measure(void)
{
	static const volatile int never;
	struct cal_source source = { .user = true };
	char text[400] = "";
	struct sim_message msg = { text, sizeof(text) };
	unsigned int i, nr;

	if (cal_device_measure(&source, 0, &never, &msg)) {
		printf(CAL_LINE "failed %s\n", text);
		return;
	}
	printf(CAL_LINE "kernel %s\n", source.release);
	cal_source_specs(&source, &nr);
	for (i = 0; i < nr; i++)
		printf(CAL_LINE "point %u %.3f\n", i, source.ns[i]);
	printf(CAL_LINE "done\n");
}

int cli_guest(const char *modules)
{
	struct utsname kernel;
	char folder[PATH_MAX];

	mount("proc", "/proc", "proc", 0, NULL);
	if (!in_user_mode() || uname(&kernel))
		return CLI_SKIPPED;
	mount("sys", "/sys", "sysfs", 0, NULL);
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	snprintf(folder, sizeof(folder), "%s/%.64s", modules, kernel.release);
	load_modules(folder);
	measure();
	fflush(stdout);
	reboot(RB_POWER_OFF);
	return CLI_INPUT;
}
