/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
#ifndef SIM_CLI_SUGGEST_H
#define SIM_CLI_SUGGEST_H

#include <stddef.h>

/** struct suggest - the closest of a number of names so far; all-zero starts a search */
struct suggest {
	const char *best;
	size_t distance;
};

/**
 * suggest_try() - is this name closer to what was typed than the others?
 * @s:		search
 * @typed:	what the user wrote
 * @name:	a name there is; kept by reference
 *
 * A name counts when about a third of its letters at most, or one, were dropped, added,
 * changed or swapped, or when @typed is its beginning.
 */
void suggest_try(struct suggest *s, const char *typed, const char *name);

#endif
