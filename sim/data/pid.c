// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * pid: the anonymous memory of a live process: a snapshot of the pages it has written, present or
 * swapped. Nothing in the process is stopped or changed, but that swapped pages are brought in.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/math.h>
#include <linux/minmax.h>

#include "sim/data/data.h"
#include "sim/data/pid.h"

enum {
	PID_FIRST_PAGES = 1024, /* of the snapshot; it doubles as it fills */
};

/**
 * struct pid_reader - a process whose memory is being read
 * @source:	where it goes
 * @task:	task it is read through
 * @map:	which pages count
 * @mem:	/proc/PID/mem
 * @is_self:	the program reads its own memory
 * @room:	pages the snapshot has room for
 * @counted:	pages of the mapping in the snapshot
 * @zeros:	pages of zeros of the mapping that may be the zero page
 * @gone:	the memory is no more
 */
struct pid_reader {
	struct sim_source *source;
	struct pid_task task;
	struct pid_map map;
	int mem;
	bool is_self;
	u32 room;
	u64 counted;
	u64 zeros;
	bool gone;
};

static u8 *page_at(const struct sim_source *source, u32 i)
{
	return source->raw + (size_t)i * source->page_bytes;
}

static int reader_grow(struct pid_reader *reader, struct sim_message *msg)
{
	struct sim_source *source = reader->source;
	u32 room = min(max(reader->room * 2, (u32)PID_FIRST_PAGES), source->nr_wanted);
	u8 *raw = realloc(source->raw, (size_t)room * source->page_bytes);

	if (!raw)
		return sim_fail(msg, -ENOMEM, "pid:%u: not enough memory for %u of its pages",
				reader->task.pid, room);
	source->raw = raw;
	reader->room = room;
	return 0;
}

/* Is it in the snapshot itself? */
static bool in_snapshot(const struct pid_reader *reader, u64 addr)
{
	u64 start = (uintptr_t)reader->source->raw;

	return reader->is_self && addr + reader->source->page_bytes > start &&
	       addr < start + (u64)reader->room * reader->source->page_bytes;
}

static bool all_zeros(const u8 *page, u32 page_bytes)
{
	return !page[0] && !memcmp(page, page + 1, page_bytes - 1);
}

/* Read a page behind the last one of the snapshot, and count it if it is the process's. */
static int read_page(struct pid_reader *reader, u64 addr, bool sure, struct sim_message *msg)
{
	struct sim_source *source = reader->source;
	u8 *page = page_at(source, source->nr);
	ssize_t ret = pread(reader->mem, page, source->page_bytes, (off_t)addr);

	if (!ret || (ret < 0 && errno == ESRCH)) {
		reader->gone = true;
		return 0;
	}
	/* Unmapped meanwhile, or a mark that shows as swapped. */
	if (ret < 0 && (errno == EIO || errno == EFAULT))
		return 0;
	if (ret < 0)
		return pid_refused(&reader->task, errno, msg);
	if (ret != (ssize_t)source->page_bytes)
		return 0;
	if (!sure && all_zeros(page, source->page_bytes) && !pid_map_owns(&reader->map, addr)) {
		reader->zeros++;
		return 0;
	}
	reader->counted++;
	source->nr++;
	return 0;
}

static bool reader_stopped(const struct pid_reader *reader)
{
	return reader->source->stop && __atomic_load_n(reader->source->stop, __ATOMIC_RELAXED);
}

static bool reader_done(const struct pid_reader *reader)
{
	return reader->gone || reader_stopped(reader) ||
	       reader->source->nr == reader->source->nr_wanted;
}

static int read_run(struct pid_reader *reader, const struct pid_run *run, struct sim_message *msg)
{
	u32 page_bytes = reader->source->page_bytes;
	u64 addr = roundup(run->start, (u64)page_bytes);
	int err = 0;

	for (; !err && addr + page_bytes <= run->end && !reader_done(reader); addr += page_bytes) {
		if (reader->source->nr == reader->room)
			err = reader_grow(reader, msg);
		if (!err && !in_snapshot(reader, addr))
			err = read_page(reader, addr, run->sure, msg);
	}
	return err;
}

