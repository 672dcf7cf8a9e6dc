/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* The phases of all strategies side by side as text cells. */
#ifndef SIM_REPORT_PHASE_TABLE_H
#define SIM_REPORT_PHASE_TABLE_H

#include "sim/figures/result.h"

/** enum phase_table_limits - sizes */
enum phase_table_limits {
	PHASE_TABLE_ROWS = SIM_MAX_PHASES + SIM_NR_ROLES,
	PHASE_TABLE_CHARS = 32,
};

/**
 * struct phase_table_row - one phase of one role, or their sum
 * @name:	of role and phase
 * @cells:	ns per slot by strategy, in the order asked for; "-" where it was not entered
 */
struct phase_table_row {
	char name[PHASE_TABLE_CHARS];
	char cells[ZRAMSIM_MAX_STRATEGIES][PHASE_TABLE_CHARS];
};

/**
 * phase_table_rows() - fill in the rows
 * @res:	result
 * @rows:	PHASE_TABLE_ROWS of them
 * Return:	how many there are, 0 if no phases were timed.
 */
unsigned int phase_table_rows(const struct zramsim_result *res, struct phase_table_row *rows);

#endif
