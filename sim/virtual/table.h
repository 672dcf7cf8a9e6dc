/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* table: memory for what is looked up at random places. */
#ifndef SIM_VIRTUAL_TABLE_H
#define SIM_VIRTUAL_TABLE_H

#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

/** enum vm_table_limits - bytes: a line and a huge page of the host */
enum vm_table_limits {
	VM_TABLE_ALIGN = 64,
	VM_TABLE_HUGE = 2 << 20,
};

/**
 * vm_table_new() - memory aligned to lines of the host, not zeroed
 * @bytes:	not 0; from a huge page on, huge pages are asked for: each place of a large table
 *		would miss in the host's TLB
 * Return:	it, to be given to free(), or NULL.
 */
static inline void *vm_table_new(size_t bytes)
{
	size_t align = bytes < VM_TABLE_HUGE ? VM_TABLE_ALIGN : VM_TABLE_HUGE;
	void *table = aligned_alloc(align, (bytes + align - 1) & ~(align - 1));

	if (table && align == VM_TABLE_HUGE)
		madvise(table, bytes, MADV_HUGEPAGE);
	return table;
}

#endif
