// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Making and resetting a device, its memory limit, its statistics files, compaction. */

#include "t_zram.h"

#include "account.h"
#include "mm/zone.h"

static void a_disk_size_is_rounded_up_to_a_page(void **state)
{
	const unsigned int *shift = *state;
	struct zram_params params = { .page_shift = *shift };
	struct t_zram *t;

	params.disksize_bytes = 5 * ((u64)1 << *shift) + 1;
	t = t_create_params(&params);
	assert_int_equal(zram_nr_slots(t->zram), 6);
	assert_int_equal(zram_page_shift(t->zram), *shift);
	t_write(t, 5, T_MEDIUM, 1);
	t_expect(t, 5, T_MEDIUM, 1);
	t_destroy(t);
}

static void expect_create_error(const struct zram_params *params, long err)
{
	struct zram *zram = zram_create(params);

	assert_true(IS_ERR(zram));
	assert_int_equal(PTR_ERR(zram), err);
}

static void impossible_parameters_are_refused(void **state)
{
	const unsigned int *shift = *state;
	struct zram_params good = { .page_shift = *shift };
	struct zram_params params;

	good.disksize_bytes = (u64)4 << *shift;

	params = good;
	params.disksize_bytes = 0;
	expect_create_error(&params, -EINVAL);
	params.disksize_bytes = (u64)1 << (32 + *shift);
	expect_create_error(&params, -EINVAL);

	params = good;
	params.page_shift = 13;
	expect_create_error(&params, -EINVAL);
	params.page_shift = 0;
	expect_create_error(&params, -EINVAL);

	params = good;
	params.pool.chain_size = 3;
	expect_create_error(&params, -EINVAL);
	params.pool.chain_size = 17;
	expect_create_error(&params, -EINVAL);

	params = good;
	params.pool.locks = ZS_LOCKS_SHARDED + 1;
	expect_create_error(&params, -EINVAL);

	params = good;
	params.pool.pages = ZS_PAGES_DEFERRED + 1;
	expect_create_error(&params, -EINVAL);

	params = good;
	params.flags = ZRAM_FLAGS_SINGLE + 1;
	expect_create_error(&params, -EINVAL);

	params = good;
	params.stats = ZRAM_STATS_PERCPU + 1;
	expect_create_error(&params, -EINVAL);

	params = good;
	params.comp[0] = "lz77";
	expect_create_error(&params, -ENOENT);
	params.comp[0] = "none";
	params.comp[1] = "";
	expect_create_error(&params, -ENOENT);

	params = good;
	params.comp[0] = "none";
	params.comp_level[0] = 1;
	expect_create_error(&params, -EINVAL);
}

static void compressors_after_a_missing_one_are_not_made(void **state)
{
	const unsigned int *shift = *state;
	struct zram_params params = { .page_shift = *shift };
	struct t_zram *t;

	params.disksize_bytes = (u64)4 << *shift;
	params.comp[2] = "never looked at";
	t = t_create_params(&params);
	assert_string_equal(t->zram->comps[0]->ops->name, zcomp_name(0));
	assert_null(t->zram->comps[1]);
	t_destroy(t);
}

static void a_zone_that_was_given_is_used_and_left_alone(void **state)
{
	const unsigned int *shift = *state;
	struct zone_params zp = { .nr_pages = 4096, .page_shift = *shift };
	struct zone *zone = zone_create(&zp);
	struct zram_params params = { .zone = zone };
	struct zone_stats zs;
	struct t_zram *t;

	assert_false(IS_ERR(zone));
	params.disksize_bytes = (u64)4 << *shift;
	params.page_shift = 13; /* ignored */
	t = calloc(1, sizeof(*t));
	assert_non_null(t);
	t->zram = zram_create(&params);
	assert_false(IS_ERR(t->zram));
	assert_ptr_equal(zram_zone(t->zram), zone);
	assert_int_equal(zram_page_shift(t->zram), *shift);
	assert_int_equal(zram_write_compressed(t->zram, 0, "abc", 3), 0);
	zone_stats(zone, &zs);
	assert_true(zs.used > 0);
	zram_destroy(t->zram);
	free(t);
	zone_stats(zone, &zs);
	assert_int_equal(zs.used, 0);
	assert_int_equal(zone_destroy(zone), 0);
}

static void a_device_returns_every_allocation(void **state)
{
	const unsigned int *shift = *state;
	struct zram_params params = { .page_shift = *shift };
	struct mem_account account;
	struct t_zram *t;
	u32 i;

	mem_account_init(&account, "device");
	set_active_account(&account);
	params.disksize_bytes = (u64)T_NR_SLOTS << *shift;
	t = t_create_params(&params);
	assert_true(mem_account_bytes(&account) > 0);
	for (i = 0; i < T_NR_SLOTS; i++)
		t_write(t, i, i % T_NR_KINDS, i);
	t_destroy(t);
	set_active_account(NULL);
	assert_int_equal(mem_account_bytes(&account), 0);
	assert_int_equal(mem_account_objects(&account), 0);
}

