/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Waiting for another thread. A wait in vain says within five seconds what it was for. The bound
 * counts looks, not time: on a loaded machine each look takes longer, and a thread that gets its
 * processor back so often has let the others run, too.
 */
#ifndef TESTS_T_WAIT_H
#define TESTS_T_WAIT_H

#include <stdio.h>
#include <stdlib.h>

#include <linux/types.h>

#include "port.h"

enum {
	T_WAIT_LOOKS = 4000,
	T_WAIT_SOON = 50, /* so many looks come early */
	T_WAIT_SOON_NS = 20 * 1000,
	T_WAIT_NS = 1000 * 1000,
};

/** t_wait_look() - sleep before the next look. @looks: so far. Return: false, wait no longer. */
static inline bool t_wait_look(unsigned int looks)
{
	kc_sleep_ns(looks < T_WAIT_SOON ? T_WAIT_SOON_NS : T_WAIT_NS);
	return looks < T_WAIT_LOOKS;
}

/*
 * End the program: threads that are stuck may still use what a failing test would free. @file,
 * @line: where; @what: that has not come about
 */
__attribute__((noreturn)) static inline void t_waited_in_vain(const char *file, int line,
							      const char *what)
{
	fflush(stdout);
	fprintf(stderr, "# %s:%d: waited in vain for %s\n", file, line, what);
	abort();
}

/* t_until() - wait for something another thread is bound to do. @cond: true once it has */
#define t_until(cond)                                                        \
	do {                                                                 \
		unsigned int t_looks = 0;                                    \
                                                                             \
		while (!(cond))                                              \
			if (!t_wait_look(t_looks++))                         \
				t_waited_in_vain(__FILE__, __LINE__, #cond); \
	} while (0)

#endif
