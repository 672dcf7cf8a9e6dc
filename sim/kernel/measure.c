// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/kernel/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/minmax.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "port.h"
#include "sim/data/data.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

enum {
	PAGEOUT_TRIES = 8, /* pages on their way to a list of the kernel's are passed over */
	PAGEMAP_ENTRIES = 4096,
	WRITE_BYTES = 1 << 20,
	SWAP_SLACK_BYTES = 32 << 20, /* clusters that processes have begun */
	CLUSTERS_BYTES = 4 << 20,    /* two of 512 slots */
	SWAP_CACHE_SLOTS = 64, /* freed ones that a CPU of 6.1 to 6.12 keeps before it notifies */
};

/* Source: Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_PRESENT (1ull << 63)
#define PAGEMAP_SWAPPED (1ull << 62)

const char *const kernel_data_names[KERNEL_NR_DATA] = { "anon", "rfc", "same", "zero" };

/**
 * struct job_ctx - what a child works on
 * @bench:	common part
 * @arm:	what is measured
 * @before:	the device when all are prepared, for the parent
 * @map:	mapping of this child
 * @fd:		device, opened by this child
 */
struct job_ctx {
	struct kernel_bench *bench;
	const struct kernel_arm *arm;
	struct kernel_device_stat before;
	char *map;
	int fd;
};

void kernel_page(enum kernel_data data, uint64_t seed, uint64_t n, void *page, size_t page_bytes)
{
	struct sim_source source = { .page_bytes = (u32)page_bytes, .seed = seed };
	uint64_t *words = page;
	size_t i;

	switch (data) {
	case KERNEL_ANON:
		sim_source_anon.page(&source, (u32)n, page);
		break;
	case KERNEL_RFC:
		sim_source_rfc.page(&source, (u32)n, page);
		break;
	default:
		for (i = 0; i < page_bytes / sizeof(*words); i++)
			words[i] = data == KERNEL_SAME ? n + 1 : 0;
	}
}

void kernel_sample_of(const struct crew_member *members, unsigned int nr,
		      struct kernel_sample *sample)
{
	uint64_t start = UINT64_MAX, end = 0, cpu = 0, slots = 0;
	unsigned int i;

	sample->disturbed = false;
	for (i = 0; i < nr; i++) {
		start = members[i].start_ns < start ? members[i].start_ns : start;
		end = members[i].end_ns > end ? members[i].end_ns : end;
		cpu += members[i].cpu_ns;
		slots += members[i].slots;
		sample->disturbed |= members[i].disturbed;
	}
	sample->ns_per_slot = (double)(end - start) * nr / (double)slots;
	sample->cpu_ns_per_slot = (double)cpu / (double)slots;
}

/* Pages of the mapping that are swapped out, by the kernel's own account. */
static int64_t swapped_pages(const char *map, uint64_t bytes)
{
	static uint64_t entries[PAGEMAP_ENTRIES];
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	uint64_t page = (uintptr_t)map / page_bytes;
	uint64_t left = bytes / page_bytes;
	int64_t swapped = 0;
	ssize_t len;
	ssize_t i;
	int fd;

	fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (left) {
		len = pread(fd, entries,
			    (left < PAGEMAP_ENTRIES ? left : PAGEMAP_ENTRIES) * sizeof(entries[0]),
			    (off_t)(page * sizeof(entries[0])));
		if (len <= 0) {
			swapped = -EIO;
			break;
		}
		len /= (ssize_t)sizeof(entries[0]);
		for (i = 0; i < len; i++)
			swapped += (entries[i] & PAGEMAP_SWAPPED) &&
				   !(entries[i] & PAGEMAP_PRESENT);
		page += (uint64_t)len;
		left -= (uint64_t)len;
	}
	close(fd);
	return swapped;
}

static int swap_out(char *map, uint64_t bytes, uint64_t *slots, struct sim_message *msg)
{
	uint64_t nr = bytes / (uint64_t)sysconf(_SC_PAGESIZE);
	int64_t swapped = 0;
	unsigned int i;

	for (i = 0; i < PAGEOUT_TRIES && swapped < (int64_t)nr; i++) {
		if (madvise(map, bytes, MADV_PAGEOUT))
			return sim_fail(msg, -errno, "madvise(MADV_PAGEOUT) failed: %s",
					strerror(errno));
		swapped = swapped_pages(map, bytes);
		if (swapped < 0)
			return sim_fail(msg, (int)swapped, "/proc/self/pagemap cannot be read: %s",
					strerror((int)-swapped));
	}
	if (swapped < (int64_t)nr)
		return sim_fail(msg, -EIO,
				"the kernel swapped only %lld of %llu pages out: is there a limit "
				"on swap for this cgroup?",
				(long long)swapped, (unsigned long long)nr);
	*slots = nr;
	return 0;
}

/*
 * Since 6.18 a CPU goes on in the cluster it used last, whatever the priorities. Where there is
 * other swap, that cluster is used up first, by pages that nobody needs.
 */
static void leave_other_swap(const struct kernel_device *dev)
{
	char other[64], *map;
	uint64_t slots;

	kernel_device_other_swap(dev, other, sizeof(other));
	if (!*other)
		return;
	map = mmap(NULL, CLUSTERS_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		   0);
	if (map == MAP_FAILED)
		return;
	madvise(map, CLUSTERS_BYTES, MADV_NOHUGEPAGE);
	memset(map, 1, CLUSTERS_BYTES);
	swap_out(map, CLUSTERS_BYTES, &slots, &(struct sim_message){ 0 });
	munmap(map, CLUSTERS_BYTES);
}

static int munmap_prepare(const struct crew_job *job, struct crew_member *member,
			  struct sim_message *msg)
{
	struct job_ctx *ctx = job->ctx;
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	uint64_t bytes = ctx->bench->bytes, at;