static void the_slot_table_takes_16_bytes_per_slot(void **state)
{
	const unsigned int *shift = *state;
	struct zone_params zp = { .nr_pages = 64, .page_shift = *shift };
	struct zone *zone = zone_create(&zp);
	struct zram_params params = { .zone = zone, .comp = { "none" } };
	s64 bytes[2];
	int i;

	for (i = 0; i < 2; i++) {
		struct mem_account account;
		struct zram *zram;

		mem_account_init(&account, "device");
		set_active_account(&account);
		params.disksize_bytes = (u64)(1000 + 5000 * i) << *shift;
		zram = zram_create(&params);
		assert_false(IS_ERR(zram));
		bytes[i] = mem_account_bytes(&account);
		zram_destroy(zram);
		set_active_account(NULL);
	}
	assert_int_equal(bytes[1] - bytes[0], 5000 * 16);
	zone_destroy(zone);
}

static void the_limit_is_reached_exactly_but_not_passed(void **state)
{
	struct t_zram *t = *state;
	u32 i;

	zram_set_mem_limit(t->zram, 3 * t->page);
	for (i = 0; i < 3; i++)
		t_write(t, i, T_HUGE, i);
	assert_int_equal(t_mm(t).mem_used_total, t_mm(t).mem_limit);
	t_make_page(t->in, t->page, T_HUGE, 9);
	assert_int_equal(zram_write(t->zram, 3, t->in), -ENOMEM);
	assert_int_equal(t_io(t).failed_writes, 1);
	assert_int_equal(t_mm(t).mem_used_total, 3 * t->page);
	assert_int_equal(t_mm(t).huge_pages_since, 3);
	t_write(t, 4, T_SAME, 1);
	zram_set_mem_limit(t->zram, 4 * t->page);
	t_write(t, 3, T_HUGE, 9);
	t_check_table(t);
}

static void a_write_that_fails_leaves_the_old_content(void **state)
{
	struct t_zram *t = *state;
	struct zram_mm_stat before, after;
	enum t_kind kind;

	t_write(t, 1, T_HUGE, 1);
	for (kind = T_SAME; kind < T_NR_KINDS; kind++) {
		zram_set_mem_limit(t->zram, 0);
		t_write(t, 0, kind, 1);
		zram_set_mem_limit(t->zram, 1);
		zram_reset_mem_used_max(t->zram);
		before = t_mm(t);
		t_make_page(t->in, t->page, T_HUGE, 2);
		assert_int_equal(zram_write(t->zram, 0, t->in), -ENOMEM);
		assert_int_equal(zram_write_compressed(t->zram, 0, t->in, t->page), -ENOMEM);
		after = t_mm(t);
		after.mem_used_max = before.mem_used_max;
		assert_memory_equal(&before, &after, sizeof(before));
		t_expect(t, 0, kind, 1);
	}
}

static void the_limit_is_rounded_up_to_a_page_and_zero_is_none(void **state)
{
	struct t_zram *t = *state;

	assert_int_equal(t_mm(t).mem_limit, 0);
	zram_set_mem_limit(t->zram, 1);
	assert_int_equal(t_mm(t).mem_limit, t->page);
	zram_set_mem_limit(t->zram, t->page);
	assert_int_equal(t_mm(t).mem_limit, t->page);
	zram_set_mem_limit(t->zram, t->page + 1);
	assert_int_equal(t_mm(t).mem_limit, 2 * t->page);
	zram_set_mem_limit(t->zram, 0);
	assert_int_equal(t_mm(t).mem_limit, 0);
}

static void the_high_water_mark_stays_until_it_is_reset(void **state)
{
	struct t_zram *t = *state;

	t_write(t, 0, T_HUGE, 1);
	t_write(t, 1, T_HUGE, 2);
	t_write(t, 1, T_EMPTY, 0);
	assert_int_equal(t_mm(t).mem_used_max, 2 * t->page);
	assert_int_equal(t_mm(t).mem_used_total, t->page);
	zram_reset_mem_used_max(t->zram);
	assert_int_equal(t_mm(t).mem_used_max, t->page);
	/* the new object is allocated before the old one is freed */
	t_write(t, 0, T_HUGE, 3);
	assert_int_equal(t_mm(t).mem_used_max, 2 * t->page);
	assert_int_equal(t_mm(t).mem_used_total, t->page);
}

static void a_refused_write_still_raises_the_high_water_mark(void **state)
{
	struct t_zram *t = *state;

	t_write(t, 0, T_HUGE, 1);
	zram_set_mem_limit(t->zram, t->page);
	t_make_page(t->in, t->page, T_HUGE, 2);
	assert_int_equal(zram_write(t->zram, 1, t->in), -ENOMEM);
	assert_int_equal(t_mm(t).mem_used_max, 2 * t->page);
}

