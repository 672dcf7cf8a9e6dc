// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The header-only shims: atomics, bits, lists, arithmetic, sorting, randomness.
 */
#include <linux/align.h>
#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/cache.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "t_run.h"

static void value_returning_atomics_return_what_the_kernel_says(void **state)
{
	atomic_long_t l = ATOMIC_LONG_INIT(0);
	atomic64_t q = ATOMIC64_INIT(7);
	atomic_t a = ATOMIC_INIT(5);
	int old = 9;

	(void)state;
	assert_int_equal(atomic_add_return(3, &a), 8);
	assert_int_equal(atomic_fetch_sub_acquire(2, &a), 8);
	assert_int_equal(atomic_inc_return_relaxed(&a), 7);
	assert_int_equal(atomic_dec_return_release(&a), 6);
	assert_int_equal(atomic_fetch_inc(&a), 6);
	assert_int_equal(atomic_fetch_dec(&a), 7);
	assert_int_equal(atomic_cmpxchg(&a, 5, 1), 6);
	assert_false(atomic_try_cmpxchg(&a, &old, 1));
	assert_int_equal(old, 6);
	assert_true(atomic_try_cmpxchg_acquire(&a, &old, 1));
	assert_true(atomic_dec_and_test(&a));
	assert_false(atomic_inc_not_zero(&a));
	assert_true(atomic_add_unless(&a, 4, 1));
	assert_true(atomic_sub_and_test(4, &a));
	atomic_set(&a, -1);
	assert_true(atomic_inc_and_test(&a));
	assert_int_equal(atomic64_sub_return(8, &q), -1);
	assert_int_equal(atomic64_xchg(&q, 12), -1);
	assert_int_equal(atomic64_fetch_or(3, &q), 12);
	assert_int_equal(atomic64_fetch_and_relaxed(5, &q), 15);
	assert_int_equal(atomic64_fetch_andnot(1, &q), 5);
	assert_int_equal(atomic64_read(&q), 4);
	atomic_long_add(2, &l);
	atomic_long_inc(&l);
	atomic_long_sub(1, &l);
	atomic_long_dec(&l);
	atomic_long_or(6, &l);
	atomic_long_and(5, &l);
	atomic_long_andnot(1, &l);
	assert_int_equal(atomic_long_read_acquire(&l), 4);
	atomic_long_set_release(&l, 1);
	assert_int_equal(atomic_long_fetch_add(1, &l), 1);
}

static void plain_words_can_be_exchanged_atomically(void **state)
{
	unsigned long word = 4, old = 5;

	(void)state;
	assert_int_equal(xchg(&word, 6), 4);
	assert_int_equal(cmpxchg(&word, 5, 9), 6);
	assert_int_equal(cmpxchg(&word, 6, 9), 6);
	assert_false(try_cmpxchg(&word, &old, 1));
	assert_int_equal(old, 9);
	assert_true(try_cmpxchg_release(&word, &old, 1));
	smp_mb();
	smp_rmb();
	smp_wmb();
	smp_store_release(&word, 8);
	assert_int_equal(smp_load_acquire(&word), 8);
}

static void bits_are_set_tested_and_counted(void **state)
{
	unsigned long map[2] = { 0 };

	(void)state;
	set_bit(65, map);
	assert_true(test_bit(65, map));
	assert_true(test_and_set_bit(65, map));
	assert_false(test_and_set_bit_lock(3, map));
	assert_true(test_and_set_bit_lock(3, map));
	assert_true(test_bit_acquire(3, map));
	clear_bit_unlock(3, map);
	assert_true(test_and_clear_bit(65, map));
	assert_false(test_and_clear_bit(65, map));
	set_bit(1, map);
	clear_bit(1, map);
	assert_false(__test_and_set_bit(0, map));
	assert_true(__test_and_clear_bit(0, map));
	assert_int_equal(map[0] | map[1], 0);
	assert_int_equal(__ffs(0x90), 4);
	assert_int_equal(__fls(0x90), 7);
	assert_int_equal(ffz(0x7), 3);
	assert_int_equal(fls(0) + fls(8), 4);
	assert_int_equal(fls64(0) + fls64(1ull << 40), 41);
	assert_int_equal(hweight32(0xff) + hweight64(~0ull) + hweight_long(5), 74);
	assert_int_equal(GENMASK(5, 2), 0x3c);
	assert_int_equal(BITS_TO_LONGS(65), 2);
}

