/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* carry_code: just enough of C to see what a strategy includes and which objects it has. */
#ifndef SIM_CLI_CARRY_CODE_H
#define SIM_CLI_CARRY_CODE_H

#include <stdbool.h>
#include <stddef.h>

/** struct carry_include - one #include; all-zero before the first */
struct carry_include {
	const char *at;	   /* where to look for the next */
	unsigned int line; /* of it */
	char bracket;	   /* < or " */
	char name[256];
};

/** struct carry_ops - one definition of a struct zfree_ops; all-zero before the first */
struct carry_ops {
	const char *at;	   /* where to look for the next */
	unsigned int line; /* of it */
	bool is_static;
	char name[64];
};

/** carry_code() - a copy with comments blanked. @text: of C. Return: it, to be freed, or NULL. */
char *carry_code(const char *text);

/** carry_next_include() - @code: from carry_code(), @include: filled in. Return: is there one? */
bool carry_next_include(const char *code, struct carry_include *include);

/** carry_next_ops() - @code: from carry_code(), @ops: filled in. Return: is there one? */
bool carry_next_ops(const char *code, struct carry_ops *ops);

/** carry_c_file() - x.c for x.h. @header: x.h, @name: receives x.c, @size: of it. Return: fits? */
bool carry_c_file(const char *header, char *name, size_t size);

#endif
