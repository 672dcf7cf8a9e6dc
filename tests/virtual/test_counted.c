// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What time takes on a machine: instructions, events, misses and atomics, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <kc_cost.h>

#include "counted.h"
#include "port.h"
#include "sim/virtual/machine.h"
#include "t_machine.h"

enum {
	INSN_PS = 250, /* of t_profile() */
	L1_WORDS = 64, /* of a page, all in one set of lines each */
};

static struct vm_profile profile;
static struct vm_kernel kernel;

/* Picoseconds since the last call, on the one task that runs. */
static uint64_t since(void)
{
	static uint64_t last;
	uint64_t now = kc_cycles(), ps = now - last;

	last = now;
	return ps;
}

static void run(void (*fn)(void *arg))
{
	struct kc_thread thread;

	t_profile(&profile, 2);
	t_kernel(&kernel);
	assert_int_equal(vm_start(&profile, &kernel, 0), 0);
	assert_int_equal(kc_thread_create(&thread, "counted", fn, NULL), 0);
	kc_thread_join(&thread);
	vm_stop();
}

/* So many instructions, or up to @more more: entry, return, what a compiler puts into a loop. */
static void expect(uint64_t insns, uint64_t more)
{
	uint64_t ps = since();

	if (ps < insns * INSN_PS || ps > (insns + more) * INSN_PS)
		fail_msg("%llu ps are not %llu to %llu instructions", (unsigned long long)ps,
			 (unsigned long long)insns, (unsigned long long)(insns + more));
}

static void count(void *arg)
{
	(void)arg;
	since();
	counted_straight();
	expect(100, 3);
	counted_loop(1000);
	expect(1000 * 40, 1000 * 3 + 4);
	counted_branch(1);
	expect(200, 6);
	counted_branch(0);
	expect(10, 6);
	counted_unseen();
	expect(0, 6);
	counted_order(1, 2);
	expect(10, 8);
	counted_order(2, 2);
	expect(20, 8);
	counted_order(3, 2);
	expect(30, 8);
}

static void instructions_are_those_of_the_blocks(void **state)
{
	(void)state;
	run(count);
}

/* An addition from memory, and what is left of the loop: 1 to 4 a word, whatever was announced. */
static void announce(void *arg)
{
	long *words = kc_raw_alloc(4096, 4096);

	(void)arg;
	counted_sum(words, L1_WORDS);
	since();
	counted_sum(words, L1_WORDS);
	expect(L1_WORDS, 3 * L1_WORDS + 8);
	kc_raw_free(words);
}

static void announcements_are_no_instructions(void **state)
{
	(void)state;
	run(announce);
}

static void hit_and_miss(void *arg)
{
	volatile long *words = kc_raw_alloc(2 * 4096, 4096);
	unsigned int i;
	long value;

	(void)arg;
	value = words[0];
	since();
	for (i = 0; i < 100; i++)
		value += words[1];
	assert_int_equal(since(), 0);
	value += words[512];
	/* Half of what 100 ns are more than a hit, by stall_share. */
	assert_int_equal(since(), 49 * 1000);
	__atomic_fetch_add(&words[0], 1, __ATOMIC_RELAXED);
	assert_int_equal(since(), 5 * 1000);
	(void)value;
	kc_raw_free((void *)words);
}

static void a_hit_costs_nothing_and_a_miss_its_latency(void **state)
{
	(void)state;
	run(hit_and_miss);
}

/* Another release has other events, and another instruction set other code. */
static void another_kernel(void)
{
	struct vm_kernel other = kernel;

	other.insns[KC_EVENT_FREE] = 300;
	other.own = 2;
	vm_set_kernel(&other);
	since();
	kc_cost_event(KC_EVENT_FREE);
	expect(300, 0);
	counted_straight();
	expect(200, 6);
	vm_set_kernel(&kernel);
	since();
}

static void events(void *arg)
{
	unsigned int caller;

	(void)arg;
	another_kernel();
	since();
	kc_cost_event(KC_EVENT_FREE);
	expect(kernel.insns[KC_EVENT_FREE], 0);
	kc_cost_events(KC_EVENT_PAGE, 4);
	expect(4 * kernel.insns[KC_EVENT_PAGE], 0);
	caller = kc_cost_cover(1);
	counted_straight();
	expect(0, 0);
	kc_cost_cover(0);
	counted_straight();
	expect(100, 3);
	kc_cost_cover(caller);
	assert_int_equal(caller, 0);
	kc_cost_hide();
	counted_straight();
	kc_cost_event(KC_EVENT_FREE);
	kc_cost_show();
	expect(0, 0);
}

static void events_cost_what_the_table_says(void **state)
{
	unsigned int i;

	(void)state;
	run(events);
	assert_int_not_equal(kernel.insns[KC_EVENT_FREE], 0);
	for (i = 0; i < KC_NR_EVENTS; i++)
		assert_non_null(vm_event_name(i));
}

static volatile int flag;

static void set_flag(void *arg)
{
	(void)arg;
	flag = 1;
}

/* Neither of them is counted, and each looks at a word that hits until the other has run. */
static void wait_for_flag(void *arg)
{
	struct kc_thread thread;

	(void)arg;
	flag = 0;
	assert_int_equal(kc_thread_create(&thread, "setter", set_flag, NULL), 0);
	while (!flag)
		;
	kc_thread_join(&thread);
}

static void a_loop_that_only_hits_ends(void **state)
{
	(void)state;
	run(wait_for_flag);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instructions_are_those_of_the_blocks),
		cmocka_unit_test(announcements_are_no_instructions),
		cmocka_unit_test(a_hit_costs_nothing_and_a_miss_its_latency),
		cmocka_unit_test(events_cost_what_the_table_says),
		cmocka_unit_test(a_loop_that_only_hits_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
