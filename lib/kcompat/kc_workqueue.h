/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* kc_workqueue: what a measurement wants of a work queue, and the kernel's have not. */
#ifndef KCOMPAT_KC_WORKQUEUE_H
#define KCOMPAT_KC_WORKQUEUE_H

#include <linux/types.h>

struct workqueue_struct;

/** workqueue_cpu_ns() - CPU time all threads of the queue have used so far. */
u64 workqueue_cpu_ns(struct workqueue_struct *wq);

/**
 * workqueue_set_host_cpu() - keep all its threads on one CPU of the host, -1 any.
 * Return:	0, or what the system says: -EINVAL, -EPERM, …
 */
int workqueue_set_host_cpu(struct workqueue_struct *wq, int host_cpu);

/**
 * workqueue_set_nice() - set the nice value of its workers, those still to come included.
 * @wq:		queue
 * @nice:	-20 to 19; workers have that of whoever made the queue until this is called
 *
 * The thread that fires timers keeps its own, as in the kernel, where that is an interrupt.
 *
 * Context:	process, may sleep; one caller at a time.
 * Return:	0, -EINVAL, or what the system says to a value that low: -EACCES or -EPERM.
 */
int workqueue_set_nice(struct workqueue_struct *wq, int nice);

/**
 * workqueue_set_delay() - keep a worker off its processor each time it is woken.
 * @wq:		queue
 * @delay_us:	for so long, 0 not at all; delays under way end
 *
 * Models a worker that could run but gets no processor. What it was woken for stays queued
 * meanwhile: it can be cancelled, and a flush waits for it. A worker that finds more to do once it
 * runs does it without another delay. destroy_workqueue() ends all delays.
 *
 * Context:	any.
 */
void workqueue_set_delay(struct workqueue_struct *wq, u32 delay_us);

#endif
