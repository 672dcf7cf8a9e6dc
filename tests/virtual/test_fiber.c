// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "sim/virtual/fiber.h"

enum {
	STACK = 256 << 10,
	RING = 5,
	ROUNDS = 200,
	GENERATIONS = 300,
	IN_GUARD = 42, /* exit codes of the child that overflows */
	ELSEWHERE = 43,
};

static struct vm_fiber *thread;

static void *t_stack(void)
{
	void *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(stack != MAP_FAILED);
	return stack;
}

static int set_up(void **state)
{
	(void)state;
	thread = vm_fiber_main();
	return !thread;
}

static int tear_down(void **state)
{
	(void)state;
	vm_fiber_free(thread);
	return 0;
}

struct echo {
	struct vm_fiber *fiber;
	int told;
	int said;
};

static void echo(void *arg)
{
	struct echo *e = arg;

	for (;;) {
		e->said = e->told + 1;
		vm_fiber_switch(e->fiber, thread, 0);
	}
}

static void a_fiber_goes_on_where_it_left(void **state)
{
	void *stack = t_stack();
	struct echo e = { .told = 0 };
	int i;

	(void)state;
	e.fiber = vm_fiber_new(stack, STACK, echo, &e);
	assert_non_null(e.fiber);
	assert_int_equal(e.said, 0);
	for (i = 1; i < ROUNDS; i++) {
		e.told = i * 10;
		vm_fiber_switch(thread, e.fiber, 0);
		assert_int_equal(e.said, i * 10 + 1);
	}
	vm_fiber_free(e.fiber);
	munmap(stack, STACK);
}

struct runner {
	struct vm_fiber *self;
	struct vm_fiber *next;
	unsigned int index;
	unsigned int *order;
	unsigned int *nr;
};

/* A stack frame per round: each fiber's frames must survive what the others do to theirs. */
static unsigned int run_deeper(struct runner *r, unsigned int depth)
{
	volatile unsigned char mark[64];
	unsigned int i, good = 0;

	memset((void *)mark, (int)(r->index * 31 + depth), sizeof(mark));
	r->order[(*r->nr)++] = r->index;
	vm_fiber_switch(r->self, r->next, 0);
	if (depth)
		good = run_deeper(r, depth - 1);
	for (i = 0; i < sizeof(mark); i++)
		good += mark[i] == (unsigned char)(r->index * 31 + depth);
	return good;
}

static void run_ring(void *arg)
{
	struct runner *r = arg;
	unsigned int good = run_deeper(r, ROUNDS - 1);

	r->order[(*r->nr)++] = good;
	vm_fiber_switch(r->self, r->index == RING - 1 ? thread : r->next, 1);
}

static void fibers_take_turns_and_keep_their_stacks(void **state)
{
	unsigned int order[RING * (ROUNDS + 1)], nr = 0, i;
	struct runner runners[RING];
	void *stacks[RING];

	(void)state;
	for (i = 0; i < RING; i++) {
		stacks[i] = t_stack();
		runners[i] = (struct runner){ .index = i, .order = order, .nr = &nr };
		runners[i].self = vm_fiber_new(stacks[i], STACK, run_ring, &runners[i]);
		assert_non_null(runners[i].self);
	}
	for (i = 0; i < RING; i++)
		runners[i].next = runners[(i + 1) % RING].self;
	vm_fiber_switch(thread, runners[0].self, 0);
	assert_int_equal(nr, RING * (ROUNDS + 1));
	for (i = 0; i < RING * ROUNDS; i++)
		assert_int_equal(order[i], i % RING);
	for (; i < nr; i++)
		assert_int_equal(order[i], ROUNDS * 64);
	for (i = 0; i < RING; i++) {
		vm_fiber_free(runners[i].self);
		munmap(stacks[i], STACK);
	}
}

static void finish(void *arg)
{
	struct echo *e = arg;

	e->said++;
	vm_fiber_switch(e->fiber, thread, 1);
}

