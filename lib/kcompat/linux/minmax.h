/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. Not kept: the compile-time check that both sides have one type. */
#ifndef KCOMPAT_LINUX_MINMAX_H
#define KCOMPAT_LINUX_MINMAX_H

/** min_t() - the smaller of two values, both read as @type */
#define min_t(type, a, b)                                  \
	__extension__({                                    \
		type kc_min_a = (a);                       \
		type kc_min_b = (b);                       \
		kc_min_a < kc_min_b ? kc_min_a : kc_min_b; \
	})

/** max_t() - the larger of two values, both read as @type */
#define max_t(type, a, b)                                  \
	__extension__({                                    \
		type kc_max_a = (a);                       \
		type kc_max_b = (b);                       \
		kc_max_a > kc_max_b ? kc_max_a : kc_max_b; \
	})

#define min(a, b) min_t(__typeof__((a) + (b)), a, b)
#define max(a, b) max_t(__typeof__((a) + (b)), a, b)

/** clamp_t() - @val, but at least @lo and at most @hi */
#define clamp_t(type, val, lo, hi) min_t(type, max_t(type, val, lo), hi)
#define clamp(val, lo, hi)	   clamp_t(__typeof__((val) + (lo) + (hi)), val, lo, hi)

/** swap() - exchange two variables */
#define swap(a, b)                           \
	do {                                 \
		__typeof__(a) kc_swap = (a); \
		(a) = (b);                   \
		(b) = kc_swap;               \
	} while (0)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