static void find_next_bit_agrees_with_a_loop(void **state)
{
	unsigned long map[5], size, from, expect;
	u64 seed = 1;
	int round, i;

	(void)state;
	for (round = 0; round < 400; round++) {
		for (i = 0; i < 5; i++)
			map[i] = round & 1 ? ~(1ul << kc_random_below(&seed, 64))
					   : 1ul << kc_random_below(&seed, 64);
		map[round % 5] = round & 1 ? ~0ul : 0;
		size = 1 + kc_random_below(&seed, 320);
		from = kc_random_below(&seed, 330);
		for (expect = from; expect < size && !test_bit((long)expect, map); expect++)
			;
		assert_int_equal(find_next_bit(map, size, from), min(expect, size));
		for (expect = from; expect < size && test_bit((long)expect, map); expect++)
			;
		assert_int_equal(find_next_zero_bit(map, size, from), min(expect, size));
	}
	assert_int_equal(find_first_bit(map, 0), 0);
	memset(map, 0, sizeof(map));
	assert_int_equal(find_first_zero_bit(map, 64), 0);
	set_bit(3, map);
	set_bit(90, map);
	expect = 0;
	for_each_set_bit(from, map, 300)
		expect += from;
	assert_int_equal(expect, 93);
}

/** struct t_item - element of the lists below */
struct t_item {
	struct list_head entry;
	struct llist_node node;
	int nr;
};

static void lists_keep_their_order(void **state)
{
	struct t_item a = { .nr = 1 }, b = { .nr = 2 }, c = { .nr = 3 }, *pos, *next;
	LIST_HEAD(list);
	LIST_HEAD(other);
	int seen = 0;

	(void)state;
	assert_null(list_first_entry_or_null(&list, struct t_item, entry));
	list_add(&b.entry, &list);
	list_add(&a.entry, &list);
	list_add_tail(&c.entry, &list);
	list_for_each_entry(pos, &list, entry)
		seen = seen * 10 + pos->nr;
	assert_int_equal(seen, 123);
	list_move_tail(&a.entry, &list);
	list_move(&c.entry, &list);
	list_splice_init(&list, &other);
	assert_true(list_empty(&list));
	list_splice_init(&list, &other);
	list_del_init(&b.entry);
	assert_true(list_empty(&b.entry));
	list_add_tail(&b.entry, &other);
	seen = 0;
	list_for_each_entry_safe(pos, next, &other, entry) {
		seen = seen * 10 + pos->nr;
		list_del(&pos->entry);
	}
	assert_int_equal(seen, 312);
}

static void llist_gives_back_everything_newest_first(void **state)
{
	struct t_item items[3], *pos, *next;
	struct llist_node *all, *node;
	struct llist_head list;
	int i, seen = 0;

	(void)state;
	init_llist_head(&list);
	assert_null(llist_del_all(&list));
	for (i = 0; i < 3; i++) {
		items[i].nr = i;
		assert_int_equal(llist_add(&items[i].node, &list), i == 0);
	}
	assert_false(llist_empty(&list));
	all = llist_del_all(&list);
	assert_true(llist_empty(&list));
	assert_ptr_equal(llist_next(all), &items[1].node);
	llist_for_each_entry_safe(pos, next, all, node)
		seen = seen * 10 + pos->nr;
	assert_int_equal(seen, 210);
	all = llist_reverse_order(all);
	llist_for_each(node, all)
		seen++;
	assert_int_equal(seen, 213);
	assert_ptr_equal(all, &items[0].node);
}

enum {
	T_PUSHES = 2000,
};

/** struct t_llist - pushed by several threads, emptied by one */
struct t_llist {
	struct llist_head list;
	atomic_t done;
};

static void t_push(void *arg)
{
	struct t_llist *t = arg;
	int i;

	for (i = 0; i < T_PUSHES; i++) {
		struct t_item *item = malloc(sizeof(*item));

		item->nr = i;
		llist_add(&item->node, &t->list);
	}
	atomic_inc_return(&t->done);
}

static void t_pop(void *arg)
{
	struct t_llist *t = arg;
	struct t_item *pos, *next;
	long sum = 0;
	bool last;

	do {
		last = atomic_read_acquire(&t->done) == 3;
		llist_for_each_entry_safe(pos, next, llist_del_all(&t->list), node) {
			sum += pos->nr;
			free(pos);
		}
	} while (!last);
	assert_int_equal(sum, 3l * T_PUSHES * (T_PUSHES - 1) / 2);
}

