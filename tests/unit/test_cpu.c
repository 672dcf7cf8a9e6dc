// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Virtual CPUs: who gets which, and that a preempt-disabled section excludes others on its CPU.
 */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "t_run.h"

enum {
	T_ROUNDS = 3000,
};

static void t_note_cpu(void *arg)
{
	*(unsigned int *)arg = smp_processor_id();
}

static void a_thread_gets_the_lowest_free_cpu_and_returns_it(void **state)
{
	unsigned int first = nr_cpu_ids, second = nr_cpu_ids;

	(void)state;
	smp_processor_id();
	t_run(1, t_note_cpu, &first);
	t_run(1, t_note_cpu, &second);
	assert_true(first < nr_cpu_ids);
	assert_int_not_equal(first, smp_processor_id());
	assert_int_equal(first, second);
	assert_true(nr_cpu_ids >= 16 && num_possible_cpus() == nr_cpu_ids);
}

static void t_own_again(void *arg)
{
	assert_int_equal(kc_cpu_set(5), 0);
	assert_int_equal(smp_processor_id(), 5);
	*(bool *)arg = kc_task.biased;
	kc_cpu_put();
	assert_true(smp_processor_id() < nr_cpu_ids);
}

static void the_first_thread_on_a_cpu_owns_it(void **state)
{
	bool owner = true;

	(void)state;
	assert_int_equal(kc_cpu_set(nr_cpu_ids), -EINVAL);
	assert_int_equal(kc_cpu_set(5), 0);
	assert_int_equal(get_cpu(), 5);
	put_cpu();
	t_run(1, t_own_again, &owner);
	assert_false(owner);
	kc_cpu_put();
	t_run(1, t_own_again, &owner);
	if (kc_membarrier())
		assert_true(owner);
}

static void preempt_disable_nests(void **state)
{
	(void)state;
	preempt_disable();
	preempt_disable();
	assert_int_equal(preempt_count(), 2);
	preempt_enable();
	assert_int_equal(preempt_count(), 1);
	preempt_enable();
	assert_int_equal(preempt_count(), 0);
	assert_int_equal(cond_resched(), 0);
}

static u64 t_shared[2];

/* The two words are equal outside sections; a section that is not exclusive sees them differ. */
static void t_section(void)
{
	preempt_disable();
	assert_int_equal(t_shared[0], t_shared[1]);
	t_shared[0]++;
	preempt_disable();
	t_shared[1]++;
	preempt_enable();
	preempt_enable();
}

static void t_on_cpu_six(void *arg)
{
	int i;

	(void)arg;
	kc_cpu_set(6);
	for (i = 0; i < T_ROUNDS; i++)
		t_section();
}

static void threads_that_share_a_cpu_exclude_each_other(void **state)
{
	(void)state;
	t_shared[0] = t_shared[1] = 0;
	t_run(4, t_on_cpu_six, NULL);
	assert_int_equal(t_shared[0], 4 * T_ROUNDS);
}

static long t_visit(void *arg)
{
	(void)arg;
	assert_int_equal(smp_processor_id(), 6);
	t_section();
	return 17;
}

static void t_visitor(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < T_ROUNDS / 10; i++)
		assert_int_equal(work_on_cpu(6, t_visit, NULL), 17);
	assert_int_not_equal(smp_processor_id(), 6);
}

static void visitors_exclude_the_owner_and_leave_its_bias(void **state)
{
	struct kc_thread visitor;
	int i;

	(void)state;
	t_shared[0] = t_shared[1] = 0;
	kc_cpu_set(6);
	t_run(1, t_visitor, NULL);
	t_section();
	assert_int_equal(kc_thread_create(&visitor, "visitor", t_visitor, NULL), 0);
	for (i = 0; i < T_ROUNDS; i++)
		t_section();
	kc_thread_join(&visitor);
	assert_int_equal(t_shared[0], T_ROUNDS + 2 * (T_ROUNDS / 10) + 1);
	for (i = 0; i < 2 * KC_REBIAS; i++)
		t_section();
	assert_int_equal(kc_task.vcpu->revoked, !kc_membarrier());
	kc_cpu_put();
}

static long t_where(void *arg)
{
	(void)arg;
	return smp_processor_id();
}

