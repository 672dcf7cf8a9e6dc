// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * pid: the anonymous memory of a live process: a snapshot of the present or swapped pages of its
 * private mappings without a file. Nothing in the process is stopped or changed.
 *
 * Source: proc(5) for the formats of maps and pagemap.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/bits.h>
#include <linux/minmax.h>

#include "sim/data/data.h"

enum {
	PID_FIRST_PAGES = 1024, /* of the snapshot; it doubles as it fills */
	PID_WINDOW = 8192,	/* pagemap entries read at a time */
};

/* Bits of a pagemap entry. */
#define PAGEMAP_PRESENT BIT(63)
#define PAGEMAP_SWAPPED BIT(62)
#define PAGEMAP_SHARED	BIT(61)

/**
 * struct pid_reader - a process whose memory is being read
 * @pid:	process
 * @maps:	/proc/PID/maps
 * @mem:	/proc/PID/mem
 * @pagemap:	/proc/PID/pagemap, -1: not on this system, all pages count as present
 * @host_bytes:	page size of the host
 * @window:	pagemap entries of pages from @window_first on
 * @window_first: first page of the window
 * @window_nr:	entries in it
 * @room:	pages the snapshot has room for
 * @gone:	the process ended meanwhile
 */
struct pid_reader {
	unsigned int pid;
	FILE *maps;
	int mem;
	int pagemap;
	u64 host_bytes;
	u64 window[PID_WINDOW];
	u64 window_first;
	u64 window_nr;
	u32 room;
	bool gone;
};

static int pid_proc_open(unsigned int pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%u/%s", pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int pid_refused(unsigned int pid, int err, struct sim_message *msg)
{
	if (err == ENOENT || err == ESRCH)
		return sim_fail(msg, -ESRCH,
				"pid:%u: there is no such process; name one that runs, as in "
				"pid:1234",
				pid);
	if (err == EACCES || err == EPERM)
		return sim_fail(
			msg, -EACCES,
			"pid:%u: reading its memory is not permitted; run as root, or as its "
			"owner with /proc/sys/kernel/yama/ptrace_scope set to 0",
			pid);
	return sim_fail(msg, -err, "pid:%u: its memory cannot be read: %s", pid, strerror(err));
}

static int pid_reader_init(struct pid_reader *reader, struct sim_message *msg)
{
	int fd = pid_proc_open(reader->pid, "maps"), err;

	if (fd < 0)
		return pid_refused(reader->pid, errno, msg);
	reader->maps = fdopen(fd, "r");
	if (!reader->maps) {
		err = errno;
		close(fd);
		return pid_refused(reader->pid, err, msg);
	}
	reader->mem = pid_proc_open(reader->pid, "mem");
	if (reader->mem < 0) {
		err = errno;
		fclose(reader->maps);
		return pid_refused(reader->pid, err, msg);
	}
	reader->pagemap = pid_proc_open(reader->pid, "pagemap");
	reader->host_bytes = (u64)sysconf(_SC_PAGESIZE);
	return 0;
}

static void pid_reader_exit(struct pid_reader *reader)
{
	fclose(reader->maps);
	close(reader->mem);
	if (reader->pagemap >= 0)
		close(reader->pagemap);
}

/* Pagemap entry of a page of the host, 0 if it cannot be told. */
static u64 pid_entry(struct pid_reader *reader, u64 page)
{
	ssize_t len;

	if (page - reader->window_first >= reader->window_nr) {
		len = pread(reader->pagemap, reader->window, sizeof(reader->window),
			    (off_t)(page * sizeof(reader->window[0])));
		reader->window_first = page;
		reader->window_nr = len > 0 ? (u64)len / sizeof(reader->window[0]) : 0;
		if (!reader->window_nr)
			return 0;
	}
	return reader->window[page - reader->window_first];
}

/* Has the process touched all of [@addr, @addr + @len) itself? */
static bool pid_present(struct pid_reader *reader, u64 addr, u32 len)
{
	u64 page, entry;

	if (reader->pagemap < 0)
		return true;
	for (page = addr / reader->host_bytes; page * reader->host_bytes < addr + len; page++) {
		entry = pid_entry(reader, page);
		if (!(entry & (PAGEMAP_PRESENT | PAGEMAP_SWAPPED)) || (entry & PAGEMAP_SHARED))
			return false;
	}
	return true;
}

static int pid_grow(struct sim_source *source, struct pid_reader *reader, struct sim_message *msg)
{
	u32 room = min(max(reader->room * 2, (u32)PID_FIRST_PAGES), source->nr_wanted);
	u8 *raw = realloc(source->raw, (size_t)room * source->page_bytes);

	if (!raw)
		return sim_fail(msg, -ENOMEM, "pid:%u: not enough memory for %u of its pages",
				reader->pid, room);
	source->raw = raw;
	reader->room = room;
	return 0;
}

static int pid_read_range(struct sim_source *source, struct pid_reader *reader, u64 start, u64 end,
			  struct sim_message *msg)
{
	u64 addr = (start + source->page_bytes - 1) & ~(u64)(source->page_bytes - 1);
	ssize_t ret;
	int err;

	for (; addr + source->page_bytes <= end && source->nr < source->nr_wanted;
	     addr += source->page_bytes) {
		if (!pid_present(reader, addr, source->page_bytes))
			continue;
		if (source->nr == reader->room) {
			err = pid_grow(source, reader, msg);
			if (err)
				return err;
		}
		ret = pread(reader->mem, source->raw + (size_t)source->nr * source->page_bytes,
			    source->page_bytes, (off_t)addr);
		if (!ret || (ret < 0 && errno == ESRCH)) {
			reader->gone = true; /* its memory is no more */
			return 0;
		}
		if (ret < 0 && errno != EIO && errno != EFAULT)
			return pid_refused(reader->pid, errno, msg);
		if (ret == (ssize_t)source->page_bytes)
			source->nr++;
	}
	return 0;
}

/* A readable private mapping that has no file and is not the kernel's own. */
static bool pid_wanted(const char *line, u64 *start, u64 *end)
{
	char perms[5], name[32] = "";
	u64 inode;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*s %*s %" SCNu64 " %31s", start, end, perms,
		   &inode, name) < 4)
		return false;
	if (perms[0] != 'r' || perms[3] != 'p' || inode)
		return false;
	return strcmp(name, "[vvar]") && strcmp(name, "[vdso]") && strcmp(name, "[vsyscall]") &&
	       strcmp(name, "[vvar_vclock]");
}

