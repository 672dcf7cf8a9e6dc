// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * What a zram device of a kernel answers, number by number: pages of 4 KiB, zspages of up to eight.
 * Read from devices of 6.12, 6.18, 7.2 and 7.3, which agree; so must every design of the allocator.
 */
#include "t_zram.h"

enum {
	NR_SLOTS = 16384,
	PAGE_BYTES = 4096,
	LINE_BYTES = 67, /* what lz4 makes of 55 different bytes and zeros */
};

/** struct t_design - a device's parameters beside those of the vectors */
struct t_design {
	enum zs_locks locks;
	enum zs_pages pages;
	enum zram_flags flags;
	enum zram_stats stats;
};

static const struct t_design designs[] = {
	{ ZS_LOCKS_POOL, ZS_PAGES_INSIDE, ZRAM_FLAGS_SINGLE, ZRAM_STATS_SHARED },
	{ ZS_LOCKS_CLASS, ZS_PAGES_INSIDE, ZRAM_FLAGS_SINGLE, ZRAM_STATS_SHARED },
	{ ZS_LOCKS_CLASS_IDX, ZS_PAGES_OUTSIDE, ZRAM_FLAGS_SINGLE, ZRAM_STATS_SHARED },
	{ ZS_LOCKS_CLASS_IDX, ZS_PAGES_OUTSIDE, ZRAM_FLAGS_MERGED, ZRAM_STATS_PERCPU },
	{ ZS_LOCKS_SHARDED, ZS_PAGES_INSIDE, ZRAM_FLAGS_MERGED, ZRAM_STATS_PERCPU },
};

static int setup(void **state)
{
	const struct t_design *design = *state;
	struct zram_params params = {
		.disksize_bytes = (u64)NR_SLOTS * PAGE_BYTES,
		.page_shift = 12,
		.pool = { .locks = design->locks, .pages = design->pages },
		.flags = design->flags,
		.stats = design->stats,
	};

	*state = t_create_params(&params);
	return 0;
}

/* Random bytes, which are stored as they are whatever the compressor. */
static int put_random(struct t_zram *t, u32 slot, u64 seed)
{
	t_make_page(t->in, t->page, T_HUGE, seed);
	return zram_write(t->zram, slot, t->in);
}

static int put_word(struct t_zram *t, u32 slot, unsigned char byte)
{
	memset(t->in, byte, t->page);
	return zram_write(t->zram, slot, t->in);
}

static int put_bytes(struct t_zram *t, u32 slot, size_t len)
{
	return zram_write_compressed(t->zram, slot, NULL, len);
}

/* The nine columns as the file has them. */
static void expect_mm(struct t_zram *t, const u64 *want)
{
	struct zram_mm_stat mm = t_mm(t);
	const u64 have[] = {
		(u64)mm.orig_data_size, (u64)mm.compr_data_size, mm.mem_used_total,
		mm.mem_limit,		mm.mem_used_max,	 (u64)mm.same_pages,
		mm.pages_compacted,	(u64)mm.huge_pages,	 mm.huge_pages_since,
	};
	size_t i;

	for (i = 0; i < sizeof(have) / sizeof(have[0]); i++)
		if (have[i] != want[i])
			fail_msg("column %zu is %llu and not %llu", i, (unsigned long long)have[i],
				 (unsigned long long)want[i]);
}

#define EXPECT_MM(t, ...) expect_mm(t, (const u64[9]){ __VA_ARGS__ })

