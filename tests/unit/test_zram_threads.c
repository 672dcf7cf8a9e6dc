// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Many threads on one device. Every page says in its first word which slot, seed and kind
 * it was made for, so a reader can tell a page that is whole and its own from any other.
 */

#include "t_zram.h"

#include <linux/bug.h>
#include <linux/spinlock.h>

#include "port.h"

enum {
	NR_SLOTS = 32,
	OPS = 600,
	NR_OWNERS = 2,
	MAX_HANDLES = 16,
};

/* The threads' common state; a mistake is counted here and asserted by the main thread. */
struct arena {
	struct zram_free_hook hook;
	struct t_zram *t;
	enum zram_stats stats;
	enum zram_unlock unlock;
	u32 bad;
	u32 stop;
	spinlock_t lock;
	unsigned long handles[MAX_HANDLES];
	u32 nr_handles;
};

struct actor {
	struct arena *arena;
	u32 id;
	u64 rng;
	u64 frees;
};

static void blame(struct arena *arena, bool wrong)
{
	if (wrong)
		__atomic_fetch_add(&arena->bad, 1, __ATOMIC_RELAXED);
}

/* base: seed << 16 | kind << 8 | index + 1, never 0 */
t_private static void stamped_page(struct t_zram *t, unsigned long *words, unsigned long base)
{
	size_t i, nr = t->page / sizeof(*words);
	size_t random = nr * (base >> 8 & 3) / 3;
	u64 state = base;

	for (i = 0; i < nr; i++)
		words[i] = base;
	for (i = 1; i < random; i++)
		words[i] = t_random(&state);
}

static bool page_is_whole(struct t_zram *t, const unsigned long *words, u32 index)
{
	unsigned long *want = malloc(t->page);
	bool same;

	if (!want)
		return false;
	if (words[0])
		stamped_page(t, want, words[0]);
	else
		memset(want, 0, t->page);
	same = !memcmp(want, words, t->page) && (!words[0] || (words[0] & 0xff) == index + 1);
	free(want);
	return same;
}

static unsigned long random_base(u64 *rng, u32 index)
{
	return (t_random(rng) & 0xffffff) << 16 | (t_random(rng) & 3) << 8 | (index + 1);
}

static bool offer_slot(struct zram_free_hook *hook, u32 index)
{
	(void)hook;
	(void)index;
	return true;
}

static bool offer_handle(struct zram_free_hook *hook, unsigned long handle, u32 size)
{
	struct arena *arena = (struct arena *)(void *)hook;
	bool taken = false;

	(void)size;
	spin_lock(&arena->lock);
	if (arena->nr_handles < MAX_HANDLES) {
		arena->handles[arena->nr_handles++] = handle;
		taken = true;
	}
	spin_unlock(&arena->lock);
	return taken;
}

static void cancel(struct zram_free_hook *hook, u32 index)
{
	struct arena *arena = (struct arena *)(void *)hook;

	BUG_ON(!t_deferred(arena->t->zram, index));
}

static void drain(struct zram_free_hook *hook)
{
	struct arena *arena = (struct arena *)(void *)hook;
	struct zram *zram = arena->t->zram;
	unsigned long handles[MAX_HANDLES];
	u32 i, nr;

	for (i = 0; i < zram_nr_slots(zram); i++)
		slot_drain(zram, i, false, NULL);
	spin_lock(&arena->lock);
	nr = arena->nr_handles;
	memcpy(handles, arena->handles, nr * sizeof(handles[0]));
	arena->nr_handles = 0;
	spin_unlock(&arena->lock);
	zs_free_bulk(zram_pool(zram), handles, nr, ZS_BATCH_SORTED);
}

static void drain_thread(void *arg)
{
	struct actor *a = arg;

	while (!READ_ONCE(a->arena->stop)) {
		drain(&a->arena->hook);
		kc_yield();
	}
}

