/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * kc_unseen: what the library does and a kernel would not: loads of what is a constant of a kernel
 * build or lies in a register there, choices between designs of which a kernel has one, and
 * counting for reports. On threads that is plain code; the virtual port has a file of the same
 * name, and there it takes no time.
 */
#ifndef KCOMPAT_KC_UNSEEN_H
#define KCOMPAT_KC_UNSEEN_H

#include <linux/compiler.h>

/** kc_unseen() - value of a variable of up to 8 bytes. @x: it */
#define kc_unseen(x) (x)

/** kc_unseen_once() - the same for one that others write meanwhile. @x: it */
#define kc_unseen_once(x) READ_ONCE(x)

/** __kc_unseen - attribute of a function that does nothing a kernel would */
#define __kc_unseen

/** __kc_unseen_inline - the same for one that is inline, whatever the compiler thinks */
#define __kc_unseen_inline __always_inline

#endif
