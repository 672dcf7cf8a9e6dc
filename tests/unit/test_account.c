// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Accounts: what is charged to whom, and which allocations fail on purpose.
 */
#include <linux/percpu.h>
#include <linux/slab.h>

#include "account.h"
#include "t_run.h"

enum {
	T_ROUNDS = 2000,
};

static void an_allocation_is_uncharged_from_who_paid(void **state)
{
	struct mem_account mine, other;
	void *ptr;

	(void)state;
	mem_account_init(&mine, "mine");
	mem_account_init(&other, "other");
	assert_null(set_active_account(&mine));
	assert_ptr_equal(mem_account_active(), &mine);
	ptr = kmalloc(100, GFP_KERNEL);
	assert_ptr_equal(set_active_account(&other), &mine);
	assert_int_equal(mem_account_bytes(&mine), 100);
	assert_int_equal(mem_account_objects(&mine), 1);
	kfree(ptr);
	assert_int_equal(mem_account_bytes(&mine) + mem_account_objects(&mine), 0);
	assert_int_equal(mem_account_bytes(&other), 0);
	assert_int_equal(mem_account_peak(&mine), 100);
	set_active_account(NULL);
	assert_ptr_equal(mem_account_active(), mem_account_root());
}

static void t_charge(void *arg)
{
	struct mem_account *account = arg;
	int i;

	for (i = 0; i < T_ROUNDS; i++) {
		kc_charge(account, 3, 1);
		kc_charge(account, 5, 1);
		kc_uncharge(account, 3, 1);
	}
}

static void the_peak_is_exact_with_many_threads(void **state)
{
	struct mem_account account;

	(void)state;
	mem_account_init(&account, "shared");
	t_run(4, t_charge, &account);
	assert_int_equal(mem_account_bytes(&account), 4 * T_ROUNDS * 5);
	assert_int_equal(mem_account_objects(&account), 4 * T_ROUNDS);
	/* The last uncharge leaves the peak at least 3, at most 12 above what remains. */
	assert_in_range(mem_account_peak(&account) - mem_account_bytes(&account), 3, 12);
}

/* Which of the next @nr allocations fail, as a bit mask. */
static u64 t_failures(unsigned int nr)
{
	unsigned int i;
	u64 mask = 0;
	void *ptr;

	for (i = 0; i < nr; i++) {
		ptr = kmalloc(8, GFP_KERNEL);
		if (!ptr)
			mask |= 1ull << i;
		kfree(ptr);
	}
	return mask;
}

static void the_nth_and_every_nth_allocation_fails(void **state)
{
	struct mem_account account;

	(void)state;
	mem_account_init(&account, "failing");
	set_active_account(&account);
	assert_int_equal(t_failures(8), 0);
	mem_account_fail_nth(&account, 3);
	assert_int_equal(t_failures(8), 0x4);
	mem_account_fail_every(&account, 3);
	assert_int_equal(t_failures(8), 0x24);
	mem_account_fail_none(&account);
	assert_int_equal(t_failures(8), 0);
	assert_int_equal(mem_account_failed(&account), 3);
	set_active_account(NULL);
}

static void a_share_fails_as_the_seed_says(void **state)
{
	struct mem_account account;
	u64 first;

	(void)state;
	mem_account_init(&account, "failing");
	set_active_account(&account);
	mem_account_fail_share(&account, 1, 4, 99);
	first = t_failures(64);
	assert_in_range(__builtin_popcountll(first), 4, 32);
	mem_account_fail_share(&account, 1, 4, 99);
	assert_int_equal(t_failures(64), first);
	mem_account_fail_share(&account, 1, 4, 100);
	assert_int_not_equal(t_failures(64), first);
	mem_account_fail_share(&account, 1, 1, 0);
	assert_int_equal(t_failures(8), 0xff);
	set_active_account(NULL);
}

