// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/log2.h>

#include "sim/run/model.h"
#include "sim/run/options.h"
#include "sim/run/release.h"

/* The designs below are numbered as the public ones, which have a default before the first. */
#define BELOW(ours)	  ((int)(ours)-1)
#define SAME(ours, below) _Static_assert(BELOW(ours) == (int)(below), #below)

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
				zs_pages_names[BELOW(model->pages)]);
	if (defer == ZRAMSIM_DEFER_NONE && deferred)
		return sim_fail(msg, -EINVAL,
				"--defer 'none' does not go with --pages 'deferred', which defers "
				"emptied zspages; use --defer zspage");
	return 0;
}

int sim_model_complete(struct zramsim_model *model, enum zramsim_defer defer,
		       struct sim_message *msg)
{
	if (defer == ZRAMSIM_DEFER_ZSPAGE && !model->pages)
		model->pages = ZRAMSIM_PAGES_DEFERRED;
	sim_release_fill(model);
	return sim_model_defers(model, defer, msg);
}

void sim_model_params(const struct zramsim_model *model, struct zram_params *params)
{
	const struct sim_release *release = sim_release(model->kernel);

	params->pool.locks = (enum zs_locks)BELOW(model->locks);
	params->pool.pages = (enum zs_pages)BELOW(model->pages);
	params->pool.chain_size = release->chain_size;
	params->pool.fit = release->fit;
	params->pool.groups = release->groups;
	params->pool.slabs = release->slabs;
	params->pool.hold_objs = model->hold_objs;
	params->flags = (enum zram_flags)BELOW(model->flags);
	params->clears = release->clears;
	params->unlock = release->unlock;
	params->stats = (enum zram_stats)BELOW(model->stats);
}

u32 sim_model_geometry(const struct zramsim_model *model, u32 page_bytes, struct zs_shape *table)
{
	const struct sim_release *release = sim_release(model->kernel);
	unsigned int chain = release->chain_size ? release->chain_size : ZS_DEFAULT_CHAIN;
	unsigned int shift = (unsigned int)ilog2(page_bytes);

	zs_geometry_table(shift, chain, release->fit, table);
	return (u32)zs_geometry_huge_size(shift, table);
}

/* Options that a release decides where they are not given. */
static const char *const covered[] = { "locks", "pages", "flags", "stats", NULL };

void sim_model_text(const struct zramsim_config *cfg, char *buf)
{
	struct zramsim_config plain = { .model.kernel = cfg->model.kernel }, own = *cfg;
	const char *separator = ", with";
	const struct sim_option *opt;
	size_t i, len;

	sim_release_fill(&plain.model);
	sim_release_fill(&own.model);
	snprintf(buf, SIM_MODEL_CHARS, "kernel %s", sim_option_word("kernel", &plain));
	for (i = 0; covered[i]; i++) {
		opt = sim_option_find(covered[i]);
		if (sim_option_value(opt, &own) == sim_option_value(opt, &plain))
			continue;
		len = strlen(buf);
		snprintf(buf + len, SIM_MODEL_CHARS - len, "%s --%s %s", separator, covered[i],
			 sim_option_word(covered[i], &own));
		separator = "";
	}
}
