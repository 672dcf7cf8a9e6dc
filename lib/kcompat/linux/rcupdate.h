/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: narrowed. Readers, writers and grace periods are liburcu's (memb flavour), readers
 * may sleep. Not kept: call_rcu(), sparse checks, other flavours.
 */
#ifndef KCOMPAT_LINUX_RCUPDATE_H
#define KCOMPAT_LINUX_RCUPDATE_H

#include <linux/compiler.h>

/*
 * Read-side sections are a few instructions: inline them, except where the thread sanitizer would
 * take liburcu's volatile accesses for races.
 */
#pragma push_macro("_LGPL_SOURCE")
#undef _LGPL_SOURCE
#if !KC_TSAN
#define _LGPL_SOURCE
#endif
#include <urcu/urcu-memb.h>
#pragma pop_macro("_LGPL_SOURCE")

#include <kc_task.h>
#include "kc_tsan.h"

/* liburcu's macros of these names hide their loads from the thread sanitizer. */
#undef rcu_dereference
#undef rcu_assign_pointer

#if KC_TSAN
/* The sanitizer sees grace periods through this word only. */
extern int kc_rcu_tag __attribute__((visibility("hidden")));
#define KC_RCU_READER_DONE() kc_tsan_release(&kc_rcu_tag)
#else
#define KC_RCU_READER_DONE() ((void)0)
#endif

/** rcu_read_lock() - begin a read-side section; nests */
static inline void rcu_read_lock(void)
{
	kc_current();
	urcu_memb_read_lock();
}

/** rcu_read_unlock() - end a read-side section */
static inline void rcu_read_unlock(void)
{
	KC_RCU_READER_DONE();
	urcu_memb_read_unlock();
}

/**
 * synchronize_rcu() - wait until all read-side sections that exist now have ended
 *
 * As in the kernel, a preemption-disabled section is a read-side section, too.
 */
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
