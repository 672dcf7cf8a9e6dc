/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
#ifndef SIM_REPORT_RANK_H
#define SIM_REPORT_RANK_H

#include "sim/figures/result.h"

/**
 * rank_by_exit() - order the strategies by the median of exit_ns, fastest first
 * @res:	result
 * @order:	filled in with indices into @res->strategies; a strategy without a value
 *		comes last, equals stay in the order asked for
 */
void rank_by_exit(const struct zramsim_result *res, unsigned int *order);

/**
 * rank_value() - a measured value by key
 * @res:	strategy
 * @key:	"exit_ns", "notify_ns.p99"
 * Return:	NULL when there is no such metric or it has no meaning here.
 */
const struct zramsim_value *rank_value(const struct sim_strategy_result *res, const char *key);

#endif
