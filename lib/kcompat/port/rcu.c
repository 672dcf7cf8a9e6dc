// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#if KC_TSAN
int kc_rcu_tag;
#endif

/* Whoever was inside such a section on this CPU has left it once this gets in. */
static long kc_rcu_visit(void *arg)
{
	(void)arg;
	preempt_disable();
	preempt_enable();
	return 0;
}

void synchronize_rcu(void)
{
	unsigned int cpu;

	might_sleep();
	urcu_memb_synchronize_rcu();
	for_each_possible_cpu(cpu)
		work_on_cpu(cpu, kc_rcu_visit, NULL);
#if KC_TSAN
	kc_tsan_acquire(&kc_rcu_tag);
#endif
}
