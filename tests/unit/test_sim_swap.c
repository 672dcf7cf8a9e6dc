// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <linux/err.h>

#include "sim/run/sample.h"
#include "sim/swap/swap.h"
#include "zfree/zfree.h"
#include "zram/slot.h"
#include "zram/zram.h"

enum {
	NR_SLOTS = 1500,
	PAGE_BYTES = 4096,
};

static const struct zfree_ops t_nothing = {
	.name = "nothing",
	.state_size = sizeof(struct zfree),
};

/** struct t_swap - a swap device over a zram device, a producer's notes, and a page */
struct t_swap {
	struct zram *zram;
	struct zfree *zfree;
	struct sim_swap swap;
	struct sim_recorder recorder;
	struct sim_track track;
	unsigned char page[PAGE_BYTES];
};

/* As in 7.2 and 7.3, 6.18 and 7.1, 6.12, 6.6 and before. */
static const struct sim_swap_params with_table = { .keeps_zeros = true };
static const struct sim_swap_params by_runs = { .notes = SIM_SWAP_NOTES_ATOMIC,
						.keeps_zeros = true };
static const struct sim_swap_params by_cached_runs = { .frees = SIM_SWAP_FREES_CACHED_RUNS,
						       .notes = SIM_SWAP_NOTES_LOCKED,
						       .keeps_zeros = true };
static const struct sim_swap_params by_slots = { .frees = SIM_SWAP_FREES_SLOTS,
						 .notes = SIM_SWAP_NOTES_LOCKED };

static int t_open(void **state, const struct sim_swap_params *params)
{
	static struct t_swap t;
	struct zram_params zram = { .disksize_bytes = 2048ull * PAGE_BYTES, .page_shift = 12 };

	memset(&t, 0, sizeof(t));
	*state = &t;
	t.zram = zram_create(&zram);
	assert_false(IS_ERR(t.zram));
	t.zfree = zfree_attach(t.zram, &t_nothing, NULL);
	assert_false(IS_ERR(t.zfree));
	assert_int_equal(sim_swap_init(&t.swap, NR_SLOTS, PAGE_BYTES, params), 0);
	t.swap.zram = t.zram;
	assert_int_equal(sim_recorder_init(&t.recorder), 0);
	assert_int_equal(sim_track_init(&t.track, &t.recorder), 0);
	sim_recorder_start(&t.recorder, t.zram, t.zfree, 0);
	sim_track_start(&t.track, 0);
	return 0;
}

static int t_setup(void **state)
{
	return t_open(state, &with_table);
}

static int t_setup_by_runs(void **state)
{
	return t_open(state, &by_runs);
}

static int t_setup_by_cached_runs(void **state)
{
	return t_open(state, &by_cached_runs);
}

static int t_setup_by_slots(void **state)
{
	return t_open(state, &by_slots);
}

static int t_teardown(void **state)
{
	struct t_swap *t = *state;

	sim_track_exit(&t->track);
	sim_recorder_exit(&t->recorder);
	sim_swap_exit(&t->swap);
	zfree_detach(t->zfree);
	zram_destroy(t->zram);
	return 0;
}

static void clusters_have_the_kernels_size(void **state)
{
	struct t_swap *t = *state;
	struct sim_swap big;

	assert_int_equal(t->swap.cluster_slots, 512);
	assert_int_equal(t->swap.nr_clusters, 3);
	assert_int_equal(t->swap.nr_slots, 1537); /* and the header */
	assert_int_equal(sim_swap_init(&big, NR_SLOTS, 16384, &t->swap.params), 0);
	assert_int_equal(big.cluster_slots, 256);
	sim_swap_exit(&big);
}

static void dropping_a_run_frees_every_slot_once(void **state)
{
	struct t_swap *t = *state;
	struct zram_mm_stat mm;
	struct zram_io_stat io;
	u32 slot;

	for (slot = 1; slot < NR_SLOTS; slot++) {
		assert_int_equal(zram_write_same(t->zram, slot, slot), 0);
		sim_swap_get(&t->swap, slot, 1);
	}
	assert_int_equal(atomic64_read(&t->swap.in_use), NR_SLOTS - 1);
	sim_swap_put(&t->swap, 1, NR_SLOTS - 1, &t->track);
	assert_int_equal(atomic64_read(&t->swap.in_use), 0);
	assert_int_equal(atomic64_read(&t->swap.charged), 0);
	zram_mm_stat(t->zram, &mm);
	zram_io_stat(t->zram, &io);
	assert_int_equal(mm.orig_data_size, 0);
	assert_int_equal(io.notify_free, NR_SLOTS - 1);
	assert_int_equal(io.miss_free, 0);
}