static void one_small_page_takes_a_zspage_of_five_pages(void **state)
{
	struct t_zram *t = *state;

	EXPECT_MM(t, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	assert_int_equal(put_bytes(t, 0, LINE_BYTES), 0);
	EXPECT_MM(t, 4096, 67, 20480, 0, 20480, 0, 0, 0, 0);
	assert_int_equal(zram_discard(t->zram, 0, PAGE_BYTES), 0);
	EXPECT_MM(t, 0, 0, 0, 0, 20480, 0, 0, 0, 0);
	assert_int_equal(t_io(t).notify_free, 1);
	zram_reset_mem_used_max(t->zram);
	EXPECT_MM(t, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

/* The new object is there before the old one goes, and what was ever huge stays counted. */
static void a_slot_is_overwritten_by_pages_of_all_kinds(void **state)
{
	struct t_zram *t = *state;

	assert_int_equal(put_word(t, 0, 'z'), 0);
	EXPECT_MM(t, 4096, 0, 0, 0, 0, 1, 0, 0, 0);
	assert_int_equal(put_random(t, 1, 1), 0);
	EXPECT_MM(t, 8192, 4096, 4096, 0, 4096, 1, 0, 1, 1);
	assert_int_equal(put_word(t, 1, 0), 0);
	EXPECT_MM(t, 8192, 0, 0, 0, 4096, 2, 0, 0, 1);
	assert_int_equal(put_random(t, 1, 2), 0);
	EXPECT_MM(t, 8192, 4096, 4096, 0, 4096, 1, 0, 1, 2);
	assert_int_equal(put_random(t, 1, 3), 0);
	EXPECT_MM(t, 8192, 4096, 4096, 0, 8192, 1, 0, 1, 3);
	zram_reset(t->zram);
	EXPECT_MM(t, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	assert_int_equal(put_random(t, 0, 1), 0);
	EXPECT_MM(t, 4096, 4096, 4096, 0, 4096, 0, 0, 1, 1);
}

/* Eight bytes repeated are one word, sixteen are not; nor is a page whose last word differs. */
static void a_page_is_same_filled_by_words_of_eight_bytes(void **state)
{
	struct t_zram *t = *state;
	size_t i;

	for (i = 0; i < t->page; i += 8)
		memcpy(t->in + i, "abcdefgh", 8);
	assert_int_equal(zram_write(t->zram, 0, t->in), 0);
	assert_int_equal(t_mm(t).same_pages, 1);
	for (i = 8; i < t->page; i += 16)
		memcpy(t->in + i, "abcdefgi", 8);
	assert_int_equal(zram_write(t->zram, 0, t->in), 0);
	assert_int_equal(t_mm(t).same_pages, 0);
	memset(t->in, 'a', t->page - 8);
	memset(t->in + t->page - 8, 'b', 8);
	assert_int_equal(zram_write(t->zram, 0, t->in), 0);
	assert_int_equal(t_mm(t).same_pages, 0);
}

static void every_second_page_discarded_and_compacted(void **state)
{
	struct t_zram *t = *state;
	u32 i;

	for (i = 0; i < 4096; i++)
		assert_int_equal(put_bytes(t, i, 992), 0);
	EXPECT_MM(t, 16777216, 4063232, 4194304, 0, 4194304, 0, 0, 0, 0);
	for (i = 0; i < 4096; i += 2)
		assert_int_equal(zram_discard(t->zram, (u64)i * PAGE_BYTES, PAGE_BYTES), 0);
	EXPECT_MM(t, 8388608, 2031616, 4194304, 0, 4194304, 0, 0, 0, 0);
	assert_int_equal(zram_compact(t->zram), 512);
	EXPECT_MM(t, 8388608, 2031616, 2097152, 0, 4194304, 0, 512, 0, 0);
	assert_int_equal(zram_compact(t->zram), 0);
	EXPECT_MM(t, 8388608, 2031616, 2097152, 0, 4194304, 0, 512, 0, 0);
}

/* Only what has to be allocated is refused, after it was: so the maximum passes the limit. */
static void a_limit_is_reached_by_the_used_and_passed_by_the_maximum(void **state)
{
	struct t_zram *t = *state;
	unsigned int stored = 0, refused = 0;
	u32 i;

	zram_set_mem_limit(t->zram, 1 << 20);
	for (i = 0; i < 4096; i++) {
		int err = put_bytes(t, i, PAGE_BYTES);

		stored += !err;
		refused += err == -ENOMEM;
		assert_int_equal(err, i < 256 ? 0 : -ENOMEM);
	}
	assert_int_equal(stored, 256);
	assert_int_equal(refused, 3840);
	EXPECT_MM(t, 1048576, 1048576, 1048576, 1048576, 1052672, 0, 0, 256, 256);
	assert_int_equal(t_io(t).failed_writes, 3840);
	assert_int_equal(put_word(t, 3000, 'z'), 0);
	EXPECT_MM(t, 1052672, 1048576, 1048576, 1048576, 1052672, 1, 0, 256, 256);
	assert_int_equal(put_bytes(t, 3001, LINE_BYTES), -ENOMEM);
	EXPECT_MM(t, 1052672, 1048576, 1048576, 1048576, 1069056, 1, 0, 256, 256);
	assert_int_equal(t_io(t).failed_writes, 3841);

	/* An overwrite needs room for both; a word needs none, and makes some. */
	assert_int_equal(put_random(t, 0, 1), -ENOMEM);
	EXPECT_MM(t, 1052672, 1048576, 1048576, 1048576, 1069056, 1, 0, 256, 256);
	assert_int_equal(put_word(t, 1, 'q'), 0);
	EXPECT_MM(t, 1052672, 1044480, 1044480, 1048576, 1069056, 2, 0, 255, 256);
	assert_int_equal(put_random(t, 5000, 1), 0);
	EXPECT_MM(t, 1056768, 1048576, 1048576, 1048576, 1069056, 2, 0, 256, 257);
	zram_reset_mem_used_max(t->zram);
	EXPECT_MM(t, 1056768, 1048576, 1048576, 1048576, 1048576, 2, 0, 256, 257);
}

static void a_limit_may_be_below_what_is_used(void **state)
{
	struct t_zram *t = *state;
	u32 i;

	for (i = 0; i < 256; i++)
		assert_int_equal(put_bytes(t, i, PAGE_BYTES), 0);
	zram_set_mem_limit(t->zram, 512 << 10);
	EXPECT_MM(t, 1048576, 1048576, 1048576, 524288, 1048576, 0, 0, 256, 256);
	assert_int_equal(put_random(t, 0, 1), -ENOMEM);
	assert_int_equal(put_word(t, 1, 'a'), 0);
	EXPECT_MM(t, 1048576, 1044480, 1044480, 524288, 1052672, 1, 0, 255, 256);
}

static void a_limit_is_rounded_up_to_a_page_and_reset_drops_it(void **state)
{
	static const u64 limits[][2] = {
		{ 4097, 8192 }, { 4096, 4096 },	      { 1, 4096 },
		{ 0, 0 },	{ 1 << 20, 1 << 20 }, { 1ull << 63, 1ull << 63 },
	};
	struct t_zram *t = *state;
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		zram_set_mem_limit(t->zram, limits[i][0]);
		assert_int_equal(t_mm(t).mem_limit, limits[i][1]);
	}
	zram_reset(t->zram);
	assert_int_equal(t_mm(t).mem_limit, 0);
}

static void a_discard_of_all_counts_every_slot(void **state)
{
	struct t_zram *t = *state;
	const u64 disk = (u64)NR_SLOTS * PAGE_BYTES;

	assert_int_equal(put_bytes(t, 7, LINE_BYTES), 0);
	assert_int_equal(zram_discard(t->zram, 512, PAGE_BYTES), -EINVAL);
	assert_int_equal(t_io(t).notify_free, 0);
	assert_int_equal(zram_discard(t->zram, 0, disk), 0);
	assert_int_equal(t_io(t).notify_free, NR_SLOTS);
	assert_int_equal(zram_discard(t->zram, 0, disk), 0);
	assert_int_equal(t_io(t).notify_free, 2 * NR_SLOTS);
	EXPECT_MM(t, 0, 0, 0, 0, 20480, 0, 0, 0, 0);
}

static void ten_thousand_pages_of_one_size(void **state)
{
	struct t_zram *t = *state;
	u32 i;

	for (i = 0; i < 10000; i++)
		assert_int_equal(put_bytes(t, i, 1099), 0);
	EXPECT_MM(t, 40960000, 10990000, 11304960, 0, 11304960, 0, 0, 0, 0);
}

/* As lz4 compresses them; the one of size 0 is same-filled. */
static void pages_of_63_sizes(void **state)
{
	static const u16 sizes[] = {
		1463, 1491, 2113, 2210, 1193, 1276, 97,	  1443, 2063, 1521, 0,	  1479, 1813,
		1745, 1069, 1819, 1463, 723,  1803, 1636, 1085, 1280, 1698, 1642, 1506, 617,
		162,  1701, 2184, 1436, 2417, 1195, 1394, 1659, 1142, 2085, 1468, 2175, 1868,
		1175, 1876, 2180, 909,	1337, 2160, 2256, 1940, 1303, 1944, 1340, 804,	1429,
		1290, 1709, 1138, 2434, 1450, 1654, 1839, 1885, 2447, 1871, 1144, 569,
	};
	struct t_zram *t = *state;
	u32 i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (sizes[i])
			assert_int_equal(put_bytes(t, i, sizes[i]), 0);
		else
			assert_int_equal(put_word(t, i, 0), 0);
	}
	assert_int_equal(t_mm(t).orig_data_size, 64 * PAGE_BYTES);
	assert_int_equal(t_mm(t).mem_used_total, 712704);
}

/* As when the device is read during munmap(): one object each, until it is written or discarded. */
static void each_missed_notification_leaves_one_object(void **state)
{
	struct t_zram *t = *state;
	u32 i;

	for (i = 0; i < 1000; i++)
		assert_int_equal(put_bytes(t, i, LINE_BYTES), 0);
	for (i = 0; i < 1000; i++) {
		if (i % 200 == 7)
			slot_lock(t->zram, i);
		zram_slot_free_notify(t->zram, i);
		if (i % 200 == 7)
			slot_unlock(t->zram, i);
	}
	assert_int_equal(t_io(t).notify_free, 1000);
	assert_int_equal(t_io(t).miss_free, 5);
	assert_int_equal(t_mm(t).orig_data_size, 5 * PAGE_BYTES);
	assert_int_equal(t_mm(t).compr_data_size, 5 * LINE_BYTES);
	assert_int_equal(put_word(t, 7, 0), 0);
	assert_int_equal(zram_discard(t->zram, 207ull * PAGE_BYTES, PAGE_BYTES), 0);
	zram_slot_free_notify(t->zram, 407);
	assert_int_equal(t_mm(t).compr_data_size, 2 * LINE_BYTES);
	assert_int_equal(t_io(t).miss_free, 5);
}

static int run_designs(const struct CMUnitTest *tests, size_t nr)
{
	static char names[T_MAX_CASES][T_NAME_BYTES];
	static struct CMUnitTest all[T_MAX_CASES];
	size_t i, d, n = 0;

	for (i = 0; i < nr; i++) {
		for (d = 0; d < sizeof(designs) / sizeof(designs[0]); d++, n++) {
			all[n] = tests[i];
			all[n].initial_state = (void *)(uintptr_t)&designs[d];
			snprintf(names[n], T_NAME_BYTES, "%s, design %zu", tests[i].name, d);
			all[n].name = names[n];
		}
	}
	return _cmocka_run_group_tests("zram_vectors", all, n, NULL, NULL);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, t_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_small_page_takes_a_zspage_of_five_pages),
		T(a_slot_is_overwritten_by_pages_of_all_kinds),
		T(a_page_is_same_filled_by_words_of_eight_bytes),
		T(every_second_page_discarded_and_compacted),
		T(a_limit_is_reached_by_the_used_and_passed_by_the_maximum),
		T(a_limit_may_be_below_what_is_used),
		T(a_limit_is_rounded_up_to_a_page_and_reset_drops_it),
		T(a_discard_of_all_counts_every_slot),
		T(ten_thousand_pages_of_one_size),
		T(pages_of_63_sizes),
		T(each_missed_notification_leaves_one_object),
	};

	return run_designs(tests, sizeof(tests) / sizeof(tests[0]));
}
