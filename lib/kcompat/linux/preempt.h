/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: narrowed. Between disable and enable no other thread with the same CPU id is inside
 * such a section, wherever the host runs it. The thread itself may lose the host CPU.
 */
#ifndef KCOMPAT_LINUX_PREEMPT_H
#define KCOMPAT_LINUX_PREEMPT_H

#include <linux/atomic.h>
#include <linux/compiler.h>

#include <kc_task.h>

/** preempt_disable() - exclude other threads on this CPU; nests */
static __always_inline void preempt_disable(void)
{
	struct kc_cpu *c = kc_task.vcpu;

	/* Constants rather than ++ and --: no chain of store-to-load forwards from call to call. */
	if (unlikely(kc_task.depth)) {
		kc_task.depth++;
		return;
	}
	kc_task.depth = 1;
	if (likely(kc_task.biased)) {
		/* Pairs with the heavy barrier of kc_preempt_enter(); see kc_task.h. */
		WRITE_ONCE(c->in, 1);
		barrier();
		if (likely(!smp_load_acquire(&c->revoked)))
			return;
	}
	kc_preempt_enter();
}

/** preempt_enable() - end what preempt_disable() began */
static __always_inline void preempt_enable(void)
{
	if (unlikely(kc_task.depth != 1)) {
		kc_task.depth--;
		return;
	}
	kc_task.depth = 0;
	if (likely(!kc_task.locked))
		smp_store_release(&kc_task.vcpu->in, 0);
	else
		kc_preempt_leave();
}

/**
 * kc_preempt_try() - preempt_disable() if that needs no call: outermost, by the bias
 *
 * For functions so short that saving registers around a call would cost more than they do.
 *
 * Return:	true: end with kc_preempt_done(). False: nothing was done.
 */
static __always_inline bool kc_preempt_try(void)
{
	struct kc_cpu *c = kc_task.vcpu;

	if (unlikely(kc_task.depth || !kc_task.biased))
		return false;
	kc_task.depth = 1;
	WRITE_ONCE(c->in, 1);
	barrier();
	if (likely(!smp_load_acquire(&c->revoked)))
		return true;
	smp_store_release(&c->in, 0);
	kc_task.depth = 0;
	return false;
}

/** kc_preempt_done() - end what a successful kc_preempt_try() began */
static __always_inline void kc_preempt_done(void)
{
	kc_task.depth = 0;
	smp_store_release(&kc_task.vcpu->in, 0);
}

/** preempt_count() - nesting depth, 0 where sleeping is allowed */
static inline unsigned int preempt_count(void)
{
	return kc_task.depth;
}

#endif
