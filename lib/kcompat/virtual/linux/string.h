/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. libc's functions, in sight of the machine. */
#ifndef KCOMPAT_LINUX_STRING_H
#define KCOMPAT_LINUX_STRING_H

#include <linux/types.h>
#include <string.h>

/** kc_virtual_memcpy() - memcpy() that is charged. Return: @dst. */
void *kc_virtual_memcpy(void *dst, const void *src, size_t n);

/** kc_virtual_memmove() - memmove() that is charged. Return: @dst. */
void *kc_virtual_memmove(void *dst, const void *src, size_t n);

/** kc_virtual_memset() - memset() that is charged. Return: @dst. */
void *kc_virtual_memset(void *dst, int c, size_t n);

/** kc_virtual_memcmp() - memcmp() that is charged for what it may read */
int kc_virtual_memcmp(const void *a, const void *b, size_t n);

#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#define memcpy	kc_virtual_memcpy
#define memmove kc_virtual_memmove
#define memset	kc_virtual_memset
#define memcmp	kc_virtual_memcmp

#endif
