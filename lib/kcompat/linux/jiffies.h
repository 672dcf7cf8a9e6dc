/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. HZ is 1000; jiffies is read off the clock, there is no tick. */
#ifndef KCOMPAT_LINUX_JIFFIES_H
#define KCOMPAT_LINUX_JIFFIES_H

#include <linux/types.h>

#include "port.h"

#define HZ	1000
#define jiffies ((unsigned long)(kc_now_ns() / (1000000000u / HZ)))

/** msecs_to_jiffies() - milliseconds as ticks */
static inline unsigned long msecs_to_jiffies(unsigned int ms)
{
	return ms;
}

#endif
