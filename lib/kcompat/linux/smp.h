/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. A thread keeps its CPU id until it moves itself. */
#ifndef KCOMPAT_LINUX_SMP_H
#define KCOMPAT_LINUX_SMP_H

#include <linux/cpumask.h>
#include <linux/preempt.h>

/** smp_processor_id() - CPU id of the calling thread */
static inline unsigned int smp_processor_id(void)
{
	kc_current();
	return kc_this_cpu();
}

#define raw_smp_processor_id() smp_processor_id()

/** get_cpu() - disable preemption. Return: CPU id of the calling thread. */
static inline unsigned int get_cpu(void)
{
	preempt_disable();
	return kc_this_cpu();
}

/** put_cpu() - end what get_cpu() began */
static inline void put_cpu(void)
{
	preempt_enable();
}

#endif
