/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: narrowed. Each CPU has its own area and its own cache lines. this_cpu_add() and the
 * like are a preempt-disabled section, not one instruction. Not kept: static per-CPU variables.
 */
#ifndef KCOMPAT_LINUX_PERCPU_H
#define KCOMPAT_LINUX_PERCPU_H

#include <linux/cpumask.h>
#include <linux/preempt.h>
#include <linux/smp.h>
#include <linux/types.h>

enum {
	KC_PERCPU_UNIT_SHIFT = 20,    /* distance of the areas of two neighbouring CPUs */
	PCPU_MIN_UNIT_SIZE = 1 << 18, /* largest allocation */
};

/**
 * __alloc_percpu() - allocate zeroed memory on each CPU
 * @size:	bytes per CPU, at most PCPU_MIN_UNIT_SIZE
 * @align:	power of two, at most 4096
 *
 * Charged to the active account: @size, rounded up to @align and 8, for every possible CPU.
 *
 * Return:	the area of CPU 0 (use per_cpu_ptr()), or NULL.
 */
void __percpu *__alloc_percpu(size_t size, size_t align);

/** free_percpu() - free what __alloc_percpu() has returned; NULL is ignored */
void free_percpu(void __percpu *ptr);

/** kc_percpu_trim() - give back what no area is left in, before nr_cpu_ids changes. Ours. */
void kc_percpu_trim(void);

#define alloc_percpu(type) ((type __percpu *)__alloc_percpu(sizeof(type), __alignof__(type)))

/** per_cpu_ptr() - address of a per-CPU variable on @cpu */
#define per_cpu_ptr(ptr, cpu)                                     \
	((__typeof__(ptr))(void *)((char *)(unsigned long)(ptr) + \
				   ((unsigned long)(cpu) << KC_PERCPU_UNIT_SHIFT)))

/** this_cpu_ptr() - its address on this CPU; stable, exclusive under preempt_disable() only */
#define this_cpu_ptr(ptr)      per_cpu_ptr(ptr, kc_this_cpu())
#define raw_cpu_ptr(ptr)       per_cpu_ptr(ptr, smp_processor_id())
#define get_cpu_ptr(ptr)       per_cpu_ptr(ptr, get_cpu())
#define put_cpu_ptr(ptr)       put_cpu()
#define this_cpu_read(var)     READ_ONCE(*raw_cpu_ptr(&(var)))
#define this_cpu_inc(var)      this_cpu_add(var, 1)
#define this_cpu_dec(var)      this_cpu_sub(var, 1)
#define this_cpu_sub(var, n)   this_cpu_add(var, -(n))
#define __this_cpu_inc(var)    __this_cpu_add(var, 1)
#define __this_cpu_sub(var, n) __this_cpu_add(var, -(n))

/** __this_cpu_add() - add to this CPU's copy; the caller has disabled preemption */
#define __this_cpu_add(var, n)                                    \
	do {                                                      \
		__typeof__(&(var)) kc_var = this_cpu_ptr(&(var)); \
		WRITE_ONCE(*kc_var, READ_ONCE(*kc_var) + (n));    \
	} while (0)

/** this_cpu_add() - add to this CPU's copy; others may read it with READ_ONCE() */
#define this_cpu_add(var, n)            \
	do {                            \
		preempt_disable();      \
		__this_cpu_add(var, n); \
		preempt_enable();       \
	} while (0)

/** this_cpu_write() - set this CPU's copy */
#define this_cpu_write(var, n)                        \
	do {                                          \
		preempt_disable();                    \
		WRITE_ONCE(*this_cpu_ptr(&(var)), n); \
		preempt_enable();                     \
	} while (0)

#endif
