// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Zones: page identity, per-CPU lists, merging, limits, failures.
 */
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "account.h"
#include "mm/buddy.h"
#include "mm/zone.h"
#include "t_run.h"

enum {
	T_PAGES = 5000,
	T_BATCH_7 = 9 << 12, /* pages of a zone whose batch is 7 */
	T_ROUNDS = 4000,
};

/** struct t_zone - a zone and who pays for it */
struct t_zone {
	struct mem_account account;
	struct zone *zone;
	struct page *pages[T_PAGES];
	u32 cpu;
};

static struct t_zone *t_zone_open(unsigned long nr_pages, unsigned int shift)
{
	struct zone_params params = { .nr_pages = nr_pages, .page_shift = shift, .nr_cpus = 2 };
	struct t_zone *t = calloc(1, sizeof(*t));

	mem_account_init(&t->account, "zone");
	set_active_account(&t->account);
	t->zone = zone_create(&params);
	assert_false(IS_ERR(t->zone));
	return t;
}

static void t_zone_close(struct t_zone *t)
{
	assert_int_equal(zone_destroy(t->zone), 0);
	assert_int_equal(mem_account_bytes(&t->account), 0);
	assert_int_equal(mem_account_objects(&t->account), 0);
	set_active_account(NULL);
	free(t);
}

static void a_page_has_a_number_an_address_and_one_reference(void **state)
{
	unsigned int shift;

	(void)state;
	for (shift = 12; shift <= 16; shift += 2) {
		struct t_zone *t = t_zone_open(100, shift);
		struct page *page = alloc_page(t->zone, GFP_KERNEL | __GFP_ZERO);
		char *addr = page_address(t->zone, page);
		unsigned long pfn = page_to_pfn(t->zone, page);

		assert_true(pfn > 0);
		assert_ptr_equal(pfn_to_page(t->zone, pfn), page);
		assert_int_equal((uintptr_t)addr % zone_page_size(t->zone), 0);
		assert_int_equal(addr[0] | addr[(1 << shift) - 1], 0);
		memset(addr, 1, (size_t)1 << shift);
		assert_int_equal(page_count(page), 1);
		get_page(page);
		__free_page(t->zone, page);
		assert_int_equal(page_count(page), 1);
		__free_page(t->zone, page);
		page = alloc_page(t->zone, GFP_ATOMIC | __GFP_ZERO);
		assert_ptr_equal(page_address(t->zone, page), addr);
		assert_int_equal(addr[0] | addr[(1 << shift) - 1], 0);
		__free_page(t->zone, page);
		t_zone_close(t);
	}
}

static void the_page_lock_is_tried_and_waited_for(void **state)
{
	struct t_zone *t = t_zone_open(10, 0);
	struct page *page = alloc_page(t->zone, GFP_KERNEL);

	(void)state;
	assert_true(trylock_page(page));
	assert_false(trylock_page(page));
	assert_true(PageLocked(page));
	unlock_page(page);
	lock_page(page);
	unlock_page(page);
	assert_false(PageLocked(page));
	__free_page(t->zone, page);
	t_zone_close(t);
}

/* Source: reference figures for zones of at least 1 GiB: 63 pages of 4 KiB, 15 of 16 KiB. */
static void the_batch_follows_the_kernels_formula(void **state)
{
	struct t_zone *t = t_zone_open(1 << 18, 12);

	(void)state;
	assert_int_equal(t->zone->batch, 63);
	assert_int_equal(t->zone->max_order, 10);
	assert_true(t->zone->high_min >= 4 * 63 && t->zone->high_max == (1 << 18) / 8 / 2);
	t_zone_close(t);
	t = t_zone_open(1 << 16, 14);
	assert_int_equal(t->zone->batch, 15);
	assert_int_equal(t->zone->max_order, 11);
	t_zone_close(t);
	t = t_zone_open(4096, 12);
	assert_int_equal(t->zone->batch, 1);
	t_zone_close(t);
}

