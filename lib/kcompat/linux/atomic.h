/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: exact in meaning. Void operations are unordered. Value-returning ones are full
 * barriers, those that may fail where they succeed; _acquire, _release and _relaxed are less.
 * All four orderings are here for whatever a strategy is written with. Not kept: instrumented
 * variants, xor, and names the kernel gives to combinations of these.
 */
#ifndef KCOMPAT_LINUX_ATOMIC_H
#define KCOMPAT_LINUX_ATOMIC_H

#include <linux/compiler.h>
#include <linux/types.h>

#include <kc_order.h>

/** struct atomic_t - an int */
typedef struct {
	int counter;
} atomic_t;

/** struct atomic64_t - 64 bits */
typedef struct {
	s64 counter;
} atomic64_t;

/** struct atomic_long_t - a long */
typedef struct {
	long counter;
} atomic_long_t;

#define ATOMIC_INIT(i) \
	{              \
		(i)    \
	}
#define ATOMIC64_INIT(i) \
	{                \
		(i)      \
	}
#define ATOMIC_LONG_INIT(i) \
	{                   \
		(i)         \
	}

#if KC_TSAN
/* gcc refuses fences under the thread sanitizer; a dummy RMW is as strong on the CPU. */
#define smp_mb()                                                    \
	do {                                                        \
		int kc_fence = 0;                                   \
		__atomic_fetch_add(&kc_fence, 1, __ATOMIC_SEQ_CST); \
	} while (0)
#define smp_rmb() barrier()
#define smp_wmb() barrier()
#else
#define smp_mb()  __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#endif

#if KC_RMW_IS_FULL
#define smp_mb__before_atomic() barrier()
#define smp_mb__after_atomic()	barrier()
#else
#define smp_mb__before_atomic() smp_mb()
#define smp_mb__after_atomic()	smp_mb()
#endif

#if defined(__x86_64__)
#define cpu_relax() __builtin_ia32_pause()
#elif defined(__aarch64__)
#define cpu_relax() __asm__ volatile("yield" ::: "memory")
#else
#define cpu_relax() barrier()
#endif

/*
 * A C11 RMW of order seq_cst does not order what is around it: on arm64 a later load may pass
 * its store, where the kernel has a dmb.
 */
#define KC_FULL(mo)                             \
	do {                                    \
		if ((mo) == __ATOMIC_SEQ_CST)   \
			smp_mb__after_atomic(); \
	} while (0)

/* An RMW that returns a value, of C11 order @mo. */
#define KC_RMW(mo, rmw)                         \
	__extension__({                         \
		__typeof__(rmw) kc_value = rmw; \
		KC_FULL(mo);                    \
		kc_value;                       \
	})

#define smp_load_acquire(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

#define KC_XCHG(ptr, v, mo)  KC_RMW(mo, __atomic_exchange_n((ptr), (v), mo))
#define xchg(ptr, v)	     KC_XCHG(ptr, v, __ATOMIC_SEQ_CST)
#define xchg_acquire(ptr, v) KC_XCHG(ptr, v, __ATOMIC_ACQUIRE)

#define KC_TRY_CMPXCHG(ptr, oldp, new, mo)                                                  \
	__extension__({                                                                     \
		bool kc_done = __atomic_compare_exchange_n((ptr), (oldp), (new), false, mo, \
							   __ATOMIC_RELAXED);               \
		if (kc_done)                                                                \
			KC_FULL(mo);                                                        \
		kc_done;                                                                    \
	})

/** try_cmpxchg() - store @new if *@ptr is *@oldp, else load it into *@oldp. Return: stored? */
#define try_cmpxchg(ptr, oldp, new)	    KC_TRY_CMPXCHG(ptr, oldp, new, __ATOMIC_SEQ_CST)
#define try_cmpxchg_acquire(ptr, oldp, new) KC_TRY_CMPXCHG(ptr, oldp, new, __ATOMIC_ACQUIRE)
#define try_cmpxchg_release(ptr, oldp, new) KC_TRY_CMPXCHG(ptr, oldp, new, __ATOMIC_RELEASE)

#define KC_CMPXCHG(ptr, old, new, mo)                        \
	__extension__({                                      \
		__typeof__(*(ptr)) kc_old = (old);           \
		(void)KC_TRY_CMPXCHG(ptr, &kc_old, new, mo); \
		kc_old;                                      \
	})

/** cmpxchg() - store @new if *@ptr is @old. Return: what was there. */
#define cmpxchg(ptr, old, new) KC_CMPXCHG(ptr, old, new, __ATOMIC_SEQ_CST)

