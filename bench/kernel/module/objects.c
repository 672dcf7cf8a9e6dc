// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <linux/zsmalloc.h>

#include "objects.h"

enum {
	OBJECT_BITS = 20, /* of a handle: which object; the rest is its generation */
};

/*
 * @state: twice the generation, and 1 if it is allocated. Who changes it owns @memory from
 * allocation to free.
 */
struct object {
	atomic_long_t state;
	unsigned long memory;
};

static struct object *objects;
static u32 nr_objects;
static atomic64_t live, twice;
static atomic_t next;

#if IS_ENABLED(CONFIG_ZSMALLOC)
static struct zs_pool *pool;

static int memory_init(void)
{
	pool = zs_create_pool("zfree");
	return pool ? 0 : -ENOMEM;
}

static void memory_exit(void)
{
	zs_destroy_pool(pool);
}

static unsigned long memory_alloc(size_t size)
{
	unsigned long memory;

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 16, 0)
	memory = zs_malloc(pool, size, GFP_KERNEL, NUMA_NO_NODE);
#else
	memory = zs_malloc(pool, size, GFP_KERNEL);
#endif
	return IS_ERR_VALUE(memory) ? 0 : memory;
}

static void memory_free(unsigned long memory)
{
	zs_free(pool, memory);
}

unsigned long objects_pages(void)
{
	return zs_get_total_pages(pool);
}
#else
static int memory_init(void)
{
	return 0;
}

static void memory_exit(void)
{
}

static unsigned long memory_alloc(size_t size)
{
	return size;
}

static void memory_free(unsigned long memory)
{
}

unsigned long objects_pages(void)
{
	return 0;
}
#endif

int objects_init(u32 nr)
{
	int err;

	nr_objects = min(nr, (1U << OBJECT_BITS) - 1);
	atomic64_set(&live, 0);
	atomic64_set(&twice, 0);
	objects = kvcalloc(nr_objects, sizeof(*objects), GFP_KERNEL);
	if (!objects)
		return -ENOMEM;
	err = memory_init();
	if (err)
		kvfree(objects);
	return err;
}

void objects_exit(void)
{
	memory_exit();
	kvfree(objects);
}

/* Index 0 is object 1, so that no handle is 0. */
static struct object *object_of(unsigned long handle)
{
	unsigned long index = handle & ((1UL << OBJECT_BITS) - 1);

	return index && index <= nr_objects ? &objects[index - 1] : NULL;
}

static struct object *object_claim(void)
{
	struct object *object;
	long state;
	u32 tries;

	for (tries = 0; tries < nr_objects; tries++) {
		object = &objects[(u32)atomic_inc_return(&next) % nr_objects];
		state = atomic_long_read(&object->state);
		if (!(state & 1) && atomic_long_try_cmpxchg(&object->state, &state, state + 1))
			return object;
	}
	return NULL;
}

unsigned long object_alloc(size_t size)
{
	struct object *object = object_claim();
	unsigned long generation;

	if (!object)
		return 0;
	generation = (unsigned long)atomic_long_read(&object->state) >> 1;
	object->memory = memory_alloc(size);
	if (!object->memory) {
		atomic_long_inc(&object->state);
		return 0;
	}
	atomic64_inc(&live);
	return generation << OBJECT_BITS | (unsigned long)(object - objects + 1);
}

static long live_state(unsigned long handle)
{
	return (long)(handle >> OBJECT_BITS << 1 | 1);
}

/* One cmpxchg() decides who frees it. The memory is read before: then it is another's. */
void object_free(unsigned long handle)
{
	struct object *object = object_of(handle);
	long state = live_state(handle);
	unsigned long memory;

	if (!object) {
		atomic64_inc(&twice);
		return;
	}
	memory = READ_ONCE(object->memory);
	if (!atomic_long_try_cmpxchg(&object->state, &state, state + 1)) {
		atomic64_inc(&twice);
		return;
	}
	memory_free(memory);
	atomic64_dec(&live);
}

bool object_live(unsigned long handle)
{
	struct object *object = object_of(handle);

	return object && atomic_long_read(&object->state) == live_state(handle);
}

s64 objects_live(void)
{
	return atomic64_read(&live);
}

s64 objects_twice(void)
{
	return atomic64_read(&twice);
}
