// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Writing, reading, discarding and notifying, and what each does to the statistics. */

#include "t_zram.h"

static size_t huge_size(struct t_zram *t)
{
	return zs_huge_class_size(zram_pool(t->zram));
}

static void an_empty_slot_reads_as_zeros(void **state)
{
	struct t_zram *t = *state;

	t_expect(t, 0, T_EMPTY, 0);
	t_expect(t, T_NR_SLOTS - 1, T_EMPTY, 0);
	assert_int_equal(t_mm(t).orig_data_size, 0);
}

static void every_kind_of_page_reads_back_as_written(void **state)
{
	struct t_zram *t = *state;
	u32 i;

	for (i = 0; i < T_NR_SLOTS; i++)
		t_write(t, i, i % T_NR_KINDS, i);
	for (i = 0; i < T_NR_SLOTS; i++)
		t_expect(t, i, i % T_NR_KINDS, i);
	t_check_table(t);
}

static void compressed_sizes_of_all_lengths_read_back(void **state)
{
	struct t_zram *t = *state;
	u32 i;

	for (i = 0; i < T_NR_SLOTS; i++) {
		t_fill_page(t->in, t->page, t->page * i / T_NR_SLOTS, i);
		assert_int_equal(zram_write(t->zram, i, t->in), 0);
	}
	for (i = 0; i < T_NR_SLOTS; i++) {
		t_fill_page(t->in, t->page, t->page * i / T_NR_SLOTS, i);
		assert_int_equal(zram_read(t->zram, i, t->out), 0);
		assert_memory_equal(t->in, t->out, t->page);
	}
	t_check_table(t);
}

static void a_same_filled_page_takes_no_object(void **state)
{
	struct t_zram *t = *state;

	t_write(t, 3, T_SAME, 5);
	assert_int_equal(t_mm(t).same_pages, 1);
	assert_int_equal(t_mm(t).orig_data_size, t->page);
	assert_int_equal(t_mm(t).compr_data_size, 0);
	assert_int_equal(t_mm(t).mem_used_total, 0);
	assert_int_equal(slot_size(t->zram, 3), 0);
	t_expect(t, 3, T_SAME, 5);
}

static void a_page_of_zeros_is_same_filled_and_not_empty(void **state)
{
	struct t_zram *t = *state;

	memset(t->in, 0, t->page);
	assert_int_equal(zram_write(t->zram, 3, t->in), 0);
	assert_int_equal(t_mm(t).same_pages, 1);
	assert_int_equal(t_mm(t).orig_data_size, t->page);
	t_expect(t, 3, T_EMPTY, 0);
	t_write(t, 3, T_EMPTY, 0);
	assert_int_equal(t_mm(t).same_pages, 0);
}

static void one_byte_of_difference_is_not_same_filled(void **state)
{
	struct t_zram *t = *state;
	size_t at[] = { 0, 8, t->page / 2, t->page - 9, t->page - 1 };
	size_t i;

	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		memset(t->in, 0x11, t->page);
		t->in[at[i]] ^= 1;
		assert_int_equal(zram_write(t->zram, 0, t->in), 0);
		assert_int_equal(t_mm(t).same_pages, 0);
		assert_int_equal(zram_read(t->zram, 0, t->out), 0);
		assert_memory_equal(t->in, t->out, t->page);
	}
}

static void an_incompressible_page_is_stored_as_it_is(void **state)
{
	struct t_zram *t = *state;

	t_write(t, 1, T_HUGE, 9);
	assert_int_equal(t_mm(t).huge_pages, 1);
	assert_int_equal(t_mm(t).huge_pages_since, 1);
	assert_int_equal(t_mm(t).compr_data_size, t->page);
	assert_int_equal(t_mm(t).mem_used_total, t->page);
	t_expect(t, 1, T_HUGE, 9);
	t_write(t, 1, T_EMPTY, 0);
	assert_int_equal(t_mm(t).huge_pages, 0);
	assert_int_equal(t_mm(t).huge_pages_since, 1);
	assert_int_equal(t_mm(t).mem_used_total, 0);
}

