/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * clock: what a cycle of kc_cycles() is worth, and what reading a clock costs. Each is measured at
 * its first use and kept for the life of the process: they are properties of the machine.
 */
#ifndef KCOMPAT_CLOCK_H
#define KCOMPAT_CLOCK_H

/**
 * kc_cycle_ns() - nanoseconds per cycle of kc_cycles()
 *
 * Context:	process; the first call takes some milliseconds, unless the process is older.
 */
double kc_cycle_ns(void);

/**
 * kc_now_cost_ns() - what an interval measured by two calls of kc_now_ns() is too long by
 *
 * The median of many empty intervals.
 *
 * Context:	process; the first call takes some microseconds.
 */
double kc_now_cost_ns(void);

#endif
