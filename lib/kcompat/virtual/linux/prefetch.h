/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: exact. The line is under way until it is there; see sim/virtual/flight.h. */
#ifndef KCOMPAT_LINUX_PREFETCH_H
#define KCOMPAT_LINUX_PREFETCH_H

#include <linux/types.h>

/** kc_virtual_prefetch() - have a line fetched. @ptr: any address; @write: to be written */
void kc_virtual_prefetch(const void *ptr, bool write);

#define prefetch(x)  kc_virtual_prefetch((x), false)
#define prefetchw(x) kc_virtual_prefetch((x), true)

#endif
