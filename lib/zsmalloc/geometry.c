// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* geometry: size classes, their zspages and which of them merge. */

#include "zsmalloc/geometry.h"

#include <linux/math.h>
#include <linux/minmax.h>

unsigned int zs_geometry_nr_classes(unsigned int page_shift)
{
	size_t page_size = (size_t)1 << page_shift;

	return DIV_ROUND_UP(page_size - ZS_MIN_ALLOC_SIZE, page_size >> ZS_CLASS_BITS) + 1;
}

unsigned int zs_geometry_index(unsigned int page_shift, size_t bytes)
{
	size_t delta = (size_t)1 << (page_shift - ZS_CLASS_BITS);
	size_t last = zs_geometry_nr_classes(page_shift) - 1;
	size_t index = 0;

	if (bytes > ZS_MIN_ALLOC_SIZE)
		index = DIV_ROUND_UP(bytes - ZS_MIN_ALLOC_SIZE, delta);
	return min_t(size_t, index, last);
}

/* The larger the better. */
static unsigned int merit(enum zs_fit fit, unsigned int bytes, unsigned int size)
{
	unsigned int waste = bytes % size;

	return fit == ZS_FIT_MOST_USED ? 100 * (bytes - waste) / bytes : size - waste;
}

struct zs_shape zs_geometry_shape(unsigned int page_shift, unsigned int chain_size, enum zs_fit fit,
				  unsigned int index)
{
	unsigned int page_size = 1U << page_shift;
	struct zs_shape shape = { .index = index };
	unsigned int best = 0;
	unsigned int pages;

	shape.size = min_t(unsigned int, ZS_MIN_ALLOC_SIZE + index * (page_size >> ZS_CLASS_BITS),
			   page_size);
	for (pages = 1; pages <= chain_size; pages++) {
		unsigned int merits = merit(fit, pages * page_size, shape.size);

		if (merits > best) {
			best = merits;
			shape.pages = pages;
		}
	}
	shape.objs = shape.pages * page_size / shape.size;
	return shape;
}

unsigned int zs_geometry_table(unsigned int page_shift, unsigned int chain_size, enum zs_fit fit,
			       struct zs_shape *table)
{
	unsigned int index = zs_geometry_nr_classes(page_shift);
	struct zs_shape last = { .pages = 0 };
	unsigned int classes = 0;

	/* Downwards, so that the largest of a merged run is the one that stays. */
	while (index--) {
		struct zs_shape shape = zs_geometry_shape(page_shift, chain_size, fit, index);

		if (shape.pages != last.pages || shape.objs != last.objs) {
			last = shape;
			classes++;
		}
		table[index] = last;
	}
	return classes;
}

size_t zs_geometry_huge_size(unsigned int page_shift, const struct zs_shape *table)
{
	unsigned int index = zs_geometry_nr_classes(page_shift);

	/* One byte more than what the largest class with headers can hold. */
	while (index--) {
		if (table[index].pages != 1 && table[index].objs != 1)
			return table[index].size - ZS_HANDLE_SIZE + 1;
	}
	return 0;
}
