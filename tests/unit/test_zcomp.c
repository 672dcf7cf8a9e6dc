// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Every compressor of the build, through zcomp, with every page size. */

#include "t_zram.h"

#include "account.h"
#include "port.h"

static void round_trip(struct zcomp *comp, size_t page, enum t_kind kind, u64 seed)
{
	unsigned char *in = malloc(page), *out = malloc(page), *data = malloc(2 * page);
	struct zcomp_strm *strm;
	size_t len = 0;

	assert_true(in && out && data);
	t_make_page(in, page, kind, seed);
	strm = zcomp_stream_get(comp);
	assert_int_equal(zcomp_compress(comp, strm, in, &len), 0);
	assert_in_range(len, 1, 2 * page);
	memcpy(data, strm->buffer, len);
	zcomp_stream_put(strm);
	if (strcmp(comp->ops->name, "none")) {
		strm = zcomp_stream_get(comp);
		assert_int_equal(zcomp_decompress(comp, strm, data, len, out), 0);
		zcomp_stream_put(strm);
		assert_memory_equal(in, out, page);
		if (kind != T_HUGE)
			assert_in_range(len, 1, page * 5 / 8);
	} else {
		assert_int_equal(len, page);
	}
	free(in);
	free(out);
	free(data);
}

static void every_compressor_expands_what_it_made(void **state)
{
	const unsigned int *shift = *state;
	size_t page = (size_t)1 << *shift;
	enum t_kind kind;
	unsigned int i;

	for (i = 0; zcomp_name(i); i++) {
		struct zcomp *comp = zcomp_create(zcomp_name(i), 0, page);

		assert_false(IS_ERR(comp));
		assert_string_equal(comp->ops->name, zcomp_name(i));
		for (kind = T_EMPTY; kind < T_NR_KINDS; kind++) {
			round_trip(comp, page, kind, 1);
			round_trip(comp, page, kind, 2);
		}
		zcomp_destroy(comp);
	}
}

static void every_level_a_compressor_names_works(void **state)
{
	static const int levels[] = { -131073, -131072, -5, -1, 1, 2, 9, 19, 22, 65537 };
	const unsigned int *shift = *state;
	size_t page = (size_t)1 << *shift;
	unsigned int i, l;

	for (i = 0; zcomp_name(i); i++) {
		for (l = 0; l < sizeof(levels) / sizeof(levels[0]); l++) {
			struct zcomp *comp = zcomp_create(zcomp_name(i), levels[l], page);

			if (IS_ERR(comp)) {
				assert_int_equal(PTR_ERR(comp), -EINVAL);
				continue;
			}
			assert_int_equal(comp->params.level, levels[l]);
			/* levels that give up compressing need not shrink anything */
			if (levels[l] > 0 && levels[l] < 100)
				round_trip(comp, page, T_SMALL, 3);
			round_trip(comp, page, T_HUGE, 3);
			zcomp_destroy(comp);
		}
	}
}

static void levels_out_of_range_are_refused(void **state)
{
	const unsigned int *shift = *state;
	unsigned int i;

	for (i = 0; zcomp_name(i); i++) {
		struct zcomp *comp = zcomp_create(zcomp_name(i), 1 << 30, (size_t)1 << *shift);

		assert_int_equal(PTR_ERR(comp), -EINVAL);
		comp = zcomp_create(zcomp_name(i), -(1 << 30), (size_t)1 << *shift);
		assert_int_equal(PTR_ERR(comp), -EINVAL);
	}
}

static void none_is_always_there_and_last(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; zcomp_name(i + 1); i++)
		;
	assert_string_equal(zcomp_name(i), "none");
	assert_null(zcomp_name(i + 1));
	assert_null(zcomp_name(UINT32_MAX));
}

static void a_compressor_that_is_not_built_in_is_not_found(void **state)
{
	(void)state;
	assert_int_equal(PTR_ERR(zcomp_create("deflate", 0, 4096)), -ENOENT);
	assert_int_equal(PTR_ERR(zcomp_create("", 0, 4096)), -ENOENT);
	assert_int_equal(PTR_ERR(zcomp_create("LZ4", 0, 4096)), -ENOENT);
}

static void garbage_does_not_expand(void **state)
{
	const unsigned int *shift = *state;
	size_t page = (size_t)1 << *shift;
	unsigned char *in = malloc(page), *out = malloc(page);
	unsigned int i;

	assert_true(in && out);
	t_make_page(in, page, T_HUGE, 5);
	memset(in, 0xff, 64);
	for (i = 0; zcomp_name(i); i++) {
		struct zcomp *comp = zcomp_create(zcomp_name(i), 0, page);
		struct zcomp_strm *strm = zcomp_stream_get(comp);

		assert_int_equal(zcomp_decompress(comp, strm, in, page / 2, out), -EIO);
		zcomp_stream_put(strm);
		zcomp_destroy(comp);
	}
	free(in);
	free(out);
}

static void a_truncated_page_does_not_expand(void **state)
{
	const unsigned int *shift = *state;
	size_t page = (size_t)1 << *shift;
	unsigned char *in = malloc(page), *out = malloc(page);
	unsigned int i;

	assert_true(in && out);
	t_make_page(in, page, T_MEDIUM, 5);
	for (i = 0; zcomp_name(i); i++) {
		struct zcomp *comp = zcomp_create(zcomp_name(i), 0, page);
		struct zcomp_strm *strm = zcomp_stream_get(comp);
		size_t len;

		assert_int_equal(zcomp_compress(comp, strm, in, &len), 0);
		memset((char *)strm->buffer + len, 0, 2 * page - len);
		assert_int_equal(zcomp_decompress(comp, strm, strm->buffer, len / 2, out), -EIO);
		zcomp_stream_put(strm);
		zcomp_destroy(comp);
	}
	free(in);
	free(out);
}

