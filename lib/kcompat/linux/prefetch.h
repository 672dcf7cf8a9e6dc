/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: exact. */
#ifndef KCOMPAT_LINUX_PREFETCH_H
#define KCOMPAT_LINUX_PREFETCH_H

#define prefetch(x)  __builtin_prefetch((x), 0, 3)
#define prefetchw(x) __builtin_prefetch((x), 1, 3)

#endif
