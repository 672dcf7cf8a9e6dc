/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: exact. */
#ifndef KCOMPAT_LINUX_ALIGN_H
#define KCOMPAT_LINUX_ALIGN_H

#define ALIGN(x, a) (((x) + ((__typeof__(x))(a)-1)) & ~((__typeof__(x))(a)-1))

#endif
