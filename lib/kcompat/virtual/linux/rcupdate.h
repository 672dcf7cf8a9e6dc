/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: narrowed. Read-side sections are counted per task; a grace period looks at all tasks
 * again and again until those sections have ended that were there at its start.
 */
#ifndef KCOMPAT_LINUX_RCUPDATE_H
#define KCOMPAT_LINUX_RCUPDATE_H

#include <linux/atomic.h>
#include <linux/compiler.h>

#include <kc_task.h>

/** rcu_read_lock() - begin a read-side section; nests */
static inline void rcu_read_lock(void)
{
	kc_task.rcu++;
	barrier();
}

/** rcu_read_unlock() - end a read-side section */
static inline void rcu_read_unlock(void)
{
	barrier();
	if (!--kc_task.rcu)
		kc_task.rcu_ended++;
}

/** synchronize_rcu() - wait until all read-side sections that exist now have ended */
void synchronize_rcu(void);

/** rcu_dereference() - load a pointer to what rcu_assign_pointer() has published */
#define rcu_dereference(p) __atomic_load_n(&(p), __ATOMIC_ACQUIRE)

/** rcu_dereference_protected() - the same under the lock that excludes updates */
#define rcu_dereference_protected(p, cond) READ_ONCE(p)

#define rcu_access_pointer(p)  READ_ONCE(p)
#define RCU_INIT_POINTER(p, v) WRITE_ONCE(p, v)

/** rcu_assign_pointer() - publish what @v points to */
#define rcu_assign_pointer(p, v) smp_store_release(&(p), (v))

#endif
