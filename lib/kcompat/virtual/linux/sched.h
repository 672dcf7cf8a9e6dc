/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. A task is switched here if its time slice is over. */
#ifndef KCOMPAT_LINUX_SCHED_H
#define KCOMPAT_LINUX_SCHED_H

#include <linux/bug.h>
#include <linux/preempt.h>

/** might_sleep() - stop the process if the caller is in an atomic section */
#define might_sleep() BUG_ON(preempt_count())

/** kc_virtual_resched() - let the task whose turn it is run. Return: 1 if that was another. */
int kc_virtual_resched(void);

/** cond_resched() - a place where the task could be switched. Return: was it? */
static inline int cond_resched(void)
{
	might_sleep();
	return kc_virtual_resched();
}

#endif
