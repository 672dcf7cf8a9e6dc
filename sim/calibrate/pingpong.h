/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* pingpong: what two CPUs cost each other, from two threads that take turns. */
#ifndef SIM_CALIBRATE_PINGPONG_H
#define SIM_CALIBRATE_PINGPONG_H

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

#endif
