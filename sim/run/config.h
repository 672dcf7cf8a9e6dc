/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * config: what was asked for, checked and completed.
 */
#ifndef SIM_RUN_CONFIG_H
#define SIM_RUN_CONFIG_H

#include <zramsim/experiment.h>

#include "sim/run/options.h"
#include "zfree/zfree.h"

/**
 * sim_config_check() - check a configuration and fill in what was left to defaults
 * @asked:	what the user wants
 * @cfg:	filled in; its strings are static or its own: sim_config_release()
 * @msg:	receives a sentence on failure
 * Return:	0, -EINVAL, -ENOTSUP for what is not in this build or on this machine, -ENOMEM.
 */
int sim_config_check(const struct zramsim_config *asked, struct zramsim_config *cfg,
		     struct sim_message *msg);

/** sim_config_release() - free its strings. @cfg: zeroed or checked */
void sim_config_release(struct zramsim_config *cfg);

/**
 * sim_config_strategies() - are there the strategies that are named, and do they queue what is to
 *			     be deferred? If none is named, take all that do
 * @cfg:	configuration
 * @msg:	receives a sentence on failure
 * Return:	0 or -EINVAL.
 */
int sim_config_strategies(struct zramsim_config *cfg, struct sim_message *msg);

/**
 * sim_strategy_params() - translate attachment parameters
 * @from:	public form
 * @ops:	strategy
 * @to:		filled in
 * @effective:	filled in: @ops as they are to be attached; lives as long as the attachment
 * Return:	0, or -EINVAL: a value out of range, or the strategy does not queue what is to be
 *		deferred.
 */
int sim_strategy_params(const struct zramsim_strategy_params *from, const struct zfree_ops *ops,
			struct zfree_params *to, struct zfree_ops *effective);

#endif
