/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: exact. */
#ifndef KCOMPAT_LINUX_ERR_H
#define KCOMPAT_LINUX_ERR_H

#include <errno.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define MAX_ERRNO 4095

/** IS_ERR_VALUE() - does an unsigned long carry a negative errno? */
#define IS_ERR_VALUE(x) unlikely((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)

/** ERR_PTR() - a negative errno as a pointer */
static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

/** PTR_ERR() - the negative errno in a pointer */
static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

/** IS_ERR() - is the pointer an errno? */
static inline bool IS_ERR(const void *ptr)
{
	return IS_ERR_VALUE((unsigned long)ptr);
}

/** PTR_ERR_OR_ZERO() - the errno in a pointer, 0 if it is none */
static inline int PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? (int)PTR_ERR(ptr) : 0;
}

#endif
