/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* study_grid: the tables of a study as text cells, for those who lay them out. */
#ifndef SIM_REPORT_STUDY_GRID_H
#define SIM_REPORT_STUDY_GRID_H

#include "sim/report/grid.h"
#include "sim/study/shape.h"

/** enum study_grid_limits - sizes */
enum study_grid_limits {
	GRID_ARMS = 48, /* more combinations are shown by the best and the worst */
};

/**
 * grid_arms() - some quantities of the arms
 * @grid:	filled in; grid_free() it
 * @study:	run
 * @first:	quantity to begin with; moved behind the last one that fits
 * @width:	columns of text there are; 0 any number
 * Return:	false past the last quantity, and without memory; @grid needs nothing then.
 */
bool grid_arms(struct grid *grid, const struct study *study, unsigned int *first,
	       unsigned int width);

/**
 * grid_table() - a table the study has added
 * @grid:	filled in; grid_free() it
 * @table:	to be shown
 * Return:	false without memory.
 */
bool grid_table(struct grid *grid, const struct study_table *table);

#endif
