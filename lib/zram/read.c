// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Reading a page. The slot lock is held across decompression, which may sleep; this is
 * what makes a notification of the slot miss.
 */

#include <linux/errno.h>
#include <linux/string.h>

#include "zram/device.h"
#include "zram/slot.h"
#include "zram/slot_word.h"
#include "zram/zcomp.h"
#include "zsmalloc/zsmalloc.h"

static void page_fill(const struct zram *zram, void *page, unsigned long fill)
{
	unsigned long *words = page;
	size_t i, nr = zram_page_size(zram) / sizeof(*words);

	for (i = 0; i < nr; i++)
		words[i] = fill;
}

static int slot_expand(struct zram *zram, unsigned long handle, u32 size, struct zcomp *comp,
		       void *page)
{
	struct zcomp_strm *strm = zcomp_stream_get(comp);
	const void *src = zs_obj_read_begin(zram->pool, handle, size, strm->local_copy);
	int err = zcomp_decompress(comp, strm, src, size, page);

	zs_obj_read_end(zram->pool, handle);
	zcomp_stream_put(strm);
	return err;
}

int slot_fetch(struct zram *zram, u32 index, void *page)
{
	unsigned long handle = zram->table[index].handle;
	u32 word = slot_word(zram, index);

	if (!handle || word & slot_flag(zram, ZRAM_SAME)) {
		page_fill(zram, page, handle);
		return 0;
	}
	if (word & slot_flag(zram, ZRAM_HUGE)) {
		/* An object of one whole page never spans two, so no copy is needed. */
		memcpy(page, zs_obj_read_begin(zram->pool, handle, zram_page_size(zram), NULL),
		       zram_page_size(zram));
		zs_obj_read_end(zram->pool, handle);
		return 0;
	}
	return slot_expand(zram, handle, slot_size(zram, index),
			   zram->comps[slot_priority(zram, index)], page);
}

int zram_read(struct zram *zram, u32 index, void *page)
{
	int err;

	if (index >= zram->nr_slots)
		return -EINVAL;

	slot_lock(zram, index);
	err = slot_fetch(zram, index, page);
	slot_unlock(zram, index);
	if (err) {
		zram_count(zram, failed_reads);
		return err;
	}
	slot_accessed(zram, index);
	return 0;
}
