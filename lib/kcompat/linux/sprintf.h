/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. snprintf() is libc's. Not kept: the kernel's %p extensions, scnprintf(). */
#ifndef KCOMPAT_LINUX_SPRINTF_H
#define KCOMPAT_LINUX_SPRINTF_H

#include <stdio.h>

#endif
