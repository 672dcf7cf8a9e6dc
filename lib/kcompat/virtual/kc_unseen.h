/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * kc_unseen, virtual: accesses the compiler does not report. It inlines no function of that kind
 * into one whose accesses it does. Where instructions are counted (KC_COUNTED, from
 * sim/virtual/count.py), a section says that those of such a function are not.
 */
#ifndef KCOMPAT_KC_UNSEEN_H
#define KCOMPAT_KC_UNSEEN_H

#include <stdint.h>

/** __kc_unseen - attribute of a function that does nothing a kernel would */
#ifdef KC_COUNTED
#define __kc_unseen __attribute__((no_sanitize("thread"), noinline, section(".text.kc_unseen")))
#else
#define __kc_unseen __attribute__((no_sanitize("thread")))
#endif

/** __kc_unseen_inline - the same for one that is inline elsewhere, whatever the compiler thinks */
#define __kc_unseen_inline inline __kc_unseen

/** kc_unseen_load() - load without report. @ptr: where; @size: 1, 2, 4 or 8 bytes */
static inline __kc_unseen uint64_t kc_unseen_load(const volatile void *ptr, unsigned int size)
{
	if (size == 8)
		return *(const volatile uint64_t *)ptr;
	if (size == 4)
		return *(const volatile uint32_t *)ptr;
	return size == 2 ? *(const volatile uint16_t *)ptr : *(const volatile uint8_t *)ptr;
}

/** kc_unseen() - value of a variable of up to 8 bytes. @x: it */
#define kc_unseen(x) ((__typeof__(x))(uintptr_t)kc_unseen_load(&(x), sizeof(x)))

/** kc_unseen_once() - the same for one that others write meanwhile. @x: it */
#define kc_unseen_once(x) kc_unseen(x)

#endif
