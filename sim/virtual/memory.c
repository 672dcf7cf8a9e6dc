// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Offsets depend on the order of calls alone: the unit of ranges is 4 KiB whatever the host's page
 * is, small blocks are taken last freed first, and what is known about free memory lies outside
 * the region, except for the link in each freed small block.
 *
 * Everything free but the freed small blocks reads as zero: ranges are dropped when freed.
 */
#include "sim/virtual/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REGION_BYTES (1UL << VM_REGION_SHIFT)
#define REGION_ALIGN (1UL << 30)
#define MEMORY_BYTES (1UL << VM_MEMORY_SHIFT)

enum {
	UNIT = 4096,	      /* of ranges */
	SMALL_MAX = 32 << 10, /* largest size served from lists */
	RUN_MIN = 64 << 10,   /* blocks of a class are cut from ranges of this at least, */
	RUN_BLOCKS = 8,	      /* and of this many blocks at least */
	NR_LINEAR = 8,	      /* classes of 16, 32 .. 128 bytes, then four per doubling */
	NR_CLASSES = NR_LINEAR + 8 * 4,
	OPEN_STEP = 64 << 20, /* the region is made accessible in steps of this */
};

struct block {
	struct block *next;
};

/* @freed: blocks to use again; @fresh to @end: blocks not used yet */
struct size_class {
	struct block *freed;
	char *fresh;
	char *end;
};

/* Offset and size of a free range. */
struct range {
	size_t start;
	size_t bytes;
};

/*
 * @top:	no range in use, and none listed as free, reaches beyond
 * @opened:	what is accessible
 * @bytes:	handed out
 * @live:	ranges in use, those cut into blocks included
 * @ranges:	free ones below @top, by offset; none touches another, so that there are at most
 *		@live of them, and room for that many is made when one is allocated: freeing
 *		needs no memory
 */
static struct {
	struct size_class classes[NR_CLASSES];
	size_t top;
	size_t opened;
	size_t bytes;
	size_t live;
	struct range *ranges;
	size_t nr_ranges;
	size_t room;
} memory;

char *vm_region;

/*
 * Programs hash addresses (queues of waiters), so the region is at the same one in every run where
 * that can be had. The first is free in the usual layouts of 47 bits and more, the second in one of
 * 39 bits; hosts put nothing there by themselves.
 */