static void t_check_counts(struct t_zone *t, unsigned long used)
{
	struct zone_stats st;

	zone_stats(t->zone, &st);
	assert_int_equal(st.used, used);
	assert_int_equal(st.free + st.pcp + st.used, st.managed);
}

static void pages_beyond_the_limit_are_refused(void **state)
{
	struct t_zone *t = t_zone_open(T_PAGES - 1, 12);
	s64 idle = mem_account_bytes(&t->account);
	struct zone_stats st;
	int i;

	(void)state;
	for (i = 0; i < T_PAGES - 1; i++) {
		t->pages[i] = alloc_page(t->zone, GFP_KERNEL);
		assert_non_null(t->pages[i]);
		t->pages[i]->owner = t->pages[i];
	}
	assert_null(alloc_page(t->zone, GFP_KERNEL));
	assert_null(alloc_page(t->zone, GFP_ATOMIC));
	t_check_counts(t, T_PAGES - 1);
	assert_int_equal(mem_account_bytes(&t->account) - idle, (T_PAGES - 1) * 4096l);
	for (i = 0; i < T_PAGES - 1; i++)
		assert_ptr_equal(t->pages[i]->owner, t->pages[i]);
	free_pages_bulk(t->zone, t->pages, T_PAGES - 1);
	t_check_counts(t, 0);
	zone_drain_pcp(t->zone);
	assert_int_equal(zone_drain_pcp(t->zone), 0);
	assert_int_equal(mem_account_bytes(&t->account), idle);
	zone_stats(t->zone, &st);
	assert_int_equal(st.free, T_PAGES - 1);
	zone_stats_reset(t->zone);
	zone_stats(t->zone, &st);
	assert_int_equal(st.pcp_refills + st.pcp_spills + st.pcp_misses, 0);
	assert_int_equal(st.lock.acquisitions, 1);
	t_zone_close(t);
}

/* After everything came back, in any order, the blocks are what they were at the start. */
static void free_neighbours_merge_to_the_largest_blocks(void **state)
{
	struct t_zone *t = t_zone_open(T_PAGES, 12);
	unsigned long blocks[ZONE_MAX_ORDERS] = { 0 }, expect[ZONE_MAX_ORDERS] = { 0 };
	unsigned long left = T_PAGES;
	u64 seed = 5;
	u32 pfn;
	int i, order;

	(void)state;
	for (order = 10; order >= 0; order--) {
		expect[order] = left >> order;
		left &= (1ul << order) - 1;
	}
	for (i = 0; i < T_PAGES; i++)
		t->pages[i] = alloc_page(t->zone, GFP_KERNEL);
	for (i = T_PAGES - 1; i > 0; i--) {
		u64 j = kc_random_below(&seed, (u64)i + 1);

		swap(t->pages[i], t->pages[j]);
	}
	for (i = 0; i < T_PAGES; i++)
		__free_page(t->zone, t->pages[i]);
	zone_drain_pcp(t->zone);
	for (order = 0; order < ZONE_MAX_ORDERS; order++) {
		for (pfn = t->zone->free_list[order].first; pfn;
		     pfn = t->zone->pages[pfn].free_next)
			blocks[order]++;
	}
	assert_memory_equal(blocks, expect, sizeof(blocks));
	t_zone_close(t);
}

