/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * fiber: stacks of their own on one host thread. Boost.Context's C entry points where the build
 * has them, else ucontext. A guard page below each stack turns an overflow into a fault.
 *
 * The address and the thread sanitizer are told of every switch.
 */
#ifndef SIM_VIRTUAL_FIBER_H
#define SIM_VIRTUAL_FIBER_H

#include <stddef.h>

struct vm_fiber;

/**
 * vm_fiber_main() - the fiber the calling thread already is
 * Return:	it, or NULL without memory; vm_fiber_free() when all others are gone.
 */
struct vm_fiber *vm_fiber_main(void);

/**
 * vm_fiber_new() - a fiber that has not begun
 * @stack:	lowest address; the caller's, aligned to the host's page. The lowest page becomes
 *		the guard page
 * @stack_bytes: size, guard page included
 * @fn:		what it runs on the first switch to it; must never return
 * @arg:	for @fn
 * Return:	it, or NULL without memory, or with no room for a stack beside the guard page.
 */
struct vm_fiber *vm_fiber_new(void *stack, size_t stack_bytes, void (*fn)(void *arg), void *arg);

/**
 * vm_fiber_switch() - leave the running fiber for another
 * @from:	the one that runs; it goes on when somebody switches to it
 * @to:		to run now
 * @last:	@from never runs again
 */
void vm_fiber_switch(struct vm_fiber *from, struct vm_fiber *to, int last);

/**
 * vm_fiber_free() - forget a fiber that does not run
 * @fiber:	or NULL. Its stack is accessible as a whole again.
 */
void vm_fiber_free(struct vm_fiber *fiber);

/** vm_fiber_backend() - "boost" or "ucontext" */
const char *vm_fiber_backend(void);

#endif
