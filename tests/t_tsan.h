/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What ThreadSanitizer need not look at: memory and tests of one thread, where no race can be. */
#ifndef TESTS_T_TSAN_H
#define TESTS_T_TSAN_H

#include <linux/compiler.h>

/* A function that touches nothing but memory of its own thread. */
#define t_private __attribute__((no_sanitize("thread")))

/* Leave a test in which one thread does everything to the other builds. */
#define t_has_one_thread()      \
	do {                    \
		if (KC_TSAN)    \
			return; \
	} while (0)

#endif
