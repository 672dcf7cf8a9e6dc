// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* gather: handles are sorted into buckets by a hash of their zspage's address. */

#include "zsmalloc/gather.h"

#include <linux/minmax.h>
#include <linux/prefetch.h>

#include "zsmalloc/locking.h"
#include "zsmalloc/pool.h"

enum gather_sizes {
	GATHER_STRIDE = 32, /* loads under way at once */
	GATHER_HOLD = 2048, /* objects per hold of the pool lock */
	GATHER_SHIFT = 56,  /* where a handle, an address, has room for the bucket */
	GATHER_BUCKETS = 256,
};

static unsigned int gather_bucket(const struct zspage *zspage)
{
	return (u64)(unsigned long)zspage * 0x9e3779b97f4a7c15ULL >> GATHER_SHIFT;
}

/* Note in the unused top byte of each handle to which bucket its zspage belongs. */
static void mark_buckets(struct zs_pool *pool, unsigned long *handles, size_t nr, size_t *counts)
{
	struct page *pages[GATHER_STRIDE];
	unsigned int i;

	for (i = 0; i < nr && i < GATHER_STRIDE; i++) {
		pages[i] = pfn_to_page(pool->zone,
				       zs_obj_pfn(pool->page_shift, pool_cell(handles[i])));
		prefetch(pages[i]);
	}
	for (i = 0; i < nr && i < GATHER_STRIDE; i++) {
		unsigned long bucket = gather_bucket(zpdesc_zspage(pages[i]));

		handles[i] |= bucket << GATHER_SHIFT;
		counts[bucket]++;
	}
}

/* Put every handle into the place of its bucket, cycle by cycle, and clear the marks. */
static void permute_buckets(unsigned long *handles, const size_t *counts)
{
	size_t next[GATHER_BUCKETS];
	size_t end[GATHER_BUCKETS];
	unsigned int b;
	size_t at = 0;

	for (b = 0; b < GATHER_BUCKETS; b++) {
		next[b] = at;
		at += counts[b];
		end[b] = at;
	}
	for (b = 0; b < GATHER_BUCKETS; b++) {
		while (next[b] < end[b]) {
			unsigned long handle = handles[next[b]];
			unsigned int home = handle >> GATHER_SHIFT;

			while (home != b) {
				swap(handle, handles[next[home]]);
				handles[next[home]++] &= ~(~0UL << GATHER_SHIFT);
				home = handle >> GATHER_SHIFT;
			}
			handles[next[b]++] = handle & ~(~0UL << GATHER_SHIFT);
		}
	}
}

void gather_zspages(struct zs_pool *pool, unsigned long *handles, size_t nr)
{
	size_t counts[GATHER_BUCKETS] = { 0 };
	size_t done;
	size_t i;

	for (done = 0; done < nr; done += GATHER_STRIDE) {
		if (!(done % GATHER_HOLD))
			hold_objects(pool);
		for (i = done + GATHER_STRIDE; i < nr && i < done + 2 * GATHER_STRIDE; i++)
			prefetch((void *)handles[i]);
		mark_buckets(pool, handles + done, nr - done, counts);
		if (!((done + GATHER_STRIDE) % GATHER_HOLD) || done + GATHER_STRIDE >= nr)
			release_objects(pool);
	}
	permute_buckets(handles, counts);
}