static void a_run_takes_each_cluster_lock_once(void **state)
{
	struct kc_lock_stat stat = { 0 };
	struct t_swap *t = *state;
	u32 slot;

	for (slot = 1; slot < NR_SLOTS; slot++)
		sim_swap_get(&t->swap, slot, 1);
	sim_swap_stat_reset(&t->swap);
	sim_swap_put(&t->swap, 1, NR_SLOTS - 1, &t->track);
	sim_swap_lock_stat(&t->swap, &stat);
	assert_int_equal(stat.acquisitions, 3);
	assert_int_equal(stat.contended, 0);
}

static void clusters_move_between_free_partial_and_full(void **state)
{
	struct t_swap *t = *state;
	struct sim_cluster *second = &t->swap.clusters[1];
	u32 slot;

	assert_int_equal(second->list, SIM_CLUSTER_FREE);
	for (slot = 513; slot <= 1024; slot++)
		sim_swap_get(&t->swap, slot, 1);
	assert_int_equal(second->list, SIM_CLUSTER_FULL);
	sim_swap_forget(&t->swap, 700);
	assert_int_equal(second->list, SIM_CLUSTER_PARTIAL);
	sim_swap_put(&t->swap, 513, 187, &t->track);
	sim_swap_put(&t->swap, 701, 324, &t->track);
	assert_int_equal(second->list, SIM_CLUSTER_FREE);
	assert_int_equal(second->used, 0);
}

static void forgetting_a_slot_notifies_nobody(void **state)
{
	struct t_swap *t = *state;
	struct zram_io_stat io;

	sim_swap_get(&t->swap, 9, 1);
	sim_swap_forget(&t->swap, 9);
	zram_io_stat(t->zram, &io);
	assert_int_equal(io.notify_free, 0);
	assert_int_equal(atomic64_read(&t->swap.in_use), 0);
}

static s64 stored_bytes(struct t_swap *t)
{
	struct zram_mm_stat mm;

	zram_mm_stat(t->zram, &mm);
	return mm.orig_data_size;
}

/* All bytes of a page are @fill, but for one. */
static const void *a_page(struct t_swap *t, int fill, u32 at, int odd)
{
	memset(t->page, fill, PAGE_BYTES);
	t->page[at] = (unsigned char)odd;
	return t->page;
}

static bool reads_as(struct t_swap *t, u32 slot, int fill, u32 at, int odd)
{
	unsigned char have[PAGE_BYTES];

	memset(have, 0x55, sizeof(have));
	assert_int_equal(sim_swap_read(&t->swap, slot, have), 0);
	return !memcmp(have, a_page(t, fill, at, odd), PAGE_BYTES);
}

static void zeros_are_kept_by_swap_and_nothing_else_is(void **state)
{
	static const u32 odd_at[] = { 0, 7, 8, 1234, PAGE_BYTES - 8, PAGE_BYTES - 1 };
	struct t_swap *t = *state;
	struct zram_mm_stat mm;
	u32 i;

	assert_int_equal(sim_swap_write(&t->swap, 1, a_page(t, 0, 0, 0)), 0);
	assert_int_equal(stored_bytes(t), 0);
	assert_true(reads_as(t, 1, 0, 0, 0));
	for (i = 0; i < sizeof(odd_at) / sizeof(odd_at[0]); i++) {
		assert_int_equal(sim_swap_write(&t->swap, 2 + i, a_page(t, 0, odd_at[i], 1)), 0);
		assert_int_equal(stored_bytes(t), (i + 1) * PAGE_BYTES);
		assert_true(reads_as(t, 2 + i, 0, odd_at[i], 1));
	}
	/* Same-filled, but not zeros: the device's. */
	assert_int_equal(sim_swap_write(&t->swap, 100, a_page(t, 1, 0, 1)), 0);
	zram_mm_stat(t->zram, &mm);
	assert_int_equal(mm.same_pages, 1);
	assert_true(reads_as(t, 100, 1, 0, 1));
}