/* Owns every NR_OWNERS-th slot, so it knows what must be there. */
static void owner_thread(void *arg)
{
	struct actor *a = arg;
	struct t_zram *t = a->arena->t;
	unsigned long expect[NR_SLOTS] = { 0 };
	unsigned long *page = malloc(t->page);
	u32 i, index;

	for (i = 0; page && i < OPS; i++) {
		index = (u32)(t_random(&a->rng) % (NR_SLOTS / NR_OWNERS)) * NR_OWNERS + a->id;
		switch (t_random(&a->rng) % 4) {
		case 0:
			if (expect[index]) {
				zram_slot_free_notify(t->zram, index);
				a->frees++;
				expect[index] = 0;
			}
			break;
		case 1:
			blame(a->arena, zram_read(t->zram, index, page) != 0);
			blame(a->arena, !page_is_whole(t, page, index));
			if (expect[index])
				blame(a->arena, page[0] != expect[index]);
			break;
		default:
			expect[index] = random_base(&a->rng, index);
			stamped_page(t, page, expect[index]);
			blame(a->arena, zram_write(t->zram, index, page) != 0);
		}
	}
	for (index = a->id; page && index < NR_SLOTS; index += NR_OWNERS) {
		blame(a->arena, zram_read(t->zram, index, page) != 0);
		if (expect[index])
			blame(a->arena, page[0] != expect[index]);
	}
	blame(a->arena, !page);
	free(page);
}

static void anyone_thread(void *arg)
{
	struct actor *a = arg;
	struct t_zram *t = a->arena->t;
	unsigned long *page = malloc(t->page);
	u32 i, index, nr;

	for (i = 0; page && i < OPS; i++) {
		index = (u32)(t_random(&a->rng) % NR_SLOTS);
		switch (t_random(&a->rng) % 5) {
		case 0:
			zram_slot_free_notify(t->zram, index);
			a->frees++;
			break;
		case 1:
			nr = index + 1 < NR_SLOTS ? 2 : 1;
			blame(a->arena,
			      zram_discard(t->zram, (u64)index << t->shift, nr * t->page) != 0);
			a->frees += nr;
			break;
		case 2:
			blame(a->arena, zram_read(t->zram, index, page) != 0);
			blame(a->arena, !page_is_whole(t, page, index));
			break;
		default:
			stamped_page(t, page, random_base(&a->rng, index));
			blame(a->arena, zram_write(t->zram, index, page) != 0);
		}
	}
	blame(a->arena, !page);
	free(page);
}

/* Holds slot locks, moves objects, reads statistics: nothing of it may change content. */
static void side_thread(void *arg)
{
	struct actor *a = arg;
	struct t_zram *t = a->arena->t;
	struct zram_mm_stat mm;
	struct zram_io_stat io;

	while (!READ_ONCE(a->arena->stop)) {
		zram_mark_idle(t->zram);
		zram_compact(t->zram);
		if (t->zram->comps[1])
			blame(a->arena, zram_recompress(t->zram, 1, true, 0) < 0);
		zram_mm_stat(t->zram, &mm);
		zram_io_stat(t->zram, &io);
		zram_reset_mem_used_max(t->zram);
		kc_yield();
	}
}

static void run(struct arena *arena, const unsigned int *shift, void (*worker)(void *), u32 nr)
{
	struct zram_params params = { .page_shift = *shift,
				      .stats = arena->stats,
				      .unlock = arena->unlock };
	struct kc_thread threads[4], side[2];
	struct actor actors[6];
	unsigned int n = 0;
	u64 frees = 0;
	u32 i;

	if (strcmp(zcomp_name(0), "none")) {
		params.comp[0] = zcomp_name(0);
		params.comp[1] = zcomp_name(1);
	}
	params.disksize_bytes = (u64)NR_SLOTS << *shift;
	arena->t = t_create_params(&params);
	arena->hook.cancel = cancel;
	arena->hook.drain = drain;
	spin_lock_init(&arena->lock);
	assert_int_equal(zram_set_free_hook(arena->t->zram, &arena->hook), 0);
	for (i = 0; i < 6; i++)
		actors[i] = (struct actor){ .arena = arena, .id = i, .rng = *shift * 100 + i };

	assert_int_equal(kc_thread_create(&side[n], "side", side_thread, &actors[4]), 0);
	n++;
	assert_int_equal(kc_thread_create(&side[n], "drain", drain_thread, &actors[5]), 0);
	n++;
	for (i = 0; i < nr; i++)
		assert_int_equal(kc_thread_create(&threads[i], "worker", worker, &actors[i]), 0);
	for (i = 0; i < nr; i++) {
		kc_thread_join(&threads[i]);
		frees += actors[i].frees;
	}
	WRITE_ONCE(arena->stop, 1);
	while (n--)
		kc_thread_join(&side[n]);

	assert_int_equal(arena->bad, 0);
	assert_int_equal(zram_set_free_hook(arena->t->zram, NULL), 0);
	drain(&arena->hook);
	for (i = 0; i < NR_SLOTS; i++)
		assert_false(t_deferred(arena->t->zram, i));
	t_check_table(arena->t);
	assert_int_equal(t_io(arena->t).notify_free, frees);
	zram_reset(arena->t->zram);
	assert_int_equal(t_mm(arena->t).mem_used_total, 0);
	t_destroy(arena->t);
}

