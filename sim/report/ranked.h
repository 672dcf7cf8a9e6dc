/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* ranked: which strategy was fastest, and the comparison as a table. */
#ifndef SIM_REPORT_RANKED_H
#define SIM_REPORT_RANKED_H

#include "sim/figures/result.h"
#include "sim/report/grid.h"

/**
 * rank_by_exit() - order the strategies by the median of exit_ns, fastest first
 * @res:	result
 * @order:	filled in with indices into @res->strategies; a strategy without a value
 *		comes last, equals stay in the order asked for
 */
void rank_by_exit(const struct zramsim_result *res, unsigned int *order);

/**
 * grid_ranked() - a row per strategy, fastest first, "-" where there is no value
 * @grid:	filled in; grid_free() it
 * @res:	result; ratios are to its first strategy
 * Return:	false without memory.
 */
bool grid_ranked(struct grid *grid, const struct zramsim_result *res);

#endif