static void what_expands_to_less_than_a_page_is_refused(void **state)
{
	const unsigned int *shift = *state;
	size_t page = (size_t)1 << *shift;
	unsigned char *in = malloc(page), *out = malloc(page);
	unsigned int i;

	assert_true(in && out);
	t_make_page(in, page, T_MEDIUM, 5);
	for (i = 0; zcomp_name(i); i++) {
		struct zcomp *half = zcomp_create(zcomp_name(i), 0, page / 2);
		struct zcomp *whole = zcomp_create(zcomp_name(i), 0, page);
		struct zcomp_strm *from = zcomp_stream_get(half);
		struct zcomp_strm *to = zcomp_stream_get(whole);
		size_t len;

		assert_int_equal(zcomp_compress(half, from, in, &len), 0);
		assert_int_equal(zcomp_decompress(whole, to, from->buffer, len, out), -EIO);
		zcomp_stream_put(to);
		zcomp_stream_put(from);
		zcomp_destroy(whole);
		zcomp_destroy(half);
	}
	free(in);
	free(out);
}

static void every_failed_allocation_unwinds(void **state)
{
	const unsigned int *shift = *state;
	struct mem_account account;
	unsigned int i;
	u64 nth;

	mem_account_init(&account, "zcomp");
	set_active_account(&account);
	for (i = 0; zcomp_name(i); i++) {
		for (nth = 1;; nth++) {
			u64 failed = mem_account_failed(&account);
			struct zcomp *comp;

			mem_account_fail_nth(&account, nth);
			comp = zcomp_create(zcomp_name(i), 0, (size_t)1 << *shift);
			mem_account_fail_none(&account);
			if (mem_account_failed(&account) == failed) {
				assert_false(IS_ERR(comp));
				zcomp_destroy(comp);
				break;
			}
			assert_int_equal(PTR_ERR(comp), -ENOMEM);
			assert_int_equal(mem_account_bytes(&account), 0);
			assert_int_equal(mem_account_objects(&account), 0);
		}
		/* itself, the streams, and two buffers per stream at least */
		assert_true(nth > 2 + 2 * (u64)nr_cpu_ids);
		assert_int_equal(mem_account_bytes(&account), 0);
	}
	set_active_account(NULL);
}

static void a_stream_never_allocates_once_it_exists(void **state)
{
	const unsigned int *shift = *state;
	size_t page = (size_t)1 << *shift;
	struct mem_account account;
	unsigned int i;

	mem_account_init(&account, "zcomp");
	for (i = 0; zcomp_name(i); i++) {
		struct zcomp *comp = zcomp_create(zcomp_name(i), 0, page);

		set_active_account(&account);
		mem_account_fail_every(&account, 1);
		round_trip(comp, page, T_MEDIUM, 1);
		mem_account_fail_none(&account);
		set_active_account(NULL);
		zcomp_destroy(comp);
	}
	assert_int_equal(mem_account_failed(&account), 0);
}

struct user {
	struct zcomp *comp;
	u64 seed;
	u32 bad;
};

static void use_streams(void *arg)
{
	struct user *user = arg;
	unsigned char in[4096], out[4096];
	int i;

	for (i = 0; i < 300; i++) {
		struct zcomp_strm *strm = zcomp_stream_get(user->comp);
		size_t len;

		t_make_page(in, sizeof(in), T_MEDIUM, user->seed++);
		user->bad += zcomp_compress(user->comp, strm, in, &len) != 0;
		if (len < sizeof(in)) {
			user->bad += zcomp_decompress(user->comp, strm, strm->buffer, len, out) !=
				     0;
			user->bad += memcmp(in, out, sizeof(in)) != 0;
		}
		zcomp_stream_put(strm);
	}
}

static void threads_that_share_streams_do_not_disturb_each_other(void **state)
{
	struct kc_thread threads[4];
	struct user users[4];
	struct zcomp *comp;
	unsigned int i;

	(void)state;
	comp = zcomp_create(zcomp_name(0), 0, 4096);
	assert_false(IS_ERR(comp));
	for (i = 0; i < 4; i++) {
		users[i] = (struct user){ .comp = comp, .seed = i * 1000 };
		assert_int_equal(kc_thread_create(&threads[i], "user", use_streams, &users[i]), 0);
	}
	for (i = 0; i < 4; i++) {
		kc_thread_join(&threads[i]);
		assert_int_equal(users[i].bad, 0);
	}
	zcomp_destroy(comp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_compressor_expands_what_it_made),
		cmocka_unit_test(every_level_a_compressor_names_works),
		cmocka_unit_test(levels_out_of_range_are_refused),
		cmocka_unit_test(none_is_always_there_and_last),
		cmocka_unit_test(a_compressor_that_is_not_built_in_is_not_found),
		cmocka_unit_test(garbage_does_not_expand),
		cmocka_unit_test(a_truncated_page_does_not_expand),
		cmocka_unit_test(what_expands_to_less_than_a_page_is_refused),
		cmocka_unit_test(every_failed_allocation_unwinds),
		cmocka_unit_test(a_stream_never_allocates_once_it_exists),
		cmocka_unit_test(threads_that_share_streams_do_not_disturb_each_other),
	};

	return t_run("zcomp", tests, sizeof(tests) / sizeof(tests[0]));
}
