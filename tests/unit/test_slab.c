// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * kmalloc and kmem_cache: contents, accounting, per-CPU magazines, failures, and that the
 * program's malloc is still libc's.
 */
#include <dlfcn.h>
#include <linux/bits.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "account.h"
#include "arena.h"
#include "t_run.h"

enum {
	T_OBJECTS = 5000,
	T_ROUNDS = 4000,
};

/** struct t_slab - an account of the test's own, active while it runs */
struct t_slab {
	struct mem_account account;
};

static int t_setup(void **state)
{
	struct t_slab *t = calloc(1, sizeof(*t));

	mem_account_init(&t->account, "slab");
	set_active_account(&t->account);
	*state = t;
	return 0;
}

static int t_teardown(void **state)
{
	struct t_slab *t = *state;
	bool leak = mem_account_bytes(&t->account) || mem_account_objects(&t->account);

	set_active_account(NULL);
	free(t);
	return leak ? -1 : 0;
}

static void kmalloc_zeroes_aligns_and_remembers_the_size(void **state)
{
	struct t_slab *t = *state;
	size_t sizes[] = { 0, 1, 100, 4096, 100000, 300000, 5 << 20 };
	char *ptr;
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		ptr = kvzalloc(sizes[i], GFP_KERNEL);
		assert_non_null(ptr);
		assert_int_equal((uintptr_t)ptr % 16, 0);
		assert_int_equal(mem_account_bytes(&t->account), sizes[i]);
		if (sizes[i]) {
			assert_int_equal(ptr[0] | ptr[sizes[i] / 2] | ptr[sizes[i] - 1], 0);
			memset(ptr, 0x5a, sizes[i]);
		}
		kvfree(ptr);
	}
	kfree(NULL);
	kvfree(NULL);
	assert_int_equal(mem_account_peak(&t->account), 5 << 20);
}

static void arrays_refuse_to_overflow(void **state)
{
	struct t_slab *t = *state;
	void *ptr;

	assert_null(kmalloc_array(SIZE_MAX / 2, 3, GFP_KERNEL));
	assert_null(kvmalloc_array(SIZE_MAX / 2, 3, GFP_KERNEL));
	assert_null(kmalloc(SIZE_MAX - 8, GFP_KERNEL));
	assert_null(kvmalloc(SIZE_MAX - 8, GFP_KERNEL));
	ptr = kcalloc(3, 5, GFP_KERNEL);
	assert_int_equal(mem_account_bytes(&t->account), 15);
	kfree(ptr);
	ptr = kvcalloc(300, 5000, GFP_ATOMIC);
	assert_int_equal(mem_account_bytes(&t->account), 1500000);
	kvfree(ptr);
	ptr = kzalloc(64, GFP_NOWAIT);
	assert_int_equal(*(char *)ptr, 0);
	kfree(ptr);
}

static void every_allocation_function_can_be_made_to_fail(void **state)
{
	struct t_slab *t = *state;
	struct kmem_cache *cache = kmem_cache_create("fail", 24, 0, 0, NULL);

	mem_account_fail_every(&t->account, 1);
	assert_null(kmalloc(8, GFP_KERNEL));
	assert_null(kvmalloc(8, GFP_KERNEL));
	assert_null(kvmalloc(1 << 20, GFP_KERNEL));
	assert_null(kmem_cache_alloc(cache, GFP_KERNEL));
	assert_null(kmem_cache_zalloc(cache, GFP_ATOMIC));
	mem_account_fail_nth(&t->account, 1);
	assert_null(kmem_cache_create("none", 8, 0, 0, NULL));
	mem_account_fail_nth(&t->account, 2);
	assert_null(kmem_cache_create("none", 8, 0, 0, NULL));
	mem_account_fail_none(&t->account);
	assert_int_equal(kmem_cache_nr_objects(cache), 0);
	assert_int_equal(kmem_cache_destroy(cache), 0);
}

static void a_cache_refuses_bad_shapes(void **state)
{
	(void)state;
	assert_null(kmem_cache_create("bad", 0, 0, 0, NULL));
	assert_null(kmem_cache_create("bad", 16385, 0, 0, NULL));
	assert_null(kmem_cache_create("bad", 8, 128, 0, NULL));
	assert_null(kmem_cache_create("bad", 8, 24, 0, NULL));
	assert_null(kmem_cache_create("bad", 8, 8, 0, free));
	assert_int_equal(kmem_cache_destroy(NULL), 0);
}