/* What a slot held before it was written with zeros stays stored until the slot is freed. */
static void zeros_hide_what_the_device_still_holds(void **state)
{
	struct t_swap *t = *state;
	struct zram_io_stat io;

	sim_swap_get(&t->swap, 5, 1);
	assert_int_equal(sim_swap_write(&t->swap, 5, a_page(t, 9, 0, 1)), 0);
	assert_int_equal(sim_swap_write(&t->swap, 5, a_page(t, 0, 0, 0)), 0);
	assert_int_equal(stored_bytes(t), PAGE_BYTES);
	assert_true(reads_as(t, 5, 0, 0, 0));
	assert_int_equal(sim_swap_write(&t->swap, 5, a_page(t, 8, 0, 1)), 0);
	assert_true(reads_as(t, 5, 8, 0, 1));
	assert_int_equal(sim_swap_write(&t->swap, 5, a_page(t, 0, 0, 0)), 0);
	sim_swap_put(&t->swap, 5, 1, &t->track);
	assert_int_equal(stored_bytes(t), 0);
	zram_io_stat(t->zram, &io);
	assert_int_equal(io.notify_free, 1);
}

static void a_slot_of_zeros_is_notified_empty_and_forgets_them(void **state)
{
	struct t_swap *t = *state;
	struct zram_io_stat io;
	u32 slot;

	for (slot = 60; slot < 70; slot++) {
		sim_swap_get(&t->swap, slot, 1);
		assert_true(sim_swap_zeros(&t->swap, slot));
	}
	sim_swap_put(&t->swap, 60, 9, &t->track);
	sim_swap_forget(&t->swap, 69);
	zram_io_stat(t->zram, &io);
	assert_int_equal(io.notify_free, 9);
	/* Stored behind the swap layer's back, these would still read as zeros. */
	for (slot = 60; slot < 70; slot++) {
		assert_int_equal(zram_write_same(t->zram, slot, 7), 0);
		assert_false(reads_as(t, slot, 0, 0, 0));
	}
	assert_true(sim_swap_zeros(&t->swap, 60));
	sim_swap_reset(&t->swap);
	assert_false(reads_as(t, 60, 0, 0, 0));
}

/* Slots 10 to 14 of 20 are locked while a run of 20 is dropped; slot 12 is of zeros. */
static void what_a_missed_notification_leaves_is_stranded(void **state)
{
	struct t_swap *t = *state;
	u32 slot;

	for (slot = 1; slot <= 20; slot++) {
		sim_swap_get(&t->swap, slot, 1);
		assert_int_equal(
			sim_swap_write(&t->swap, slot, a_page(t, slot == 12 ? 0 : 7, 0, 0)), 0);
	}
	assert_int_equal(sim_swap_stranded(&t->swap), 0);
	for (slot = 10; slot < 15; slot++)
		slot_lock(t->zram, slot);
	sim_swap_put(&t->swap, 1, 20, &t->track);
	for (slot = 10; slot < 15; slot++)
		slot_unlock(t->zram, slot);
	assert_int_equal(sim_swap_stranded(&t->swap), 4);
	assert_int_equal(stored_bytes(t), 4 * PAGE_BYTES);

	/* Used again, written, discarded: each ends it. */
	sim_swap_get(&t->swap, 10, 1);
	assert_int_equal(sim_swap_stranded(&t->swap), 3);
	sim_swap_put(&t->swap, 10, 1, &t->track);
	assert_int_equal(sim_swap_stranded(&t->swap), 3);
	assert_int_equal(zram_discard(t->zram, 11ull * PAGE_BYTES, 2 * PAGE_BYTES), 0);
	assert_int_equal(sim_swap_stranded(&t->swap), 2);
	zram_reset(t->zram);
	assert_int_equal(sim_swap_stranded(&t->swap), 0);
}

