/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* study_grid: the tables of a study as text cells, for those who lay them out. */
#ifndef SIM_REPORT_STUDY_GRID_H
#define SIM_REPORT_STUDY_GRID_H

#include "sim/study/shape.h"

/** enum grid_limits - sizes */
enum grid_limits {
	GRID_COLUMNS = 32,
	GRID_ROWS = STUDY_MAX_ROWS,
	GRID_CHARS = STUDY_NAME_CHARS,
	GRID_ARMS = 48, /* more combinations are shown by the best and the worst */
};

/**
 * struct grid_column - heading of a column
 * @group:	what it belongs to, together with the columns after it that have none; or ""
 * @heading:	its own
 * @left:	aligned to the left
 * @begins:	begins a group, of a factor or a quantity
 */
struct grid_column {
	char group[48];
	char heading[48];
	bool left;
	bool begins;
};

/**
 * struct grid - a table
 * @title:	what it shows
 * @columns:	headings
 * @nr_columns:	entries in @columns
 * @cells:	[nr_rows][GRID_COLUMNS]
 * @nr_rows:	rows
 */
struct grid {
	char title[200];
	struct grid_column columns[GRID_COLUMNS];
	unsigned int nr_columns;
	char (*cells)[GRID_COLUMNS][GRID_CHARS];
	unsigned int nr_rows;
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

/** grid_free() - free the cells. @grid: made */
void grid_free(struct grid *grid);

#endif