/* Of the doubtful zeros as many are the process's as are lacking to what smaps says. */
static int add_zeros(struct pid_reader *reader, const struct pid_mapping *mapping,
		     struct sim_message *msg)
{
	struct sim_source *source = reader->source;
	u64 pages = mapping->pages * reader->map.host_bytes / source->page_bytes;
	u64 nr = min(reader->zeros, pages - min(pages, reader->counted));
	int err = 0;

	for (; nr && !err && source->nr < source->nr_wanted; nr--) {
		if (source->nr == reader->room)
			err = reader_grow(reader, msg);
		if (!err)
			memset(page_at(source, source->nr++), 0, source->page_bytes);
	}
	return err;
}

static int read_mapping(struct pid_reader *reader, const struct pid_mapping *mapping,
			struct sim_message *msg)
{
	u64 at = mapping->start;
	unsigned int nr, i;
	int err = 0;

	reader->counted = 0;
	reader->zeros = 0;
	while (!err && at < mapping->end && !reader_done(reader)) {
		nr = pid_map_runs(&reader->map, &at, mapping->end);
		for (i = 0; i < nr && !err; i++)
			err = read_run(reader, &reader->map.runs[i], msg);
	}
	return err ? err : add_zeros(reader, mapping, msg);
}

static void take_note(struct pid_reader *reader)
{
	struct sim_source *source = reader->source;
	const struct pid_task *task = &reader->task;

	if (reader->gone)
		snprintf(source->note, sizeof(source->note),
			 "process %u ended, or ran another program, while it was read: the data "
			 "are its first %u page%s",
			 task->process, source->nr, sim_plural(source->nr, "s"));
	else if (task->process != task->pid)
		snprintf(source->note, sizeof(source->note),
			 "%u is a thread of process %u, whose memory is read", task->pid,
			 task->process);
}

static int read_memory(struct pid_reader *reader, struct sim_message *msg)
{
	struct pid_mapping mapping;
	int err = 0;

	while (!err && !reader_done(reader) && pid_map_next(&reader->map, &mapping))
		err = read_mapping(reader, &mapping, msg);
	if (err)
		return err;
	if (reader_stopped(reader))
		return sim_fail(msg, -EINTR, "interrupted while the data were prepared");
	if (!reader->source->nr && reader->gone)
		return pid_refused(&reader->task, ESRCH, msg);
	if (!reader->source->nr)
		return sim_fail(msg, -EINVAL,
				"pid:%u: has no page of anonymous memory that can be read; name "
				"another process",
				reader->task.pid);
	take_note(reader);
	return 0;
}

static int open_memory(struct pid_reader *reader, struct sim_message *msg)
{
	int err = pid_map_open(&reader->map, &reader->task, msg);

	if (err)
		return err;
	reader->mem = openat(reader->task.dir, "mem", O_RDONLY | O_CLOEXEC);
	if (reader->mem < 0) {
		err = pid_refused(&reader->task, errno, msg);
	} else {
		err = read_memory(reader, msg);
		close(reader->mem);
	}
	pid_map_close(&reader->map);
	return err;
}

static int pid_open(struct sim_source *source, const char *arg, struct sim_message *msg)
{
	struct pid_reader *reader;
	unsigned long pid;
	char *end;
	int err;

	errno = 0;
	pid = strtoul(arg, &end, 10);
	if (errno || *end || arg[0] < '0' || arg[0] > '9' || !pid || pid > INT32_MAX)
		return sim_fail(msg, -EINVAL,
				"pid:%s: is not a process id, give a number as in "
				"pid:1234",
				arg);
	reader = calloc(1, sizeof(*reader));
	if (!reader)
		return sim_fail(msg, -ENOMEM, "pid:%lu: not enough memory to read it", pid);
	reader->source = source;
	err = pid_task_open(&reader->task, (unsigned int)pid, msg);
	if (!err) {
		reader->is_self = reader->task.process == (unsigned int)getpid();
		err = open_memory(reader, msg);
		pid_task_close(&reader->task);
	}
	free(reader);
	return err;
}

static void pid_page(const struct sim_source *source, u32 i, void *page)
{
	memcpy(page, page_at(source, i), source->page_bytes);
}

const struct sim_source_ops sim_source_pid = {
	.name = "pid",
	.argument = "PID",
	.open = pid_open,
	.page = pid_page,
};
