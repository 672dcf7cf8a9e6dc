/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* guest: the only program of a guest, its init: it drives zram, and marks what is to be counted. */
#ifndef BENCH_KERNEL_GUEST_GUEST_H
#define BENCH_KERNEL_GUEST_GUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/kernel/guest/marker.h"

enum {
	GUEST_PAGE = 4096,
	GUEST_SLOTS = 4096, /* of an experiment */
};

/** guest_mark() - speak to the plugin. @what: which marker @text: its text @len: bytes of it */
void guest_mark(enum marker what, const char *text, size_t len);

/** guest_say() - a line for the record, and for the console. @format: as printf() has it */
void guest_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** guest_fail() - end the guest for want of something. @what: a sentence without the error */
void guest_fail(const char *what) __attribute__((noreturn));

/** data_page() - fill in a page. @name: "anon", "rfc", "same", "zero" or "random"
 * @i: which page of these @page: GUEST_PAGE bytes */
void data_page(const char *name, unsigned int i, void *page);

/** attr_write() - write to an attribute of the device. @name: attribute @value: text
 * Return: 0, or a negative errno value */
int attr_write(const char *name, const char *value);

/** attr_set() - as attr_write(), and fails if that fails. @name: attribute @value: text */
void attr_set(const char *name, const char *value);

/** attr_read() - read an attribute of the device. @name: attribute @text: filled in
 * @len: room Return: 0, or a negative errno value */
int attr_read(const char *name, char *text, size_t len);

/** attr_number() - a column of an attribute. @name: attribute @column: from 0
 * Return: the number, or -1 if there is none */
long attr_number(const char *name, int column);

/** device_reset() - an empty device. @algorithm: compressor @limit: of mem_limit
 * @pages: its size */
void device_reset(const char *algorithm, const char *limit, unsigned long pages);

/** device_open() - open the device, past the page cache. Return: file descriptor */
int device_open(void);

/** device_write() - write a page. @fd: device @slot: which one @page: content
 * Return: 0, or a negative errno value */
int device_write(int fd, unsigned long slot, const void *page);

/** device_discard() - discard bytes. @fd: device @start: first byte @len: number
 * Return: 0, or a negative errno value */
int device_discard(int fd, unsigned long start, unsigned long len);

/** regions() - the experiments that are counted */
void regions(void);

/** vectors() - what the device answers */
void vectors(void);

#endif
