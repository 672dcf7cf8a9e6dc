/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
#ifndef SIM_API_DEVICE_H
#define SIM_API_DEVICE_H

#include <linux/mutex.h>

#include <zramsim/strategy.h>

#include "zfree/zfree.h"

struct zram;

/**
 * struct zramsim_device - what is behind the opaque handle
 * @zram:	device
 * @model:	its free path, defaults filled in
 * @lock:	guards all below; taken before everything inside
 * @zfree:	attached strategy, or NULL
 * @ops:	the strategy as it is attached
 * @custom:	the user's operations, if they are behind @ops
 */
struct zramsim_device {
	struct zram *zram;
	struct zramsim_model model;
	struct mutex lock;
	struct zfree *zfree;
	struct zfree_ops ops;
	const struct zramsim_strategy_ops *custom;
};

/** sim_mm_stat() - mm_stat, io_stat and debug_stat in the public form. @st: filled in */
void sim_mm_stat(struct zram *zram, struct zramsim_stat *st);

#endif
