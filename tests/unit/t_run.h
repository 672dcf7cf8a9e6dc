/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the tests of lib/kcompat and lib/mm share: cmocka's includes and threads.
 */
#ifndef TESTS_UNIT_T_RUN_H
#define TESTS_UNIT_T_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/compiler.h>
#include <linux/types.h>

#include "../t_wait.h"
#include "port.h"

enum {
	T_MAX_THREADS = 16,
	T_POLL_NS = 20000,
};

/** t_run() - run @fn in @nr threads at once and wait for them. @arg: the same for all */
static inline void t_run(unsigned int nr, void (*fn)(void *arg), void *arg)
{
	struct kc_thread threads[T_MAX_THREADS];
	unsigned int i;

	assert_true(nr <= T_MAX_THREADS);
	for (i = 0; i < nr; i++)
		assert_int_equal(kc_thread_create(&threads[i], "t_run", fn, arg), 0);
	for (i = 0; i < nr; i++)
		kc_thread_join(&threads[i]);
}

#endif
