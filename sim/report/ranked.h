/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The ranking, and the comparison as text cells for every writer that prints it as a table. */
#ifndef SIM_REPORT_RANKED_H
#define SIM_REPORT_RANKED_H

#include "sim/figures/result.h"

/** enum ranked_column - columns, in the order they are printed */
enum ranked_column {
	RANKED_RANK,
	RANKED_STRATEGY,
	RANKED_UNIT,
	RANKED_EXIT,
	RANKED_SPREAD,
	RANKED_RATIO,
	RANKED_INTERVAL,
	RANKED_VERDICT,
	RANKED_BACK_P50,
	RANKED_BACK_P100,
	RANKED_CPU,
	RANKED_HELD,
	RANKED_OVERFLOW,
	RANKED_MISS,
	RANKED_NR_COLUMNS,
};

/** enum ranked_limits - sizes */
enum ranked_limits {
	RANKED_CELL_CHARS = 32,
};

/**
 * struct ranked_row - one strategy
 * @cells:	text, "-" where there is no value
 */
struct ranked_row {
	char cells[RANKED_NR_COLUMNS][RANKED_CELL_CHARS];
};

/** ranked_is_text() - is the column aligned to the left? @column: which */
bool ranked_is_text(enum ranked_column column);

/**
 * ranked_heading() - a column's two-line heading
 * @res:	result; ratios name its first strategy
 * @column:	which
 * @line:	0 or 1
 */
const char *ranked_heading(const struct zramsim_result *res, enum ranked_column column,
			   unsigned int line);

/**
 * ranked_rows() - fill in the cells
 * @res:	result
 * @rows:	@res->nr_strategies of them, fastest first
 */
void ranked_rows(const struct zramsim_result *res, struct ranked_row *rows);

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
