/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * model: the free path of a device: checked, completed and in the form of the layers below.
 */
#ifndef SIM_RUN_MODEL_H
#define SIM_RUN_MODEL_H

#include <zramsim/strategy.h>

#include "sim/message.h"
#include "zram/zram.h"

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
 * sim_model_params() - translate
 * @model:	checked
 * @params:	@pool and @flags are filled in
 */
void sim_model_params(const struct zramsim_model *model, struct zram_params *params);

#endif