static void llist_loses_nothing_between_threads(void **state)
{
	struct t_llist t = { .done = ATOMIC_INIT(0) };
	struct kc_thread popper;

	(void)state;
	init_llist_head(&t.list);
	assert_int_equal(kc_thread_create(&popper, "pop", t_pop, &t), 0);
	t_run(3, t_push, &t);
	kc_thread_join(&popper);
}

static void arithmetic_rounds_as_the_kernel_does(void **state)
{
	unsigned long x = 1, y = 2;

	(void)state;
	assert_int_equal(DIV_ROUND_UP(9, 4), 3);
	assert_int_equal(roundup(9, 6) + rounddown(9, 6), 18);
	assert_int_equal(round_up(9ul, 8) + round_down(9ul, 8), 24);
	assert_int_equal(ALIGN(9ul, 4), 12);
	assert_int_equal(L1_CACHE_ALIGN(65), 128);
	assert_int_equal(min(3, 5) + max(3, 5) + clamp(9, 1, 4), 12);
	assert_int_equal(min_t(int, -1, 1), -1);
	swap(x, y);
	assert_int_equal(x * 10 + y, 21);
	assert_true(is_power_of_2(64) && !is_power_of_2(65) && !is_power_of_2(0));
	assert_int_equal(ilog2(65), 6);
	assert_int_equal(roundup_pow_of_two(65) + roundup_pow_of_two(1), 129);
	assert_int_equal(rounddown_pow_of_two(65), 64);
	assert_int_equal(order_base_2(65) + order_base_2(1), 7);
	assert_int_equal(msecs_to_jiffies(7), 7);
	assert_true(jiffies > 0);
}

static void errors_travel_in_pointers(void **state)
{
	void *bad = ERR_PTR(-ENOMEM);

	(void)state;
	assert_true(IS_ERR(bad));
	assert_false(IS_ERR(&bad) || IS_ERR(NULL));
	assert_int_equal(PTR_ERR_OR_ZERO(bad) + PTR_ERR_OR_ZERO(&bad), -ENOMEM);
	assert_true(IS_ERR_VALUE((unsigned long)-MAX_ERRNO));
	assert_false(IS_ERR_VALUE((unsigned long)-MAX_ERRNO - 1));
}

static int t_compare(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static void t_swap(void *a, void *b, int size)
{
	u32 *x = a, *y = b;

	assert_int_equal(size, sizeof(u32));
	swap(*x, *y);
}

static void sort_orders_any_number_of_elements(void **state)
{
	u32 values[200], i, n;
	u64 seed = 3;

	(void)state;
	for (n = 0; n <= 200; n += n < 10 ? 1 : 19) {
		for (i = 0; i < n; i++)
			values[i] = (u32)kc_random_below(&seed, 50);
		sort(values, n, sizeof(u32), t_compare, n & 1 ? t_swap : NULL);
		for (i = 1; i < n; i++)
			assert_true(values[i - 1] <= values[i]);
	}
}

static void random_numbers_follow_from_the_seed(void **state)
{
	u64 a = 42, b = 42, i;

	(void)state;
	for (i = 1; i < 1000; i++) {
		assert_int_equal(kc_random_u64(&a), kc_random_u64(&b));
		assert_true(kc_random_below(&a, i) < i);
		kc_random_u64(&b);
	}
	/* Source: reference output of splitmix64 for the seed 0. */
	a = 0;
	assert_int_equal(kc_random_u64(&a), 0xe220a8397b1dcdafull);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(value_returning_atomics_return_what_the_kernel_says),
		cmocka_unit_test(plain_words_can_be_exchanged_atomically),
		cmocka_unit_test(bits_are_set_tested_and_counted),
		cmocka_unit_test(find_next_bit_agrees_with_a_loop),
		cmocka_unit_test(lists_keep_their_order),
		cmocka_unit_test(llist_gives_back_everything_newest_first),
		cmocka_unit_test(llist_loses_nothing_between_threads),
		cmocka_unit_test(arithmetic_rounds_as_the_kernel_does),
		cmocka_unit_test(errors_travel_in_pointers),
		cmocka_unit_test(sort_orders_any_number_of_elements),
		cmocka_unit_test(random_numbers_follow_from_the_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