/* Objects of one cache do not overlap and keep what is written to them. */
static void t_fill_and_check(unsigned int size, unsigned int align, unsigned int flags)
{
	struct kmem_cache *cache = kmem_cache_create("objects", size, align, flags, NULL);
	unsigned char **objs = calloc(T_OBJECTS, sizeof(*objs));
	unsigned int i, nr = size > 1000 ? 100 : T_OBJECTS;

	assert_non_null(cache);
	if (flags & SLAB_HWCACHE_ALIGN)
		align = 64;
	for (i = 0; i < nr; i++) {
		objs[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		assert_non_null(objs[i]);
		assert_int_equal((uintptr_t)objs[i] % (align ? align : 8), 0);
		memset(objs[i], (int)(i & 0xff), size);
	}
	assert_int_equal(kmem_cache_nr_objects(cache), nr);
	for (i = 0; i < nr; i++) {
		assert_int_equal(objs[i][0], i & 0xff);
		assert_int_equal(objs[i][size - 1], i & 0xff);
	}
	for (i = 0; i < nr; i += 2)
		kmem_cache_free(cache, objs[i]);
	for (i = 0; i < nr; i += 2) {
		objs[i] = kmem_cache_zalloc(cache, GFP_KERNEL);
		assert_int_equal(objs[i][0] | objs[i][size / 2] | objs[i][size - 1], 0);
	}
	for (i = 1; i < nr; i += 2)
		assert_int_equal(objs[i][size / 2], i & 0xff);
	kmem_cache_free_bulk(cache, nr, (void **)objs);
	assert_int_equal(kmem_cache_nr_objects(cache), 0);
	assert_int_equal(kmem_cache_destroy(cache), 0);
	free(objs);
}

static void objects_of_any_size_do_not_overlap(void **state)
{
	(void)state;
	t_fill_and_check(1, 0, 0);
	t_fill_and_check(8, 8, 0);
	t_fill_and_check(24, 0, 0);
	t_fill_and_check(40, 16, 0);
	t_fill_and_check(72, 0, SLAB_HWCACHE_ALIGN);
	t_fill_and_check(1, 0, SLAB_FREELIST);
	t_fill_and_check(8, 8, SLAB_FREELIST);
	t_fill_and_check(72, 0, SLAB_FREELIST);
	t_fill_and_check(4096, 64, SLAB_FREELIST);
	t_fill_and_check(576, 0, 0);
	t_fill_and_check(4096, 64, 0);
	t_fill_and_check(16384, 0, 0);
}

static void t_alloc_many(struct kmem_cache *cache, int nr, void **objs)
{
	while (nr--)
		assert_non_null(objs[nr] = kmem_cache_alloc(cache, GFP_KERNEL));
}

static void t_eight_bytes(struct t_slab *t, unsigned int flags)
{
	struct kmem_cache *cache = kmem_cache_create("handles", 8, 8, flags, NULL);
	void **objs = calloc(50000, sizeof(*objs));
	s64 before = mem_account_bytes(&t->account), bytes;

	t_alloc_many(cache, 50000, objs);
	bytes = mem_account_bytes(&t->account) - before;
	assert_true(bytes >= 400000 && bytes <= 420000);
	assert_int_equal(kmem_cache_bytes(cache), bytes);
	kmem_cache_free_bulk(cache, 50000, objs);
	kmem_cache_shrink(cache);
	assert_int_equal(kmem_cache_bytes(cache), 0);
	assert_int_equal(mem_account_bytes(&t->account), before);
	assert_int_equal(kmem_cache_destroy(cache), 0);
	free(objs);
}

static void objects_of_eight_bytes_cost_eight_bytes(void **state)
{
	t_eight_bytes(*state, 0);
	t_eight_bytes(*state, SLAB_FREELIST);
}

/* A slab that is full, one that becomes empty, and those between: each object is there once. */
static void what_is_on_a_free_list_is_handed_out_again(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("list", 8, 8, SLAB_FREELIST, NULL);
	static void *objs[4 * T_OBJECTS];
	const u32 all = 4 * T_OBJECTS;
	u64 seed = 7;
	u32 i, k, nr;

	(void)state;
	t_alloc_many(cache, all, objs);
	for (i = 0; i < 40; i++) {
		nr = 1 + kc_random_below(&seed, all);
		for (k = 0; k < nr; k++)
			kmem_cache_free(cache, objs[k]);
		assert_int_equal(kmem_cache_nr_objects(cache), all - nr);
		t_alloc_many(cache, (int)nr, objs);
		for (k = 0; k < all; k++)
			*(u32 *)objs[k] = k;
		for (k = 0; k < all; k++)
			assert_int_equal(*(u32 *)objs[k], k);
	}
	kmem_cache_free_bulk(cache, all, objs);
	kmem_cache_shrink(cache);
	assert_int_equal(kmem_cache_bytes(cache), 0);
	assert_int_equal(kmem_cache_destroy(cache), 0);
}

static void t_shrink(unsigned int flags)
{
	struct kmem_cache *cache = kmem_cache_create("shrink", 64, 0, flags, NULL);
	static void *objs[T_OBJECTS];

	t_alloc_many(cache, T_OBJECTS, objs);
	strcpy(objs[7], "kept");
	kmem_cache_free_bulk(cache, 7, objs);
	kmem_cache_free_bulk(cache, T_OBJECTS - 8, objs + 8);
	kmem_cache_shrink(cache);
	assert_true(kmem_cache_bytes(cache) <= 16384);
	assert_true(kmem_cache_bytes(cache) > 0);
	assert_int_equal(kmem_cache_shrink(cache), 0);
	assert_string_equal(objs[7], "kept");
	t_alloc_many(cache, 300, objs + 8);
	assert_string_equal(objs[7], "kept");
	kmem_cache_free_bulk(cache, 301, objs + 7);
	assert_int_equal(kmem_cache_destroy(cache), 0);
}

static void shrinking_keeps_slabs_that_are_in_use(void **state)
{
	(void)state;
	t_shrink(0);
	t_shrink(SLAB_FREELIST);
}

static void t_leak(unsigned int flags)
{
	struct kmem_cache *cache = kmem_cache_create("leak", 32, 0, flags, NULL);
	void *obj = kmem_cache_alloc(cache, GFP_KERNEL);

	/* Under the address sanitizer the object would be a leak of the process. */
	if (KC_ASAN)
		kmem_cache_free(cache, obj);
	assert_int_equal(kmem_cache_destroy(cache), KC_ASAN ? 0 : 1);
}

static void destroying_a_cache_tells_what_leaked(void **state)
{
	(void)state;
	t_leak(0);
	t_leak(SLAB_FREELIST);
}

/** struct t_share - a cache that several threads use on few CPUs */
struct t_share {
	struct kmem_cache *cache;
	u32 cpu;
};

static void t_churn(void *arg)
{
	struct t_share *t = arg;
	unsigned long *held[300];
	unsigned long id = __atomic_fetch_add(&t->cpu, 1, __ATOMIC_RELAXED);
	u64 seed = id;
	u32 i, nr = 0;

	kc_cpu_set((unsigned int)id % 2);
	for (i = 0; i < T_ROUNDS; i++) {
		if (nr < 300 && kc_random_below(&seed, 5) < 3) {
			held[nr] = kmem_cache_alloc(t->cache, GFP_KERNEL);
			*held[nr++] = id;
		} else if (nr) {
			u32 bulk = kc_random_below(&seed, 8) ? 1 : nr;
			u32 j;

			for (j = nr - bulk; j < nr; j++)
				assert_int_equal(*held[j], id);
			nr -= bulk;
			if (bulk == 1)
				kmem_cache_free(t->cache, held[nr]);
			else
				kmem_cache_free_bulk(t->cache, bulk, (void **)&held[nr]);
		}
		if (i % 512 == 511)
			kmem_cache_shrink(t->cache);
	}
	kmem_cache_free_bulk(t->cache, nr, (void **)held);
}

static void t_share(unsigned int flags)
{
	struct t_share t = { .cpu = 0 };

	t.cache = kmem_cache_create("shared", 8, 8, flags, NULL);
	t_run(4, t_churn, &t);
	assert_int_equal(kmem_cache_nr_objects(t.cache), 0);
	assert_int_equal(kmem_cache_destroy(t.cache), 0);
}

static void threads_on_shared_cpus_never_get_the_same_object(void **state)
{
	(void)state;
	t_share(0);
	t_share(SLAB_FREELIST);
}

static void malloc_is_still_the_programs_own(void **state)
{
	void *(*volatile host_malloc)(size_t) = malloc;
	void *ptr = host_malloc(123456);
	size_t before = kc_arena_bytes(), after;
	void *ours = kmalloc(123456, GFP_KERNEL);
	Dl_info info;

	(void)state;
	after = kc_arena_bytes();
	if (kc_arena_is_private()) {
		assert_true(dladdr(dlsym(RTLD_DEFAULT, "malloc"), &info));
		assert_non_null(strstr(info.dli_fname, "libc"));
		assert_in_range(after - before, 123456, 200000);
		free(host_malloc(1 << 20));
		assert_int_equal(kc_arena_bytes(), after);
	} else {
		assert_int_equal(after, 0);
	}
	free(ptr);
	kfree(ours);
}

#define T_TEST(name) cmocka_unit_test_setup_teardown(name, t_setup, t_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T_TEST(kmalloc_zeroes_aligns_and_remembers_the_size),
		T_TEST(arrays_refuse_to_overflow),
		T_TEST(every_allocation_function_can_be_made_to_fail),
		T_TEST(a_cache_refuses_bad_shapes),
		T_TEST(objects_of_any_size_do_not_overlap),
		T_TEST(objects_of_eight_bytes_cost_eight_bytes),
		T_TEST(what_is_on_a_free_list_is_handed_out_again),
		T_TEST(shrinking_keeps_slabs_that_are_in_use),
		T_TEST(destroying_a_cache_tells_what_leaked),
		T_TEST(threads_on_shared_cpus_never_get_the_same_object),
		T_TEST(malloc_is_still_the_programs_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
