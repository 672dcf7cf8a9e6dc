// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The tree under radix: growth, marks, pool; then random operations against a bitmap. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <linux/bitops.h>

#include "port.h"
#include "strategies/rx_tree.h"
#include "tests/strategy/t_device.h"

enum {
	T_BIG = 1 << 26,
	T_MODEL = 1 << 15,
};

/* Every node is either in the tree or in the pool. */
static u32 pool_size(const struct rx_tree *tree)
{
	const struct rx_node *node;
	u32 nr = 0;

	for (node = tree->pool; node; node = node->parent)
		nr++;
	return nr;
}

static u32 count_nodes(const struct rx_node *node, const struct rx_node *parent)
{
	u32 nr = 1;
	u32 i;

	assert_ptr_equal(node->parent, parent);
	assert_true(node->marks);
	for (i = 0; i < RX_SLOTS; i++) {
		if (!(node->marks & BIT(i))) {
			assert_int_equal(node->word[i], 0);
			continue;
		}
		if (node->shift > RX_SHIFT) {
			assert_int_equal(node->child[i]->offset, i);
			assert_int_equal(node->child[i]->shift, node->shift - RX_SHIFT);
			nr += count_nodes(node->child[i], node);
		} else {
			assert_true(node->word[i]);
		}
	}
	return nr;
}

static void check_tree(const struct rx_tree *tree)
{
	u32 used = tree->root ? count_nodes(tree->root, NULL) : 0;

	assert_int_equal(used + pool_size(tree), tree->nr_nodes);
}

static void height_follows_the_highest_index(void **state)
{
	static const u32 index[] = { 0, 4095, 4096, 262143, 262144, 16777215, 16777216 };
	static const u8 shift[] = { 6, 6, 12, 12, 18, 18, 24 };
	struct rx_tree tree;
	unsigned int i;

	(void)state;
	assert_int_equal(rx_init(&tree, 16, T_BIG), 0);
	assert_null(tree.root);
	for (i = 0; i < sizeof(shift); i++) {
		assert_true(rx_add(&tree, index[i]));
		assert_int_equal(tree.root->shift, shift[i]);
		check_tree(&tree);
	}
	while (i--) {
		assert_int_equal(tree.root->shift, shift[i]);
		assert_true(rx_del(&tree, index[i]));
		assert_false(rx_del(&tree, index[i]));
		check_tree(&tree);
	}
	assert_null(tree.root);
	rx_exit(&tree);
}

static void empty_tree_starts_at_the_height_it_needs(void **state)
{
	struct rx_tree tree;

	(void)state;
	assert_int_equal(rx_init(&tree, 16, T_BIG), 0);
	assert_true(rx_add(&tree, T_BIG - 1));
	assert_int_equal(tree.root->shift, 24);
	check_tree(&tree);
	rx_exit(&tree);
}

static void used_up_pool_refuses_and_leaves_no_trace(void **state)
{
	struct rx_tree tree;
	u32 index[RX_SLOTS];
	u32 i = 0;
	u32 nr = 0;

	(void)state;
	assert_int_equal(rx_init(&tree, 4, T_BIG), 0);
	while (rx_add(&tree, i * 262144))
		i++;
	assert_true(i >= 2);
	check_tree(&tree);
	assert_false(rx_add(&tree, T_BIG - 1));
	check_tree(&tree);
	assert_true(rx_add(&tree, 1));
	while (rx_take(&tree, 0, index, RX_SLOTS))
		nr++;
	assert_int_equal(nr, i);
	assert_null(tree.root);
	check_tree(&tree);
	assert_true(rx_add(&tree, T_BIG - 1));
	rx_exit(&tree);
}

static void pool_too_small_to_grow_refuses(void **state)
{
	struct rx_tree tree;

	(void)state;
	assert_int_equal(rx_init(&tree, 1, 4096 * 64), 0);
	assert_int_equal(tree.nr_nodes, 2);
	assert_true(rx_add(&tree, 0));
	assert_false(rx_add(&tree, 262143));
	check_tree(&tree);
	assert_true(rx_add(&tree, 5));
	assert_true(rx_del(&tree, 5));
	assert_true(rx_del(&tree, 0));
	assert_true(rx_add(&tree, 262143));
	check_tree(&tree);
	rx_exit(&tree);
}

static void take_goes_on_where_it_is_told_and_wraps(void **state)
{
	struct rx_tree tree;
	u32 index[RX_SLOTS];

	(void)state;
	assert_int_equal(rx_init(&tree, 64, T_BIG), 0);
	assert_int_equal(rx_take(&tree, 0, index, 1), 0);
	assert_true(rx_add(&tree, 10));
	assert_true(rx_add(&tree, 11));
	assert_true(rx_add(&tree, 70000));
	assert_int_equal(rx_take(&tree, 64, index, RX_SLOTS), 1);
	assert_int_equal(index[0], 70000);
	assert_int_equal(rx_take(&tree, 70001, index, 1), 1);
	assert_int_equal(index[0], 10);
	assert_int_equal(rx_take(&tree, T_BIG, index, 5), 1);
	assert_int_equal(index[0], 11);
	assert_null(tree.root);
	rx_exit(&tree);
}

static u32 model_next(const unsigned long *model, u32 word)
{
	u32 i;

	for (i = 0; i < BITS_TO_LONGS(T_MODEL); i++)
		if (model[(word + i) % BITS_TO_LONGS(T_MODEL)])
			return (word + i) % BITS_TO_LONGS(T_MODEL);
	return ~0U;
}

static void random_operations_match_a_bitmap(void **state)
{
	static unsigned long model[BITS_TO_LONGS(T_MODEL)];
	u64 seed = t_seed(7);
	struct rx_tree tree;
	u32 index[RX_SLOTS];
	u32 i, n, nr, slot;

	(void)state;
	fprintf(stderr, "# seed %llu\n", (unsigned long long)seed);
	memset(model, 0, sizeof(model));
	assert_int_equal(rx_init(&tree, 4, T_MODEL), 0);
	for (i = 0; i < 200 * 1000 / t_scale(); i++) {
		slot = (u32)kc_random_below(&seed, T_MODEL) >> kc_random_below(&seed, 12);
		switch (kc_random_below(&seed, 4)) {
		case 0:
			assert_int_equal(rx_del(&tree, slot), __test_and_clear_bit(slot, model));
			break;
		case 1:
			nr = rx_take(&tree, slot, index, 1 + (u32)kc_random_below(&seed, 64));
			if (!nr)
				assert_int_equal(model_next(model, slot / 64), ~0U);
			else
				assert_int_equal(index[0] / 64, model_next(model, slot / 64));
			for (n = 0; n < nr; n++)
				assert_true(__test_and_clear_bit(index[n], model));
			break;
		default:
			if (rx_add(&tree, slot))
				__set_bit(slot, model);
			else
				assert_null(tree.pool);
		}
		if (i % 256 == 0)
			check_tree(&tree);
	}
	rx_exit(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(height_follows_the_highest_index),
		cmocka_unit_test(empty_tree_starts_at_the_height_it_needs),
		cmocka_unit_test(used_up_pool_refuses_and_leaves_no_trace),
		cmocka_unit_test(pool_too_small_to_grow_refuses),
		cmocka_unit_test(take_goes_on_where_it_is_told_and_wraps),
		cmocka_unit_test(random_operations_match_a_bitmap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