static void a_cpu_keeps_pages_and_spills_in_batches(void **state)
{
	struct zone_params params = { .nr_pages = T_BATCH_7, .nr_cpus = 8 };
	struct t_zone *t = calloc(1, sizeof(*t));
	struct per_cpu_pages *pcp;
	struct zone_stats st;
	int i;

	(void)state;
	t->zone = zone_create(&params);
	pcp = this_cpu_ptr(t->zone->pcp);
	t->pages[0] = alloc_page(t->zone, GFP_KERNEL);
	assert_int_equal(pcp->count, 6);
	assert_int_equal(pcp->alloc_factor, 1);
	for (i = 1; i < T_PAGES / 2; i++)
		t->pages[i] = alloc_page(t->zone, GFP_KERNEL);
	zone_stats(t->zone, &st);
	assert_true(st.pcp_refills > 1 && st.pcp_refills < T_PAGES / 2 / 7);
	for (i = 0; i < T_PAGES / 2; i++) {
		__free_page(t->zone, t->pages[i]);
		assert_true(pcp->count <= pcp->high);
	}
	zone_stats(t->zone, &st);
	assert_true(st.pcp_spills > 0);
	assert_int_equal(st.pcp, pcp->count);
	assert_true(pcp->high >= t->zone->high_min && pcp->high <= t->zone->high_max);
	assert_int_equal(zone_destroy(t->zone), 0);
	free(t);
}

static void the_limit_of_a_list_shrinks_when_the_zone_is_short(void **state)
{
	struct zone_params params = { .nr_pages = 40000, .nr_cpus = 8 };
	struct zone *zone = zone_create(&params);
	struct page **pages = calloc(40000, sizeof(*pages));
	struct per_cpu_pages *pcp = this_cpu_ptr(zone->pcp);
	u32 i, grown;

	(void)state;
	for (i = 0; i < 40000; i++)
		pages[i] = alloc_page(zone, GFP_KERNEL);
	free_pages_bulk(zone, pages, 20000);
	/* Enough to spare now: the limit follows what is freed. */
	pcp->high = zone->high_max;
	grown = pcp->high;
	free_pages_bulk(zone, pages + 20000, 20000);
	assert_int_equal(pcp->high, grown);
	for (i = 0; i < 40000; i++)
		pages[i] = alloc_page(zone, GFP_KERNEL);
	for (i = 0; i < zone->high_max + 10; i++)
		__free_page(zone, pages[i]);
	assert_true(pcp->high < grown);
	free_pages_bulk(zone, pages + i, 40000 - i);
	assert_int_equal(zone_destroy(zone), 0);
	free(pages);
}

/* The limit follows the frees of late, as far as the zone has pages to spare. */
static void the_limit_of_a_list_grows_with_what_is_freed(void **state)
{
	struct zone_params params = { .nr_pages = T_BATCH_7, .nr_cpus = 8 };
	struct zone *zone = zone_create(&params);
	struct per_cpu_pages *pcp = this_cpu_ptr(zone->pcp);
	struct page *pages[300];
	int i;

	(void)state;
	for (i = 0; i < 300; i++)
		pages[i] = alloc_page(zone, GFP_KERNEL);
	assert_int_equal(pcp->high, zone->high_min);
	for (i = 0; i < 300; i++)
		__free_page(zone, pages[i]);
	assert_int_equal(zone->batch, 7);
	assert_int_equal(pcp->free_count, 7 << PCP_BATCH_SCALE_MAX);
	assert_int_equal(pcp->high, (7 << PCP_BATCH_SCALE_MAX) + 7);
	assert_true(pcp->high > zone->high_min && pcp->high < zone->high_max);
	assert_int_equal(zone_destroy(zone), 0);
}

/* 999 pages are 142 batches of 7 and a rest. */
static void many_pages_go_around_a_busy_list_in_batches(void **state)
{
	struct t_zone *t = t_zone_open(T_BATCH_7, 12);
	struct per_cpu_pages *pcp = this_cpu_ptr(t->zone->pcp);
	s64 idle = mem_account_bytes(&t->account);
	struct zone_stats st;
	int i;

	(void)state;
	for (i = 0; i < 999; i++)
		assert_non_null(t->pages[i] = alloc_page(t->zone, GFP_KERNEL));
	assert_int_equal(t->zone->batch, 7);
	raw_spin_lock(&pcp->lock);
	free_pages_bulk(t->zone, t->pages, 999);
	raw_spin_unlock(&pcp->lock);
	t_check_counts(t, 0);
	zone_stats(t->zone, &st);
	assert_int_equal(st.pcp_misses, 143);
	zone_drain_pcp(t->zone);
	assert_int_equal(mem_account_bytes(&t->account), idle);
	t_zone_close(t);
}

