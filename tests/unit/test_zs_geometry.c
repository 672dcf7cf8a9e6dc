// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Size classes: every row of the published layout, and the words that encode objects. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "t_zs_tables.h"
#include "zsmalloc/geometry.h"
#include "zsmalloc/objword.h"

enum {
	SHIFT_4K = 12,
	SHIFT_16K = 14,
	SHIFT_64K = 16,
};

#define T_ROWS(table) (sizeof(table) / sizeof((table)[0]))

static void t_check_class_table(unsigned int page_shift, const struct t_class_row *rows,
				unsigned int nr_rows)
{
	struct zs_shape table[ZS_MAX_CLASSES];
	unsigned int next = 0;
	unsigned int r;

	assert_int_equal(zs_geometry_table(page_shift, 8, ZS_FIT_LEAST_WASTE, table), nr_rows);
	for (r = 0; r < nr_rows; r++) {
		const struct t_class_row *row = &rows[r];
		unsigned int i;

		assert_int_equal(row->first, next);
		for (i = row->first; i <= row->last; i++) {
			assert_int_equal(table[i].index, row->last);
			assert_int_equal(table[i].size, row->size);
			assert_int_equal(table[i].pages, row->pages);
			assert_int_equal(table[i].objs, row->objs);
		}
		assert_int_equal((row->pages << page_shift) - row->objs * row->size, row->tail);
		for (i = row->payload_min; i <= row->payload_max; i++) {
			unsigned int index = zs_geometry_index(page_shift, i + ZS_HANDLE_SIZE);

			assert_int_equal(table[index].index, row->last);
		}
		next = row->last + 1;
	}
	assert_int_equal(next, zs_geometry_nr_classes(page_shift));
}

static void classes_of_4k_pages_are_as_published(void **state)
{
	(void)state;
	t_check_class_table(SHIFT_4K, t_classes_4k, T_ROWS(t_classes_4k));
}

static void classes_of_16k_pages_are_as_published(void **state)
{
	(void)state;
	t_check_class_table(SHIFT_16K, t_classes_16k, T_ROWS(t_classes_16k));
}

static void t_check_sums(unsigned int page_shift, unsigned int sizes, unsigned int pages,
			 unsigned int objs, unsigned int most)
{
	struct zs_shape table[ZS_MAX_CLASSES];
	struct zs_shape sum = { 0 };
	unsigned int max = 0;
	unsigned int i;

	zs_geometry_table(page_shift, 8, ZS_FIT_LEAST_WASTE, table);
	for (i = 0; i < zs_geometry_nr_classes(page_shift); i++) {
		if (table[i].index != i)
			continue;
		sum.size += table[i].size;
		sum.pages += table[i].pages;
		sum.objs += table[i].objs;
		if (table[i].objs > max)
			max = table[i].objs;
	}
	assert_int_equal(sum.size, sizes);
	assert_int_equal(sum.pages, pages);
	assert_int_equal(sum.objs, objs);
	assert_int_equal(max, most);
}

static void sums_over_the_classes_are_as_published(void **state)
{
	(void)state;
	t_check_sums(SHIFT_4K, 147360, 590, 4213, 256);
	t_check_sums(SHIFT_16K, 590464, 681, 7022, 512);
}

static void t_check_chains(unsigned int page_shift, const struct t_chain_row *rows,
			   unsigned int nr_rows)
{
	struct zs_shape table[ZS_MAX_CLASSES];
	unsigned int r;

	for (r = 0; r < nr_rows; r++) {
		unsigned int i = zs_geometry_nr_classes(page_shift);

		assert_int_equal(zs_geometry_table(page_shift, rows[r].chain, ZS_FIT_LEAST_WASTE,
						   table),
				 rows[r].classes);
		while (zs_shape_is_huge(&table[i - 1]))
			i--;
		assert_int_equal(table[i - 1].size, rows[r].largest);
		assert_int_equal(zs_geometry_huge_size(page_shift, table), rows[r].huge);
	}
}

static void every_chain_size_gives_the_published_pool(void **state)
{
	(void)state;
	t_check_chains(SHIFT_4K, t_chains_4k, T_ROWS(t_chains_4k));
	t_check_chains(SHIFT_16K, t_chains_16k, T_ROWS(t_chains_16k));
}

static void pages_of_64k_have_classes_that_hold_their_sizes(void **state)
{
	struct zs_shape table[ZS_MAX_CLASSES];
	size_t payload;

	(void)state;
	assert_int_equal(zs_geometry_nr_classes(SHIFT_64K), 257);
	zs_geometry_table(SHIFT_64K, 8, ZS_FIT_LEAST_WASTE, table);
	for (payload = 1; payload <= 65536; payload++) {
		unsigned int index = zs_geometry_index(SHIFT_64K, payload + ZS_HANDLE_SIZE);
		bool huge = zs_shape_is_huge(&table[index]);

		assert_true(table[index].size >= payload + (huge ? 0 : ZS_HANDLE_SIZE));
		assert_int_equal(huge, payload >= zs_geometry_huge_size(SHIFT_64K, table));
	}
}

