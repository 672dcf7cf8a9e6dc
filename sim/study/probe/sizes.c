// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/study/probe/pool.h"

#include <errno.h>
#include <string.h>

#include <linux/log2.h>
#include <linux/minmax.h>

#include "port.h"
#include "sim/data/data.h"
#include "sim/run/model.h"
#include "zsmalloc/geometry.h"
#include "zsmalloc/zsmalloc.h"

enum {
	ALIKE_OF_8 = 7,	  /* pages of eight that resemble the one before */
	ALIKE_BYTES = 32, /* and by how much they may differ */
};

/** struct sizes_draw - where sizes come from. @huge: from this size on a page is stored whole */
struct sizes_draw {
	u32 page_bytes;
	u32 huge;
	u64 rng;
};

/* What does not shrink below the limit is stored as it is. */
static u32 stored(const struct sizes_draw *draw, u32 bytes)
{
	return bytes >= draw->huge ? draw->page_bytes : max(bytes, 1U);
}

static u32 draw_anon(struct sizes_draw *draw)
{
	return stored(draw, sim_anon_size(&draw->rng, draw->page_bytes));
}

static u32 draw_alike(struct sizes_draw *draw, u32 before)
{
	u32 bytes;

	if (!before || kc_random_below(&draw->rng, 8) >= ALIKE_OF_8)
		return draw_anon(draw);
	if (before >= draw->huge)
		return before;
	bytes = before + (u32)kc_random_below(&draw->rng, 2 * ALIKE_BYTES - 1);
	return stored(draw, bytes < ALIKE_BYTES ? 1 : bytes - (ALIKE_BYTES - 1));
}

static u32 draw_uniform(struct sizes_draw *draw)
{
	return stored(draw, 1 + (u32)kc_random_below(&draw->rng, draw->page_bytes));
}

/* Sizes of real pages, the first again when there are no more. */
static int from_data(const char *spec, const struct zramsim_config *cfg, u64 seed, u32 *sizes,
		     u32 nr, struct sim_message *msg)
{
	struct sim_data_params params = {
		.spec = spec,
		.comp = cfg->comp,
		.comp_level = cfg->comp_level,
		.page_bytes = cfg->page_bytes,
		.nr_slots = nr,
		.seed = seed,
		.stop = cfg->stop,
	};
	struct zs_shape table[ZS_MAX_CLASSES];
	struct sim_data data = { 0 };
	u32 i = 0, n = 0, len;
	int err;

	params.huge_bytes = sim_model_geometry(&cfg->model, cfg->page_bytes, table);
	err = sim_data_prepare(&params, &data, msg);

	while (!err && i < nr) {
		len = sim_data_item(&data, n++)->len;
		if (len)
			sizes[i++] = len;
		else if (!i && n >= data.source.nr)
			err = sim_fail(
				msg, -EINVAL,
				"data \"%s\" has nothing but same-filled pages, which have no "
				"objects; name other data",
				spec);
	}
	sim_data_release(&data);
	return err;
}

int probe_sizes(const char *name, const struct zramsim_config *cfg, u64 seed, u32 *sizes, u32 nr,
		struct sim_message *msg)
{
	struct sizes_draw draw = { .page_bytes = cfg->page_bytes, .rng = seed };
	struct zs_shape table[ZS_MAX_CLASSES];
	u32 i;

	if (!strcmp(name, "data"))
		return from_data(cfg->data, cfg, seed, sizes, nr, msg);
	if (!strcmp(name, "rfc"))
		return from_data("rfc", cfg, seed, sizes, nr, msg);
	draw.huge = sim_model_geometry(&cfg->model, cfg->page_bytes, table);
	for (i = 0; i < nr; i++) {
		if (!strcmp(name, "anon"))
			sizes[i] = draw_anon(&draw);
		else if (!strcmp(name, "alike"))
			sizes[i] = draw_alike(&draw, i ? sizes[i - 1] : 0);
		else
			sizes[i] = draw_uniform(&draw);
	}
	return 0;
}
