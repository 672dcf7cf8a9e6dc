// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Each byte that a construct touches is announced to the entry points of the thread sanitizer, and
 * no other, by the compiler and options that the copy for the virtual machine is built with. The
 * entry points here note the bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "constructs.h"

/* Only the compiler calls these: no header declares them. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

enum {
	ROOM = 8192,
	START = 64, /* in both buffers */
};

static _Alignas(64) unsigned char dst[ROOM], src[ROOM], before[ROOM];
static unsigned char written[ROOM], read[ROOM];

static void note(const void *ptr, size_t size, const unsigned char *buffer, unsigned char *noted)
{
	uintptr_t at = (uintptr_t)ptr - (uintptr_t)buffer;

	if (at < ROOM)
		memset(noted + at, 1, size < ROOM - at ? size : ROOM - at);
}

static void note_read(const void *ptr, size_t size)
{
	note(ptr, size, src, read);
}

static void note_write(const void *ptr, size_t size)
{
	note(ptr, size, dst, written);
}

void __tsan_init(void)
{
}

void __tsan_func_entry(void *caller)
{
	(void)caller;
}

void __tsan_func_exit(void)
{
}

#define PLAIN(prefix, size)                                \
	void __tsan_##prefix##read##size(void *addr)       \
	{                                                  \
		note_read(addr, size);                     \
	}                                                  \
	void __tsan_##prefix##write##size(void *addr)      \
	{                                                  \
		note_write(addr, size);                    \
	}                                                  \
	void __tsan_##prefix##read_write##size(void *addr) \
	{                                                  \
		note_read(addr, size);                     \
		note_write(addr, size);                    \
	}
#define SIZES(prefix)    \
	PLAIN(prefix, 1) \
	PLAIN(prefix, 2) \
	PLAIN(prefix, 4) \
	PLAIN(prefix, 8) \
	PLAIN(prefix, 16)

SIZES()
SIZES(unaligned_)

void __tsan_read_range(void *addr, size_t size)
{
	note_read(addr, size);
}

void __tsan_write_range(void *addr, size_t size)
{
	note_write(addr, size);
}

void *__tsan_memcpy(void *to, const void *from, size_t n)
{
	note_read(from, n);
	note_write(to, n);
	return memcpy(to, from, n);
}

void *__tsan_memmove(void *to, const void *from, size_t n)
{
	note_read(from, n);
	note_write(to, n);
	return memmove(to, from, n);
}

void *__tsan_memset(void *to, int c, size_t n)
{
	note_write(to, n);
	return memset(to, c, n);
}

static void run(const struct construct *c)
{
	size_t i;

	memset(written, 0, ROOM);
	memset(read, 0, ROOM);
	for (i = 0; i < ROOM; i++) {
		dst[i] = before[i] = 0xee;
		src[i] = 0x11;
	}
	c->run(dst + START, src + START, c->dst_bytes);
}

/* Is byte @i among the @bytes that begin at START? */
static bool within(size_t i, size_t bytes)
{
	return i >= START && i < START + bytes;
}

static const char *what_is_wrong(const struct construct *c)
{
	size_t i;

	run(c);
	for (i = 0; i < ROOM; i++) {
		if (dst[i] != before[i] && !written[i])
			return "a byte was written and not announced";
		if (written[i] && !within(i, c->dst_bytes))
			return "a byte was announced that is none of its";
		if (!c->partly && written[i] && dst[i] == before[i])
			return "a byte was announced and not written";
		if (!c->partly && within(i, c->dst_bytes) && dst[i] == before[i])
			return "a byte was not written";
		if (read[i] != within(i, c->src_bytes))
			return read[i] ? "a byte was announced that it does not read"
				       : "a byte was read and not announced";
	}
	return NULL;
}

static void what_is_touched_is_announced(void **state)
{
	const struct construct *c;
	const char *wrong;
	unsigned int bad = 0;

	(void)state;
	for (c = constructs; c->name; c++) {
		wrong = what_is_wrong(c);
		if (wrong)
			print_error("%s: %s\n", c->name, wrong);
		bad += wrong != NULL;
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_touched_is_announced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
