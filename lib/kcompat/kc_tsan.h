/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Annotations for the thread sanitizer where ordering comes from code it cannot see: liburcu's
 * inline assembly. Nothing in any other build.
 */
#ifndef KCOMPAT_KC_TSAN_H
#define KCOMPAT_KC_TSAN_H

#include <linux/compiler.h>

#if KC_TSAN
/** __tsan_acquire() - what was released at @addr happened before. Of the sanitizer's runtime. */
void __tsan_acquire(void *addr);

/** __tsan_release() - publish everything before at @addr. Of the sanitizer's runtime. */
void __tsan_release(void *addr);

#define kc_tsan_acquire(addr) __tsan_acquire(addr)
#define kc_tsan_release(addr) __tsan_release(addr)
#else
#define kc_tsan_acquire(addr) ((void)(addr))
#define kc_tsan_release(addr) ((void)(addr))
#endif

#endif
