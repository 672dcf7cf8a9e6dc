/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * Fidelity: exact for the types it has. Not kept: __bitwise checking, user-space ABI types.
 *
 * libc headers reach the system's <linux/types.h>, so that one comes first.
 */
#ifndef KCOMPAT_LINUX_TYPES_H
#define KCOMPAT_LINUX_TYPES_H
#pragma GCC system_header
#include_next <linux/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

typedef unsigned int gfp_t;

/** struct list_head - node and head of a circular doubly linked list */
struct list_head {
	struct list_head *next;
	struct list_head *prev;
};

#endif