static void nofail_never_fails_on_purpose(void **state)
{
	struct mem_account account;
	void *ptr;

	(void)state;
	mem_account_init(&account, "failing");
	set_active_account(&account);
	mem_account_fail_every(&account, 1);
	ptr = kmalloc(8, GFP_KERNEL | __GFP_NOFAIL);
	assert_non_null(ptr);
	assert_false(kc_should_fail_slow(mem_account_root()));
	set_active_account(NULL);
	kfree(ptr);
	assert_int_equal(mem_account_objects(&account), 0);
}

static void without_an_active_account_the_owner_is_asked(void **state)
{
	struct mem_account owner;

	(void)state;
	mem_account_init(&owner, "owner");
	mem_account_fail_every(&owner, 1);
	assert_true(kc_should_fail(&owner, GFP_KERNEL));
	assert_false(kc_should_fail(NULL, GFP_KERNEL));
}

static void per_cpu_memory_is_zero_apart_and_paid_for(void **state)
{
	struct mem_account account;
	unsigned int cpu, i;
	u64 __percpu *many[8];
	char __percpu *odd;

	(void)state;
	mem_account_init(&account, "percpu");
	set_active_account(&account);
	for (i = 0; i < 8; i++) {
		many[i] = __alloc_percpu(PCPU_MIN_UNIT_SIZE, 64);
		assert_non_null(many[i]);
		assert_int_equal(*per_cpu_ptr(many[i], nr_cpu_ids - 1), 0);
		*per_cpu_ptr(many[i], nr_cpu_ids - 1) = i + 1;
	}
	assert_int_equal(mem_account_bytes(&account), 8ull * PCPU_MIN_UNIT_SIZE * nr_cpu_ids);
	free_percpu(many[2]);
	odd = __alloc_percpu(5, 1);
	assert_non_null(odd);
	many[2] = alloc_percpu(u64);
	assert_true((uintptr_t)per_cpu_ptr(many[2], 1) - (uintptr_t)many[2] >= 64);
	for_each_possible_cpu(cpu) {
		assert_int_equal(*per_cpu_ptr(odd, cpu), 0);
		assert_int_equal(*per_cpu_ptr(many[2], cpu), 0);
	}
	this_cpu_add(*many[2], 5);
	this_cpu_dec(*many[2]);
	assert_int_equal(this_cpu_read(*many[2]), 4);
	this_cpu_write(*many[2], 9);
	assert_int_equal(*get_cpu_ptr(many[2]), 9);
	__this_cpu_inc(*many[2]);
	__this_cpu_sub(*many[2], 2);
	put_cpu_ptr(many[2]);
	assert_int_equal(this_cpu_read(*many[2]), 8);
	free_percpu(odd);
	for (i = 0; i < 8; i++)
		free_percpu(many[i]);
	free_percpu(NULL);
	set_active_account(NULL);
	assert_int_equal(mem_account_bytes(&account) + mem_account_objects(&account), 0);
}

static void per_cpu_memory_refuses_what_it_cannot_have(void **state)
{
	struct mem_account account;

	(void)state;
	assert_null(__alloc_percpu(0, 8));
	assert_null(__alloc_percpu(PCPU_MIN_UNIT_SIZE + 1, 8));
	assert_null(__alloc_percpu(8, 8192));
	assert_null(__alloc_percpu(8, 24));
	mem_account_init(&account, "failing");
	mem_account_fail_nth(&account, 1);
	set_active_account(&account);
	assert_null(alloc_percpu(u64));
	set_active_account(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_allocation_is_uncharged_from_who_paid),
		cmocka_unit_test(the_peak_is_exact_with_many_threads),
		cmocka_unit_test(the_nth_and_every_nth_allocation_fails),
		cmocka_unit_test(a_share_fails_as_the_seed_says),
		cmocka_unit_test(nofail_never_fails_on_purpose),
		cmocka_unit_test(without_an_active_account_the_owner_is_asked),
		cmocka_unit_test(per_cpu_memory_is_zero_apart_and_paid_for),
		cmocka_unit_test(per_cpu_memory_refuses_what_it_cannot_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
