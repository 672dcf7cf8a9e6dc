/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * model: the free path of a device: checked, completed and in the form of the layers below.
 */
#ifndef SIM_RUN_MODEL_H
#define SIM_RUN_MODEL_H

#include <zramsim/experiment.h>

#include "sim/message.h"
#include "zram/zram.h"
#include "zsmalloc/geometry.h"

enum {
	SIM_MODEL_CHARS = 160, /* of what sim_model_text() writes */
};

/**
 * sim_model_defers() - does what is deferred go with where pages are freed?
 * @model:	in range
 * @defer:	in range
 * @msg:	receives a sentence on failure
 *
 * Emptied zspages alone are deferred by the pool's worker, so ZRAMSIM_DEFER_ZSPAGE and
 * ZRAMSIM_PAGES_DEFERRED without anything else deferred are the same thing.
 *
 * Return:	0 or -EINVAL.
 */
int sim_model_defers(const struct zramsim_model *model, enum zramsim_defer defer,
		     struct sim_message *msg);

/**
 * sim_model_complete() - fill in what was left to defaults, then check as sim_model_defers()
 * @model:	in range
 * @defer:	in range; ZRAMSIM_DEFER_ZSPAGE decides where pages are freed if nobody else has
 * @msg:	receives a sentence on failure
 * Return:	0 or -EINVAL.
 */
int sim_model_complete(struct zramsim_model *model, enum zramsim_defer defer,
		       struct sim_message *msg);

/**
 * sim_model_params() - translate
 * @model:	complete
 * @params:	@pool and @flags are filled in
 */
void sim_model_params(const struct zramsim_model *model, struct zram_params *params);

/**
 * sim_model_geometry() - size classes of a device
 * @model:	complete
 * @page_bytes:	page size
 * @table:	[ZS_MAX_CLASSES], filled in as zs_geometry_table() does
 * Return:	smallest payload that is stored as a page of its own.
 */
u32 sim_model_geometry(const struct zramsim_model *model, u32 page_bytes, struct zs_shape *table);

/**
 * sim_model_text() - the release and the options that differ from it
 * @cfg:	in range
 * @buf:	[SIM_MODEL_CHARS], filled in: "kernel 7.3, with --pages inside"
 */
void sim_model_text(const struct zramsim_config *cfg, char *buf);

#endif
