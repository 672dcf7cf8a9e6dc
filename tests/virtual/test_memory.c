// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "sim/virtual/memory.h"

enum {
	PLACES = 300, /* that storms allocate to and free from */
	STEPS = 20000,
	MIB = 1 << 20,
};

static size_t offset(const void *ptr)
{
	return (size_t)((const char *)ptr - vm_region);
}

static void *t_alloc(size_t size, size_t align)
{
	void *ptr = vm_memory_alloc(size, align);

	assert_non_null(ptr);
	return ptr;
}

static bool is_zero(const unsigned char *bytes, size_t size)
{
	return !bytes[0] && !memcmp(bytes, bytes + 1, size - 1);
}

static int start_anew(void **state)
{
	(void)state;
	return !vm_memory_reset();
}

static void memory_is_aligned_as_asked_and_zero(void **state)
{
	static const size_t sizes[] = { 1,     16,    17,     100,  128,    129,   200,
					1000,  4095,  4096,   5000, 12000,  32767, 32768,
					32769, 65536, 100000, MIB,  3 * MIB };
	size_t i, align;
	char *ptr;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		for (align = 1; align <= 1 << 30; align *= 2) {
			ptr = t_alloc(sizes[i], align);
			assert_int_equal((uintptr_t)ptr & (align - 1), 0);
			assert_int_equal((uintptr_t)ptr & 15, 0);
			assert_true(offset(ptr) + sizes[i] <= 1UL << VM_REGION_SHIFT);
			assert_true(is_zero((unsigned char *)ptr, sizes[i]));
			memset(ptr, 0xa5, sizes[i]);
			vm_memory_free(ptr, sizes[i], align);
		}
	}
	assert_int_equal(vm_memory_bytes(), 0);
}

static void a_freed_block_is_used_again_and_reads_as_zero(void **state)
{
	char *a, *b, *c;

	(void)state;
	a = t_alloc(200, 8);
	b = t_alloc(200, 8);
	assert_ptr_not_equal(a, b);
	memset(a, 1, 200);
	vm_memory_free(a, 200, 8);
	c = t_alloc(220, 8);
	assert_ptr_equal(a, c);
	assert_true(is_zero((unsigned char *)c, 220));
	vm_memory_free(b, 200, 8);
	vm_memory_free(c, 220, 8);
	vm_memory_free(NULL, 10, 8);
}

static void ranges_are_taken_lowest_first_and_merged(void **state)
{
	char *part[5];
	char *whole;
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		part[i] = t_alloc(MIB, 4096);
		memset(part[i], i + 1, MIB);
	}
	vm_memory_free(part[3], MIB, 4096);
	vm_memory_free(part[1], MIB, 4096);
	assert_ptr_equal(t_alloc(MIB / 2, 4096), part[1]);
	assert_ptr_equal(t_alloc(MIB / 2, 4096), part[1] + MIB / 2);
	vm_memory_free(part[1] + MIB / 2, MIB / 2, 4096);
	vm_memory_free(part[1], MIB / 2, 4096);
	vm_memory_free(part[2], MIB, 4096);
	/* The three in the middle are one again. */
	whole = t_alloc(3 * MIB, 4096);
	assert_ptr_equal(whole, part[1]);
	assert_true(is_zero((unsigned char *)whole, 3 * MIB));
	vm_memory_free(whole, 3 * MIB, 4096);
	vm_memory_free(part[0], MIB, 4096);
	vm_memory_free(part[4], MIB, 4096);
	assert_int_equal(offset(whole = t_alloc(7 * MIB, 4096)), 0);
	vm_memory_free(whole, 7 * MIB, 4096);
}

static void what_alignment_skips_is_not_lost(void **state)
{
	char *small = t_alloc(40000, 1), *big, *between;

	(void)state;
	big = t_alloc(MIB, 1 << 30);
	assert_int_equal(offset(small), 0);
	assert_int_equal(offset(big), 1 << 30);
	between = t_alloc(40000, 1);
	assert_true(between > small && between < big);
	vm_memory_free(small, 40000, 1);
	vm_memory_free(big, MIB, 1 << 30);
	vm_memory_free(between, 40000, 1);
}