static void requests_find_the_class_of_the_vectors(void **state)
{
	static const unsigned int vectors[][2] = {
		{ 1, 32 },	{ 24, 32 },	{ 25, 48 },	{ 100, 112 },	{ 777, 816 },
		{ 984, 992 },	{ 985, 1024 },	{ 1576, 1584 }, { 1577, 1632 }, { 2040, 2048 },
		{ 2041, 2176 }, { 3624, 3632 }, { 3625, 4096 }, { 4088, 4096 }, { 4096, 4096 },
	};
	struct zs_shape table[ZS_MAX_CLASSES];
	unsigned int i;

	(void)state;
	zs_geometry_table(SHIFT_4K, 8, ZS_FIT_LEAST_WASTE, table);
	for (i = 0; i < T_ROWS(vectors); i++) {
		unsigned int index = zs_geometry_index(SHIFT_4K, vectors[i][0] + ZS_HANDLE_SIZE);

		assert_int_equal(table[index].size, vectors[i][1]);
	}
}

static void object_words_have_the_real_bit_widths(void **state)
{
	(void)state;
	assert_int_equal(zs_index_bits(SHIFT_4K), 24);
	assert_int_equal(zs_index_bits(SHIFT_16K), 26);
	assert_int_equal(zs_index_bits(SHIFT_64K), 28);
	assert_true(zs_obj_encode(SHIFT_4K, 0x12345, 7) == 0x12345000007);
	assert_true(zs_obj_encode(SHIFT_16K, 0x12345, 7) == 0x48d14000007);
	assert_true(zs_obj_encode(SHIFT_64K, 0x12345, 7) == 0x123450000007);
}

static void object_words_decode_to_what_was_encoded(void **state)
{
	static const unsigned int shifts[] = { SHIFT_4K, SHIFT_16K, SHIFT_64K };
	unsigned int s;

	(void)state;
	for (s = 0; s < T_ROWS(shifts); s++) {
		unsigned int bits = zs_index_bits(shifts[s]);
		u64 pfns[] = { 0, 1, 0x12345, ((u64)1 << (64 - bits)) - 1 };
		u64 indices[] = { 0, 1, 2047, ((u64)1 << bits) - 1 };
		unsigned int i;
		unsigned int j;

		for (i = 0; i < T_ROWS(pfns); i++) {
			for (j = 0; j < T_ROWS(indices); j++) {
				u64 obj = zs_obj_encode(shifts[s], pfns[i], indices[j]);

				assert_true(zs_obj_pfn(shifts[s], obj) == pfns[i]);
				assert_true((obj & (((u64)1 << bits) - 1)) == indices[j]);
			}
		}
	}
}

static void headers_tell_allocated_chunks_from_free_ones(void **state)
{
	unsigned long handle = 0;

	(void)state;
	assert_true(zs_header_allocated(0x7f0012345678) == 0x7f0012345679);
	assert_true(zs_header_handle(zs_header_allocated(0x7f0012345678), &handle));
	assert_true(handle == 0x7f0012345678);
	assert_true(zs_header_free(3) == 6);
	assert_false(zs_header_handle(zs_header_free(3), &handle));
	assert_false(zs_header_handle(ZS_HEADER_END, &handle));
	assert_int_equal(zs_header_next(zs_header_free(3)), 3);
	assert_true(zs_header_next(ZS_HEADER_END) == ZS_FREE_END);
	assert_true(zs_header_next(zs_header_free(ZS_FREE_END)) == ZS_FREE_END);
}

/* Chains of at most 4 pages, of which the share in use counts; worked out by another program. */
static void the_rule_of_6_1_weighs_percentages(void **state)
{
	static const struct {
		unsigned int bytes, size, pages, objs;
	} rows[] = {
		{ 32, 32, 1, 128 },   { 75, 80, 1, 51 },     { 600, 608, 3, 20 },
		{ 1107, 1168, 2, 7 }, { 1200, 1216, 3, 10 }, { 1700, 1744, 3, 7 },
		{ 2100, 2336, 4, 7 }, { 2500, 2720, 2, 3 },  { 3000, 3072, 3, 4 },
		{ 3264, 3264, 4, 5 }, { 3265, 4096, 1, 1 },
	};
	struct zs_shape table[ZS_MAX_CLASSES];
	const struct zs_shape *shape;
	unsigned int i;

	(void)state;
	assert_int_equal(zs_geometry_table(SHIFT_4K, 4, ZS_FIT_MOST_USED, table), 69);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		shape = &table[zs_geometry_index(SHIFT_4K, rows[i].bytes)];
		assert_int_equal(shape->size, rows[i].size);
		assert_int_equal(shape->pages, rows[i].pages);
		assert_int_equal(shape->objs, rows[i].objs);
	}
	assert_int_equal(zs_geometry_huge_size(SHIFT_4K, table), 3264 - 8 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes_of_4k_pages_are_as_published),
		cmocka_unit_test(classes_of_16k_pages_are_as_published),
		cmocka_unit_test(sums_over_the_classes_are_as_published),
		cmocka_unit_test(every_chain_size_gives_the_published_pool),
		cmocka_unit_test(pages_of_64k_have_classes_that_hold_their_sizes),
		cmocka_unit_test(requests_find_the_class_of_the_vectors),
		cmocka_unit_test(object_words_have_the_real_bit_widths),
		cmocka_unit_test(object_words_decode_to_what_was_encoded),
		cmocka_unit_test(headers_tell_allocated_chunks_from_free_ones),
		cmocka_unit_test(the_rule_of_6_1_weighs_percentages),
	};

	return cmocka_run_group_tests_name("zs_geometry", tests, NULL, NULL);
}
