/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* constructs: one function for each way C has to touch more than a word, or less. */
#ifndef TESTS_VIRTUAL_CONSTRUCTS_H
#define TESTS_VIRTUAL_CONSTRUCTS_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct construct - what a function does
 * @name:	of it
 * @run:	it; @n is what @dst_bytes is, for those whose size no compiler knows
 * @dst_bytes:	it writes all of, from @dst on
 * @src_bytes:	it reads all of, from @src on
 * @partly:	it writes some bits or bytes of these only
 */
struct construct {
	const char *name;
	void (*run)(void *dst, const void *src, size_t n);
	size_t dst_bytes;
	size_t src_bytes;
	bool partly;
};

/** constructs - ends with one without a name */
extern const struct construct constructs[];

#endif
