/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * account: who pays for memory, exactly, and which allocations fail on purpose.
 *
 * Every allocation of lib/kcompat and lib/mm is charged to the account active in the task, or to
 * the root account, and uncharged from the account it was charged to. A kmem_cache charges its
 * slabs, and a zone its pages, to the account that was active when it was created. Injected
 * failures are asked of the account active in the allocating task, else of that of the cache or
 * zone, else of the root account.
 *
 * Orderings: all counters are relaxed; who wants exact numbers reads them at quiescence.
 */
#ifndef KCOMPAT_ACCOUNT_H
#define KCOMPAT_ACCOUNT_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/types.h>

#include <kc_task.h>

/**
 * struct mem_account - bytes charged to somebody
 * @name:	for messages
 * @bytes:	charged now
 * @peak_bytes:	most that was ever charged at once
 * @objects:	allocations charged now (slabs and pages, not the objects in them)
 * @fail_armed:	an injection below is active
 * @fail_calls:	allocations seen since it was set
 * @fail_nth:	fail this one, 1 the next; 0 none
 * @fail_every:	fail each one whose number is a multiple; 0 none
 * @fail_num:	fail @fail_num of @fail_den at random; @fail_den 0 none
 * @fail_den:	see @fail_num
 * @fail_seed:	generator of the random share
 * @failed:	allocations failed on purpose, ever
 */
struct mem_account {
	const char *name;
	atomic64_t bytes;
	atomic64_t peak_bytes;
	atomic64_t objects;
	u32 fail_armed;
	atomic64_t fail_calls;
	u64 fail_nth;
	u64 fail_every;
	u32 fail_num;
	u32 fail_den;
	u64 fail_seed;
	atomic64_t failed;
};

/** mem_account_init() - make an account with nothing charged. @account: account, @name: kept */
void mem_account_init(struct mem_account *account, const char *name);

/** mem_account_root() - the account of tasks that have activated none */
struct mem_account *mem_account_root(void);

/**
 * set_active_account() - choose who pays for the calling task's allocations
 * @account:	or NULL for the root account
 * Return:	what was active before, to be put back afterwards.
 */
static inline struct mem_account *set_active_account(struct mem_account *account)
{
	struct mem_account *old = kc_task.account;

	kc_task.account = account;
	return old;
}

/** mem_account_active() - who pays for the calling task's allocations, never NULL */
struct mem_account *mem_account_active(void);

/** mem_account_bytes() - bytes charged now */
static inline s64 mem_account_bytes(const struct mem_account *account)
{
	return atomic64_read(&account->bytes);
}

/** mem_account_peak() - most bytes that were ever charged at once, exact */
static inline s64 mem_account_peak(const struct mem_account *account)
{
	return atomic64_read(&account->peak_bytes);
}

/** mem_account_objects() - allocations charged now; 0 once everything was returned */
static inline s64 mem_account_objects(const struct mem_account *account)
{
	return atomic64_read(&account->objects);
}

/** mem_account_fail_nth() - fail the @n-th allocation from now, once; 1 is the next */
void mem_account_fail_nth(struct mem_account *account, u64 n);

/** mem_account_fail_every() - fail every @n-th allocation from now */
void mem_account_fail_every(struct mem_account *account, u64 n);

/** mem_account_fail_share() - fail @num of @den allocations, chosen at random from @seed */
void mem_account_fail_share(struct mem_account *account, u32 num, u32 den, u64 seed);

/** mem_account_fail_none() - stop failing on purpose */
void mem_account_fail_none(struct mem_account *account);

/** mem_account_failed() - allocations failed on purpose so far */
static inline u64 mem_account_failed(const struct mem_account *account)
{
	return (u64)atomic64_read(&account->failed);
}

/** kc_charge() - @bytes in @objects allocations are charged to @account */
void kc_charge(struct mem_account *account, size_t bytes, s64 objects);

/** kc_uncharge() - undo kc_charge() */
void kc_uncharge(struct mem_account *account, size_t bytes, s64 objects);

/** kc_should_fail_slow() - count an allocation and decide. @account: with an injection armed */
bool kc_should_fail_slow(struct mem_account *account);

/* Inherent registry: pays for tasks that have chosen no account. */
extern struct mem_account kc_root_account __attribute__((visibility("hidden")));

/**
 * kc_should_fail() - must this allocation fail on purpose?
 * @owner:	account of the cache or zone, or NULL
 * @gfp:	__GFP_NOFAIL never fails
 */
static inline bool kc_should_fail(struct mem_account *owner, gfp_t gfp)
{
	struct mem_account *account = kc_task.account;

	if (!account)
		account = owner ? owner : &kc_root_account;
	if (likely(!READ_ONCE(account->fail_armed)))
		return false;
	return !(gfp & __GFP_NOFAIL) && kc_should_fail_slow(account);
}

#endif
