/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * objects: handles that tell whether they are freed once.
 *
 * A handle has the generation of its object in it, so one that is freed twice is found even if the
 * object is somebody else's by then. Where the kernel has zsmalloc, each has memory of it.
 */
#ifndef OBJECTS_H
#define OBJECTS_H

#include <linux/types.h>

/** objects_init() - make them. @nr: how many there can be at once. Return: 0 or -ENOMEM. */
int objects_init(u32 nr);

/** objects_exit() - undo objects_init() */
void objects_exit(void);

/** object_alloc() - a new object; process context. @size: bytes. Return: a handle, or 0. */
unsigned long object_alloc(size_t size);

/** object_free() - free one, or count that it was not there. @handle: it; any context */
void object_free(unsigned long handle);

/** object_live() - is it allocated? @handle: it */
bool object_live(unsigned long handle);

/** objects_live() - how many are */
s64 objects_live(void);

/** objects_twice() - frees of what was freed before, since objects_init() */
s64 objects_twice(void);

/** objects_pages() - pages that zsmalloc has for them; 0 without it */
unsigned long objects_pages(void);

#endif
