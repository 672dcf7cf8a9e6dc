// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <linux/rcupdate.h>
#include <linux/sched.h>

#if KC_TSAN
int kc_rcu_tag;
#endif

void synchronize_rcu(void)
{
	might_sleep();
	urcu_memb_synchronize_rcu();
#if KC_TSAN
	kc_tsan_acquire(&kc_rcu_tag);
#endif
}
