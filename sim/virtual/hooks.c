// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What the compiler calls for every access of the model: the entry points of the thread
 * sanitizer's run-time library, which is not linked. Their names and arguments are the interface
 * between compiler and run time. Source: gcc/sanitizer.def, compiler-rt's tsan_interface*.h.
 *
 * Each is called before the access and, for an atomic, makes it. Nothing yields between an atomic
 * access and the return from it: whoever looks at a word and then waits for it misses nothing.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <linux/prefetch.h>
#include <linux/string.h>

#include "sim/virtual/event.h"
#include "sim/virtual/machine.h"

#undef memcpy
#undef memmove
#undef memset
#undef memcmp

/* Only the compiler calls these: no header declares them. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
__extension__ typedef unsigned __int128 vm_u128;

void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller)
{
	(void)caller;
}

void __tsan_func_exit(void)
{
}

/* Aligned accesses lie within a line: they are alike whatever their size. */
#define ALIGNED(name, event, kind)                                                     \
	void __tsan_##name##8(void *addr)                                              \
	{                                                                              \
		event((uintptr_t)addr, kind);                                          \
	}                                                                              \
	void __tsan_##name##1(void *addr) __attribute__((alias("__tsan_" #name "8"))); \
	void __tsan_##name##2(void *addr) __attribute__((alias("__tsan_" #name "8"))); \
	void __tsan_##name##4(void *addr) __attribute__((alias("__tsan_" #name "8"))); \
	void __tsan_##name##16(void *addr) __attribute__((alias("__tsan_" #name "8")));

ALIGNED(read, vm_event, VM_READ)
ALIGNED(write, vm_event, VM_WRITE)
ALIGNED(read_write, vm_event, VM_WRITE)
ALIGNED(volatile_read, vm_marked, VM_READ)
ALIGNED(volatile_write, vm_marked, VM_WRITE)

#define UNALIGNED(size)                                        \
	void __tsan_unaligned_read##size(void *addr)           \
	{                                                      \
		vm_access(addr, size, VM_READ);                \
	}                                                      \
	void __tsan_unaligned_write##size(void *addr)          \
	{                                                      \
		vm_access(addr, size, VM_WRITE);               \
	}                                                      \
	void __tsan_unaligned_read_write##size(void *addr)     \
	{                                                      \
		vm_access(addr, size, VM_WRITE);               \
	}                                                      \
	void __tsan_unaligned_volatile_read##size(void *addr)  \
	{                                                      \
		vm_access(addr, size, VM_READ);                \
	}                                                      \
	void __tsan_unaligned_volatile_write##size(void *addr) \
	{                                                      \
		vm_access(addr, size, VM_WRITE);               \
	}

UNALIGNED(1)
UNALIGNED(2)
UNALIGNED(4)
UNALIGNED(8)
UNALIGNED(16)

void __tsan_read_range(void *addr, size_t size)
{
	vm_range(addr, size, VM_READ);
}

void __tsan_write_range(void *addr, size_t size)
{
	vm_range(addr, size, VM_WRITE);
}

void *__tsan_memcpy(void *dst, const void *src, size_t n)
{
	vm_range(src, n, VM_READ);
	vm_range(dst, n, VM_WRITE);
	return memcpy(dst, src, n);
}

void *__tsan_memmove(void *dst, const void *src, size_t n)
{
	vm_range(src, n, VM_READ);
	vm_range(dst, n, VM_WRITE);
	return memmove(dst, src, n);
}

void *__tsan_memset(void *dst, int c, size_t n)
{
	vm_range(dst, n, VM_WRITE);
	return memset(dst, c, n);
}

void *kc_virtual_memcpy(void *dst, const void *src, size_t n)
{
	return __tsan_memcpy(dst, src, n);
}

void *kc_virtual_memmove(void *dst, const void *src, size_t n)
{
	return __tsan_memmove(dst, src, n);
}

void *kc_virtual_memset(void *dst, int c, size_t n)
{
	return __tsan_memset(dst, c, n);
}

int kc_virtual_memcmp(const void *a, const void *b, size_t n)
{
	vm_range(a, n, VM_READ);
	vm_range(b, n, VM_READ);
	return memcmp(a, b, n);
}

void kc_virtual_prefetch(const void *ptr, bool write)
{
	vm_prefetch(ptr, write);
}

/* A word that somebody may spin for has been written. */
static inline void vm_changed(const volatile void *ptr, bool changed)
{
	if (__builtin_expect(vm_now.watched, 0) && changed)
		vm_written((const void *)ptr);
}