static void work_on_cpu_runs_where_it_is_told(void **state)
{
	(void)state;
	assert_int_equal(work_on_cpu(9, t_where, NULL), 9);
	assert_int_equal(work_on_cpu(smp_processor_id(), t_where, NULL), smp_processor_id());
	assert_int_equal(work_on_cpu(nr_cpu_ids, t_where, NULL), -EINVAL);
}

static void t_count(void *arg)
{
	u64 __percpu *counter = arg;
	int i;

	for (i = 0; i < T_ROUNDS; i++)
		this_cpu_inc(*counter);
}

static void more_threads_than_cpus_still_count_exactly(void **state)
{
	u64 __percpu *counter = alloc_percpu(u64);
	u64 sum = 0;
	unsigned int cpu;

	(void)state;
	t_run(T_MAX_THREADS, t_count, counter);
	for_each_possible_cpu(cpu)
		sum += *per_cpu_ptr(counter, cpu);
	assert_int_equal(sum, T_MAX_THREADS * T_ROUNDS);
	free_percpu(counter);
}

/** struct t_rcu - published, replaced and freed while it is read */
struct t_rcu {
	int *value;
	u32 stop;
};

static void t_rcu_read(void *arg)
{
	struct t_rcu *t = arg;

	while (!READ_ONCE(t->stop)) {
		rcu_read_lock();
		assert_int_equal(*rcu_dereference(t->value), 11);
		rcu_read_unlock();
	}
}

static void readers_never_see_what_a_grace_period_has_freed(void **state)
{
	struct t_rcu t = { .stop = 0 };
	struct kc_thread reader;
	int i, *old, *new;

	(void)state;
	RCU_INIT_POINTER(t.value, malloc(sizeof(int)));
	*t.value = 11;
	assert_int_equal(kc_thread_create(&reader, "reader", t_rcu_read, &t), 0);
	for (i = 0; i < 50; i++) {
		new = malloc(sizeof(*new));
		*new = 11;
		old = rcu_dereference_protected(t.value, true);
		rcu_assign_pointer(t.value, new);
		synchronize_rcu();
		*old = 0;
		free(old);
	}
	WRITE_ONCE(t.stop, 1);
	kc_thread_join(&reader);
	free(rcu_access_pointer(t.value));
}

static void the_port_keeps_time_and_pins_threads(void **state)
{
	u64 start = kc_now_ns(), cpu = kc_thread_cpu_ns();
	uint32_t word = 1;

	(void)state;
	kc_sleep_ns(1000);
	kc_yield();
	assert_true(kc_now_ns() >= start + 1000);
	assert_true(kc_thread_cpu_ns() >= cpu);
	assert_int_equal(kc_wait(&word, 0, KC_FOREVER), 0);
	assert_int_equal(kc_wait(&word, 1, 1000), -ETIMEDOUT);
	assert_true(kc_nr_host_cpus() >= 1);
	assert_int_equal(kc_pin_host_cpu(1 << 20), -EINVAL);
	assert_int_equal(kc_pin_host_cpu(-1), 0);
}

static void mapped_memory_is_aligned_and_zero(void **state)
{
	size_t size = 3 << 20, align = 4 << 20;
	char *map = kc_map(size, align);

	(void)state;
	assert_non_null(map);
	assert_int_equal((uintptr_t)map % align, 0);
	kc_want_huge(map, size);
	assert_int_equal(map[0] | map[size - 1], 0);
	kc_unmap(map, size);
	assert_null(kc_map(SIZE_MAX - (64 << 10), align));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_gets_the_lowest_free_cpu_and_returns_it),
		cmocka_unit_test(the_first_thread_on_a_cpu_owns_it),
		cmocka_unit_test(preempt_disable_nests),
		cmocka_unit_test(threads_that_share_a_cpu_exclude_each_other),
		cmocka_unit_test(visitors_exclude_the_owner_and_leave_its_bias),
		cmocka_unit_test(work_on_cpu_runs_where_it_is_told),
		cmocka_unit_test(more_threads_than_cpus_still_count_exactly),
		cmocka_unit_test(readers_never_see_what_a_grace_period_has_freed),
		cmocka_unit_test(the_port_keeps_time_and_pins_threads),
		cmocka_unit_test(mapped_memory_is_aligned_and_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
