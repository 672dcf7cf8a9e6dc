/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* kc_order, threads: what the processor's atomic operations order by themselves. */
#ifndef KCOMPAT_KC_ORDER_H
#define KCOMPAT_KC_ORDER_H

/* Locked instructions of x86 are full barriers; ldaxr and stlxr of arm64 are not. */
#if defined(__x86_64__)
#define KC_RMW_IS_FULL 1
#else
#define KC_RMW_IS_FULL 0
#endif

#endif
