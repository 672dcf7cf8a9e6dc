// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Tasks and virtual CPUs. The protocol of the biased lock is in kc_task.h.
 *
 * Lock order: kc_cpu_registry is a leaf; kc_cpu.lock is taken before any lock of a caller of
 * preempt_disable() and never inside the registry.
 */
#include <pthread.h>

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/cpumask.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include <kc_task.h>
#include "port.h"

enum {
	KC_MIN_CPUS = 16,
};

/* Inherent registry: the CPU ids of the process, shared by all who use the library in it. */
unsigned int nr_cpu_ids;
static struct kc_cpu *kc_cpus;
static struct kc_cpu kc_least_cpus[KC_MIN_CPUS]; /* a host without memory loads the library, too */
static DEFINE_RAW_SPINLOCK(kc_cpu_registry);
static bool kc_has_membarrier;
static unsigned int kc_attached; /* threads */
static bool kc_orphan;

__thread struct kc_task kc_task;

/* After kc_remember_cpus(), which has a smaller priority, and before any user's constructor. */
__attribute__((constructor(102))) static void kc_cpu_init(void)
{
	unsigned int cpus = 2 * kc_nr_host_cpus();

	nr_cpu_ids = cpus > KC_MIN_CPUS ? cpus : KC_MIN_CPUS;
	kc_cpus = kc_raw_alloc(nr_cpu_ids * sizeof(*kc_cpus), L1_CACHE_BYTES);
	if (!kc_cpus) {
		nr_cpu_ids = KC_MIN_CPUS;
		kc_cpus = kc_least_cpus;
	}
	kc_has_membarrier = kc_membarrier_init();
}

static void kc_cpu_join(struct kc_task *t, unsigned int cpu)
{
	struct kc_cpu *c = &kc_cpus[cpu];

	t->biased = kc_has_membarrier && !c->owned;
	c->owned |= t->biased;
	c->tasks++;
	t->cpu = cpu;
	t->vcpu = c;
	t->counted = true;
}

static void kc_cpu_leave(struct kc_task *t)
{
	if (t->counted) {
		raw_spin_lock(&kc_cpu_registry);
		t->vcpu->tasks--;
		if (t->biased)
			t->vcpu->owned = false;
		raw_spin_unlock(&kc_cpu_registry);
	}
	t->biased = false;
	t->counted = false;
	t->vcpu = NULL;
}

static void kc_task_exit(void *arg)
{
	struct kc_task *t = arg;

	BUG_ON(t->depth);
	if (t->recording)
		t->forget_recording();
	kc_cpu_leave(t);
	urcu_memb_unregister_thread();
	t->attached = false;
	__atomic_fetch_sub(&kc_attached, 1, __ATOMIC_RELAXED);
}

static void kc_task_register(struct kc_task *t)
{
	if (t->attached)
		return;
	urcu_memb_register_thread();
	kc_at_thread_exit(kc_task_exit, t);
	t->attached = true;
	__atomic_fetch_add(&kc_attached, 1, __ATOMIC_RELAXED);
}

/* In the child, whose only thread is the caller's: are threads missing that were known here? */
static void kc_after_fork(void)
{
	if (kc_threads_alive() || READ_ONCE(kc_attached) != kc_task.attached)
		kc_orphan = true;
	kc_membarrier_init();
}

__attribute__((constructor)) static void kc_watch_forks(void)
{
	pthread_atfork(NULL, NULL, kc_after_fork);
}

bool kc_is_orphan(void)
{
	return kc_orphan;
}

void kc_task_attach(void)
{
	unsigned int cpu, best = 0;

	kc_task_register(&kc_task);
	raw_spin_lock(&kc_cpu_registry);
	for_each_possible_cpu(cpu) {
		if (kc_cpus[cpu].tasks < kc_cpus[best].tasks)
			best = cpu;
	}
	kc_cpu_join(&kc_task, best);
	raw_spin_unlock(&kc_cpu_registry);
}

void kc_task_visit(unsigned int cpu)
{
	struct kc_task *t = &kc_task;

	BUG_ON(t->depth || cpu >= nr_cpu_ids);
	kc_task_register(t);
	kc_cpu_leave(t);
	t->cpu = cpu;
	t->vcpu = &kc_cpus[cpu];
}

int kc_cpu_set(unsigned int cpu)
{
	struct kc_task *t = &kc_task;

	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	BUG_ON(t->depth);
	kc_task_register(t);
	kc_cpu_leave(t);
	raw_spin_lock(&kc_cpu_registry);
	kc_cpu_join(t, cpu);
	raw_spin_unlock(&kc_cpu_registry);
	return 0;
}

void kc_cpu_put(void)
{
	BUG_ON(kc_task.depth);
	kc_cpu_leave(&kc_task);
}

/* Under c->lock: take the bias away from the owner, and wait until it has noticed. */
static void kc_cpu_revoke(struct kc_cpu *c)
{
	unsigned int spins = 0;

	WRITE_ONCE(c->revoked, 1);
	if (kc_has_membarrier)
		BUG_ON(!kc_membarrier());
	while (smp_load_acquire(&c->in)) {
		if (++spins % KC_SPINS)
			cpu_relax();
		else
			kc_yield();
	}
}

static bool kc_preempt_enter_biased(struct kc_cpu *c)
{
	WRITE_ONCE(c->in, 1);
	barrier();
	if (!smp_load_acquire(&c->revoked))
		return true;
	smp_store_release(&c->in, 0);
	return false;
}

void kc_preempt_enter(void)
{
	struct kc_task *t = kc_current();
	struct kc_cpu *c = t->vcpu;

	if (t->biased && kc_preempt_enter_biased(c))
		return;

	raw_spin_lock(&c->lock);
	t->locked = true;
	if (!t->biased) {
		if (!c->revoked)
			kc_cpu_revoke(c);
		c->streak = 0;
	} else if (++c->streak >= KC_REBIAS) {
		/* The next visitor finds in set, as after an ordinary entry. */
		c->streak = 0;
		WRITE_ONCE(c->in, 1);
		WRITE_ONCE(c->revoked, 0);
		t->locked = false;
		raw_spin_unlock(&c->lock);
	}
}

void kc_preempt_leave(void)
{
	struct kc_task *t = &kc_task;

	t->locked = false;
	raw_spin_unlock(&t->vcpu->lock);
}

long work_on_cpu(unsigned int cpu, long (*fn)(void *arg), void *arg)
{
	struct kc_task *t = kc_current();
	struct kc_cpu *vcpu = t->vcpu;
	unsigned int old = t->cpu;
	bool biased = t->biased;
	long ret;

	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	might_sleep();
	if (cpu == old)
		return fn(arg);

	t->vcpu = &kc_cpus[cpu];
	t->cpu = cpu;
	t->biased = false;
	ret = fn(arg);
	BUG_ON(t->depth);
	t->vcpu = vcpu;
	t->cpu = old;
	t->biased = biased;
	return ret;
}