static void zeros_stay_where_a_write_fails(void **state)
{
	struct t_swap *t = *state;

	assert_int_equal(sim_swap_write(&t->swap, 3, a_page(t, 0, 0, 0)), 0);
	assert_int_equal(zram_write_same(t->zram, 3, 7), 0);
	zram_set_mem_limit(t->zram, PAGE_BYTES);
	assert_int_equal(zram_write_compressed(t->zram, 4, t->page, PAGE_BYTES), 0);
	assert_int_equal(sim_swap_write(&t->swap, 3, a_page(t, 9, 0, 1)), -ENOMEM);
	assert_true(reads_as(t, 3, 0, 0, 0));
}

/* As up to 6.11. */
static void without_a_zero_map_the_device_stores_zeros(void **state)
{
	struct t_swap *t = *state;
	struct zram_mm_stat mm;

	assert_false(sim_swap_zeros(&t->swap, 1));
	assert_int_equal(sim_swap_write(&t->swap, 1, a_page(t, 0, 0, 0)), 0);
	zram_mm_stat(t->zram, &mm);
	assert_int_equal(mm.orig_data_size, PAGE_BYTES);
	assert_int_equal(mm.same_pages, 1);
	assert_true(reads_as(t, 1, 0, 0, 0));
}

static void one_notification_in_so_many_is_timed(void **state)
{
	struct t_swap *t = *state;
	u32 slot;

	for (slot = 1; slot < NR_SLOTS; slot++)
		sim_swap_get(&t->swap, slot, 1);
	sim_swap_put(&t->swap, 1, NR_SLOTS - 1, &t->track);
	assert_int_equal(t->track.nr_notify, 1 + (NR_SLOTS - 2) / sim_host.sample_every);
}

static void marks_come_in_order_and_stop_when_closed(void **state)
{
	struct t_swap *t = *state;
	u32 i, nr;

	for (i = 0; i < 5; i++)
		sim_track_progress(&t->track, SIM_POINT_SLOTS);
	sim_track_progress(&t->track, 1);
	sim_recorder_close(&t->recorder);
	sim_recorder_mark(&t->recorder);
	nr = sim_recorder_sort(&t->recorder);
	assert_int_equal(nr, 5);
	for (i = 1; i < nr; i++)
		assert_true(t->recorder.marks[i - 1].at_ns <= t->recorder.marks[i].at_ns);
}

static void marks_beyond_the_room_are_reported(void **state)
{
	struct t_swap *t = *state;
	u32 i;

	for (i = 0; i < SIM_MAX_MARKS; i++)
		sim_recorder_mark(&t->recorder);
	assert_false(t->recorder.marks_lost);
	sim_recorder_mark(&t->recorder);
	assert_true(t->recorder.marks_lost);
	assert_int_equal(sim_recorder_sort(&t->recorder), SIM_MAX_MARKS);
}

static u64 notified(const struct t_swap *t)
{
	struct zram_io_stat io;

	zram_io_stat(t->zram, &io);
	return io.notify_free;
}

static void take(struct t_swap *t, u32 slot, u32 nr)
{
	for (; nr; nr--, slot++) {
		assert_int_equal(zram_write_same(t->zram, slot, slot), 0);
		sim_swap_get(&t->swap, slot, 1);
	}
}

static void a_full_cache_is_emptied_by_the_next_slot(void **state)
{
	struct t_swap *t = *state;

	take(t, 1, 130);
	sim_swap_put(&t->swap, 1, 64, &t->track);
	assert_int_equal(notified(t), 0);
	assert_int_equal(sim_swap_late(&t->swap), 64);
	assert_int_equal(atomic64_read(&t->swap.in_use), 130);
	sim_swap_put(&t->swap, 65, 1, &t->track);
	assert_int_equal(notified(t), 64);
	assert_int_equal(sim_swap_late(&t->swap), 1);
	assert_int_equal(atomic64_read(&t->swap.in_use), 66);
	assert_int_equal(stored_bytes(t), 66 * PAGE_BYTES);
	sim_swap_put(&t->swap, 66, 65, &t->track);
	assert_int_equal(notified(t), 128);
	assert_int_equal(sim_swap_late(&t->swap), 2);
	sim_swap_reset(&t->swap);
	assert_int_equal(sim_swap_late(&t->swap), 0);
}