static void a_stack_serves_one_fiber_after_another(void **state)
{
	struct echo e = { .told = 0 };
	void *stack = t_stack();
	int i;

	(void)state;
	for (i = 0; i < GENERATIONS; i++) {
		e.fiber = vm_fiber_new(stack, STACK, finish, &e);
		assert_non_null(e.fiber);
		vm_fiber_switch(thread, e.fiber, 0);
		vm_fiber_free(e.fiber);
		/* All of it is memory again, the guard page, too. */
		memset(stack, i, STACK);
	}
	assert_int_equal(e.said, GENERATIONS);
	munmap(stack, STACK);
}

static void a_fiber_that_never_ran_can_be_freed(void **state)
{
	struct echo e = { .told = 0 };
	void *stack = t_stack();

	(void)state;
	e.fiber = vm_fiber_new(stack, STACK, echo, &e);
	assert_non_null(e.fiber);
	vm_fiber_free(e.fiber);
	assert_int_equal(e.said, 0);
	memset(stack, 1, STACK);
	munmap(stack, STACK);
	vm_fiber_free(NULL);
}

static void a_stack_of_nothing_but_its_guard_page_is_refused(void **state)
{
	void *stack = t_stack();

	(void)state;
	assert_null(vm_fiber_new(stack, (size_t)sysconf(_SC_PAGESIZE), echo, NULL));
	memset(stack, 1, STACK);
	munmap(stack, STACK);
}

struct sum {
	struct vm_fiber *fiber;
	double value;
};

static void add_halves(void *arg)
{
	struct sum *sum = arg;
	double share = 1;

	for (;;) {
		share /= 2;
		sum->value += share;
		vm_fiber_switch(sum->fiber, thread, 0);
	}
}

static void floating_point_survives_a_switch(void **state)
{
	struct sum sum = { .value = 0 };
	void *stack = t_stack();
	double mine = 1;
	int i;

	(void)state;
	sum.fiber = vm_fiber_new(stack, STACK, add_halves, &sum);
	assert_non_null(sum.fiber);
	for (i = 0; i < 20; i++) {
		mine *= 3;
		vm_fiber_switch(thread, sum.fiber, 0);
	}
	assert_true(mine == 3486784401.0);
	assert_true(sum.value == 1 - 1.0 / (1 << 20));
	vm_fiber_free(sum.fiber);
	munmap(stack, STACK);
}

static char *guard;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	char *address = info->si_addr;

	(void)signal;
	(void)context;
	_exit(address >= guard && address < guard + sysconf(_SC_PAGESIZE) ? IN_GUARD : ELSEWHERE);
}

/* Frames are smaller than a page: none steps over the guard. */
static unsigned int overflow(unsigned int depth)
{
	volatile unsigned char frame[256];

	memset((void *)frame, (int)depth, sizeof(frame));
	if (!depth)
		return frame[7];
	return overflow(depth - 1) + frame[depth & 255];
}

static void overflow_stack(void *arg)
{
	*(unsigned int *)arg = overflow(STACK / 256 * 2);
	_exit(0);
}

static void overflow_in_a_child(void)
{
	static unsigned char alternate[64 << 10];
	stack_t on = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	unsigned int result;

	guard = t_stack();
	sigaltstack(&on, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	vm_fiber_switch(thread, vm_fiber_new(guard, STACK, overflow_stack, &result), 0);
	_exit(1);
}

static void an_overflow_hits_the_guard_page(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		overflow_in_a_child();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), IN_GUARD);
}

static void the_back_end_has_a_name(void **state)
{
	(void)state;
	assert_true(!strcmp(vm_fiber_backend(), "boost") ||
		    !strcmp(vm_fiber_backend(), "ucontext"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fiber_goes_on_where_it_left),
		cmocka_unit_test(fibers_take_turns_and_keep_their_stacks),
		cmocka_unit_test(a_stack_serves_one_fiber_after_another),
		cmocka_unit_test(a_fiber_that_never_ran_can_be_freed),
		cmocka_unit_test(a_stack_of_nothing_but_its_guard_page_is_refused),
		cmocka_unit_test(floating_point_survives_a_switch),
		cmocka_unit_test(an_overflow_hits_the_guard_page),
		cmocka_unit_test(the_back_end_has_a_name),
	};

	return cmocka_run_group_tests_name("fiber", tests, set_up, tear_down);
}