static void a_busy_list_is_gone_around(void **state)
{
	struct t_zone *t = t_zone_open(1000, 12);
	struct per_cpu_pages *pcp = this_cpu_ptr(t->zone->pcp);
	struct zone_stats st;
	int i;

	(void)state;
	raw_spin_lock(&pcp->lock);
	for (i = 0; i < 1000; i++)
		assert_non_null(t->pages[i] = alloc_page(t->zone, GFP_KERNEL));
	assert_null(alloc_page(t->zone, GFP_ATOMIC));
	__free_page(t->zone, t->pages[0]);
	get_page(t->pages[1]);
	free_pages_bulk(t->zone, t->pages + 1, 999);
	t_check_counts(t, 1);
	__free_page(t->zone, t->pages[1]);
	raw_spin_unlock(&pcp->lock);
	zone_stats(t->zone, &st);
	assert_int_equal(st.free, 1000);
	assert_true(st.pcp_misses > 1000);
	t_zone_close(t);
}

static void pages_on_another_cpus_list_are_fetched_at_the_limit(void **state)
{
	struct t_zone *t = t_zone_open(64, 12);
	int i;

	(void)state;
	kc_cpu_set(3);
	for (i = 0; i < 64; i++)
		t->pages[i] = alloc_page(t->zone, GFP_KERNEL);
	__free_page(t->zone, t->pages[0]);
	kc_cpu_set(4);
	assert_null(alloc_page(t->zone, GFP_ATOMIC));
	t->pages[0] = alloc_page(t->zone, GFP_KERNEL);
	assert_non_null(t->pages[0]);
	free_pages_bulk(t->zone, t->pages, 64);
	kc_cpu_put();
	t_zone_close(t);
}

static void creating_a_zone_can_fail_at_every_step(void **state)
{
	struct zone_params params = { .nr_pages = 100 };
	struct mem_account account;
	u64 n;

	(void)state;
	mem_account_init(&account, "failing");
	set_active_account(&account);
	for (n = 1; n <= 4; n++) {
		mem_account_fail_nth(&account, n);
		assert_int_equal(PTR_ERR(zone_create(&params)), -ENOMEM);
		assert_int_equal(mem_account_bytes(&account), 0);
	}
	set_active_account(NULL);
	params.page_shift = 13;
	assert_int_equal(PTR_ERR(zone_create(&params)), -EINVAL);
	params.page_shift = 12;
	params.nr_pages = 0;
	assert_int_equal(PTR_ERR(zone_create(&params)), -EINVAL);
	params.nr_pages = 1ul << 31;
	assert_int_equal(PTR_ERR(zone_create(&params)), -EINVAL);
	assert_int_equal(zone_destroy(NULL), 0);
}

static long t_zone_zspages(struct t_zone *t)
{
	struct zone_stats stats;

	zone_stats(t->zone, &stats);
	return stats.zspages;
}

/* Two CPUs and no memory to speak of: 2 * 2 * 1. */
static void a_cpu_tells_the_zone_beyond_a_threshold(void **state)
{
	struct t_zone *t = t_zone_open(100, 12);
	int i;

	(void)state;
	kc_cpu_set(0);
	for (i = 0; i < 4; i++)
		zone_count_zspages(t->zone, 1);
	assert_int_equal(atomic_long_read(&t->zone->zspages), 0);
	zone_count_zspages(t->zone, 1);
	assert_int_equal(atomic_long_read(&t->zone->zspages), 7);
	for (i = 0; i < 2; i++)
		zone_count_zspages(t->zone, -1);
	kc_cpu_set(1);
	for (i = 0; i < 4; i++)
		zone_count_zspages(t->zone, -1);
	assert_int_equal(atomic_long_read(&t->zone->zspages), 7);
	assert_int_equal(t_zone_zspages(t), -1);
	zone_count_zspages(t->zone, -1);
	assert_int_equal(atomic_long_read(&t->zone->zspages), 0);
	assert_int_equal(t_zone_zspages(t), -2);
	kc_cpu_put();
	t_zone_close(t);
}

