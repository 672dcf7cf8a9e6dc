/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* chase: what memory and instructions cost one CPU: the calling thread's, which is pinned. */
#ifndef SIM_CALIBRATE_CHASE_H
#define SIM_CALIBRATE_CHASE_H

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

#endif
