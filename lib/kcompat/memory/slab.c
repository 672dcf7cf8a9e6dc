// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The kmalloc family: a header with the account and the size in front of every allocation.
 */
#include <linux/sched.h>
#include <linux/slab.h>

#include "account.h"
#include "arena.h"
#include "port.h"

enum {
	KC_MAP_MIN = 256 << 10, /* kvmalloc() maps what is at least so large */
	KC_MAP_HEAD = 4096,	/* in front of a mapping, so that it stays page aligned */
};

/** struct kc_alloc - what stands in front of an allocation */
struct kc_alloc {
	struct mem_account *account;
	size_t size : 63;
	size_t mapped : 1;
};

static struct kc_alloc *kc_alloc_of(const void *ptr)
{
	return (struct kc_alloc *)(unsigned long)ptr - 1;
}

static void *kc_alloc_init(struct kc_alloc *head, size_t size, bool mapped)
{
	head->account = mem_account_active();
	head->size = size;
	head->mapped = mapped;
	kc_charge(head->account, size, 1);
	return head + 1;
}

void *kmalloc(size_t size, gfp_t gfp)
{
	struct kc_alloc *head;

	if (gfpflags_allow_blocking(gfp))
		might_sleep();
	if (size > PTRDIFF_MAX - sizeof(*head) || kc_should_fail(NULL, gfp))
		return NULL;
	head = kc_arena_alloc(sizeof(*head) + size, KC_ARENA_ALIGN, gfp & __GFP_ZERO);
	return head ? kc_alloc_init(head, size, false) : NULL;
}

void *kvmalloc(size_t size, gfp_t gfp)
{
	char *base;

	/* The address sanitizer knows the bounds of libc's allocations only. */
	if (KC_ASAN || size < KC_MAP_MIN)
		return kmalloc(size, gfp);
	if (gfpflags_allow_blocking(gfp))
		might_sleep();
	if (size > PTRDIFF_MAX - KC_MAP_HEAD || kc_should_fail(NULL, gfp))
		return NULL;
	base = kc_map(size + KC_MAP_HEAD, KC_MAP_HEAD);
	if (!base)
		return NULL;
	return kc_alloc_init(kc_alloc_of(base + KC_MAP_HEAD), size, true);
}

void kfree(const void *ptr)
{
	struct kc_alloc *head;
	size_t size;

	if (!ptr)
		return;
	head = kc_alloc_of(ptr);
	size = head->size;
	kc_uncharge(head->account, size, 1);
	if (head->mapped)
		kc_unmap((char *)(head + 1) - KC_MAP_HEAD, size + KC_MAP_HEAD);
	else
		kc_arena_free(head, sizeof(*head) + size, KC_ARENA_ALIGN);
}

void kvfree(const void *ptr)
{
	kfree(ptr);
}

void *kmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kmalloc(bytes, gfp);
}

void *kvmalloc_array(size_t n, size_t size, gfp_t gfp)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kvmalloc(bytes, gfp);
}
