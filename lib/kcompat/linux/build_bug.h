/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: exact. */
#ifndef KCOMPAT_LINUX_BUILD_BUG_H
#define KCOMPAT_LINUX_BUILD_BUG_H

/** BUILD_BUG_ON() - the compilation fails if the constant @cond is true */
#define BUILD_BUG_ON(cond) _Static_assert(!(cond), "BUILD_BUG_ON(" #cond ")")

#endif
