// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Which pages count. smaps says of every mapping how many, which leaves out file pages, shared
 * memory, huge pages of hugetlbfs and memory of devices. Where they are pagemap tells: by
 * PAGEMAP_SCAN, which knows the zero page (since 6.7), or by an entry per page.
 *
 * An entry has no bit for the zero page, and shows an ordinary user no frame number. But it is the
 * only page without the bits of a file and of a single owner, other than those shared after a
 * fork; so only a page of zeros can be mistaken for it, and smaps says how many of those count.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/bits.h>
#include <linux/minmax.h>

#include "sim/data/pid.h"

/* Bits of a pagemap entry. */
#define PAGEMAP_PRESENT	  BIT(63)
#define PAGEMAP_SWAPPED	  BIT(62)
#define PAGEMAP_FILE	  BIT(61) /* or shared memory */
#define PAGEMAP_EXCLUSIVE BIT(56)

/* Categories of PAGEMAP_SCAN. */
#define SCAN_FILE    BIT(2)
#define SCAN_PRESENT BIT(3)
#define SCAN_SWAPPED BIT(4)
#define SCAN_ZERO    BIT(5)
#define SCAN_HUGE    BIT(6)

/** struct scan_region - an answer of PAGEMAP_SCAN */
struct scan_region {
	u64 start;
	u64 end;
	u64 categories;
};

/** struct scan_question - what PAGEMAP_SCAN is asked; headers before 6.7 have none of this */
struct scan_question {
	u64 size;
	u64 flags;
	u64 start;
	u64 end;
	u64 walk_end;
	u64 vec;
	u64 vec_len;
	u64 max_pages;
	u64 category_inverted;
	u64 category_mask;
	u64 category_anyof_mask;
	u64 return_mask;
};

#define PAGEMAP_SCAN _IOWR('f', 16, struct scan_question)

int pid_map_open(struct pid_map *map, const struct pid_task *task, struct sim_message *msg)
{
	int smaps = openat(task->dir, "smaps", O_RDONLY | O_CLOEXEC), err;

	map->pagemap = smaps < 0 ? -1 : openat(task->dir, "pagemap", O_RDONLY | O_CLOEXEC);
	if (map->pagemap >= 0)
		map->smaps = fdopen(smaps, "r");
	if (!map->smaps) {
		err = errno;
		goto close;
	}
	map->host_bytes = (u64)sysconf(_SC_PAGESIZE);
	map->scans = true; /* until it does not */
	return 0;

close:
	if (map->pagemap >= 0)
		close(map->pagemap);
	if (smaps >= 0)
		close(smaps);
	if (err == ENOENT)
		return sim_fail(msg, -ENOTSUP,
				"pid:%u: this system does not tell which pages of a process are in "
				"use (CONFIG_PROC_PAGE_MONITOR); name other data",
				task->pid);
	return pid_refused(task, err, msg);
}

void pid_map_close(struct pid_map *map)
{
	fclose(map->smaps);
	close(map->pagemap);
}

/* A mapping begins with its addresses and ends with its flags. */
bool pid_map_next(struct pid_map *map, struct pid_mapping *mapping)
{
	bool private = false, found = false;
	u64 kib, start, end;
	size_t size = 0;
	char *line = NULL, perms[5];

	while (!found && getline(&line, &size, map->smaps) > 0) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &start, &end, perms) == 3) {
			*mapping = (struct pid_mapping){ .start = start, .end = end };
			private = perms[3] == 'p';
		} else if (sscanf(line, "Anonymous: %" SCNu64, &kib) == 1 ||
			   sscanf(line, "Swap: %" SCNu64, &kib) == 1) {
			mapping->pages += kib * 1024 / map->host_bytes;
		} else if (!strncmp(line, "VmFlags:", 8)) {
			found = private && mapping->pages;
		}
	}
	free(line);
	return found;
}

/* Return: false if this kernel does not know the question. */
static bool scan_runs(struct pid_map *map, u64 *at, u64 end, unsigned int *nr)
{
	struct scan_region regions[PID_REGIONS];
	struct scan_question ask = {
		.size = sizeof(ask),
		.start = *at,
		.end = end,
		.vec = (u64)(uintptr_t)regions,
		.vec_len = PID_REGIONS,
		.category_mask = SCAN_FILE | SCAN_ZERO,
		.category_inverted = SCAN_FILE | SCAN_ZERO,
		.category_anyof_mask = SCAN_PRESENT | SCAN_SWAPPED,
		.return_mask = SCAN_HUGE,
	};
	int ret = ioctl(map->pagemap, PAGEMAP_SCAN, &ask), i;

	if (ret < 0)
		return false;
	for (i = 0; i < ret; i++) {
		/* Before 6.17 the huge zero page is none of zeros. */
		map->runs[i] = (struct pid_run){ regions[i].start, regions[i].end,
						 !(regions[i].categories & SCAN_HUGE) };
	}
	*at = ret == PID_REGIONS ? max(ask.walk_end, regions[ret - 1].end) : end;
	*nr = (unsigned int)ret;
	return true;
}

static bool entry_counts(u64 entry)
{
	return entry & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED) && !(entry & PAGEMAP_FILE);
}

/* What follows @at by the entries of a window. */
static unsigned int window_runs(struct pid_map *map, u64 *at, u64 end)
{
	u64 page = *at / map->host_bytes, i, nr_pages;
	struct pid_run *run = NULL;
	unsigned int nr = 0;
	ssize_t len;

	nr_pages = min(end / map->host_bytes - page, (u64)PID_WINDOW);
	len = pread(map->pagemap, map->window, nr_pages * sizeof(map->window[0]),
		    (off_t)(page * sizeof(map->window[0])));
	nr_pages = len > 0 ? (u64)len / sizeof(map->window[0]) : 0;
	for (i = 0; i < nr_pages; i++) {
		if (!entry_counts(map->window[i])) {
			run = NULL;
			continue;
		}
		if (!run && nr == PID_REGIONS)
			break;
		if (!run) {
			run = &map->runs[nr++];
			*run = (struct pid_run){ .start = (page + i) * map->host_bytes };
		}
		run->end = (page + i + 1) * map->host_bytes;
	}
	*at = nr_pages ? (page + i) * map->host_bytes : end;
	return nr;
}

unsigned int pid_map_runs(struct pid_map *map, u64 *at, u64 end)
{
	unsigned int nr = 0;

	map->scans = map->scans && scan_runs(map, at, end, &nr);
	return map->scans ? nr : window_runs(map, at, end);
}

bool pid_map_owns(const struct pid_map *map, u64 addr)
{
	off_t at = (off_t)(addr / map->host_bytes * sizeof(u64));
	u64 entry;

	return pread(map->pagemap, &entry, sizeof(entry), at) > 0 &&
	       entry & (PAGEMAP_SWAPPED | PAGEMAP_EXCLUSIVE);
}
