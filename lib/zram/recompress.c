// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Recompression: candidates are flagged ZRAM_PP_SLOT and filed by size, then tried from
 * the largest down. Between the two steps a slot is not locked; whoever accesses, frees or
 * rewrites it clears the flag, and it is left alone then.
 *
 * A slot that is pending (ZRAM_DEFERRED) is no candidate: it is dead already, and giving
 * it a new object would bring it back to life, as its pending free would be forgotten.
 */

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/math.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "zram/device.h"
#include "zram/slot.h"
#include "zram/slot_word.h"
#include "zram/zcomp.h"
#include "zsmalloc/zsmalloc.h"

enum {
	PP_BUCKET_BYTES = 64,
};

/* No slot has this number. */
static const u32 PP_END = ~(u32)0;

/* Lists of slot numbers: head[bucket] is the first, next[index] the one after. */
struct pp_ctl {
	struct zram *zram;
	unsigned int prio;
	bool idle_only;
	size_t threshold;
	u32 *head;
	u32 *next;
	u32 nr_buckets;
	void *page;
};

static int pp_init(struct pp_ctl *ctl)
{
	size_t page = zram_page_size(ctl->zram);
	u32 i;

	ctl->nr_buckets = (u32)(page / PP_BUCKET_BYTES) + 1;
	ctl->head = kmalloc_array(ctl->nr_buckets, sizeof(*ctl->head), GFP_KERNEL);
	if (!ctl->head)
		return -ENOMEM;
	ctl->next = kvmalloc_array(ctl->zram->nr_slots, sizeof(*ctl->next), GFP_KERNEL);
	if (!ctl->next)
		goto err_free_head;
	ctl->page = kvmalloc(page, GFP_KERNEL);
	if (!ctl->page)
		goto err_free_next;
	for (i = 0; i < ctl->nr_buckets; i++)
		ctl->head[i] = PP_END;
	return 0;

err_free_next:
	kvfree(ctl->next);
err_free_head:
	kfree(ctl->head);
	return -ENOMEM;
}

static void pp_exit(struct pp_ctl *ctl)
{
	kvfree(ctl->page);
	kvfree(ctl->next);
	kfree(ctl->head);
}

static bool pp_candidate(const struct pp_ctl *ctl, u32 index)
{
	struct zram *zram = ctl->zram;
	u32 word = slot_word(zram, index);
	u32 never = slot_flag(zram, ZRAM_SAME) | slot_flag(zram, ZRAM_WB) |
		    slot_flag(zram, ZRAM_INCOMPRESSIBLE) | slot_flag(zram, ZRAM_DEFERRED);

	if (!slot_size(zram, index) || word & never)
		return false;
	if (ctl->idle_only && !(word & slot_flag(zram, ZRAM_IDLE)))
		return false;
	return slot_size(zram, index) >= ctl->threshold && slot_priority(zram, index) < ctl->prio;
}

static void pp_collect(struct pp_ctl *ctl)
{
	struct zram *zram = ctl->zram;
	u32 index, bucket;

	for (index = 0; index < zram->nr_slots; index++) {
		slot_lock(zram, index);
		if (pp_candidate(ctl, index)) {
			slot_set_flag(zram, index, ZRAM_PP_SLOT);
			bucket = slot_size(zram, index) / PP_BUCKET_BYTES;
			ctl->next[index] = ctl->head[bucket];
			ctl->head[bucket] = index;
		}
		slot_unlock(zram, index);
		cond_resched();
	}
}

/* The highest priority had its try: nothing this device has can do it. */
static void pp_give_up(struct pp_ctl *ctl, u32 index)
{
	struct zram *zram = ctl->zram;

	if (ctl->prio == ZRAM_MAX_COMPS - 1 || !zram->comps[ctl->prio + 1])
		slot_set_flag(zram, index, ZRAM_INCOMPRESSIBLE);
}

/* 1 if the slot is smaller now, 0 if it stays as it was, or a negative errno. */
static int pp_recompress_slot(struct pp_ctl *ctl, u32 index)
{
	struct zram *zram = ctl->zram;
	struct zcomp *comp = zram->comps[ctl->prio];
	unsigned int old_class = zs_lookup_class_index(zram->pool, slot_size(zram, index));
	struct zcomp_strm *strm;
	unsigned long handle;
	size_t len;
	int err = slot_fetch(zram, index, ctl->page);

	if (err)
		return err;
	slot_clear_flag(zram, index, ZRAM_IDLE);

	strm = zcomp_stream_get(comp);
	err = zcomp_compress(comp, strm, ctl->page, &len);
	if (err)
		goto out_put;
	if (len >= zram->huge_class_size || zs_lookup_class_index(zram->pool, len) >= old_class ||
	    (ctl->threshold && len >= ctl->threshold)) {
		pp_give_up(ctl, index);
		goto out_put;
	}
	handle = zs_malloc(zram->pool, len, GFP_NOIO);
	if (IS_ERR_VALUE(handle)) {
		err = (int)(long)handle;
		goto out_put;
	}
	zs_obj_write(zram->pool, handle, strm->buffer, len);
	slot_install(zram, index, handle, (u32)len, ctl->prio);
	err = 1;
out_put:
	zcomp_stream_put(strm);
	return err;
}

/* Once one slot has failed, the rest only lose their flag. */
static int pp_process(struct pp_ctl *ctl)
{
	struct zram *zram = ctl->zram;
	u32 bucket = ctl->nr_buckets, index;
	int done = 0, err = 0;

	while (bucket--) {
		for (index = ctl->head[bucket]; index != PP_END; index = ctl->next[index]) {
			slot_lock(zram, index);
			if (slot_test_flag(zram, index, ZRAM_PP_SLOT)) {
				slot_clear_flag(zram, index, ZRAM_PP_SLOT);
				if (err >= 0)
					err = pp_recompress_slot(ctl, index);
				done += err > 0;
			}
			slot_unlock(zram, index);
			cond_resched();
		}
	}
	return err < 0 ? err : done;
}

int zram_recompress(struct zram *zram, unsigned int prio, bool idle_only, size_t threshold_bytes)
{
	struct pp_ctl ctl = {
		.zram = zram,
		.prio = prio ? prio : 1,
		.idle_only = idle_only,
		.threshold = threshold_bytes,
	};
	int ret;

	if (!prio && !zram->comps[1])
		return 0;
	if (ctl.prio >= ZRAM_MAX_COMPS || !zram->comps[ctl.prio])
		return -EINVAL;

	down_write(&zram->dev_lock);
	ret = pp_init(&ctl);
	if (!ret) {
		pp_collect(&ctl);
		ret = pp_process(&ctl);
		pp_exit(&ctl);
	}
	up_write(&zram->dev_lock);
	return ret;
}