static void what_an_owner_wrote_is_there_while_frees_are_immediate(void **state)
{
	struct arena arena = { 0 };

	run(&arena, *state, owner_thread, NR_OWNERS);
}

static void what_an_owner_wrote_is_there_while_slots_are_pending(void **state)
{
	struct arena arena = { .hook.offer_slot = offer_slot };

	run(&arena, *state, owner_thread, NR_OWNERS);
}

static void what_an_owner_wrote_is_there_while_handles_are_pending(void **state)
{
	struct arena arena = { .hook.offer_handle = offer_handle };

	run(&arena, *state, owner_thread, NR_OWNERS);
}

static void pages_stay_whole_whoever_writes_and_frees(void **state)
{
	struct arena arena = { 0 };

	run(&arena, *state, anyone_thread, 4);
}

static void pages_stay_whole_while_slots_are_pending(void **state)
{
	struct arena arena = { .hook.offer_slot = offer_slot };

	run(&arena, *state, anyone_thread, 4);
}

static void pages_stay_whole_while_handles_are_pending(void **state)
{
	struct arena arena = { .hook.offer_handle = offer_handle };

	run(&arena, *state, anyone_thread, 4);
}

static void pages_stay_whole_where_locks_are_dropped_by_a_store(void **state)
{
	struct arena arena = { .hook.offer_slot = offer_slot, .unlock = ZRAM_UNLOCK_STORE };

	run(&arena, *state, anyone_thread, 4);
}

static void what_each_cpu_counts_adds_up(void **state)
{
	struct arena arena = { .stats = ZRAM_STATS_PERCPU };

	run(&arena, *state, anyone_thread, 4);
}

static void what_each_cpu_counts_adds_up_while_slots_are_pending(void **state)
{
	struct arena arena = { .hook.offer_slot = offer_slot, .stats = ZRAM_STATS_PERCPU };

	run(&arena, *state, anyone_thread, 4);
}

static void change_hooks(void *arg)
{
	struct actor *a = arg;

	while (!READ_ONCE(a->arena->stop)) {
		blame(a->arena, zram_set_free_hook(a->arena->t->zram, &a->arena->hook) != 0);
		blame(a->arena, zram_set_free_hook(a->arena->t->zram, NULL) != 0);
		drain(&a->arena->hook);
	}
}

static void a_hook_comes_and_goes_while_slots_are_freed(void **state)
{
	const unsigned int *shift = *state;
	struct zram_params params = { .page_shift = *shift };
	struct arena arena = { .hook.offer_slot = offer_slot, .hook.cancel = cancel };
	struct actor a = { .arena = &arena, .rng = 5 };
	struct kc_thread thread;
	u32 i;

	params.disksize_bytes = (u64)NR_SLOTS << *shift;
	arena.t = t_create_params(&params);
	arena.hook.drain = drain;
	spin_lock_init(&arena.lock);
	assert_int_equal(kc_thread_create(&thread, "hooks", change_hooks, &a), 0);
	for (i = 0; i < 3 * OPS; i++) {
		assert_int_equal(zram_write_same(arena.t->zram, i % NR_SLOTS, i), 0);
		zram_slot_free_notify(arena.t->zram, i % NR_SLOTS);
	}
	WRITE_ONCE(arena.stop, 1);
	kc_thread_join(&thread);
	assert_int_equal(arena.bad, 0);
	t_check_table(arena.t);
	t_destroy(arena.t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_an_owner_wrote_is_there_while_frees_are_immediate),
		cmocka_unit_test(what_an_owner_wrote_is_there_while_slots_are_pending),
		cmocka_unit_test(what_an_owner_wrote_is_there_while_handles_are_pending),
		cmocka_unit_test(pages_stay_whole_whoever_writes_and_frees),
		cmocka_unit_test(pages_stay_whole_while_slots_are_pending),
		cmocka_unit_test(pages_stay_whole_while_handles_are_pending),
		cmocka_unit_test(pages_stay_whole_where_locks_are_dropped_by_a_store),
		cmocka_unit_test(what_each_cpu_counts_adds_up),
		cmocka_unit_test(what_each_cpu_counts_adds_up_while_slots_are_pending),
		cmocka_unit_test(a_hook_comes_and_goes_while_slots_are_freed),
	};

	return t_run("zram_threads", tests, sizeof(tests) / sizeof(tests[0]));
}
