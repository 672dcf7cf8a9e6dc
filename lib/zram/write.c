// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Writing a page. The object is allocated, checked against the memory limit and filled
 * before the slot is touched; the old content is freed at the moment the new one goes in,
 * so a failure leaves it in place, and an overwrite needs room for both.
 */

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/gfp.h>

#include "zram/device.h"
#include "zram/slot.h"
#include "zram/slot_word.h"
#include "zram/zcomp.h"
#include "zsmalloc/zsmalloc.h"

/* First word against last, then each against the first: most pages fail the first test. */
static bool page_same_filled(const struct zram *zram, const void *page, unsigned long *fill)
{
	const unsigned long *words = page;
	size_t last = zram_page_size(zram) / sizeof(*words) - 1;
	unsigned long first = words[0];
	size_t i;

	if (first != words[last])
		return false;
	for (i = 1; i < last; i++)
		if (words[i] != first)
			return false;
	*fill = first;
	return true;
}

/* An object holding @src if that is given, or a negative errno as a value of unsigned long. */
static unsigned long object_store(struct zram *zram, const void *src, size_t len)
{
	unsigned long handle = zs_malloc(zram->pool, len, GFP_NOIO);
	unsigned long limit, total;

	if (IS_ERR_VALUE(handle))
		return handle;

	total = zram_account_used(zram);
	limit = READ_ONCE(zram->limit_pages);
	if (limit && total > limit) {
		zs_free(zram->pool, handle);
		return (unsigned long)-ENOMEM;
	}
	if (src)
		zs_obj_write(zram->pool, handle, src, len);
	return handle;
}

/* Compresses unless it is known already (@len is not the page size). */
static unsigned long object_make(struct zram *zram, const void *page, size_t *len)
{
	struct zcomp *comp = zram->comps[0];
	struct zcomp_strm *strm = zcomp_stream_get(comp);
	unsigned long handle;
	int err = zcomp_compress(comp, strm, page, len);

	if (err) {
		zcomp_stream_put(strm);
		return (unsigned long)err;
	}
	if (*len >= zram->huge_class_size) {
		zcomp_stream_put(strm);
		*len = zram_page_size(zram);
		return object_store(zram, page, *len);
	}
	handle = object_store(zram, strm->buffer, *len);
	zcomp_stream_put(strm);
	return handle;
}

/* Compressed data if @len is given, else a page to be compressed. */
static unsigned long object_try(struct zram *zram, const void *data, size_t *len)
{
	return *len ? object_store(zram, data, *len) : object_make(zram, data, len);
}

static int write_object(struct zram *zram, u32 index, const void *data, size_t len)
{
	size_t stored = len;
	unsigned long handle = object_try(zram, data, &stored);

	/* What is pending may be what is missing: free it and try once more. */
	if (handle == (unsigned long)-ENOMEM && zram_drain_all(zram)) {
		stored = len;
		handle = object_try(zram, data, &stored);
	}
	if (IS_ERR_VALUE(handle)) {
		zram_count(zram, failed_writes);
		return (int)(long)handle;
	}

	slot_lock(zram, index);
	slot_install(zram, index, handle, (u32)stored, 0);
	slot_unlock(zram, index);
	if (stored == zram_page_size(zram))
		zram_count(zram, huge_pages_since);
	slot_accessed(zram, index);
	return 0;
}

int zram_write_same(struct zram *zram, u32 index, unsigned long word)
{
	if (index >= zram->nr_slots)
		return -EINVAL;

	slot_lock(zram, index);
	slot_install_same(zram, index, word);
	slot_unlock(zram, index);
	slot_accessed(zram, index);
	return 0;
}

int zram_write(struct zram *zram, u32 index, const void *page)
{
	unsigned long fill;

	if (index >= zram->nr_slots)
		return -EINVAL;
	if (page_same_filled(zram, page, &fill))
		return zram_write_same(zram, index, fill);
	return write_object(zram, index, page, 0);
}

int zram_write_compressed(struct zram *zram, u32 index, const void *data, size_t len)
{
	if (index >= zram->nr_slots || !len)
		return -EINVAL;
	if (len >= zram->huge_class_size && len != zram_page_size(zram))
		return -EINVAL;
	return write_object(zram, index, data, len);
}