static void a_run_of_one_cluster_bypasses_the_cache(void **state)
{
	struct kc_lock_stat stat = { 0 };
	struct t_swap *t = *state;

	take(t, 1, 1000);
	sim_swap_put(&t->swap, 1, 511, &t->track);
	assert_int_equal(notified(t), 511);
	sim_swap_put(&t->swap, 512, 1, &t->track); /* alone */
	assert_int_equal(notified(t), 511);
	assert_int_equal(sim_swap_late(&t->swap), 1);
	sim_swap_put(&t->swap, 513, 400, &t->track);
	assert_int_equal(notified(t), 911);
	sim_swap_device_stat(&t->swap, &stat);
	assert_int_equal(stat.acquisitions, 2);
}

static void a_run_that_crosses_clusters_goes_to_the_cache(void **state)
{
	struct t_swap *t = *state;

	take(t, 500, 100);
	sim_swap_put(&t->swap, 500, 100, &t->track);
	assert_int_equal(notified(t), 64);
	assert_int_equal(sim_swap_late(&t->swap), 36);
}

/* A late notification would free what was written meanwhile. */
static void a_late_slot_is_notified_before_it_is_written(void **state)
{
	struct t_swap *t = *state;

	take(t, 1, 3);
	sim_swap_put(&t->swap, 2, 1, &t->track);
	assert_int_equal(sim_swap_late(&t->swap), 1);
	assert_int_equal(sim_swap_write(&t->swap, 2, a_page(t, 9, 0, 1)), 0);
	assert_int_equal(notified(t), 1);
	assert_int_equal(sim_swap_late(&t->swap), 0);
	sim_swap_get(&t->swap, 2, 1);
	assert_true(reads_as(t, 2, 9, 0, 1));
	/* Others stay where they are. */
	sim_swap_put(&t->swap, 1, 1, &t->track);
	assert_int_equal(sim_swap_write(&t->swap, 2, a_page(t, 8, 0, 1)), 0);
	assert_int_equal(sim_swap_late(&t->swap), 1);
	assert_true(reads_as(t, 2, 8, 0, 1));
}

/* Nodes with shadows only are listed; one without is not, and no two share a shadow. */
static void a_shadow_stays_until_its_slot_is_freed(void **state)
{
	struct t_swap *t = *state;
	struct sim_shadows *shadows = &t->swap.shadows;

	assert_true(list_empty(&shadows->list));
	take(t, 60, 10); /* in two nodes */
	assert_false(list_empty(&shadows->list));
	assert_true(shadows->list.next != shadows->list.prev);
	sim_swap_put(&t->swap, 60, 4, &t->track);
	assert_true(shadows->list.next == shadows->list.prev);
	sim_swap_put(&t->swap, 64, 5, &t->track);
	assert_false(list_empty(&shadows->list));
	sim_swap_forget(&t->swap, 69);
	assert_true(list_empty(&shadows->list));
	take(t, 69, 1);
	sim_swap_reset(&t->swap);
	assert_true(list_empty(&shadows->list));
}

/* More than one area, as 128 MiB have, and the last one not whole. */
static void each_slot_of_a_large_device_has_a_shadow_of_its_own(void **state)
{
	const u32 nr = 4 * SIM_SHADOW_AREA + 100;
	struct sim_shadows shadows;
	u32 slot;

	(void)state;
	assert_int_equal(sim_shadows_init(&shadows, nr), 0);
	for (slot = 0; slot < nr; slot++)
		sim_shadows_set(&shadows, slot);
	sim_shadows_clear(&shadows, 0, nr - 1);
	assert_true(shadows.list.next == shadows.list.prev && !list_empty(&shadows.list));
	sim_shadows_clear(&shadows, nr - 1, 1);
	assert_true(list_empty(&shadows.list));
	sim_shadows_exit(&shadows);
}

/* Holds of a cluster lock for a run whose second half belongs to somebody else. */
static u64 holds_for_two_cgroups(struct t_swap *t)
{
	struct kc_lock_stat stat = { 0 };
	u32 slot;

	for (slot = 10; slot < 30; slot++)
		sim_swap_get(&t->swap, slot, slot < 20 ? 1 : 2);
	sim_swap_stat_reset(&t->swap);
	sim_swap_put(&t->swap, 10, 20, &t->track);
	sim_swap_lock_stat(&t->swap, &stat);
	assert_int_equal(notified(t), 20);
	assert_int_equal(atomic64_read(&t->swap.charged), 0);
	return stat.acquisitions;
}