static int pid_read(struct sim_source *source, struct pid_reader *reader, struct sim_message *msg)
{
	size_t size = 0;
	char *line = NULL;
	u64 start, end;
	int err = 0;

	while (!err && !reader->gone && source->nr < source->nr_wanted &&
	       getline(&line, &size, reader->maps) > 0) {
		if (pid_wanted(line, &start, &end))
			err = pid_read_range(source, reader, start, end, msg);
	}
	free(line);
	if (err)
		return err;
	if (!source->nr && reader->gone)
		return sim_fail(msg, -ESRCH, "pid:%u: the process ended before it was read",
				reader->pid);
	if (!source->nr)
		return sim_fail(msg, -EINVAL,
				"pid:%u: has no anonymous memory (a kernel thread, or "
				"a process that has just ended)",
				reader->pid);
	if (reader->gone)
		snprintf(source->note, sizeof(source->note),
			 "process %u ended while it was read: the data are its first %u pages",
			 reader->pid, source->nr);
	return 0;
}

static int pid_open(struct sim_source *source, const char *arg, struct sim_message *msg)
{
	struct pid_reader reader = { 0 };
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
	reader.pid = (unsigned int)pid;
	err = pid_reader_init(&reader, msg);
	if (err)
		return err;
	err = pid_read(source, &reader, msg);
	pid_reader_exit(&reader);
	return err;
}

static void pid_page(const struct sim_source *source, u32 i, void *page)
{
	memcpy(page, source->raw + (size_t)i * source->page_bytes, source->page_bytes);
}

const struct sim_source_ops sim_source_pid = {
	.name = "pid",
	.argument = "PID",
	.open = pid_open,
	.page = pid_page,
};
