// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* One line per strategy, in the order of the lists and tables that show them. */

#include <linux/minmax.h>
#include <linux/string.h>

#include "strategies/registry.h"

static const struct zfree_ops *const strategies[] = {
	&zfree_sync,  &zfree_bitmap,	 &zfree_rfc,	   &zfree_hbitmap, &zfree_radix,
	&zfree_array, &zfree_pcpu_stack, &zfree_pcpu_page, &zfree_bulk,
};

unsigned int zfree_nr_strategies(void)
{
	return ARRAY_SIZE(strategies);
}

const struct zfree_ops *zfree_strategy(unsigned int i)
{
	return i < ARRAY_SIZE(strategies) ? strategies[i] : NULL;
}

const struct zfree_ops *zfree_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(strategies); i++)
		if (!strcmp(strategies[i]->name, name))
			return strategies[i];
	return NULL;
}
