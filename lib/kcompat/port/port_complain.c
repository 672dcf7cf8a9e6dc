// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Sentences on stderr that no caller can be told. */
#include <stdio.h>

#include "port.h"

void kc_warn(const char *file, int line, const char *what)
{
	fprintf(stderr, "zramsim: %s:%d: %s\n", file, line, what);
}

void kc_bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "zramsim: bug at %s:%d: %s\n", file, line, what);
	__builtin_trap();
}
