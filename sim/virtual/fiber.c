// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Both back ends only ever change stacks; who left for whom travels in @previous, so that what is
 * done on arrival (the address sanitizer wants to know where we came from) is the same for both.
 */
#include "sim/virtual/fiber.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef HAVE_BOOST_CONTEXT
#include <ucontext.h>
#endif

/*
 * Of the sanitizers' run-time libraries, and only there where a program is linked with one. How
 * this file was compiled does not tell: what runs on fibers has __tsan_ functions of our own.
 */
void __sanitizer_start_switch_fiber(void **fake_stack, const void *bottom, size_t bytes)
	__attribute__((weak));
void __sanitizer_finish_switch_fiber(void *fake_stack, const void **bottom, size_t *bytes)
	__attribute__((weak));
void __asan_unpoison_memory_region(const volatile void *start, size_t bytes) __attribute__((weak));
void *__tsan_get_current_fiber(void) __attribute__((weak));
void *__tsan_create_fiber(unsigned int flags) __attribute__((weak));
void __tsan_destroy_fiber(void *fiber) __attribute__((weak));
void __tsan_switch_to_fiber(void *fiber, unsigned int flags) __attribute__((weak));

#ifdef HAVE_BOOST_CONTEXT
/* What a jump hands over: the context that was left, and what it passed along. */
struct transfer {
	void *context;
	void *data;
};

struct transfer jump_fcontext(void *to, void *data);
void *make_fcontext(void *stack_top, size_t bytes, void (*entry)(struct transfer));
#endif

/*
 * @stack, @stack_bytes:	as given, guard page included; NULL for the fiber of the thread
 * @bottom, @bytes:	the part in use, for the address sanitizer; the thread's own is learnt
 *			when it is left for the first time
 * @fake_stack:		the address sanitizer's, while the fiber does not run
 * @previous:		who ran before this one came to run
 * @tsan:		the thread sanitizer's fiber, if there is that sanitizer
 */
struct vm_fiber {
#ifdef HAVE_BOOST_CONTEXT
	void *context;
#else
	ucontext_t context;
#endif
	void (*fn)(void *arg);
	void *arg;
	void *stack;
	size_t stack_bytes;
	const void *bottom;
	size_t bytes;
	void *fake_stack;
	struct vm_fiber *previous;
	void *tsan;
};

static void leave(struct vm_fiber *from, struct vm_fiber *to, bool last)
{
	to->previous = from;
	if (__sanitizer_start_switch_fiber)
		__sanitizer_start_switch_fiber(last ? NULL : &from->fake_stack, to->bottom,
					       to->bytes);
	if (to->tsan)
		__tsan_switch_to_fiber(to->tsan, 0);
}

static void arrive(struct vm_fiber *self)
{
	if (__sanitizer_finish_switch_fiber)
		__sanitizer_finish_switch_fiber(self->fake_stack, &self->previous->bottom,
						&self->previous->bytes);
}

static void __attribute__((noreturn)) begin(struct vm_fiber *self)
{
	arrive(self);
	self->fn(self->arg);
	/* There is nothing to return to. */
	__builtin_trap();
}

#ifdef HAVE_BOOST_CONTEXT

static void entry(struct transfer from)
{
	struct vm_fiber *self = from.data;

	self->previous->context = from.context;
	begin(self);
}

static void make_context(struct vm_fiber *fiber, char *bottom, size_t bytes)
{
	fiber->context = make_fcontext(bottom + bytes, bytes, entry);
}

static void change_stacks(struct vm_fiber *from, struct vm_fiber *to)
{
	struct transfer back = jump_fcontext(to->context, to);

	from->previous->context = back.context;
}

const char *vm_fiber_backend(void)
{
	return "boost";
}

#else

/* makecontext() passes only ints: a pointer travels as two of them. */
static void entry(unsigned int high, unsigned int low)
{
	begin((struct vm_fiber *)(uintptr_t)((uint64_t)high << 32 | low));
}

static void make_context(struct vm_fiber *fiber, char *bottom, size_t bytes)
{
	uint64_t self = (uintptr_t)fiber;

	getcontext(&fiber->context);
	fiber->context.uc_stack.ss_sp = bottom;
	fiber->context.uc_stack.ss_size = bytes;
	fiber->context.uc_link = NULL;
	makecontext(&fiber->context, (void (*)(void))entry, 2, (unsigned int)(self >> 32),
		    (unsigned int)self);
}

static void change_stacks(struct vm_fiber *from, struct vm_fiber *to)
{
	swapcontext(&from->context, &to->context);
}

const char *vm_fiber_backend(void)
{
	return "ucontext";
}

#endif

struct vm_fiber *vm_fiber_main(void)
{
	struct vm_fiber *fiber = calloc(1, sizeof(*fiber));

	if (fiber && __tsan_get_current_fiber)
		fiber->tsan = __tsan_get_current_fiber();
	return fiber;
}

struct vm_fiber *vm_fiber_new(void *stack, size_t stack_bytes, void (*fn)(void *arg), void *arg)
{
	size_t guard = (size_t)sysconf(_SC_PAGESIZE);
	struct vm_fiber *fiber;

	fiber = calloc(1, sizeof(*fiber));
	if (!fiber)
		return NULL;
	/* Fails where a process has as many mappings as it may have: each guard page makes two. */
	if (stack_bytes <= guard || mprotect(stack, guard, PROT_NONE)) {
		free(fiber);
		return NULL;
	}
	fiber->fn = fn;
	fiber->arg = arg;
	fiber->stack = stack;
	fiber->stack_bytes = stack_bytes;
	fiber->bottom = (char *)stack + guard;
	fiber->bytes = stack_bytes - guard;
	if (__tsan_create_fiber)
		fiber->tsan = __tsan_create_fiber(0);
	make_context(fiber, (char *)stack + guard, fiber->bytes);
	return fiber;
}

void vm_fiber_switch(struct vm_fiber *from, struct vm_fiber *to, int last)
{
	leave(from, to, last);
	change_stacks(from, to);
	arrive(from);
}

void vm_fiber_free(struct vm_fiber *fiber)
{
	if (!fiber)
		return;
	if (fiber->stack) {
		mprotect(fiber->stack, (size_t)sysconf(_SC_PAGESIZE), PROT_READ | PROT_WRITE);
		/* Functions that never returned left their red zones behind. */
		if (__asan_unpoison_memory_region)
			__asan_unpoison_memory_region(fiber->stack, fiber->stack_bytes);
		if (fiber->tsan)
			__tsan_destroy_fiber(fiber->tsan);
	}
	free(fiber);
}