static void blocks_in_use_do_not_overlap(void **state)
{
	struct {
		unsigned char *ptr;
		size_t size;
		size_t align;
	} places[PLACES] = { 0 };
	uint64_t seed = 1;
	size_t held = 0;
	unsigned int i, k;

	(void)state;
	for (i = 0; i < STEPS + PLACES; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		k = i < STEPS ? (seed >> 33) % PLACES : i - STEPS;
		if (places[k].ptr) {
			assert_int_equal(places[k].ptr[0], k & 255);
			assert_false(memcmp(places[k].ptr, places[k].ptr + 1, places[k].size - 1));
			held -= places[k].size;
			vm_memory_free(places[k].ptr, places[k].size, places[k].align);
			places[k].ptr = NULL;
		} else if (i < STEPS) {
			places[k].size = 1 + (seed >> 40) % (seed >> 20 & 15 ? 600 : 90000);
			places[k].align = 1u << (seed >> 60);
			places[k].ptr = t_alloc(places[k].size, places[k].align);
			assert_true(is_zero(places[k].ptr, places[k].size));
			memset(places[k].ptr, (int)k, places[k].size);
			held += places[k].size;
		}
		assert_int_equal(vm_memory_bytes(), held);
	}
	assert_int_equal(held, 0);
}

static void reset_refuses_while_something_is_held(void **state)
{
	char *small = t_alloc(10, 1), *large = t_alloc(MIB, 1);

	(void)state;
	assert_false(vm_memory_reset());
	memset(small, 1, 10);
	vm_memory_free(large, MIB, 1);
	assert_false(vm_memory_reset());
	assert_int_equal(small[9], 1);
	vm_memory_free(small, 10, 1);
	assert_true(vm_memory_reset());
}

static void more_than_the_region_is_refused(void **state)
{
	size_t all = (size_t)1 << VM_REGION_SHIFT;
	char *ptr;

	(void)state;
	assert_null(vm_memory_alloc(all + 1, 1));
	assert_null(vm_memory_alloc(SIZE_MAX, 1));
	ptr = t_alloc(40000, 1);
	assert_null(vm_memory_alloc(all - 4096, 1));
	vm_memory_free(ptr, 40000, 1);
	assert_int_equal(vm_memory_bytes(), 0);
}

/* A digest of the offsets that a fixed, mixed sequence of calls gets. */
static uint64_t digest_of_offsets(void)
{
	uint64_t seed = 7, digest = 14695981039346656037u;
	size_t sizes[PLACES] = { 0 }, aligns[PLACES] = { 0 };
	char *places[PLACES] = { 0 };
	unsigned int i, k;

	for (i = 0; i < STEPS; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		k = (seed >> 33) % PLACES;
		if (places[k]) {
			vm_memory_free(places[k], sizes[k], aligns[k]);
			places[k] = NULL;
			continue;
		}
		sizes[k] = 1 + (seed >> 40) % (seed >> 20 & 15 ? 3000 : 200000);
		aligns[k] = 1u << (seed >> 60);
		places[k] = vm_memory_alloc(sizes[k], aligns[k]);
		digest = (digest ^ (places[k] ? offset(places[k]) : 1)) * 1099511628211u;
	}
	for (k = 0; k < PLACES; k++)
		vm_memory_free(places[k], sizes[k], aligns[k]);
	return digest;
}

static void after_a_reset_it_is_as_in_the_beginning(void **state)
{
	uint64_t first = digest_of_offsets();

	(void)state;
	assert_true(digest_of_offsets() != first);
	assert_true(vm_memory_reset());
	assert_true(digest_of_offsets() == first);
}

static const char *program;

static void print_digest(char *text, int bytes, const char *environment)
{
	char command[4096];
	FILE *pipe;

	snprintf(command, sizeof(command), "%s '%s' digest", environment, program);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_non_null(fgets(text, bytes, pipe));
	assert_int_equal(pclose(pipe), 0);
}

static void offsets_are_the_same_in_every_process(void **state)
{
	char first[32], second[32], mine[32];

	(void)state;
	snprintf(mine, sizeof(mine), "%016llx\n", (unsigned long long)digest_of_offsets());
	print_digest(first, sizeof(first), "");
	print_digest(second, sizeof(second), "MALLOC_ARENA_MAX=1 LONGER_ENVIRONMENT=aaaaaaaaaaa");
	assert_string_equal(first, second);
	assert_string_equal(first, mine);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(memory_is_aligned_as_asked_and_zero, start_anew),
		cmocka_unit_test_setup(a_freed_block_is_used_again_and_reads_as_zero, start_anew),
		cmocka_unit_test_setup(ranges_are_taken_lowest_first_and_merged, start_anew),
		cmocka_unit_test_setup(what_alignment_skips_is_not_lost, start_anew),
		cmocka_unit_test_setup(blocks_in_use_do_not_overlap, start_anew),
		cmocka_unit_test_setup(reset_refuses_while_something_is_held, start_anew),
		cmocka_unit_test_setup(more_than_the_region_is_refused, start_anew),
		cmocka_unit_test_setup(after_a_reset_it_is_as_in_the_beginning, start_anew),
		cmocka_unit_test_setup(offsets_are_the_same_in_every_process, start_anew),
	};

	if (argc > 1) {
		printf("%016llx\n", (unsigned long long)digest_of_offsets());
		return 0;
	}
	program = argv[0];
	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
