// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The first and only program of a guest: loads what is in /modules, in the order of the names, says
 * how that went, and turns the guest off. The kernel's log is on the same console.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_module(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void load(const char *name)
{
	char path[300];
	long ret;
	int fd;

	snprintf(path, sizeof(path), "/modules/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ret = fd < 0 ? -1 : syscall(SYS_finit_module, fd, "", 0);
	printf("guest: %s: %s\n", name, ret ? strerror(errno) : "loaded");
	close(fd);
}

int main(void)
{
	struct dirent **entries;
	int nr, i;

	mount("proc", "/proc", "proc", 0, NULL);
	nr = scandir("/modules", &entries, is_module, by_name);
	for (i = 0; i < nr; i++)
		load(entries[i]->d_name);
	fflush(stdout);
	sync();
	reboot(RB_POWER_OFF);
	return 1;
}
