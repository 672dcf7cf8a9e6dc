/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. BUG ends the process, WARN prints one line. Not kept: backtraces, taint. */
#ifndef KCOMPAT_LINUX_BUG_H
#define KCOMPAT_LINUX_BUG_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include "port.h"

/** BUG_ON() - stop the process if an invariant of the program is broken; always compiled in */
#define BUG_ON(cond)                                       \
	do {                                               \
		if (unlikely(cond))                        \
			kc_bug(__FILE__, __LINE__, #cond); \
	} while (0)

/** BUG() - a place that cannot be reached was reached */
#define BUG() kc_bug(__FILE__, __LINE__, "reached")

/** WARN_ON() - report a condition that should not hold. Return: the condition. */
#define WARN_ON(cond)                                       \
	__extension__({                                     \
		bool kc_cond = !!(cond);                    \
		if (unlikely(kc_cond))                      \
			kc_warn(__FILE__, __LINE__, #cond); \
		unlikely(kc_cond);                          \
	})

/** WARN_ON_ONCE() - the same, reported the first time only */
#define WARN_ON_ONCE(cond)                                                              \
	__extension__({                                                                 \
		static bool kc_warned;                                                  \
		bool kc_cond_once = !!(cond);                                           \
		if (unlikely(kc_cond_once &&                                            \
			     !__atomic_exchange_n(&kc_warned, true, __ATOMIC_RELAXED))) \
			kc_warn(__FILE__, __LINE__, #cond);                             \
		unlikely(kc_cond_once);                                                 \
	})

#endif
