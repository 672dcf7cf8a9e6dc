/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * costs: what is measured, one by one.
 *
 * Memory and instructions (chase.c) are those of the calling thread's CPU, which is pinned; what
 * two CPUs cost each other (pingpong.c) is found by two threads that take turns; the system and the
 * compressors charge for pages (prices.c).
 */
#ifndef SIM_CALIBRATE_COSTS_H
#define SIM_CALIBRATE_COSTS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * cal_chase_ns() - latency of a dependent load
 * @bytes:	of memory that is gone through in random order, line by line
 * Return:	ns, that of the quiet ones of many short rounds; 0 without memory.
 */
double cal_chase_ns(size_t bytes);

/**
 * cal_memory_ns() - latency of a dependent load, and what remains of it when there is other work
 * @bytes:	of memory, as above
 * @pair_ns:	set to the latter: ns per load, what the work takes alone taken away
 *
 * There the loads come as pairs of dependent ones, each pair followed by 16 dependent additions and
 * independent of the next: about what a free does, which looks up one thing by another and then
 * counts. What out-of-order execution can hide, it hides.
 *
 * Return:	ns, 0 without memory.
 */
double cal_memory_ns(size_t bytes, double *pair_ns);

/** cal_clock_mhz() - clock, from a chain of dependent additions */
double cal_clock_mhz(void);

/** cal_rmw_ns() - an atomic addition to a line in L1 */
double cal_rmw_ns(void);

/** cal_fence_ns() - a full barrier */
double cal_fence_ns(void);

/**
 * cal_transfer_ns() - a cache line from one CPU to another
 * @a, @b:	CPUs of the host
 *
 * A turn costs two transfers: the reader gets the line that was written, and takes it away from
 * the writer to write itself.
 *
 * Return:	ns per transfer, the least of several rounds; 0 if the CPUs cannot be had.
 */
double cal_transfer_ns(unsigned int a, unsigned int b);

/**
 * cal_wake_ns() - from waking a thread until it runs
 * @a, @b:	CPUs of the host; the same one: it has to be switched to
 * Return:	as above.
 */
double cal_wake_ns(unsigned int a, unsigned int b);

/** cal_fault_ns() - first read of a page of anonymous memory; ns, 0 without memory */
double cal_fault_ns(void);

/**
 * cal_compressor_ns() - what a compressor takes for pages as the data source "anon" has them
 * @name:	"lz4", …
 * @compress:	ns per KiB of uncompressed data, median over the pages; 0: not in this build
 * @decompress:	the same back
 * Return:	was it measured?
 */
bool cal_compressor_ns(const char *name, double *compress, double *decompress);

#endif
