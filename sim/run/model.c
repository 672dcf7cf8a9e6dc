// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/run/model.h"

/* The designs below have the numbers of the public ones. */
#define SAME(ours, below) _Static_assert((int)(ours) == (int)(below), #below)

SAME(ZRAMSIM_LOCKS_CLASS, ZS_LOCKS_CLASS);
SAME(ZRAMSIM_LOCKS_POOL, ZS_LOCKS_POOL);
SAME(ZRAMSIM_LOCKS_CLASS_IDX, ZS_LOCKS_CLASS_IDX);
SAME(ZRAMSIM_LOCKS_SHARDED, ZS_LOCKS_SHARDED);
SAME(ZRAMSIM_PAGES_INSIDE, ZS_PAGES_INSIDE);
SAME(ZRAMSIM_PAGES_OUTSIDE, ZS_PAGES_OUTSIDE);
SAME(ZRAMSIM_PAGES_DEFERRED, ZS_PAGES_DEFERRED);
SAME(ZRAMSIM_FLAGS_MERGED, ZRAM_FLAGS_MERGED);
SAME(ZRAMSIM_FLAGS_SINGLE, ZRAM_FLAGS_SINGLE);

bool sim_model_defers(const struct zramsim_model *model, enum zramsim_defer defer)
{
	switch (defer) {
	case ZRAMSIM_DEFER_NONE:
		return model->pages != ZRAMSIM_PAGES_DEFERRED;
	case ZRAMSIM_DEFER_ZSPAGE:
		return model->pages == ZRAMSIM_PAGES_DEFERRED;
	default:
		return true;
	}
}

void sim_model_params(const struct zramsim_model *model, struct zram_params *params)
{
	params->pool.locks = (enum zs_locks)model->locks;
	params->pool.pages = (enum zs_pages)model->pages;
	params->pool.hold_objs = model->hold_objs;
	params->flags = (enum zram_flags)model->flags;
}
