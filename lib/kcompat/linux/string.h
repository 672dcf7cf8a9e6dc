/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. libc's functions. */
#ifndef KCOMPAT_LINUX_STRING_H
#define KCOMPAT_LINUX_STRING_H

#include <linux/types.h>
#include <string.h>

#endif