/* One ordering of what returns a value: @sfx is the kernel's suffix, @mo the C11 order. */
#define KC_ATOMIC_ORDERED(pfx, type, T, sfx, mo)                              \
	static inline T pfx##_add_return##sfx(T i, type *v)                   \
	{                                                                     \
		return KC_RMW(mo, __atomic_add_fetch(&v->counter, i, mo));    \
	}                                                                     \
	static inline T pfx##_sub_return##sfx(T i, type *v)                   \
	{                                                                     \
		return KC_RMW(mo, __atomic_sub_fetch(&v->counter, i, mo));    \
	}                                                                     \
	static inline T pfx##_inc_return##sfx(type *v)                        \
	{                                                                     \
		return KC_RMW(mo, __atomic_add_fetch(&v->counter, 1, mo));    \
	}                                                                     \
	static inline T pfx##_dec_return##sfx(type *v)                        \
	{                                                                     \
		return KC_RMW(mo, __atomic_sub_fetch(&v->counter, 1, mo));    \
	}                                                                     \
	static inline T pfx##_fetch_add##sfx(T i, type *v)                    \
	{                                                                     \
		return KC_RMW(mo, __atomic_fetch_add(&v->counter, i, mo));    \
	}                                                                     \
	static inline T pfx##_fetch_sub##sfx(T i, type *v)                    \
	{                                                                     \
		return KC_RMW(mo, __atomic_fetch_sub(&v->counter, i, mo));    \
	}                                                                     \
	static inline T pfx##_fetch_inc##sfx(type *v)                         \
	{                                                                     \
		return KC_RMW(mo, __atomic_fetch_add(&v->counter, 1, mo));    \
	}                                                                     \
	static inline T pfx##_fetch_dec##sfx(type *v)                         \
	{                                                                     \
		return KC_RMW(mo, __atomic_fetch_sub(&v->counter, 1, mo));    \
	}                                                                     \
	static inline T pfx##_fetch_or##sfx(T i, type *v)                     \
	{                                                                     \
		return KC_RMW(mo, __atomic_fetch_or(&v->counter, i, mo));     \
	}                                                                     \
	static inline T pfx##_fetch_and##sfx(T i, type *v)                    \
	{                                                                     \
		return KC_RMW(mo, __atomic_fetch_and(&v->counter, i, mo));    \
	}                                                                     \
	static inline T pfx##_fetch_andnot##sfx(T i, type *v)                 \
	{                                                                     \
		return KC_RMW(mo, __atomic_fetch_and(&v->counter, ~i, mo));   \
	}                                                                     \
	static inline T pfx##_xchg##sfx(type *v, T new)                       \
	{                                                                     \
		return KC_RMW(mo, __atomic_exchange_n(&v->counter, new, mo)); \
	}                                                                     \
	static inline T pfx##_cmpxchg##sfx(type *v, T old, T new)             \
	{                                                                     \
		return KC_CMPXCHG(&v->counter, old, new, mo);                 \
	}                                                                     \
	static inline bool pfx##_try_cmpxchg##sfx(type *v, T *old, T new)     \
	{                                                                     \
		return KC_TRY_CMPXCHG(&v->counter, old, new, mo);             \
	}

/* Everything of one atomic type @type holding a @T, under the prefix @pfx. */
#define KC_ATOMIC(pfx, type, T)                                        \
	KC_ATOMIC_ORDERED(pfx, type, T, , __ATOMIC_SEQ_CST)            \
	KC_ATOMIC_ORDERED(pfx, type, T, _relaxed, __ATOMIC_RELAXED)    \
	KC_ATOMIC_ORDERED(pfx, type, T, _acquire, __ATOMIC_ACQUIRE)    \
	KC_ATOMIC_ORDERED(pfx, type, T, _release, __ATOMIC_RELEASE)    \
	static inline T pfx##_read(const type *v)                      \
	{                                                              \
		return __atomic_load_n(&v->counter, __ATOMIC_RELAXED); \
	}                                                              \
	static inline T pfx##_read_acquire(const type *v)              \
	{                                                              \
		return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE); \
	}                                                              \
	static inline void pfx##_set(type *v, T i)                     \
	{                                                              \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);    \
	}                                                              \
	static inline void pfx##_set_release(type *v, T i)             \
	{                                                              \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);    \
	}                                                              \
	static inline void pfx##_add(T i, type *v)                     \
	{                                                              \
		__atomic_fetch_add(&v->counter, i, __ATOMIC_RELAXED);  \
	}                                                              \
	static inline void pfx##_sub(T i, type *v)                     \
	{                                                              \
		__atomic_fetch_sub(&v->counter, i, __ATOMIC_RELAXED);  \
	}                                                              \
	static inline void pfx##_inc(type *v)                          \
	{                                                              \
		__atomic_fetch_add(&v->counter, 1, __ATOMIC_RELAXED);  \
	}                                                              \
	static inline void pfx##_dec(type *v)                          \
	{                                                              \
		__atomic_fetch_sub(&v->counter, 1, __ATOMIC_RELAXED);  \
	}                                                              \
	static inline void pfx##_or(T i, type *v)                      \
	{                                                              \
		__atomic_fetch_or(&v->counter, i, __ATOMIC_RELAXED);   \
	}                                                              \
	static inline void pfx##_and(T i, type *v)                     \
	{                                                              \
		__atomic_fetch_and(&v->counter, i, __ATOMIC_RELAXED);  \
	}                                                              \
	static inline void pfx##_andnot(T i, type *v)                  \
	{                                                              \
		__atomic_fetch_and(&v->counter, ~i, __ATOMIC_RELAXED); \
	}                                                              \
	static inline bool pfx##_dec_and_test(type *v)                 \
	{                                                              \
		return pfx##_sub_return(1, v) == 0;                    \
	}                                                              \
	static inline bool pfx##_inc_and_test(type *v)                 \
	{                                                              \
		return pfx##_add_return(1, v) == 0;                    \
	}                                                              \
	static inline bool pfx##_sub_and_test(T i, type *v)            \
	{                                                              \
		return pfx##_sub_return(i, v) == 0;                    \
	}                                                              \
	static inline bool pfx##_add_unless(type *v, T a, T u)         \
	{                                                              \
		T c = pfx##_read(v);                                   \
                                                                       \
		do {                                                   \
			if (c == u)                                    \
				return false;                          \
		} while (!pfx##_try_cmpxchg(v, &c, c + a));            \
		return true;                                           \
	}                                                              \
	static inline bool pfx##_inc_not_zero(type *v)                 \
	{                                                              \
		return pfx##_add_unless(v, 1, 0);                      \
	}

KC_ATOMIC(atomic, atomic_t, int)
KC_ATOMIC(atomic64, atomic64_t, s64)
KC_ATOMIC(atomic_long, atomic_long_t, long)

#endif
