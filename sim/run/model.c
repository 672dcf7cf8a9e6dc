// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>

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
SAME(ZRAMSIM_STATS_SHARED, ZRAM_STATS_SHARED);
SAME(ZRAMSIM_STATS_PERCPU, ZRAM_STATS_PERCPU);

int sim_model_defers(const struct zramsim_model *model, enum zramsim_defer defer,
		     struct sim_message *msg)
{
	bool deferred = model->pages == ZRAMSIM_PAGES_DEFERRED;

	if (defer == ZRAMSIM_DEFER_ZSPAGE && !deferred)
		return sim_fail(msg, -EINVAL,
				"--defer 'zspage' does not go with --pages '%s', as it leaves "
				"emptied zspages to a worker; leave one of them out",
				zs_pages_names[model->pages]);
	if (defer == ZRAMSIM_DEFER_NONE && deferred)
		return sim_fail(msg, -EINVAL,
				"--defer 'none' does not go with --pages 'deferred', which defers "
				"emptied zspages; use --defer zspage");
	return 0;
}

void sim_model_params(const struct zramsim_model *model, struct zram_params *params)
{
	params->pool.locks = (enum zs_locks)model->locks;
	params->pool.pages = (enum zs_pages)model->pages;
	params->pool.hold_objs = model->hold_objs;
	params->flags = (enum zram_flags)model->flags;
	params->stats = (enum zram_stats)model->stats;
}