/*
 * Before a load or a store. Tasks synchronise by those that order others; a relaxed one, as
 * READ_ONCE() and WRITE_ONCE() are, goes as any access does.
 */
static inline void vm_ordered(const volatile void *ptr, enum vm_access_kind kind, int order)
{
	if (order == __ATOMIC_RELAXED)
		vm_marked((uintptr_t)ptr, kind);
	else
		vm_atomic_event(ptr, kind);
}

#define FETCH_OP(bits, T, name, expr)                                           \
	T __tsan_atomic##bits##_fetch_##name(volatile T *ptr, T val, int order) \
	{                                                                       \
		T old, new;                                                     \
                                                                                \
		(void)order;                                                    \
		vm_atomic_event(ptr, VM_RMW);                                   \
		old = *ptr;                                                     \
		new = (T)(expr);                                                \
		*ptr = new;                                                     \
		vm_changed(ptr, new != old);                                    \
		return old;                                                     \
	}

#define ATOMICS(bits, T)                                                                        \
	T __tsan_atomic##bits##_load(const volatile T *ptr, int order)                          \
	{                                                                                       \
		vm_ordered(ptr, VM_READ, order);                                                \
		return *ptr;                                                                    \
	}                                                                                       \
	void __tsan_atomic##bits##_store(volatile T *ptr, T val, int order)                     \
	{                                                                                       \
		T old;                                                                          \
                                                                                                \
		vm_ordered(ptr, VM_WRITE, order);                                               \
		old = *ptr;                                                                     \
		*ptr = val;                                                                     \
		vm_changed(ptr, val != old);                                                    \
	}                                                                                       \
	T __tsan_atomic##bits##_exchange(volatile T *ptr, T val, int order)                     \
	{                                                                                       \
		T old;                                                                          \
                                                                                                \
		(void)order;                                                                    \
		vm_atomic_event(ptr, VM_RMW);                                                   \
		old = *ptr;                                                                     \
		*ptr = val;                                                                     \
		vm_changed(ptr, val != old);                                                    \
		return old;                                                                     \
	}                                                                                       \
	int __tsan_atomic##bits##_compare_exchange_strong(volatile T *ptr, T *want, T val,      \
							  int order, int failure)               \
	{                                                                                       \
		T old;                                                                          \
                                                                                                \
		(void)order;                                                                    \
		(void)failure;                                                                  \
		vm_atomic_event(ptr, VM_RMW);                                                   \
		old = *ptr;                                                                     \
		if (old != *want) {                                                             \
			*want = old;                                                            \
			return 0;                                                               \
		}                                                                               \
		*ptr = val;                                                                     \
		vm_changed(ptr, val != old);                                                    \
		return 1;                                                                       \
	}                                                                                       \
	int __tsan_atomic##bits##_compare_exchange_weak(volatile T *ptr, T *want, T val,        \
							int order, int failure)                 \
	{                                                                                       \
		return __tsan_atomic##bits##_compare_exchange_strong(ptr, want, val, order,     \
								     failure);                  \
	}                                                                                       \
	T __tsan_atomic##bits##_compare_exchange_val(volatile T *ptr, T want, T val, int order, \
						     int failure)                               \
	{                                                                                       \
		__tsan_atomic##bits##_compare_exchange_strong(ptr, &want, val, order, failure); \
		return want;                                                                    \
	}                                                                                       \
	FETCH_OP(bits, T, add, old + val)                                                       \
	FETCH_OP(bits, T, sub, old - val)                                                       \
	FETCH_OP(bits, T, and, old &val)                                                        \
	FETCH_OP(bits, T, or, old | val)                                                        \
	FETCH_OP(bits, T, xor, old ^ val)                                                       \
	FETCH_OP(bits, T, nand, ~(old & val))

ATOMICS(8, uint8_t)
ATOMICS(16, uint16_t)
ATOMICS(32, uint32_t)
ATOMICS(64, uint64_t)
ATOMICS(128, vm_u128)

void __tsan_atomic_thread_fence(int order)
{
	if (order != __ATOMIC_SEQ_CST || vm_now.hidden)
		return;
	vm_catch_up();
	vm_now.clock += vm_cpu_at(vm_now.cpu)->fence_ps;
	if (vm_now.clock > vm_now.sync)
		vm_yield();
}

void __tsan_atomic_signal_fence(int order)
{
	(void)order;
}