static bool reserve_at_home(void)
{
	static const uintptr_t homes[] = { 0x200000000000, 0x4000000000 };
	size_t i;
	void *map;

	for (i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
		/* Not by the function: the thread sanitizer's takes addresses for hints. */
		map = (void *)syscall(
			SYS_mmap, homes[i], REGION_BYTES, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
		if (map == (void *)homes[i]) {
			vm_region = map;
			return true;
		}
		/* A kernel that does not know the flag takes the address for a hint. */
		if (map != MAP_FAILED)
			munmap(map, REGION_BYTES);
	}
	return false;
}

static bool reserve(void)
{
	char *map, *start;
	size_t head;

	if (reserve_at_home())
		return true;
	map = mmap(NULL, REGION_BYTES + REGION_ALIGN, PROT_NONE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return false;
	start = (char *)(((uintptr_t)map + REGION_ALIGN - 1) & ~(REGION_ALIGN - 1));
	head = (size_t)(start - map);
	if (head)
		munmap(map, head);
	if (head < REGION_ALIGN)
		munmap(start + REGION_BYTES, REGION_ALIGN - head);
	vm_region = start;
	return true;
}

/* Makes what lies below @top accessible; by and by, where the host counts what could be written. */
static bool open_up_to(size_t top)
{
	size_t opened = (top + OPEN_STEP - 1) & ~((size_t)OPEN_STEP - 1);

	if (top <= memory.opened)
		return true;
	if (top > MEMORY_BYTES ||
	    mprotect(vm_region + memory.opened, opened - memory.opened, PROT_READ | PROT_WRITE))
		return false;
	memory.opened = opened;
	return true;
}

/* Gives pages back to the host; what is left of a host's larger page is zeroed by hand. */
static void drop(size_t start, size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), end = start + bytes;
	size_t first = (start + page - 1) & ~(page - 1), last = end & ~(page - 1);

	if (first >= last || madvise(vm_region + first, last - first, MADV_DONTNEED)) {
		memset(vm_region + start, 0, bytes);
		return;
	}
	memset(vm_region + start, 0, first - start);
	memset(vm_region + last, 0, end - last);
}

/* Index of the first free range that begins at or above @start. */
static size_t find_range(size_t start)
{
	size_t low = 0, high = memory.nr_ranges, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (memory.ranges[middle].start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void insert_range(size_t i, size_t start, size_t bytes)
{
	memmove(&memory.ranges[i + 1], &memory.ranges[i],
		(memory.nr_ranges - i) * sizeof(*memory.ranges));
	memory.ranges[i] = (struct range){ start, bytes };
	memory.nr_ranges++;
}

static void remove_range(size_t i)
{
	memory.nr_ranges--;
	memmove(&memory.ranges[i], &memory.ranges[i + 1],
		(memory.nr_ranges - i) * sizeof(*memory.ranges));
}

static bool make_room(void)
{
	struct range *ranges;
	size_t room;

	if (memory.live < memory.room)
		return true;
	room = memory.room ? memory.room * 2 : 64;
	ranges = realloc(memory.ranges, room * sizeof(*ranges));
	if (!ranges)
		return false;
	memory.ranges = ranges;
	memory.room = room;
	return true;
}

/* Takes @bytes at @start out of free range @i, which has them. */
static void cut(size_t i, size_t start, size_t bytes)
{
	struct range *range = &memory.ranges[i];
	size_t head = start - range->start, tail = range->bytes - head - bytes;

	if (head && tail) {
		range->bytes = head;
		insert_range(i + 1, start + bytes, tail);
	} else if (head) {
		range->bytes = head;
	} else if (tail) {
		range->start += bytes;
		range->bytes = tail;
	} else {
		remove_range(i);
	}
}

/* Offset of a new range, lowest first; a multiple of UNIT long. SIZE_MAX: none. */
static size_t alloc_range(size_t bytes, size_t align)
{
	size_t i, start, old = memory.top;

	if (!make_room())
		return SIZE_MAX;
	for (i = 0; i < memory.nr_ranges; i++) {
		struct range *range = &memory.ranges[i];

		start = (range->start + align - 1) & ~(align - 1);
		if (start - range->start + bytes <= range->bytes) {
			cut(i, start, bytes);
			memory.live++;
			return start;
		}
	}
	start = (old + align - 1) & ~(align - 1);
	if (start > MEMORY_BYTES || bytes > MEMORY_BYTES - start || !open_up_to(start + bytes))
		return SIZE_MAX;
	if (start > old)
		insert_range(memory.nr_ranges, old, start - old);
	memory.top = start + bytes;
	memory.live++;
	return start;
}

static void free_range(size_t start, size_t bytes)
{
	size_t i = find_range(start);

	drop(start, bytes);
	memory.live--;
	if (i && memory.ranges[i - 1].start + memory.ranges[i - 1].bytes == start) {
		i--;
		start = memory.ranges[i].start;
		bytes += memory.ranges[i].bytes;
		remove_range(i);
	}
	if (i < memory.nr_ranges && start + bytes == memory.ranges[i].start) {
		bytes += memory.ranges[i].bytes;
		remove_range(i);
	}
	if (start + bytes == memory.top)
		memory.top = start;
	else
		insert_range(i, start, bytes);
}

static size_t class_bytes(unsigned int class)
{
	unsigned int doubling = (class - NR_LINEAR) / 4, quarter = (class - NR_LINEAR) % 4;

	if (class < NR_LINEAR)
		return (class + 1) * 16UL;
	return (128UL << doubling) + (32UL << doubling) * (quarter + 1);
}

/* Smallest class of blocks for @size at @align; both small. */
static unsigned int class_of(size_t size, size_t align)
{
	unsigned int class, log;

	if (size <= 128) {
		class = (unsigned int)(size - 1) / 16;
	} else {
		log = 63 - (unsigned int)__builtin_clzll(size - 1);
		class = NR_LINEAR + (log - 7) * 4 + ((size - 1) >> (log - 2) & 3);
	}
	/* Ends at a power of two at the latest. */
	while (class_bytes(class) & (align - 1))
		class ++;
	return class;
}

static void *alloc_fresh(struct size_class *class, size_t bytes)
{
	size_t run = bytes * RUN_BLOCKS > RUN_MIN ? bytes * RUN_BLOCKS : RUN_MIN;
	size_t start;
	char *block;

	if ((size_t)(class->end - class->fresh) < bytes) {
		start = alloc_range(run, UNIT);
		if (start == SIZE_MAX)
			return NULL;
		class->fresh = vm_region + start;
		class->end = class->fresh + run;
	}
	block = class->fresh;
	class->fresh += bytes;
	return block;
}

static void *alloc_small(size_t size, size_t align)
{
	unsigned int index = class_of(size, align);
	struct size_class *class = &memory.classes[index];
	struct block *block = class->freed;

	if (!block)
		return alloc_fresh(class, class_bytes(index));
	class->freed = block->next;
	return memset(block, 0, size);
}

static bool is_small(size_t size, size_t align)
{
	return size <= SMALL_MAX && align <= UNIT;
}

static size_t round_to_units(size_t size)
{
	return (size + UNIT - 1) & ~((size_t)UNIT - 1);
}

void *vm_memory_alloc(size_t size, size_t align)
{
	void *ptr = NULL;
	size_t start;

	assert(size && align && !(align & (align - 1)) && align <= REGION_ALIGN);
	if (size > MEMORY_BYTES || (!vm_region && !reserve()))
		return NULL;
	if (is_small(size, align)) {
		ptr = alloc_small(size, align);
	} else {
		start = alloc_range(round_to_units(size), align > UNIT ? align : UNIT);
		if (start != SIZE_MAX)
			ptr = vm_region + start;
	}
	if (ptr)
		memory.bytes += size;
	return ptr;
}

void vm_memory_free(void *ptr, size_t size, size_t align)
{
	struct size_class *class;
	struct block *block = ptr;

	if (!ptr)
		return;
	assert(vm_region && (size_t)((char *)ptr - vm_region) < memory.top);
	assert(size <= memory.bytes);
	memory.bytes -= size;
	if (!is_small(size, align)) {
		free_range((size_t)((char *)ptr - vm_region), round_to_units(size));
		return;
	}
	class = &memory.classes[class_of(size, align)];
	block->next = class->freed;
	class->freed = block;
}

size_t vm_memory_bytes(void)
{
	return memory.bytes;
}

bool vm_memory_reset(void)
{
	if (memory.bytes)
		return false;
	if (memory.top)
		drop(0, memory.top);
	memset(memory.classes, 0, sizeof(memory.classes));
	memory.top = 0;
	memory.live = 0;
	memory.nr_ranges = 0;
	return true;
}
