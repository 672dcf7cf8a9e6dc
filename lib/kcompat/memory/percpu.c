// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Per-CPU memory. A chunk is one mapping with a unit per CPU, all units laid out alike; an
 * allocation is a range of offsets, first fit. Free ranges are always zero.
 *
 * Lock order: kc_pcpu_lock is a sleeping lock and a leaf.
 */
#include <linux/align.h>
#include <linux/bug.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/string.h>

#include "account.h"
#include "port.h"

enum {
	KC_PCPU_UNIT = 1 << KC_PERCPU_UNIT_SHIFT,
};

/** struct kc_pcpu_area - a range of one chunk, allocated; sorted by offset within the chunk */
struct kc_pcpu_area {
	struct list_head entry;
	struct mem_account *account;
	size_t offset;
	size_t size;
};

/** struct kc_pcpu_chunk - a unit per CPU, KC_PCPU_UNIT apart */
struct kc_pcpu_chunk {
	struct list_head entry;
	struct list_head areas;
	char *base;
};

/* Inherent registry: per-CPU pointers are resolved without a context, as in the kernel. */
static LIST_HEAD(kc_pcpu_chunks);
static DEFINE_MUTEX(kc_pcpu_lock);

static struct kc_pcpu_chunk *kc_pcpu_add_chunk(void)
{
	struct kc_pcpu_chunk *chunk = kc_raw_alloc(sizeof(*chunk), sizeof(void *));

	if (!chunk)
		return NULL;
	chunk->base = kc_map((size_t)nr_cpu_ids * KC_PCPU_UNIT, KC_PCPU_UNIT);
	if (!chunk->base) {
		kc_raw_free(chunk);
		return NULL;
	}
	INIT_LIST_HEAD(&chunk->areas);
	list_add_tail(&chunk->entry, &kc_pcpu_chunks);
	return chunk;
}

void kc_percpu_trim(void)
{
	struct kc_pcpu_chunk *chunk, *next;

	mutex_lock(&kc_pcpu_lock);
	list_for_each_entry_safe(chunk, next, &kc_pcpu_chunks, entry) {
		if (!list_empty(&chunk->areas))
			continue;
		list_del(&chunk->entry);
		kc_unmap(chunk->base, (size_t)nr_cpu_ids * KC_PCPU_UNIT);
		kc_raw_free(chunk);
	}
	mutex_unlock(&kc_pcpu_lock);
}

/* Put @area in the first hole that is large enough. */
static bool kc_pcpu_fit(struct kc_pcpu_chunk *chunk, struct kc_pcpu_area *area, size_t align)
{
	struct list_head *pos = &chunk->areas;
	size_t offset = 0;

	for (;;) {
		struct kc_pcpu_area *next = NULL;
		size_t limit = KC_PCPU_UNIT;

		if (pos->next != &chunk->areas) {
			next = list_entry(pos->next, struct kc_pcpu_area, entry);
			limit = next->offset;
		}
		offset = ALIGN(offset, align);
		if (offset + area->size <= limit) {
			area->offset = offset;
			list_add(&area->entry, pos);
			return true;
		}
		if (!next)
			return false;
		offset = next->offset + next->size;
		pos = &next->entry;
	}
}

static void *kc_pcpu_place(struct kc_pcpu_area *area, size_t align)
{
	struct kc_pcpu_chunk *chunk;

	list_for_each_entry(chunk, &kc_pcpu_chunks, entry) {
		if (kc_pcpu_fit(chunk, area, align))
			return chunk->base + area->offset;
	}
	chunk = kc_pcpu_add_chunk();
	if (!chunk || !kc_pcpu_fit(chunk, area, align))
		return NULL;
	return chunk->base + area->offset;
}

void __percpu *__alloc_percpu(size_t size, size_t align)
{
	struct kc_pcpu_area *area;
	void *ptr;

	align = max_t(size_t, align, 8);
	if (!size || size > PCPU_MIN_UNIT_SIZE || align > 4096 || (align & (align - 1)))
		return NULL;
	if (kc_should_fail(NULL, GFP_KERNEL))
		return NULL;
	area = kc_raw_alloc(sizeof(*area), sizeof(void *));
	if (!area)
		return NULL;
	area->size = ALIGN(size, align);
	area->account = mem_account_active();

	mutex_lock(&kc_pcpu_lock);
	ptr = kc_pcpu_place(area, align);
	mutex_unlock(&kc_pcpu_lock);
	if (ptr)
		kc_charge(area->account, area->size * nr_cpu_ids, 1);
	else
		kc_raw_free(area);
	return ptr;
}

/* Find the area that starts at @ptr and unlink it; NULL if there is none. */
static struct kc_pcpu_area *kc_pcpu_remove(const char *ptr)
{
	struct kc_pcpu_chunk *chunk;
	struct kc_pcpu_area *area;

	list_for_each_entry(chunk, &kc_pcpu_chunks, entry) {
		if (ptr < chunk->base || ptr >= chunk->base + KC_PCPU_UNIT)
			continue;
		list_for_each_entry(area, &chunk->areas, entry) {
			if (chunk->base + area->offset == ptr) {
				list_del(&area->entry);
				return area;
			}
		}
	}
	return NULL;
}

void free_percpu(void __percpu *ptr)
{
	struct kc_pcpu_area *area;
	unsigned int cpu;

	if (!ptr)
		return;
	mutex_lock(&kc_pcpu_lock);
	area = kc_pcpu_remove(ptr);
	BUG_ON(!area);
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(ptr, cpu), 0, area->size);
	mutex_unlock(&kc_pcpu_lock);
	kc_uncharge(area->account, area->size * nr_cpu_ids, 1);
	kc_raw_free(area);
}
