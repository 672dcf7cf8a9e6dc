/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * pid: what /proc tells of a live process, for the source of that name.
 *
 * A page counts as in RssAnon: the process, or one it was forked from, has written it. Pages that
 * were read and never written are mappings of the kernel's zero page and do not count; written
 * zeros do. Swapped pages count besides.
 *
 * Source: proc(5); Documentation/admin-guide/mm/pagemap.rst of Linux 7.1.
 */
#ifndef SIM_DATA_PID_H
#define SIM_DATA_PID_H

#include <stdio.h>

#include <linux/types.h>

#include "sim/message.h"

enum {
	PID_WINDOW = 8192, /* pagemap entries read at a time */
	PID_REGIONS = 256, /* stretches asked for at a time */
};

/**
 * struct pid_task - a task to look through
 * @pid:	as the user named it
 * @process:	the process it belongs to
 * @dir:	its folder in /proc, open: another one that gets its number later is not seen
 */
struct pid_task {
	unsigned int pid;
	unsigned int process;
	int dir;
};

/**
 * pid_task_open() - find a task with memory
 * @task:	filled in
 * @pid:	a process or one of its threads; if it has ended, a thread of it that runs is taken
 * @msg:	receives a sentence if there is none
 * Return:	0; -ESRCH no such process, or it has ended; -EINVAL a thread of the kernel; -EACCES.
 */
int pid_task_open(struct pid_task *task, unsigned int pid, struct sim_message *msg);

/** pid_task_close() - close its folder. @task: opened */
void pid_task_close(struct pid_task *task);

/** pid_refused() - say why its memory cannot be read. @err: errno, Return: negative errno */
int pid_refused(const struct pid_task *task, int err, struct sim_message *msg);

/**
 * struct pid_mapping - a mapping
 * @start:	first address
 * @end:	behind the last one
 * @pages:	pages of the host that count, as of when it was listed
 */
struct pid_mapping {
	u64 start;
	u64 end;
	u64 pages;
};

/** struct pid_run - addresses whose pages may count; @sure: they do, whatever is in them */
struct pid_run {
	u64 start;
	u64 end;
	bool sure;
};

/**
 * struct pid_map - which pages of a process count
 * @smaps:	/proc/PID/smaps, at the mapping after the last one told
 * @pagemap:	/proc/PID/pagemap
 * @host_bytes:	page size of the host
 * @scans:	pagemap answers PAGEMAP_SCAN
 * @window:	entries read last
 * @runs:	stretches told last
 */
struct pid_map {
	FILE *smaps;
	int pagemap;
	u64 host_bytes;
	bool scans;
	u64 window[PID_WINDOW];
	struct pid_run runs[PID_REGIONS];
};

/**
 * pid_map_open() - begin with the first mapping
 * @map:	zeroed
 * @task:	opened
 * @msg:	receives a sentence on failure
 * Return:	0; -ENOTSUP if the kernel does not tell; -EACCES, -ESRCH.
 */
int pid_map_open(struct pid_map *map, const struct pid_task *task, struct sim_message *msg);

/** pid_map_close() - close what pid_map_open() opened. @map: opened */
void pid_map_close(struct pid_map *map);

/**
 * pid_map_next() - the next private mapping with a page that counts
 * @map:	opened
 * @mapping:	filled in
 * Return:	false if there is none, or the process has ended.
 */
bool pid_map_next(struct pid_map *map, struct pid_mapping *mapping);

/**
 * pid_map_runs() - stretches of pages that may count
 * @map:	opened
 * @at:		from here on; moved to where the next call goes on, at most to @end
 * @end:	end of the mapping
 * Return:	entries filled in in @map->runs, 0 to PID_REGIONS.
 */
unsigned int pid_map_runs(struct pid_map *map, u64 *at, u64 end);

/**
 * pid_map_owns() - is a page of zeros in a run that is not sure known to count?
 * @map:	opened
 * @addr:	of the page
 * Return:	false if the zero page, too, would look as it does.
 */
bool pid_map_owns(const struct pid_map *map, u64 addr);

#endif
