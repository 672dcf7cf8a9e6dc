/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * memory: everything a virtual machine's programs touch lies in one reserved region, so that an
 * address means the same in every run: its offset. What is allocated in the same order gets the
 * same offsets, whatever the host, its address randomisation or its environment.
 *
 * One host thread; no locks.
 */
#ifndef SIM_VIRTUAL_MEMORY_H
#define SIM_VIRTUAL_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * enum vm_memory_limits - the region
 * @VM_REGION_SHIFT: 256 GiB of address space, which cost nothing until touched; what 39-bit user
 *		space, and a program under the thread sanitizer, always has room for
 * @VM_MEMORY_SHIFT: of that 64 GiB are used at most; the caches number their lines by 31 bits
 */
enum vm_memory_limits {
	VM_REGION_SHIFT = 38,
	VM_MEMORY_SHIFT = 36,
};

/** vm_region - first byte of the region, aligned to 1 GiB; NULL until the first allocation */
extern char *vm_region __attribute__((visibility("hidden")));

/**
 * vm_memory_alloc() - allocate zeroed memory of the region
 * @size:	bytes, not 0
 * @align:	power of two up to 1 GiB
 *
 * Sizes up to 32 KiB, aligned to 4 KiB at most, are served from lists of freed blocks of equal
 * (rounded) size. Others are ranges of 4 KiB units whatever the host's page is, lowest offset
 * first; freed ranges are dropped, merged and used again. Any block is aligned to 16 bytes.
 *
 * Return:	the address, or NULL.
 */
void *vm_memory_alloc(size_t size, size_t align);

/** vm_memory_free() - give it back. @ptr: or NULL; @size, @align: as asked for */
void vm_memory_free(void *ptr, size_t size, size_t align);

/** vm_memory_bytes() - bytes handed out, as asked for */
size_t vm_memory_bytes(void);

/** vm_memory_reset() - begin anew, as in a fresh process; false if anything is handed out */
bool vm_memory_reset(void);

#endif
