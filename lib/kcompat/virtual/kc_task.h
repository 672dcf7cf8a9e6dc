/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * kc_task, virtual: the task that runs now. A CPU runs one task at a time, and gives it up only
 * where preemption is enabled, so a count is all preempt_disable() needs.
 */
#ifndef KCOMPAT_KC_TASK_H
#define KCOMPAT_KC_TASK_H

#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include <kc_unseen.h>

struct kc_recording;
struct mem_account;

/**
 * struct kc_virtual_state - a task
 * @cpu:	it runs on
 * @depth:	nesting of preempt_disable() and of spinlocks
 * @rcu:	nesting of RCU read-side sections
 * @rcu_ended:	read-side sections that have ended
 * @account:	who pays for its allocations, NULL the root account
 * @recording:	of its phases, NULL unless it records
 * @forget_recording: for a task that ends while it records, as no task does here
 */
struct kc_virtual_state {
	unsigned int cpu;
	unsigned int depth;
	unsigned int rcu;
	unsigned int rcu_ended;
	struct mem_account *account;
	struct kc_recording *recording;
	void (*forget_recording)(void);
};

/* Set by the machine on every switch. */
extern struct kc_virtual_state *kc_virtual_task __attribute__((visibility("hidden")));

/* A register of the CPU has it. */
#define kc_task (*kc_unseen(kc_virtual_task))

/** kc_this_cpu() - CPU the task runs on. Unseen: that is a register, too. */
static inline __kc_unseen unsigned int kc_this_cpu(void)
{
	return kc_virtual_task->cpu;
}

/** kc_depth_add() - nest deeper, or less. @n: so much. Unseen: a kernel may not even count. */
static inline __kc_unseen void kc_depth_add(unsigned int n)
{
	kc_virtual_task->depth += n;
}

/** kc_depth() - nesting of preempt_disable() and of spinlocks. Unseen as well. */
static inline __kc_unseen unsigned int kc_depth(void)
{
	return kc_virtual_task->depth;
}

/** kc_task_visit() - go on on another CPU */
void kc_task_visit(unsigned int cpu);

/** kc_current() - the task that runs now */
static inline struct kc_virtual_state *kc_current(void)
{
	return &kc_task;
}

#endif
