// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A registry that knows docs/example/zfree_fifo.c alone: linked in place of
 * strategies/registry.c it lets the contract test run on the example.
 */

#include <linux/string.h>

#include "zfree/zfree.h"

extern const struct zfree_ops zfree_fifo;

unsigned int zfree_nr_strategies(void);
const struct zfree_ops *zfree_strategy(unsigned int i);
const struct zfree_ops *zfree_find(const char *name);

unsigned int zfree_nr_strategies(void)
{
	return 1;
}

const struct zfree_ops *zfree_strategy(unsigned int i)
{
	return i ? NULL : &zfree_fifo;
}

const struct zfree_ops *zfree_find(const char *name)
{
	return strcmp(name, zfree_fifo.name) ? NULL : &zfree_fifo;
}