static void the_huge_class_size_is_where_huge_begins(void **state)
{
	struct t_zram *t = *state;
	size_t limit = huge_size(t);

	assert_in_range(limit, t->page / 2, t->page - 1);
	t_make_page(t->in, t->page, T_HUGE, 1);
	assert_int_equal(zram_write_compressed(t->zram, 0, t->in, limit - 1), 0);
	assert_int_equal(t_mm(t).huge_pages, 0);
	assert_int_equal(slot_size(t->zram, 0), limit - 1);
	/* What is never read need not be there. */
	assert_int_equal(zram_write_compressed(t->zram, 0, NULL, limit - 2), 0);
	assert_int_equal(slot_size(t->zram, 0), limit - 2);
	assert_int_equal(zram_write_compressed(t->zram, 0, t->in, limit - 1), 0);
	assert_int_equal(zram_write_compressed(t->zram, 0, t->in, limit), -EINVAL);
	assert_int_equal(zram_write_compressed(t->zram, 0, t->in, t->page - 1), -EINVAL);
	assert_int_equal(slot_size(t->zram, 0), limit - 1);
	assert_int_equal(zram_write_compressed(t->zram, 0, t->in, t->page), 0);
	assert_int_equal(t_mm(t).huge_pages, 1);
	t_expect(t, 0, T_HUGE, 1);
	t_check_table(t);
}

/* What one slot of a kind adds to mm_stat, given its stored size. */
static void expect_one(struct t_zram *t, u32 index, enum t_kind kind)
{
	struct zram_mm_stat st = t_mm(t);

	assert_int_equal(st.orig_data_size, kind == T_EMPTY ? 0 : t->page);
	assert_int_equal(st.same_pages, kind == T_SAME);
	assert_int_equal(st.huge_pages, t_is_huge(kind));
	assert_int_equal(st.compr_data_size, slot_size(t->zram, index));
	assert_int_equal(slot_size(t->zram, index) != 0, kind > T_SAME);
	t_check_table(t);
}

static void overwriting_frees_the_old_content_whatever_the_kinds(void **state)
{
	struct t_zram *t = *state;
	enum t_kind old, new;

	for (old = T_EMPTY; old < T_NR_KINDS; old++) {
		for (new = T_EMPTY; new < T_NR_KINDS; new ++) {
			t_write(t, 7, old, 1);
			expect_one(t, 7, old);
			t_write(t, 7, new, 2);
			expect_one(t, 7, new);
			t_expect(t, 7, new, 2);
			t_write(t, 7, T_EMPTY, 0);
			expect_one(t, 7, T_EMPTY);
		}
	}
	assert_int_equal(t_mm(t).mem_used_total, 0);
}

static void a_write_of_known_compressed_data_leaves_the_same_state(void **state)
{
	struct t_zram *t = *state;
	struct zcomp *comp = t->zram->comps[0];
	struct zram_mm_stat written, filled;
	struct zcomp_strm *strm;
	unsigned char *data;
	enum t_kind kind;
	size_t len;

	for (kind = T_SMALL; kind < T_NR_KINDS; kind++) {
		t_write(t, 0, kind, 3);
		written = t_mm(t);
		zram_reset(t->zram);

		t_make_page(t->in, t->page, kind, 3);
		strm = zcomp_stream_get(comp);
		assert_int_equal(zcomp_compress(comp, strm, t->in, &len), 0);
		data = len < huge_size(t) ? strm->buffer : t->in;
		memcpy(t->out, data, len < t->page ? len : t->page);
		zcomp_stream_put(strm);
		if (len >= huge_size(t))
			len = t->page;
		assert_int_equal(zram_write_compressed(t->zram, 0, t->out, len), 0);
		filled = t_mm(t);
		assert_memory_equal(&written, &filled, sizeof(written));
		t_expect(t, 0, kind, 3);
		zram_reset(t->zram);
	}
}

static void a_write_of_a_known_word_leaves_the_same_state(void **state)
{
	struct t_zram *t = *state;
	unsigned long *words = (unsigned long *)(void *)t->out;
	size_t i;

	assert_int_equal(zram_write_same(t->zram, 2, 0x1234567890abcdeful), 0);
	assert_int_equal(t_mm(t).same_pages, 1);
	assert_int_equal(zram_read(t->zram, 2, t->out), 0);
	for (i = 0; i < t->page / sizeof(*words); i++)
		assert_int_equal(words[i], 0x1234567890abcdeful);
}

