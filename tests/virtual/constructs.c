// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Compiled as the model is; the includes are not its: memcpy() is what the compiler knows. */
#include "constructs.h"

#include <stdint.h>
#include <string.h>

#define COPY(bytes)                                                           \
	struct s##bytes {                                                     \
		uint32_t words[(bytes) / 4];                                  \
	};                                                                    \
	static void copy_##bytes(void *dst, const void *src, size_t n)        \
	{                                                                     \
		(void)n;                                                      \
		*(struct s##bytes *)dst = *(const struct s##bytes *)src;      \
	}                                                                     \
	static void zero_##bytes(void *dst, const void *src, size_t n)        \
	{                                                                     \
		(void)src;                                                    \
		(void)n;                                                      \
		*(struct s##bytes *)dst = (struct s##bytes){ { 0 } };         \
	}                                                                     \
	static void one_set_##bytes(void *dst, const void *src, size_t n)     \
	{                                                                     \
		(void)src;                                                    \
		(void)n;                                                      \
		*(struct s##bytes *)dst = (struct s##bytes){ .words[1] = 7 }; \
	}

#define MEMORY(bytes)                                                        \
	static void memset_##bytes(void *dst, const void *src, size_t n)     \
	{                                                                    \
		(void)src;                                                   \
		(void)n;                                                     \
		memset(dst, 0, bytes);                                       \
	}                                                                    \
	static void memcpy_##bytes(void *dst, const void *src, size_t n)     \
	{                                                                    \
		(void)n;                                                     \
		memcpy(dst, src, bytes);                                     \
	}                                                                    \
	static void memmove_##bytes(void *dst, const void *src, size_t n)    \
	{                                                                    \
		(void)n;                                                     \
		memmove(dst, src, bytes);                                    \
	}                                                                    \
	static void clear_loop_##bytes(void *dst, const void *src, size_t n) \
	{                                                                    \
		uint64_t *words = dst;                                       \
		size_t i;                                                    \
                                                                             \
		(void)src;                                                   \
		(void)n;                                                     \
		for (i = 0; i < (bytes) / 8; i++)                            \
			words[i] = 0;                                        \
	}

COPY(16)
COPY(24)
COPY(32)
COPY(48)
COPY(64)
COPY(100)
COPY(128)
COPY(200)
COPY(320)

MEMORY(8)
MEMORY(16)
MEMORY(32)
MEMORY(64)
MEMORY(100)
MEMORY(256)
MEMORY(4096)

static void memset_any(void *dst, const void *src, size_t n)
{
	(void)src;
	memset(dst, 0, n);
}

static void memcpy_any(void *dst, const void *src, size_t n)
{
	memcpy(dst, src, n);
}

static void clear_loop_any(void *dst, const void *src, size_t n)
{
	unsigned char *bytes = dst;
	size_t i;

	(void)src;
	for (i = 0; i < n; i++)
		bytes[i] = 0;
}

static void copy_loop_any(void *restrict dst, const void *restrict src, size_t n)
{
	const uint64_t *from = src;
	uint64_t *to = dst;
	size_t i;

	for (i = 0; i < n / 8; i++)
		to[i] = from[i];
}

struct bits {
	uint32_t low : 5;
	uint32_t middle : 11;
	uint32_t high : 16;
	uint64_t wide : 40;
};

static void bit_fields(void *dst, const void *src, size_t n)
{
	struct bits *bits = dst;

	(void)src;
	(void)n;
	bits->middle = 0;
	bits->wide = 1;
}

struct __attribute__((packed)) crooked {
	uint8_t byte;
	uint16_t two;
	uint32_t four;
	uint64_t eight;
};

static void unaligned(void *dst, const void *src, size_t n)
{
	const struct crooked *from = src;
	struct crooked *to = dst;

	(void)n;
	to->two = from->two;
	to->four = from->four;
	to->eight = from->eight;
	to->byte = from->byte;
}

static void fields_in_a_row(void *dst, const void *src, size_t n)
{
	uint8_t *bytes = dst;

	(void)src;
	(void)n;
	bytes[0] = 0;
	bytes[1] = 0;
	bytes[2] = 0;
	bytes[3] = 0;
	bytes[4] = 1;
	bytes[5] = 1;
}

#define COPY_ROWS(bytes)                                                        \
	{ "struct copy of " #bytes, copy_##bytes, bytes, bytes, false },        \
		{ "struct of zeroes, " #bytes, zero_##bytes, bytes, 0, false }, \
		{ "struct with one field set, " #bytes, one_set_##bytes, bytes, 0, false },
#define MEMORY_ROWS(bytes)                                                      \
	{ "memset of " #bytes, memset_##bytes, bytes, 0, false },               \
		{ "memcpy of " #bytes, memcpy_##bytes, bytes, bytes, false },   \
		{ "memmove of " #bytes, memmove_##bytes, bytes, bytes, false }, \
		{ "clearing loop of " #bytes, clear_loop_##bytes, (bytes) / 8 * 8, 0, false },

const struct construct constructs[] = {
	COPY_ROWS(16) COPY_ROWS(24) COPY_ROWS(32) COPY_ROWS(48) COPY_ROWS(64) COPY_ROWS(100)
		COPY_ROWS(128) COPY_ROWS(200) COPY_ROWS(320) MEMORY_ROWS(8) MEMORY_ROWS(16)
			MEMORY_ROWS(32) MEMORY_ROWS(64) MEMORY_ROWS(100) MEMORY_ROWS(256)
				MEMORY_ROWS(4096){ "memset of any size", memset_any, 77, 0, false },
	{ "memcpy of any size", memcpy_any, 3000, 3000, false },
	{ "clearing loop of any size", clear_loop_any, 1001, 0, false },
	{ "copying loop of any size", copy_loop_any, 800, 800, false },
	{ "bit-fields", bit_fields, sizeof(struct bits), 0, true },
	{ "unaligned stores", unaligned, sizeof(struct crooked), sizeof(struct crooked), false },
	{ "fields in a row", fields_in_a_row, 6, 0, false },
	{ NULL, NULL, 0, 0, false },
};