static void a_reset_zeroes_everything_and_the_device_works_on(void **state)
{
	struct t_zram *t = *state;
	static const struct zram_mm_stat no_mm;
	static const struct zram_io_stat no_io;
	struct zram_mm_stat mm;
	struct zram_io_stat io;
	u32 i;

	for (i = 0; i < T_NR_SLOTS; i++)
		t_write(t, i, i % T_NR_KINDS, i);
	zram_slot_free_notify(t->zram, 3);
	slot_lock(t->zram, 4);
	zram_slot_free_notify(t->zram, 4);
	slot_unlock(t->zram, 4);
	zram_set_mem_limit(t->zram, 1);
	t_make_page(t->in, t->page, T_HUGE, 2);
	assert_int_equal(zram_write(t->zram, 1, t->in), -ENOMEM);
	zram_compact(t->zram);

	zram_reset(t->zram);
	mm = t_mm(t);
	io = t_io(t);
	assert_memory_equal(&mm, &no_mm, sizeof(mm));
	assert_memory_equal(&io, &no_io, sizeof(io));
	for (i = 0; i < T_NR_SLOTS; i++) {
		assert_int_equal(slot_word(t->zram, i), 0);
		assert_int_equal(t->zram->table[i].handle, 0);
	}
	t_write(t, 1, T_HUGE, 2);
	t_expect(t, 1, T_HUGE, 2);
}

static void compaction_gives_pages_back_and_keeps_the_content(void **state)
{
	const unsigned int *shift = *state;
	struct zram_params params = { .page_shift = *shift };
	unsigned long freed;
	struct t_zram *t;
	size_t len = ((size_t)1 << *shift) / 16;
	u64 total;
	u32 i, nr = 512;

	params.disksize_bytes = (u64)nr << *shift;
	t = t_create_params(&params);
	for (i = 0; i < nr; i++) {
		t_fill_page(t->in, t->page, len, i);
		assert_int_equal(zram_write_compressed(t->zram, i, t->in, len), 0);
	}
	for (i = 0; i < nr; i++)
		if (i % 4)
			zram_slot_free_notify(t->zram, i);
	/* a read, even one that fails, must not keep its zspage from moving */
	for (i = 0; i < nr; i++)
		zram_read(t->zram, i, t->out);
	total = t_mm(t).mem_used_total;
	freed = zram_compact(t->zram);
	assert_true(freed > 0);
	assert_int_equal(t_mm(t).pages_compacted, freed);
	assert_int_equal(t_mm(t).mem_used_total, total - freed * t->page);
	for (i = 0; i < nr; i += 4) {
		void *obj;

		t_fill_page(t->in, t->page, len, i);
		obj = zs_obj_read_begin(zram_pool(t->zram), t->zram->table[i].handle, len, t->out);
		assert_memory_equal(obj, t->in, len);
		zs_obj_read_end(zram_pool(t->zram), t->zram->table[i].handle);
	}
	t_check_table(t);
	zram_reset(t->zram);
	assert_int_equal(t_mm(t).pages_compacted, 0);
	t_destroy(t);
}

static void idle_marking_skips_empty_same_filled_and_idle_slots(void **state)
{
	struct t_zram *t = *state;
	enum t_kind kind;

	for (kind = T_EMPTY; kind < T_NR_KINDS; kind++)
		t_write(t, kind, kind, 1);
	assert_int_equal(zram_mark_idle(t->zram), T_NR_KINDS - T_SMALL);
	assert_int_equal(zram_mark_idle(t->zram), 0);
	for (kind = T_EMPTY; kind < T_NR_KINDS; kind++)
		assert_int_equal(slot_test_flag(t->zram, kind, ZRAM_IDLE), kind >= T_SMALL);
}

#define T(name) cmocka_unit_test_setup_teardown(name, t_setup, t_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_disk_size_is_rounded_up_to_a_page),
		cmocka_unit_test(impossible_parameters_are_refused),
		cmocka_unit_test(compressors_after_a_missing_one_are_not_made),
		cmocka_unit_test(a_zone_that_was_given_is_used_and_left_alone),
		cmocka_unit_test(a_device_returns_every_allocation),
		cmocka_unit_test(the_slot_table_takes_16_bytes_per_slot),
		T(the_limit_is_reached_exactly_but_not_passed),
		T(a_write_that_fails_leaves_the_old_content),
		T(the_limit_is_rounded_up_to_a_page_and_zero_is_none),
		T(the_high_water_mark_stays_until_it_is_reset),
		T(a_refused_write_still_raises_the_high_water_mark),
		T(a_reset_zeroes_everything_and_the_device_works_on),
		cmocka_unit_test(compaction_gives_pages_back_and_keeps_the_content),
		T(idle_marking_skips_empty_same_filled_and_idle_slots),
	};

	return t_run("zram_device", tests, sizeof(tests) / sizeof(tests[0]));
}