static void indices_beyond_the_end_are_refused(void **state)
{
	struct t_zram *t = *state;

	memset(t->in, 0, t->page);
	assert_int_equal(zram_write(t->zram, T_NR_SLOTS, t->in), -EINVAL);
	assert_int_equal(zram_write_same(t->zram, T_NR_SLOTS, 1), -EINVAL);
	assert_int_equal(zram_write_compressed(t->zram, UINT32_MAX, t->in, 10), -EINVAL);
	assert_int_equal(zram_write_compressed(t->zram, 0, t->in, 0), -EINVAL);
	assert_int_equal(zram_read(t->zram, T_NR_SLOTS, t->out), -EINVAL);
	zram_slot_free_notify(t->zram, T_NR_SLOTS);
	assert_int_equal(t_io(t).notify_free, 0);
	assert_int_equal(t_io(t).failed_reads, 0);
	assert_int_equal(t_io(t).failed_writes, 0);
}

static void content_that_does_not_decompress_is_a_failed_read(void **state)
{
	struct t_zram *t = *state;

	t_make_page(t->in, t->page, T_HUGE, 77);
	memset(t->in, 0xff, 64);
	assert_int_equal(zram_write_compressed(t->zram, 0, t->in, 333), 0);
	assert_int_equal(zram_read(t->zram, 0, t->out), -EIO);
	assert_int_equal(t_io(t).failed_reads, 1);
	assert_true(slot_trylock(t->zram, 0));
	slot_unlock(t->zram, 0);
	t_check_table(t);
}

static void access_clears_idle_and_stamps_the_time(void **state)
{
	struct t_zram *t = *state;

	t_write(t, 0, T_SMALL, 1);
	assert_true(t->zram->table[0].ac_time);
	t->zram->table[0].ac_time = 0;
	slot_set_flag(t->zram, 0, ZRAM_PP_SLOT);
	assert_int_equal(zram_mark_idle(t->zram), 1);
	t_expect(t, 0, T_SMALL, 1);
	assert_false(slot_test_flag(t->zram, 0, ZRAM_IDLE));
	assert_false(slot_test_flag(t->zram, 0, ZRAM_PP_SLOT));
	assert_true(t->zram->table[0].ac_time);
	assert_int_equal(zram_mark_idle(t->zram), 1);
	t_write(t, 0, T_SMALL, 1);
	assert_false(slot_test_flag(t->zram, 0, ZRAM_IDLE));
}

static void a_notification_frees_the_slot(void **state)
{
	struct t_zram *t = *state;
	enum t_kind kind;

	for (kind = T_EMPTY; kind < T_NR_KINDS; kind++) {
		t_write(t, 6, kind, 4);
		zram_slot_free_notify(t->zram, 6);
		expect_one(t, 6, T_EMPTY);
		t_expect(t, 6, T_EMPTY, 0);
	}
	/* the loop's first write is a discard of one page */
	assert_int_equal(t_io(t).notify_free, T_NR_KINDS + 1);
	assert_int_equal(t_io(t).miss_free, 0);
}

static void a_notification_of_a_busy_slot_is_a_miss_and_frees_nothing(void **state)
{
	struct t_zram *t = *state;

	t_write(t, 6, T_MEDIUM, 4);
	slot_lock(t->zram, 6);
	zram_slot_free_notify(t->zram, 6);
	slot_unlock(t->zram, 6);
	assert_int_equal(t_io(t).notify_free, 1);
	assert_int_equal(t_io(t).miss_free, 1);
	t_expect(t, 6, T_MEDIUM, 4);
	zram_slot_free_notify(t->zram, 6);
	assert_int_equal(t_io(t).miss_free, 1);
	expect_one(t, 6, T_EMPTY);
}

struct discard_case {
	u32 first_page; /* the range begins here ... */
	u32 first_blocks;
	u32 len_pages; /* ... and has this length */
	int len_blocks;
	u32 from; /* slots that go */
	u32 to;
};

