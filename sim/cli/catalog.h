/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * What can be named on the command line, by kind: what `zramsim list` prints and what a
 * mistyped name is compared with.
 */
#ifndef SIM_CLI_CATALOG_H
#define SIM_CLI_CATALOG_H

#include <stdbool.h>
#include <stdio.h>

/** enum catalog_kind - kinds of names */
enum catalog_kind {
	CATALOG_STRATEGIES,
	CATALOG_SCENARIOS,
	CATALOG_STUDIES,
	CATALOG_COMPRESSORS,
	CATALOG_DATA,
	CATALOG_FORMATS,
	CATALOG_KERNELS,
	CATALOG_MACHINES,
	CATALOG_NR_KINDS,
};

/**
 * struct catalog_entry - one name
 * @name:	as it is typed
 * @extra:	what `list` prints between name and summary, "" for nothing
 * @summary:	one line
 * @present:	false: known, but not in this build
 */
struct catalog_entry {
	const char *name;
	const char *extra;
	const char *summary;
	bool present;
};

/** catalog_kind_name() - "strategies", "scenarios", …. @kind: kind */
const char *catalog_kind_name(enum catalog_kind kind);

/** catalog_noun() - "strategy", "scenario", …. @kind: kind */
const char *catalog_noun(enum catalog_kind kind);

/**
 * catalog_get() - the names of a kind, one by one
 * @kind:	kind
 * @i:		0, 1, …
 * @entry:	filled in
 * Return:	false past the last.
 */
bool catalog_get(enum catalog_kind kind, unsigned int i, struct catalog_entry *entry);

/**
 * catalog_find() - look a name up
 * @kind:	kind
 * @name:	exactly as it is listed
 * @entry:	filled in when it is there
 */
bool catalog_find(enum catalog_kind kind, const char *name, struct catalog_entry *entry);

/**
 * catalog_unknown() - the rest of a sentence about a name that is not there
 * @kind:	kind
 * @typed:	the name
 * @buf:	receives "is no strategy; did you mean 'bitmap'? …"
 * @size:	bytes of @buf
 */
void catalog_unknown(enum catalog_kind kind, const char *typed, char *buf, size_t size);

/**
 * catalog_print() - print a kind as a table
 * @kind:	kind
 * @indent:	put before each line
 * @out:	stream
 */
void catalog_print(enum catalog_kind kind, const char *indent, FILE *out);

#endif
