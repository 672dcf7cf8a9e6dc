/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A strategy core with no zram beneath: what a drain hands over is counted and forgotten, so
 * that only the container is measured.
 */
#ifndef BENCH_CONTAINERS_NULL_CORE_H
#define BENCH_CONTAINERS_NULL_CORE_H

#include "zfree/zfree.h"

/**
 * struct zfree_run - what a drain hands its items to
 * @nr:		items
 * @sum:	of all items, so that they are looked at
 * @all:	partly filled buffers, too
 */
struct zfree_run {
	u64 nr;
	u64 sum;
	bool all;
};

/**
 * null_attach() - make a strategy's state
 * @ops:	strategy
 * @unit:	unit
 * @nr_slots:	slots of the device there is not
 * @budget:	items
 * Return:	the state, or NULL.
 */
struct zfree *null_attach(const struct zfree_ops *ops, enum zfree_unit unit, u32 nr_slots,
			  u32 budget);

/** null_detach() - free it. @zf: from null_attach() */
void null_detach(struct zfree *zf);

/**
 * null_drain() - drain everything
 * @zf:		from null_attach()
 * Return:	items.
 */
u64 null_drain(struct zfree *zf);

#endif
