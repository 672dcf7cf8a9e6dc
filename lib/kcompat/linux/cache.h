/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* Fidelity: narrowed. The line is 64 bytes on every machine. */
#ifndef KCOMPAT_LINUX_CACHE_H
#define KCOMPAT_LINUX_CACHE_H

#define L1_CACHE_BYTES	64
#define SMP_CACHE_BYTES L1_CACHE_BYTES

#define L1_CACHE_ALIGN(x) (((x) + (L1_CACHE_BYTES - 1)) & ~(__typeof__(x))(L1_CACHE_BYTES - 1))

#define ____cacheline_aligned	     __attribute__((__aligned__(L1_CACHE_BYTES)))
#define ____cacheline_aligned_in_smp ____cacheline_aligned

#endif