static void a_run_may_be_of_several_cgroups(void **state)
{
	assert_int_equal(holds_for_two_cgroups(*state), 1);
}

static void a_run_is_of_one_cgroup(void **state)
{
	assert_int_equal(holds_for_two_cgroups(*state), 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(clusters_have_the_kernels_size, t_setup,
						t_teardown),
		cmocka_unit_test_setup_teardown(dropping_a_run_frees_every_slot_once, t_setup,
						t_teardown),
		cmocka_unit_test_setup_teardown(a_run_takes_each_cluster_lock_once, t_setup,
						t_teardown),
		cmocka_unit_test_setup_teardown(clusters_move_between_free_partial_and_full,
						t_setup, t_teardown),
		cmocka_unit_test_setup_teardown(forgetting_a_slot_notifies_nobody, t_setup,
						t_teardown),
		cmocka_unit_test_setup_teardown(zeros_are_kept_by_swap_and_nothing_else_is, t_setup,
						t_teardown),
		cmocka_unit_test_setup_teardown(zeros_hide_what_the_device_still_holds, t_setup,
						t_teardown),
		cmocka_unit_test_setup_teardown(a_slot_of_zeros_is_notified_empty_and_forgets_them,
						t_setup, t_teardown),
		cmocka_unit_test_setup_teardown(what_a_missed_notification_leaves_is_stranded,
						t_setup, t_teardown),
		cmocka_unit_test_setup_teardown(zeros_stay_where_a_write_fails, t_setup,
						t_teardown),
		cmocka_unit_test_setup_teardown(without_a_zero_map_the_device_stores_zeros,
						t_setup_by_slots, t_teardown),
		cmocka_unit_test_setup_teardown(one_notification_in_so_many_is_timed, t_setup,
						t_teardown),
		cmocka_unit_test_setup_teardown(marks_come_in_order_and_stop_when_closed, t_setup,
						t_teardown),
		cmocka_unit_test_setup_teardown(marks_beyond_the_room_are_reported, t_setup,
						t_teardown),
		cmocka_unit_test_setup_teardown(zeros_are_kept_by_swap_and_nothing_else_is,
						t_setup_by_runs, t_teardown),
		cmocka_unit_test_setup_teardown(zeros_hide_what_the_device_still_holds,
						t_setup_by_runs, t_teardown),
		cmocka_unit_test_setup_teardown(a_slot_of_zeros_is_notified_empty_and_forgets_them,
						t_setup_by_runs, t_teardown),
		cmocka_unit_test_setup_teardown(zeros_stay_where_a_write_fails, t_setup_by_runs,
						t_teardown),
		cmocka_unit_test_setup_teardown(dropping_a_run_frees_every_slot_once,
						t_setup_by_runs, t_teardown),
		cmocka_unit_test_setup_teardown(clusters_move_between_free_partial_and_full,
						t_setup_by_runs, t_teardown),
		cmocka_unit_test_setup_teardown(a_full_cache_is_emptied_by_the_next_slot,
						t_setup_by_slots, t_teardown),
		cmocka_unit_test_setup_teardown(a_run_of_one_cluster_bypasses_the_cache,
						t_setup_by_cached_runs, t_teardown),
		cmocka_unit_test_setup_teardown(a_run_that_crosses_clusters_goes_to_the_cache,
						t_setup_by_cached_runs, t_teardown),
		cmocka_unit_test_setup_teardown(a_late_slot_is_notified_before_it_is_written,
						t_setup_by_slots, t_teardown),
		cmocka_unit_test_setup_teardown(a_late_slot_is_notified_before_it_is_written,
						t_setup_by_cached_runs, t_teardown),
		cmocka_unit_test_setup_teardown(a_shadow_stays_until_its_slot_is_freed,
						t_setup_by_cached_runs, t_teardown),
		cmocka_unit_test(each_slot_of_a_large_device_has_a_shadow_of_its_own),
		cmocka_unit_test_setup_teardown(a_run_may_be_of_several_cgroups, t_setup,
						t_teardown),
		cmocka_unit_test_setup_teardown(a_run_is_of_one_cgroup, t_setup_by_runs,
						t_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
