// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Phases of a task: what is counted, what adds up. How long anything takes is not
 * looked at, beyond that a sleep takes at least as long as was asked for.
 */
#include <linux/errno.h>
#include <linux/spinlock.h>

#include "account.h"
#include "clock.h"
#include "kc_task.h"
#include "phase.h"
#include "t_run.h"

enum {
	T_ROUNDS = 1000,
	T_SLEEP_NS = 2000000,
	T_BASE = 7,
};

static double t_total(const struct kc_phases *sum)
{
	double total = 0;
	int i;

	for (i = 0; i < KC_MAX_PHASES; i++)
		total += sum->ns[i];
	return total;
}

/* What a notification does: there, deeper, back, home. */
static void t_excursion(unsigned int deep)
{
	unsigned int home = kc_phase(1), old;

	old = kc_phase(deep);
	assert_int_equal(old, kc_task.recording ? 1 : KC_PHASE_OTHER);
	kc_phase(old);
	kc_phase(home);
}

static void a_task_that_does_not_record_is_always_in_phase_0(void **state)
{
	struct kc_phases sum = { .changes = 0 };

	(void)state;
	assert_int_equal(kc_phase(5), KC_PHASE_OTHER);
	assert_int_equal(kc_phase(6), KC_PHASE_OTHER);
	t_excursion(2);
	kc_phases_stop(&sum);
	assert_int_equal(sum.changes, 0);
	assert_true(t_total(&sum) <= 0);
	assert_int_equal(kc_phase_recorders, 0);
}

static void phases_nest_and_are_counted(void **state)
{
	struct kc_phases sum = { .changes = 0 };
	u32 i;

	(void)state;
	assert_int_equal(kc_phases_start(T_BASE), 0);
	assert_int_equal(kc_phase_recorders, 1);
	assert_int_equal(kc_phase(T_BASE), T_BASE);
	for (i = 0; i < T_ROUNDS; i++)
		t_excursion(2);
	assert_int_equal(kc_phase(3), T_BASE);
	assert_int_equal(kc_phase(4), 3);
	kc_phases_stop(&sum);
	assert_int_equal(kc_phase_recorders, 0);
	assert_int_equal(sum.calls[1], 2 * T_ROUNDS);
	assert_int_equal(sum.calls[2], T_ROUNDS);
	assert_int_equal(sum.calls[3], 1);
	assert_int_equal(sum.calls[4], 1);
	assert_int_equal(sum.calls[T_BASE], T_ROUNDS + 2);
	assert_int_equal(sum.changes, 4 * T_ROUNDS + 2);
}

static void the_times_of_all_phases_add_up_to_what_was_recorded(void **state)
{
	struct kc_phases sum = { .changes = 0 };
	u64 start, end;
	u32 i;

	(void)state;
	assert_int_equal(kc_phases_start(0), 0);
	start = kc_now_ns();
	for (i = 0; i < 4; i++) {
		unsigned int old = kc_phase(1 + i % 2);

		kc_sleep_ns(T_SLEEP_NS);
		kc_phase(old);
	}
	end = kc_now_ns();
	kc_phases_stop(&sum);
	/* A tenth for clocks that disagree. */
	assert_true(sum.ns[1] > 0.9 * 2 * T_SLEEP_NS);
	assert_true(sum.ns[2] > 0.9 * 2 * T_SLEEP_NS);
	assert_true(t_total(&sum) + sum.cost_ns > 0.9 * (double)(end - start));
	assert_true(sum.ns[1] + sum.ns[2] < 1.1 * (double)(end - start));
	assert_true(sum.ns[3] <= 0);
}

static void a_phase_a_recording_is_stopped_in_has_its_time(void **state)
{
	struct kc_phases sum = { .changes = 0 };

	(void)state;
	assert_int_equal(kc_phases_start(0), 0);
	kc_phase(5);
	kc_sleep_ns(T_SLEEP_NS);
	kc_phases_stop(&sum);
	assert_true(sum.ns[5] > 0.9 * T_SLEEP_NS);
}

/** struct t_recorders - threads that record, and their sum */
struct t_recorders {
	raw_spinlock_t lock;
	struct kc_phases sum;
};

static void t_record(void *arg)
{
	struct t_recorders *t = arg;
	struct kc_phases mine = { .changes = 0 };
	u32 i;

	assert_int_equal(kc_phases_start(0), 0);
	for (i = 0; i < T_ROUNDS; i++)
		t_excursion(2);
	kc_phases_stop(&mine);
	raw_spin_lock(&t->lock);
	kc_phases_add(&t->sum, &mine);
	raw_spin_unlock(&t->lock);
}

static void t_idle(void *arg)
{
	u32 i;

	(void)arg;
	for (i = 0; i < T_ROUNDS; i++)
		assert_int_equal(kc_phase(2), KC_PHASE_OTHER);
}

static void each_task_records_for_itself(void **state)
{
	struct t_recorders t = { .sum = { .changes = 0 } };
	struct kc_thread idle;

	(void)state;
	raw_spin_lock_init(&t.lock);
	assert_int_equal(kc_thread_create(&idle, "idle", t_idle, NULL), 0);
	t_run(4, t_record, &t);
	kc_thread_join(&idle);
	assert_int_equal(t.sum.calls[1], 4 * 2 * T_ROUNDS);
	assert_int_equal(t.sum.calls[2], 4 * T_ROUNDS);
	assert_int_equal(t.sum.calls[0], 4 * (T_ROUNDS + 1));
	assert_true(t.sum.cost_ns > 0);
}

static void t_end_recording(void *arg)
{
	(void)arg;
	assert_int_equal(kc_phases_start(0), 0);
	kc_phase(1);
}

static void a_thread_that_ends_ends_its_recording(void **state)
{
	(void)state;
	t_run(2, t_end_recording, NULL);
	assert_int_equal(kc_phase_recorders, 0);
}

static void starting_fails_without_memory(void **state)
{
	struct mem_account account;

	(void)state;
	mem_account_init(&account, "phases");
	set_active_account(&account);
	mem_account_fail_every(&account, 1);
	assert_int_equal(kc_phases_start(0), -ENOMEM);
	mem_account_fail_none(&account);
	set_active_account(NULL);
	assert_int_equal(kc_phase_recorders, 0);
	assert_int_equal(kc_phase(1), KC_PHASE_OTHER);
}

static void the_cost_of_a_change_is_measured_without_disturbing_a_recording(void **state)
{
	struct kc_phases sum = { .changes = 0 };

	(void)state;
	assert_true(kc_cycle_ns() > 0);
	assert_true(kc_now_cost_ns() >= 0);
	assert_int_equal(kc_phases_start(0), 0);
	assert_true(kc_phase_cost_ns() > 0);
	kc_phases_stop(&sum);
	assert_int_equal(sum.changes, 0);
	assert_int_equal(sum.calls[0], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_task_that_does_not_record_is_always_in_phase_0),
		cmocka_unit_test(phases_nest_and_are_counted),
		cmocka_unit_test(the_times_of_all_phases_add_up_to_what_was_recorded),
		cmocka_unit_test(a_phase_a_recording_is_stopped_in_has_its_time),
		cmocka_unit_test(each_task_records_for_itself),
		cmocka_unit_test(a_thread_that_ends_ends_its_recording),
		cmocka_unit_test(starting_fails_without_memory),
		cmocka_unit_test(the_cost_of_a_change_is_measured_without_disturbing_a_recording),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
