/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What the core asks a device. In drivers/block/zram that is in zram_drv.h. */
#ifndef ZRAM_ZRAM_H
#define ZRAM_ZRAM_H

#include <linux/mm.h>

#include "zram/slot_word.h"

struct zs_pool;

/** zram_nr_slots() - slots of a device. @zram: device */
static inline u32 zram_nr_slots(const struct zram *zram)
{
	return zram->nr_slots;
}

/** zram_page_shift() - a slot's bytes as a power of two. @zram: device */
static inline unsigned int zram_page_shift(const struct zram *zram)
{
	return PAGE_SHIFT;
}

/** zram_pool() - what objects are freed to; there is one set of them. @zram: device */
static inline struct zs_pool *zram_pool(struct zram *zram)
{
	return NULL;
}

#endif
