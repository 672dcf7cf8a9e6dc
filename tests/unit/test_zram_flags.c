// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Clearing a slot's flags with one store, and one by one as kernels do: the same state. */

#include "t_zram.h"

enum {
	T_FILL = 42,
	T_BYTES = 100,
	T_SLOT = 3,
};

enum {
	T_WAYS = 4,
};

/** struct t_ways - a device for each way to clear flags */
struct t_ways {
	struct t_zram *way[T_WAYS];
};

static struct t_zram *t_create(unsigned int shift, unsigned int way)
{
	static const struct zram_params ways[T_WAYS] = {
		{ .flags = ZRAM_FLAGS_MERGED },
		{ .flags = ZRAM_FLAGS_SINGLE },
		{ .flags = ZRAM_FLAGS_SINGLE,
		  .clears = ZRAM_CLEARS_TWO,
		  .unlock = ZRAM_UNLOCK_STORE },
		{ .flags = ZRAM_FLAGS_SINGLE, .clears = ZRAM_CLEARS_IDLE },
	};
	struct zram_params params = ways[way];

	params.page_shift = shift;

	params.disksize_bytes = (u64)T_NR_SLOTS << shift;
	return t_create_params(&params);
}

static int setup(void **state)
{
	const unsigned int *shift = *state;
	struct t_ways *p = calloc(1, sizeof(*p));
	unsigned int i;

	assert_non_null(p);
	for (i = 0; i < T_WAYS; i++)
		p->way[i] = t_create(*shift, i);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct t_ways *p = *state;
	unsigned int i;

	for (i = 0; i < T_WAYS; i++)
		t_destroy(p->way[i]);
	free(p);
	return 0;
}

/* Flags by their bits in @flags, in the order of enum zram_slot_flag. */
static u32 t_word(struct t_zram *t, u32 flags)
{
	return flags << (t->shift + 1);
}

/* A locked slot with these flags, and an object unless it is same-filled. */
static void t_forge(struct t_zram *t, u32 flags, bool object)
{
	struct zram_slot *slot = &t->zram->table[T_SLOT];
	bool same = flags & 1u << ZRAM_SAME;

	slot->handle = 0;
	slot->ac_time = 7;
	slot_set_word(t->zram, T_SLOT, t_word(t, flags | 1u << ZRAM_ENTRY_LOCK));
	if (same) {
		slot->handle = T_FILL;
	} else if (object) {
		slot->handle = zs_malloc(zram_pool(t->zram), T_BYTES, GFP_KERNEL);
		assert_false(IS_ERR_VALUE(slot->handle));
		slot_set_word(t->zram, T_SLOT, slot_word(t->zram, T_SLOT) | T_BYTES);
	}
}

static void t_expect_clear(struct t_zram *t)
{
	const struct zram_slot *slot = &t->zram->table[T_SLOT];

	assert_int_equal(slot->word, slot_flag(t->zram, ZRAM_ENTRY_LOCK));
	assert_int_equal(slot->handle, 0);
	assert_int_equal(slot->ac_time, 0);
}

static void every_combination_of_flags_is_cleared_alike(void **state)
{
	struct t_ways *p = *state;
	struct zram_mm_stat first, mm;
	u32 flags, object, i;

	for (flags = 0; flags < 1u << ZRAM_NR_SLOT_FLAGS; flags++) {
		for (object = 0; object < 2; object++) {
			for (i = 0; i < T_WAYS; i++) {
				t_forge(p->way[i], flags, object);
				slot_free(p->way[i]->zram, T_SLOT);
				t_expect_clear(p->way[i]);
				mm = t_mm(p->way[i]);
				if (!i)
					first = mm;
				assert_memory_equal(&first, &mm, sizeof(mm));
			}
		}
	}
	for (i = 0; i < T_WAYS; i++) {
		slot_unlock(p->way[i]->zram, T_SLOT);
		assert_int_equal(slot_word(p->way[i]->zram, T_SLOT), 0);
	}
	assert_int_equal(mm.mem_used_total, 0);
}

static void every_combination_of_flags_is_detached_alike(void **state)
{
	struct t_ways *p = *state;
	unsigned long handle;
	u32 flags, size, i;

	for (flags = 0; flags < 1u << ZRAM_NR_SLOT_FLAGS; flags++) {
		for (i = 0; i < T_WAYS; i++) {
			size = 0;
			t_forge(p->way[i], flags, true);
			handle = slot_detach(p->way[i]->zram, T_SLOT, &size);
			t_expect_clear(p->way[i]);
			assert_int_equal(!handle, flags & 1u << ZRAM_SAME);
			assert_int_equal(size, handle ? T_BYTES : 0);
			zs_free(zram_pool(p->way[i]->zram), handle);
		}
	}
	for (i = 0; i < T_WAYS; i++)
		slot_unlock(p->way[i]->zram, T_SLOT);
}

static void what_is_stored_survives_either_way(void **state)
{
	struct t_ways *p = *state;
	u32 i, slot;

	for (i = 0; i < T_WAYS; i++) {
		for (slot = 0; slot < T_NR_SLOTS; slot++)
			t_write(p->way[i], slot, slot % T_NR_KINDS, slot);
		for (slot = 0; slot < T_NR_SLOTS; slot += 3)
			zram_slot_free_notify(p->way[i]->zram, slot);
		for (slot = 0; slot < T_NR_SLOTS; slot += 6)
			t_write(p->way[i], slot, T_MEDIUM, slot + 1);
		for (slot = 0; slot < T_NR_SLOTS; slot++) {
			if (slot % 3)
				t_expect(p->way[i], slot, slot % T_NR_KINDS, slot);
			else if (slot % 6)
				t_expect(p->way[i], slot, T_EMPTY, 0);
			else
				t_expect(p->way[i], slot, T_MEDIUM, slot + 1);
		}
		t_check_table(p->way[i]);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(every_combination_of_flags_is_cleared_alike),
		T(every_combination_of_flags_is_detached_alike),
		T(what_is_stored_survives_either_way),
	};

	return t_run("zram_flags", tests, sizeof(tests) / sizeof(tests[0]));
}
