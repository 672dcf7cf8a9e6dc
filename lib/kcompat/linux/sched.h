/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: narrowed. The host preempts threads anywhere, so cond_resched() only checks, as on a
 * fully preemptible kernel.
 */
#ifndef KCOMPAT_LINUX_SCHED_H
#define KCOMPAT_LINUX_SCHED_H

#include <linux/bug.h>
#include <linux/preempt.h>

/** might_sleep() - stop the process if the caller is in an atomic section */
#define might_sleep() BUG_ON(preempt_count())

/** cond_resched() - a place where the task could be switched. Return: 0, it was not. */
static inline int cond_resched(void)
{
	might_sleep();
	return 0;
}

#endif