	ctx->map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (ctx->map == MAP_FAILED)
		return sim_fail(msg, -errno, "no memory: %s", strerror(errno));
	/* The experiment is about 4 KiB slots; kernels without huge pages refuse, which is fine. */
	madvise(ctx->map, bytes, MADV_NOHUGEPAGE);
	leave_other_swap(&ctx->bench->dev);
	for (at = 0; at < bytes; at += page_bytes)
		kernel_page(ctx->arm->data, ctx->bench->seed, at / page_bytes, ctx->map + at,
			    page_bytes);
	return swap_out(ctx->map, bytes, &member->slots, msg);
}

static int munmap_act(const struct crew_job *job, struct crew_member *member,
		      struct sim_message *msg)
{
	struct job_ctx *ctx = job->ctx;
	int err;

	crew_start(member);
	err = munmap(ctx->map, ctx->bench->bytes);
	crew_stop(member);
	return err ? sim_fail(msg, -errno, "munmap failed: %s", strerror(errno)) : 0;
}

/* O_DIRECT: no page of the device stays in the page cache, where a discard would find it. */
static int discard_prepare(const struct crew_job *job, struct crew_member *member,
			   struct sim_message *msg)
{
	struct job_ctx *ctx = job->ctx;
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE), in, len;
	uint64_t bytes = ctx->bench->bytes, at;
	char *buffer = aligned_alloc(page_bytes, WRITE_BYTES);

	if (!buffer)
		return sim_fail(msg, -ENOMEM, "no memory for a buffer");
	ctx->fd = open(ctx->bench->dev.dev_path, O_RDWR | O_DIRECT | O_CLOEXEC);
	if (ctx->fd < 0)
		return sim_fail(msg, -errno, "%s cannot be opened: %s", ctx->bench->dev.dev_path,
				strerror(errno));
	for (at = 0; at < bytes; at += len) {
		len = (size_t)min(bytes - at, (uint64_t)WRITE_BYTES);
		for (in = 0; in < len; in += page_bytes)
			kernel_page(ctx->arm->data, ctx->bench->seed, (at + in) / page_bytes,
				    buffer + in, page_bytes);
		if (pwrite(ctx->fd, buffer, len, (off_t)at) != (ssize_t)len)
			return sim_fail(msg, -EIO, "%s cannot be written: %s",
					ctx->bench->dev.dev_path, strerror(errno));
	}
	free(buffer);
	member->slots = bytes / page_bytes;
	return 0;
}

static int discard_act(const struct crew_job *job, struct crew_member *member,
		       struct sim_message *msg)
{
	struct job_ctx *ctx = job->ctx;
	uint64_t range[2] = { 0, ctx->bench->bytes };
	int err;

	crew_start(member);
	err = ioctl(ctx->fd, BLKDISCARD, range);
	crew_stop(member);
	return err ? sim_fail(msg, -errno, "BLKDISCARD failed: %s", strerror(errno)) : 0;
}

static int look_before(const struct crew_job *job, struct sim_message *msg)
{
	struct job_ctx *ctx = job->ctx;

	if (kernel_device_stat(&ctx->bench->dev, &ctx->before))
		return sim_fail(msg, -EIO, "%s does not tell its statistics", ctx->bench->dev.name);
	return 0;
}

/* What was measured must have been what it was meant to be. */
static int check_sample(const struct kernel_bench *bench, const struct kernel_arm *arm,
			const struct crew_member *members, const struct kernel_sample *sample,
			struct sim_message *msg)
{
	uint64_t notified = sample->after.notify_free - sample->before.notify_free;
	uint64_t slots = 0;
	char other[64];
	unsigned int i;

	for (i = 0; i < arm->procs; i++)
		slots += members[i].slots;
	if (notified + (uint64_t)SWAP_CACHE_SLOTS * kc_nr_host_cpus() >= slots)
		return 0;
	kernel_device_other_swap(&bench->dev, other, sizeof(other));
	return sim_fail(msg, -EIO, "zram was told of %llu freed slots out of %llu: %s%s%s",
			(unsigned long long)notified, (unsigned long long)slots,
			*other ? "the others were on " : "did swap go elsewhere?", other,
			*other ? ", which is swap, too; 'swapoff' it meanwhile" : "");
}

int kernel_measure(struct kernel_bench *bench, const struct kernel_arm *arm,
		   struct kernel_sample *sample, struct sim_message *msg)
{
	struct job_ctx ctx = { .bench = bench, .arm = arm };
	struct crew_job job = { .ctx = &ctx,
				.pin = true,
				.first_cpu = bench->first_cpu,
				.noise = &bench->noise,
				.stop = bench->stop,
				.ready = look_before };
	struct crew_member members[CREW_MAX];
	bool swap = arm->work == KERNEL_MUNMAP;
	uint64_t bytes = bench->bytes * arm->procs + (swap ? SWAP_SLACK_BYTES : 0);
	int err, end;

	job.prepare = swap ? munmap_prepare : discard_prepare;
	job.act = swap ? munmap_act : discard_act;
	memset(sample, 0, sizeof(*sample));
	err = kernel_device_begin(&bench->dev, bytes, msg);
	if (err)
		return err;
	if (swap)
		err = kernel_device_swap_on(&bench->dev, bytes, msg);
	if (!err)
		err = crew_run(&job, arm->procs, members, msg);
	if (!err) {
		kernel_sample_of(members, arm->procs, sample);
		sample->before = ctx.before;
		err = kernel_device_stat(&bench->dev, &sample->after);
	}
	if (!err)
		err = check_sample(bench, arm, members, sample, msg);
	end = kernel_device_end(&bench->dev, err ? &(struct sim_message){ 0 } : msg);
	return err ? err : end;
}
