/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: exact. */
#ifndef KCOMPAT_LINUX_CONTAINER_OF_H
#define KCOMPAT_LINUX_CONTAINER_OF_H

#include <stddef.h>

/** container_of() - the structure that @ptr is the member @member of */
#define container_of(ptr, type, member)                                                      \
	__extension__({                                                                      \
		const __typeof__(((type *)0)->member) *kc_member = (ptr);                    \
		(type *)(void *)((char *)(unsigned long)kc_member - offsetof(type, member)); \
	})

#endif
