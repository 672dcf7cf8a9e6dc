/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. libc's functions and memset_l(). */
#ifndef KCOMPAT_LINUX_STRING_H
#define KCOMPAT_LINUX_STRING_H

#include <linux/types.h>
#include <string.h>

/** memset_l() - fill with a word. @p: first word, @v: value, @n: words. Return: @p. */
static inline void *memset_l(unsigned long *p, unsigned long v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = v;
	return p;
}

#endif
