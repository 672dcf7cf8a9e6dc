/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * kc_task: what a thread is to the library, and the virtual CPUs threads run on.
 *
 * preempt_disable() is a biased lock of the virtual CPU. Its owner enters by a plain store and a
 * plain load; anyone else first takes the bias away with a process-wide barrier. While the bias
 * is away everybody, the owner included, takes the CPU's spinlock; the owner gets its bias back
 * after KC_REBIAS entries in a row, so that a CPU that is visited often does not pay a barrier
 * per visit. Where the system has no such barrier nobody has a bias.
 *
 * Protocol, with the pairs that order it:
 *   owner:	store in = 1; light barrier; load revoked (acquire)
 *   visitor:	take lock; store revoked = 1; heavy barrier; wait for in == 0 (acquire)
 * light and heavy barrier pair (membarrier), so one of the two sees the other. in = 0 is a
 * release and pairs with the visitor's acquire; the lock orders everything while revoked is set.
 *
 * Exclusion (- none needed, x excluded by the protocol):
 *			owner	visitor
 *	owner		-	x	(one owner per CPU)
 *	visitor		x	x	(the lock)
 */
#ifndef KCOMPAT_KC_TASK_H
#define KCOMPAT_KC_TASK_H

#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct kc_recording;
struct mem_account;

enum {
	KC_REBIAS = 256, /* entries of the owner alone before it gets its bias back */
};

/**
 * struct kc_cpu - a virtual CPU
 * @in:		the owner is inside, entered by its bias
 * @revoked:	the bias is away, @lock decides; written under @lock
 * @lock:	held inside while @revoked
 * @streak:	entries of the owner since the last visitor; under @lock
 * @owned:	some thread is the owner; under the registry's lock
 * @tasks:	threads that have this CPU id; under the registry's lock
 */
struct kc_cpu {
	u32 in;
	u32 revoked;
	raw_spinlock_t lock;
	u32 streak;
	bool owned;
	u32 tasks;
} ____cacheline_aligned;

/**
 * struct kc_task - the calling thread
 * @vcpu:	its virtual CPU, NULL until first needed
 * @cpu:	number of @vcpu
 * @depth:	nesting of preempt_disable()
 * @biased:	it is the owner of @vcpu
 * @locked:	inside by the lock, not by the bias
 * @attached:	registered with RCU and at thread exit
 * @counted:	one of @vcpu's tasks, not a visitor
 * @account:	who pays for its allocations, NULL the root account
 * @recording:	of its phases, NULL unless it records
 * @forget_recording: ends @recording with the task
 */
struct kc_task {
	struct kc_cpu *vcpu;
	unsigned int cpu;
	unsigned int depth;
	bool biased;
	bool locked;
	bool attached;
	bool counted;
	struct mem_account *account;
	struct kc_recording *recording;
	void (*forget_recording)(void);
};

/* "This CPU" and the current task: the one piece of state that cannot be an argument. */
extern __thread struct kc_task kc_task __attribute__((tls_model("initial-exec"), visibility("hidde"
											    "n")));

/** kc_this_cpu() - virtual CPU of the calling thread, which is attached */
static inline unsigned int kc_this_cpu(void)
{
	return kc_task.cpu;
}

/** kc_task_attach() - make the thread known: RCU, exit handler, a virtual CPU */
void kc_task_attach(void);

/** kc_task_visit() - work on a virtual CPU from now on without counting as one of its tasks */
void kc_task_visit(unsigned int cpu);

/** kc_preempt_enter() - enter the virtual CPU where the bias does not help */
void kc_preempt_enter(void);

/** kc_preempt_leave() - leave it after kc_preempt_enter() has locked it */
void kc_preempt_leave(void);

/** kc_current() - the calling thread's task, attached */
static inline struct kc_task *kc_current(void)
{
	if (unlikely(!kc_task.vcpu))
		kc_task_attach();
	return &kc_task;
}

#endif
