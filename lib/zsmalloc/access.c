// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * access: reading and filling an object.
 *
 * Whoever touches content, writers too, holds the zspage lock for reading: writing to it is a
 * matter of the object's owner alone, and only moving it needs the lock for writing.
 */

#include <linux/string.h>

#include "zsmalloc/locking.h"
#include "zsmalloc/pool.h"
#include "zsmalloc/zsmalloc.h"

/* The payload of an object: in one page, or @first bytes of it there and the rest in @page2. */
struct payload {
	char *start;
	size_t first;
	struct page *page2;
};

static struct payload payload_of(struct zs_pool *pool, const struct zs_place *place, size_t len)
{
	struct size_class *class = pool_zspage_class(pool, place->zspage);
	size_t offset = pool_offset(pool, class, place->index);
	struct payload payload = { .first = len };
	size_t room;

	if (!class->huge)
		offset += ZS_HANDLE_SIZE;
	payload.start = (char *)page_address(pool->zone, place->page) + offset;
	room = ((size_t)1 << pool->page_shift) - offset;
	if (len > room) {
		payload.first = room;
		payload.page2 = zpdesc_next(place->page);
	}
	return payload;
}

void *zs_obj_read_begin(struct zs_pool *pool, unsigned long handle, size_t len, void *local_copy)
{
	struct zs_place place = pin_object(pool, handle);
	struct payload payload = payload_of(pool, &place, len);

	if (!payload.page2)
		return payload.start;
	memcpy(local_copy, payload.start, payload.first);
	memcpy((char *)local_copy + payload.first, page_address(pool->zone, payload.page2),
	       len - payload.first);
	return local_copy;
}

void zs_obj_read_end(struct zs_pool *pool, unsigned long handle)
{
	/* Without the pool lock: the pin taken by zs_obj_read_begin() keeps the cell as it is. */
	unpin_object(pool_find(pool, handle).zspage);
}

void zs_obj_write(struct zs_pool *pool, unsigned long handle, const void *src, size_t len)
{
	struct zs_place place = pin_object(pool, handle);
	struct payload payload = payload_of(pool, &place, len);

	memcpy(payload.start, src, payload.first);
	if (payload.page2)
		memcpy(page_address(pool->zone, payload.page2), (const char *)src + payload.first,
		       len - payload.first);
	unpin_object(place.zspage);
}
