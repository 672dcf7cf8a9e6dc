/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. READ_ONCE() and WRITE_ONCE() take scalars. Not kept: sparse annotations. */
#ifndef KCOMPAT_LINUX_COMPILER_H
#define KCOMPAT_LINUX_COMPILER_H

#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define barrier() __asm__ volatile("" ::: "memory")

/** READ_ONCE() - load a shared scalar exactly once, unordered */
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)

/** WRITE_ONCE() - store a shared scalar exactly once, unordered */
#define WRITE_ONCE(x, val) __atomic_store_n(&(x), (val), __ATOMIC_RELAXED)

#ifndef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#endif
#define __must_check	   __attribute__((__warn_unused_result__))
#define __maybe_unused	   __attribute__((__unused__))
#define noinline_for_stack __attribute__((__noinline__))
#define __packed	   __attribute__((__packed__))
#define __aligned(x)	   __attribute__((__aligned__(x)))
#define __percpu

#if defined(__SANITIZE_ADDRESS__)
#define KC_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KC_ASAN 1
#endif
#endif

#if defined(__SANITIZE_THREAD__)
#define KC_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define KC_TSAN 1
#endif
#endif

#ifndef KC_ASAN
#define KC_ASAN 0
#endif
#ifndef KC_TSAN
#define KC_TSAN 0
#endif

#endif
