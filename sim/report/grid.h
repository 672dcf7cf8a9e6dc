/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* grid: a table of text cells, laid out for a terminal or as Markdown. */
#ifndef SIM_REPORT_GRID_H
#define SIM_REPORT_GRID_H

#include <stdbool.h>
#include <stdio.h>

enum {
	GRID_COLUMNS = 36,
	GRID_CHARS = 96,
};

/**
 * struct grid_column - heading of a column
 * @group:	what it belongs to, together with the columns after it that begin nothing; or ""
 * @heading:	its own
 * @left:	aligned to the left
 * @begins:	begins a subject: the gap before it is wider
 */
struct grid_column {
	char group[48];
	char heading[48];
	bool left;
	bool begins;
};

/**
 * struct grid - a table
 * @title:	what it shows, or ""
 * @columns:	headings
 * @nr_columns:	entries in @columns
 * @cells:	[nr_rows][GRID_COLUMNS]
 * @nr_rows:	rows
 * @indent:	blanks before each line of text
 * @min_width:	of a column of text
 * @paired:	each @group is the first line of the heading of that column alone
 */
struct grid {
	char title[200];
	struct grid_column columns[GRID_COLUMNS];
	unsigned int nr_columns;
	char (*cells)[GRID_COLUMNS][GRID_CHARS];
	unsigned int nr_rows;
	unsigned int indent;
	unsigned int min_width;
	bool paired;
};

/** grid_init() - an empty table. @grid: filled in; grid_free() it. Return: false without memory. */
bool grid_init(struct grid *grid, unsigned int nr_rows);

/** grid_free() - free the cells. @grid: made */
void grid_free(struct grid *grid);

/** grid_print() - lay it out in columns, and free it. @grid: made, @color: paint what stands out */
void grid_print(struct grid *grid, bool color, FILE *out);

/** grid_markup() - lay it out in Markdown, and free it. @grid: made */
void grid_markup(struct grid *grid, FILE *out);

#endif
