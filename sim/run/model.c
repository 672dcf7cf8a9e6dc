// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>

#include "sim/run/model.h"

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
	static const enum zs_locks locks[] = {
		[ZRAMSIM_LOCKS_CLASS] = ZS_LOCKS_CLASS,
		[ZRAMSIM_LOCKS_POOL] = ZS_LOCKS_POOL,
		[ZRAMSIM_LOCKS_CLASS_IDX] = ZS_LOCKS_CLASS_IDX,
		[ZRAMSIM_LOCKS_SHARDED] = ZS_LOCKS_SHARDED,
	};
	static const enum zs_pages pages[] = {
		[ZRAMSIM_PAGES_INSIDE] = ZS_PAGES_INSIDE,
		[ZRAMSIM_PAGES_OUTSIDE] = ZS_PAGES_OUTSIDE,
		[ZRAMSIM_PAGES_DEFERRED] = ZS_PAGES_DEFERRED,
	};

	params->pool.locks = locks[model->locks];
	params->pool.pages = pages[model->pages];
	params->pool.hold_objs = model->hold_objs;
	params->flags = model->flags == ZRAMSIM_FLAGS_SINGLE ? ZRAM_FLAGS_SINGLE
							     : ZRAM_FLAGS_MERGED;
}
