/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: exact for what it has: heap sort, in place, not stable. Not kept: sort_r(). */
#ifndef KCOMPAT_LINUX_SORT_H
#define KCOMPAT_LINUX_SORT_H

#include <linux/types.h>

/**
 * sort() - sort an array in place
 * @base:	first element
 * @num:	elements
 * @size:	bytes of one
 * @cmp_func:	negative, 0 or positive as the first is below, equal to or above the second
 * @swap_func:	exchanges two elements of @size bytes; NULL for a bytewise exchange
 */
void sort(void *base, size_t num, size_t size, int (*cmp_func)(const void *, const void *),
	  void (*swap_func)(void *, void *, int size));

#endif
