/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * instruments, in a kernel: nothing is measured, and workers run as the work queue has them. It
 * takes the place of the header that zramsim's core has under this name.
 */
#ifndef ZFREE_INSTRUMENTS_H
#define ZFREE_INSTRUMENTS_H

#include <linux/errno.h>
#include <linux/types.h>
#include <linux/version.h>
#include <linux/workqueue.h>

/* Until then a queue that is not unbound is per CPU without saying so. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define WQ_PERCPU 0
#endif

/** zfree_on_cpu_init() - before anything is attached. Return: 0 or -ENOMEM. */
int zfree_on_cpu_init(void);

/** zfree_on_cpu_exit() - when nothing is any more */
void zfree_on_cpu_exit(void);

/** enum zram_phase - phases of a recording, which nobody makes here */
enum zram_phase {
	ZRAM_PHASE_DRAIN,
};

/** struct mem_account - nobody pays for memory. @name: of the strategy */
struct mem_account {
	const char *name;
};

/** struct kc_phases - no time is recorded. @changes: none */
struct kc_phases {
	u64 changes;
};

/** mem_account_init() - name an account. @account: of a strategy, @name: of it */
static inline void mem_account_init(struct mem_account *account, const char *name)
{
	account->name = name;
}

/** set_active_account() - would choose who pays. @account: not this one. Return: NULL. */
static inline struct mem_account *set_active_account(struct mem_account *account)
{
	return NULL;
}

/** mem_account_peak() - not known here. @account: any. Return: 0. */
static inline s64 mem_account_peak(const struct mem_account *account)
{
	return 0;
}

/** kc_phase() - not recorded. @phase: any. Return: 0. */
static inline unsigned int kc_phase(unsigned int phase)
{
	return 0;
}

/** kc_phases_start() - there is no recording. @phase: any. Return: -EOPNOTSUPP. */
static inline int kc_phases_start(unsigned int phase)
{
	return -EOPNOTSUPP;
}

/** kc_phases_stop() - nothing was recorded. @sum: unchanged */
static inline void kc_phases_stop(struct kc_phases *sum)
{
}

/** kc_phases_add() - nothing is added. @sum: unchanged, @more: empty */
static inline void kc_phases_add(struct kc_phases *sum, const struct kc_phases *more)
{
}

/** kc_phase_cost_ns() - there is no clock to calibrate */
static inline void kc_phase_cost_ns(void)
{
}

/** workqueue_cpu_ns() - perf knows. @wq: any. Return: 0. */
static inline u64 workqueue_cpu_ns(struct workqueue_struct *wq)
{
	return 0;
}

/** workqueue_set_host_cpu() - there is no host. @wq: any, @cpu: any. Return: -EOPNOTSUPP. */
static inline int workqueue_set_host_cpu(struct workqueue_struct *wq, int cpu)
{
	return -EOPNOTSUPP;
}

/** workqueue_set_nice() - that is for sysfs. @wq: any, @nice: any. Return: -EOPNOTSUPP. */
static inline int workqueue_set_nice(struct workqueue_struct *wq, int nice)
{
	return -EOPNOTSUPP;
}

/** workqueue_set_delay() - workers are woken when they are. @wq: any, @delay_us: ignored */
static inline void workqueue_set_delay(struct workqueue_struct *wq, u32 delay_us)
{
}

#endif
