// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "account.h"
#include "port.h"

struct mem_account kc_root_account = { .name = "root" };

void mem_account_init(struct mem_account *account, const char *name)
{
	*account = (struct mem_account){ .name = name };
}

struct mem_account *mem_account_root(void)
{
	return &kc_root_account;
}

struct mem_account *mem_account_active(void)
{
	return kc_task.account ? kc_task.account : &kc_root_account;
}

void kc_charge(struct mem_account *account, size_t bytes, s64 objects)
{
	s64 now = atomic64_add_return_relaxed((s64)bytes, &account->bytes);
	s64 peak = atomic64_read(&account->peak_bytes);

	while (now > peak && !atomic64_try_cmpxchg_relaxed(&account->peak_bytes, &peak, now))
		;
	atomic64_add(objects, &account->objects);
}

void kc_uncharge(struct mem_account *account, size_t bytes, s64 objects)
{
	atomic64_sub((s64)bytes, &account->bytes);
	atomic64_sub(objects, &account->objects);
}

static void mem_account_arm(struct mem_account *account, u64 nth, u64 every, u32 num, u32 den,
			    u64 seed)
{
	smp_store_release(&account->fail_armed, 0);
	atomic64_set(&account->fail_calls, 0);
	WRITE_ONCE(account->fail_nth, nth);
	WRITE_ONCE(account->fail_every, every);
	WRITE_ONCE(account->fail_num, num);
	WRITE_ONCE(account->fail_den, den);
	WRITE_ONCE(account->fail_seed, seed);
	/* Pairs with the acquire in kc_should_fail_slow(). */
	smp_store_release(&account->fail_armed, nth || every || den);
}

void mem_account_fail_nth(struct mem_account *account, u64 n)
{
	mem_account_arm(account, n, 0, 0, 0, 0);
}

void mem_account_fail_every(struct mem_account *account, u64 n)
{
	mem_account_arm(account, 0, n, 0, 0, 0);
}

void mem_account_fail_share(struct mem_account *account, u32 num, u32 den, u64 seed)
{
	mem_account_arm(account, 0, 0, num, den, seed);
}

void mem_account_fail_none(struct mem_account *account)
{
	mem_account_arm(account, 0, 0, 0, 0, 0);
}

/* The random share is a function of (seed, number of the call): threads need no common state. */
static bool kc_fail_at_random(struct mem_account *account, u64 call)
{
	u64 state = READ_ONCE(account->fail_seed) + call * 0xd1342543de82ef95ull;
	u32 den = READ_ONCE(account->fail_den);

	return den && kc_random_below(&state, den) < READ_ONCE(account->fail_num);
}

bool kc_should_fail_slow(struct mem_account *account)
{
	u64 call, nth, every;
	bool fail;

	if (!smp_load_acquire(&account->fail_armed))
		return false;
	call = (u64)atomic64_inc_return_relaxed(&account->fail_calls);
	nth = READ_ONCE(account->fail_nth);
	every = READ_ONCE(account->fail_every);
	fail = call == nth || (every && call % every == 0) || kc_fail_at_random(account, call);
	if (fail)
		atomic64_inc(&account->failed);
	return fail;
}