static void a_page_allocation_fails_on_purpose(void **state)
{
	struct t_zone *t = t_zone_open(100, 12);
	struct page *page;

	(void)state;
	mem_account_fail_nth(&t->account, 2);
	page = alloc_page(t->zone, GFP_KERNEL);
	assert_non_null(page);
	assert_null(alloc_page(t->zone, GFP_KERNEL));
	__free_page(t->zone, page);
	t_zone_close(t);
}

static void destroying_a_zone_tells_what_leaked(void **state)
{
	struct zone_params params = { .nr_pages = 100 };
	struct zone *zone = zone_create(&params);

	(void)state;
	alloc_page(zone, GFP_KERNEL);
	assert_int_equal(zone_destroy(zone), 1);
}

static void t_zone_churn(void *arg)
{
	struct t_zone *t = arg;
	u32 id = __atomic_fetch_add(&t->cpu, 1, __ATOMIC_RELAXED), i, nr = 0;
	struct page *held[400];
	u64 seed = id;

	kc_cpu_set(id % 3);
	for (i = 0; i < T_ROUNDS; i++) {
		struct page *page = nr < 400 && kc_random_below(&seed, 5) < 3
					    ? alloc_page(t->zone, GFP_KERNEL)
					    : NULL;

		if (page) {
			page->owner = &held[nr];
			held[nr++] = page;
		} else if (nr) {
			u32 bulk = kc_random_below(&seed, 8) ? 1 : nr;

			nr -= bulk;
			assert_ptr_equal(held[nr]->owner, &held[nr]);
			if (bulk == 1)
				__free_page(t->zone, held[nr]);
			else
				free_pages_bulk(t->zone, &held[nr], bulk);
		}
		if (i % 1024 == 1023)
			zone_drain_pcp(t->zone);
	}
	free_pages_bulk(t->zone, held, nr);
}

static void threads_share_a_zone_without_sharing_pages(void **state)
{
	struct t_zone *t = t_zone_open(1200, 12);

	(void)state;
	t_run(4, t_zone_churn, t);
	t_check_counts(t, 0);
	zone_drain_pcp(t->zone);
	assert_int_equal(t->zone->nr_free, 1200);
	t_zone_close(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_has_a_number_an_address_and_one_reference),
		cmocka_unit_test(the_page_lock_is_tried_and_waited_for),
		cmocka_unit_test(the_batch_follows_the_kernels_formula),
		cmocka_unit_test(pages_beyond_the_limit_are_refused),
		cmocka_unit_test(free_neighbours_merge_to_the_largest_blocks),
		cmocka_unit_test(a_cpu_keeps_pages_and_spills_in_batches),
		cmocka_unit_test(the_limit_of_a_list_shrinks_when_the_zone_is_short),
		cmocka_unit_test(the_limit_of_a_list_grows_with_what_is_freed),
		cmocka_unit_test(many_pages_go_around_a_busy_list_in_batches),
		cmocka_unit_test(a_busy_list_is_gone_around),
		cmocka_unit_test(pages_on_another_cpus_list_are_fetched_at_the_limit),
		cmocka_unit_test(creating_a_zone_can_fail_at_every_step),
		cmocka_unit_test(a_cpu_tells_the_zone_beyond_a_threshold),
		cmocka_unit_test(a_page_allocation_fails_on_purpose),
		cmocka_unit_test(destroying_a_zone_tells_what_leaked),
		cmocka_unit_test(threads_share_a_zone_without_sharing_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
