/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: exact as to who runs when. Not kept: interrupts. The count costs nothing: a kernel has
 * it next to a register, or makes none at all. Spinlocks report theirs.
 */
#ifndef KCOMPAT_LINUX_PREEMPT_H
#define KCOMPAT_LINUX_PREEMPT_H

#include <linux/atomic.h>
#include <linux/compiler.h>

#include <kc_task.h>

/** preempt_disable() - keep this CPU; nests */
static __always_inline void preempt_disable(void)
{
	kc_depth_add(1);
	barrier();
}

/** preempt_enable() - end what preempt_disable() began */
static __always_inline void preempt_enable(void)
{
	barrier();
	kc_depth_add(-1U);
}

/** kc_preempt_try() - preempt_disable(). Return: true, end with kc_preempt_done(). */
static __always_inline bool kc_preempt_try(void)
{
	preempt_disable();
	return true;
}

/** kc_preempt_done() - end what kc_preempt_try() began */
static __always_inline void kc_preempt_done(void)
{
	preempt_enable();
}

/** preempt_count() - nesting depth, 0 where sleeping is allowed */
static inline unsigned int preempt_count(void)
{
	return kc_depth();
}

#endif
