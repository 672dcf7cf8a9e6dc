/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * measure: one sample of the kernel's cost per slot.
 *
 * munmap: processes fill memory, have it swapped out, check that it is, and unmap it at once.
 * Per slot that is the walk of the page tables, swap's own work, and zram's.
 *
 * discard: pages are written to the device and all of it is discarded with one BLKDISCARD: a
 * loop of slot lock, slot_free(), unlock. It is zram's own cost, without swap. The kernel lets
 * one discard of a device run at a time, so there is one process.
 */
#ifndef SIM_KERNEL_MEASURE_H
#define SIM_KERNEL_MEASURE_H

#include "sim/kernel/crew.h"
#include "sim/kernel/device.h"

/** enum kernel_work - what is timed */
enum kernel_work {
	KERNEL_MUNMAP,
	KERNEL_DISCARD,
};

/** enum kernel_data - what the pages hold */
enum kernel_data {
	KERNEL_ANON, /* as the model's anon */
	KERNEL_RFC,  /* as the model's rfc */
	KERNEL_SAME, /* one word over and over, another in each page: a slot without an object */
	KERNEL_ZERO, /* since 6.12 swap keeps these itself: zram's slot is empty */
	KERNEL_NR_DATA,
};

/** kernel_data_names - by enum kernel_data */
extern const char *const kernel_data_names[KERNEL_NR_DATA];

/**
 * struct kernel_arm - something to be measured
 * @work:	what is timed
 * @data:	content
 * @procs:	processes, 1 for discard
 */
struct kernel_arm {
	enum kernel_work work;
	enum kernel_data data;
	unsigned int procs;
};

/**
 * struct kernel_sample - one measurement
 * @ns_per_slot: from the first begin to the last end, per slot of one process
 * @cpu_ns_per_slot: processor time of all, per slot of all
 * @disturbed:	another task used a core meanwhile
 * @before:	the device, filled
 * @after:	the device after it; both zero for the model
 */
struct kernel_sample {
	double ns_per_slot;
	double cpu_ns_per_slot;
	bool disturbed;
	struct kernel_device_stat before;
	struct kernel_device_stat after;
};

/**
 * struct kernel_bench - what all measurements have in common
 * @dev:	borrowed
 * @bytes:	per process
 * @seed:	of the data
 * @first_cpu:	CPU of the first process; the next ones follow
 * @noise:	what a free core does
 * @stop:	ends everything early when non-zero
 */
struct kernel_bench {
	struct kernel_device dev;
	uint64_t bytes;
	uint64_t seed;
	unsigned int first_cpu;
	struct sim_noise noise;
	const volatile int *stop;
};

/**
 * kernel_page() - content of a page
 * @data:	which
 * @seed:	of the data
 * @n:		page
 * @page:	filled in, page_bytes bytes
 * @page_bytes:	size of a page
 */
void kernel_page(enum kernel_data data, uint64_t seed, uint64_t n, void *page, size_t page_bytes);

/**
 * kernel_measure() - one sample of the kernel, on an empty device
 * @bench:	common part
 * @arm:	what to measure
 * @sample:	filled in
 * @msg:	receives a sentence on failure
 * Return:	0, -EINTR, or a negative errno.
 */
int kernel_measure(struct kernel_bench *bench, const struct kernel_arm *arm,
		   struct kernel_sample *sample, struct sim_message *msg);

/**
 * kernel_sample_of() - put together what the members of a crew tell
 * @members:	[nr]
 * @nr:		processes
 * @sample:	times filled in
 */
void kernel_sample_of(const struct crew_member *members, unsigned int nr,
		      struct kernel_sample *sample);

#endif