/* A page of 4 KiB is one block; the larger ones have partial ends, which stay. */
static void only_whole_pages_inside_the_range_are_discarded(void **state)
{
	static const struct discard_case cases[] = {
		{ 4, 0, 1, 0, 4, 5 },  { 0, 0, 64, 0, 0, 64 },	 { 63, 0, 1, 0, 63, 64 },
		{ 4, 0, 1, -1, 4, 4 }, { 4, 0, 2, -1, 4, 5 },	 { 4, 0, 1, 1, 4, 5 },
		{ 4, 1, 1, 0, 5, 5 },  { 4, 1, 1, -1, 5, 5 },	 { 4, 1, 2, -1, 5, 6 },
		{ 4, 1, 2, -2, 5, 5 }, { 4, 3, 3, 0, 5, 7 },	 { 4, 1, 0, 1, 5, 5 },
		{ 0, 1, 2, -1, 1, 2 }, { 62, 1, 2, -1, 63, 64 },
	};
	struct t_zram *t = *state;
	const u64 block = ZRAM_LOGICAL_BLOCK_SIZE;
	size_t c;
	u32 i;

	for (c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		const struct discard_case *d = &cases[c];
		u64 before = t_io(t).notify_free, offset, len;

		if (t->page == block && (d->first_blocks || d->len_blocks))
			continue;
		for (i = 0; i < T_NR_SLOTS; i++)
			t_write(t, i, T_SMALL, i);
		offset = ((u64)d->first_page << t->shift) + d->first_blocks * block;
		len = ((u64)d->len_pages << t->shift) + (u64)d->len_blocks * block;
		assert_int_equal(zram_discard(t->zram, offset, len), 0);
		for (i = 0; i < T_NR_SLOTS; i++)
			assert_int_equal(slot_allocated(t->zram, i), i < d->from || i >= d->to);
		assert_int_equal(t_io(t).notify_free - before, d->to - d->from);
	}
}

/* Offsets and lengths as BLKDISCARD on a device of 6.18 has refused them. */
static void a_discard_that_is_not_made_of_logical_blocks_frees_nothing(void **state)
{
	struct t_zram *t = *state;
	const u64 disk = (u64)T_NR_SLOTS << t->shift;
	const struct {
		u64 offset;
		u64 len;
	} cases[] = {
		{ 512, 4096 },
		{ 0, 512 },
		{ 0, 4096 + 512 },
		{ 2048, 8192 },
		{ 1, disk - 1 },
		{ 0, 0 },
		{ disk, 0 },
		{ disk, 4096 },
		{ disk - 4096, 8192 },
		{ 0, 2 * disk },
		{ 4096, UINT64_MAX - 4095 },
		{ UINT64_MAX - 4095, 8192 },
		{ UINT64_MAX, UINT64_MAX },
	};
	struct zram_mm_stat before;
	size_t c;
	u32 i;

	for (i = 0; i < T_NR_SLOTS; i++)
		t_write(t, i, i % T_NR_KINDS, i);
	before = t_mm(t);
	for (c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		u64 freed = t_io(t).notify_free;

		assert_int_equal(zram_discard(t->zram, cases[c].offset, cases[c].len), -EINVAL);
		assert_int_equal(t_io(t).notify_free, freed);
	}
	assert_int_equal(t_mm(t).orig_data_size, before.orig_data_size);
	t_check_table(t);
	for (i = 0; i < T_NR_SLOTS; i++)
		t_expect(t, i, i % T_NR_KINDS, i);
}

#define T(name) cmocka_unit_test_setup_teardown(name, t_setup, t_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_empty_slot_reads_as_zeros),
		T(every_kind_of_page_reads_back_as_written),
		T(compressed_sizes_of_all_lengths_read_back),
		T(a_same_filled_page_takes_no_object),
		T(a_page_of_zeros_is_same_filled_and_not_empty),
		T(one_byte_of_difference_is_not_same_filled),
		T(an_incompressible_page_is_stored_as_it_is),
		T(the_huge_class_size_is_where_huge_begins),
		T(overwriting_frees_the_old_content_whatever_the_kinds),
		T(a_write_of_known_compressed_data_leaves_the_same_state),
		T(a_write_of_a_known_word_leaves_the_same_state),
		T(indices_beyond_the_end_are_refused),
		T(content_that_does_not_decompress_is_a_failed_read),
		T(access_clears_idle_and_stamps_the_time),
		T(a_notification_frees_the_slot),
		T(a_notification_of_a_busy_slot_is_a_miss_and_frees_nothing),
		T(only_whole_pages_inside_the_range_are_discarded),
		T(a_discard_that_is_not_made_of_logical_blocks_frees_nothing),
	};

	return t_run("zram_io", tests, sizeof(tests) / sizeof(tests[0]));
}
