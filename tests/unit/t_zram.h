/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What the tests of lib/zram share: a device per test, pages of a chosen kind, and a run
 * of every test with every page size.
 */
#ifndef TESTS_UNIT_T_ZRAM_H
#define TESTS_UNIT_T_ZRAM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <linux/err.h>
#include <linux/types.h>

#include "../t_tsan.h"
#include "zram/slot.h"
#include "zram/hook.h"
#include "zram/slot_word.h"
#include "zram/zcomp.h"
#include "zram/zram.h"
#include "zsmalloc/zsmalloc.h"

enum {
	T_NR_SLOTS = 64,
	T_MAX_CASES = 192,
	T_NAME_BYTES = 128,
};

/** struct t_zram - a device and two pages to work with */
struct t_zram {
	struct zram *zram;
	unsigned int shift;
	size_t page;
	unsigned char *in;
	unsigned char *out;
};

/** enum t_kind - pages by what becomes of them */
enum t_kind {
	T_EMPTY,
	T_SAME,
	T_SMALL,
	T_MEDIUM,
	T_HUGE,
	T_NR_KINDS,
};

static const unsigned int t_shifts[] = { 12, 14, 16 };

/** t_random() - next number of a seeded sequence */
t_private static inline u64 t_random(u64 *state)
{
	u64 z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/** t_is_huge() - is a page of that kind stored as it is by the default compressor? */
static inline bool t_is_huge(enum t_kind kind)
{
	return kind == T_HUGE || (kind > T_SAME && !strcmp(zcomp_name(0), "none"));
}

/** t_fill_page() - @random leading bytes nothing can compress, then one repeated byte */
t_private static inline void t_fill_page(unsigned char *page, size_t bytes, size_t random, u64 seed)
{
	u64 state = seed;
	size_t i;

	memset(page, (int)(seed & 0xff) | 1, bytes);
	for (i = 0; i < random; i++)
		page[i] = (unsigned char)t_random(&state);
}

/** t_make_page() - a page of a kind; different seeds give different pages */
static inline void t_make_page(unsigned char *page, size_t bytes, enum t_kind kind, u64 seed)
{
	unsigned long word = 0x0101010101010101ul * ((seed & 0x7f) + 1);
	size_t i;

	switch (kind) {
	case T_SAME:
		for (i = 0; i < bytes; i += sizeof(word))
			memcpy(page + i, &word, sizeof(word));
		break;
	case T_SMALL:
		t_fill_page(page, bytes, bytes / 16, seed);
		break;
	case T_MEDIUM:
		t_fill_page(page, bytes, bytes / 2, seed);
		break;
	case T_HUGE:
		t_fill_page(page, bytes, bytes, seed);
		break;
	default:
		memset(page, 0, bytes);
	}
}

/** t_deferred() - is the slot pending? */
static inline bool t_deferred(struct zram *zram, u32 index)
{
	return slot_test_flag(zram, index, ZRAM_DEFERRED);
}

/** t_write() - write a page of a kind, which must work; T_EMPTY discards instead */
static inline void t_write(struct t_zram *t, u32 index, enum t_kind kind, u64 seed)
{
	if (kind == T_EMPTY) {
		zram_discard(t->zram, (u64)index << t->shift, t->page);
		return;
	}
	t_make_page(t->in, t->page, kind, seed);
	assert_int_equal(zram_write(t->zram, index, t->in), 0);
}

/** t_expect() - the slot reads as the page of that kind and seed */
static inline void t_expect(struct t_zram *t, u32 index, enum t_kind kind, u64 seed)
{
	t_make_page(t->in, t->page, kind, seed);
	memset(t->out, 0xa5, t->page);
	assert_int_equal(zram_read(t->zram, index, t->out), 0);
	assert_memory_equal(t->in, t->out, t->page);
}

/** t_mm() - mm_stat by value */
static inline struct zram_mm_stat t_mm(struct t_zram *t)
{
	struct zram_mm_stat st;

	zram_mm_stat(t->zram, &st);
	return st;
}

/** t_io() - io_stat by value */
static inline struct zram_io_stat t_io(struct t_zram *t)
{
	struct zram_io_stat st;

	zram_io_stat(t->zram, &st);
	return st;
}

/** t_create_params() - make a fixture from parameters; page size is t->shift */
static inline struct t_zram *t_create_params(struct zram_params *params)
{
	struct t_zram *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->shift = params->page_shift;
	t->page = (size_t)1 << t->shift;
	t->zram = zram_create(params);
	assert_false(IS_ERR(t->zram));
	t->in = aligned_alloc(64, t->page);
	t->out = aligned_alloc(64, t->page);
	assert_true(t->in && t->out);
	return t;
}

/** t_destroy() - undo t_create_params() */
static inline void t_destroy(struct t_zram *t)
{
	zram_destroy(t->zram);
	free(t->in);
	free(t->out);
	free(t);
}

/** t_setup() - default device of T_NR_SLOTS slots; the state comes in as a page shift */
static inline int t_setup(void **state)
{
	const unsigned int *shift = *state;
	struct zram_params params = { .page_shift = *shift };

	params.disksize_bytes = (u64)T_NR_SLOTS << *shift;
	*state = t_create_params(&params);
	return 0;
}

/** t_teardown() - after t_setup() */
static inline int t_teardown(void **state)
{
	t_destroy(*state);
	return 0;
}

/** t_check_table() - the statistics are what the slots say, and the pool agrees */
static inline void t_check_table(struct t_zram *t)
{
	struct zram_mm_stat st = t_mm(t);
	s64 stored = 0, bytes = 0, same = 0, huge = 0;
	unsigned long objects = 0, inuse = 0;
	struct zs_class_stats cs;
	unsigned int class;
	u32 i;

	for (i = 0; i < zram_nr_slots(t->zram); i++) {
		stored += slot_allocated(t->zram, i);
		bytes += slot_size(t->zram, i);
		same += slot_test_flag(t->zram, i, ZRAM_SAME);
		huge += slot_test_flag(t->zram, i, ZRAM_HUGE);
		objects += slot_size(t->zram, i) != 0;
	}
	for (class = 0; class < zs_nr_classes(zram_pool(t->zram)); class ++)
		if (zs_class_stats(zram_pool(t->zram), class, &cs))
			inuse += cs.objs_inuse;
	assert_int_equal(st.orig_data_size, stored << t->shift);
	assert_int_equal(st.compr_data_size, bytes);
	assert_int_equal(st.same_pages, same);
	assert_int_equal(st.huge_pages, huge);
	assert_int_equal(inuse, objects);
}

/** t_run() - run every test with every page size, named after it */
static inline int t_run(const char *group, const struct CMUnitTest *tests, size_t nr)
{
	static char names[T_MAX_CASES][T_NAME_BYTES];
	static struct CMUnitTest all[T_MAX_CASES];
	size_t i, s, n = 0;

	for (i = 0; i < nr; i++) {
		for (s = 0; s < sizeof(t_shifts) / sizeof(t_shifts[0]); s++, n++) {
			if (n == T_MAX_CASES)
				abort();
			all[n] = tests[i];
			all[n].initial_state = (void *)(uintptr_t)&t_shifts[s];
			snprintf(names[n], T_NAME_BYTES, "%s, %u KiB pages", tests[i].name,
				 1u << (t_shifts[s] - 10));
			all[n].name = names[n];
		}
	}
	return _cmocka_run_group_tests(group, all, n, NULL, NULL);
}

#endif
