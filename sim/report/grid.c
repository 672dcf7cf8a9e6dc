// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/grid.h"

#include <stdlib.h>
#include <string.h>

#include "sim/report/text.h"
#include "sim/message.h"

/* Rows by number, and what stands above them. */
enum {
	ROW_HEADING = -1,
	ROW_GROUP = -2,
};

bool grid_init(struct grid *grid, unsigned int nr_rows)
{
	memset(grid, 0, sizeof(*grid));
	grid->cells = calloc(nr_rows + 1, sizeof(*grid->cells));
	grid->nr_rows = nr_rows;
	if (!grid->cells)
		sim_memory_missed();
	return grid->cells;
}

void grid_free(struct grid *grid)
{
	free(grid->cells);
	grid->cells = NULL;
}

static const char *text_of(const struct grid *grid, int row, unsigned int c)
{
	if (row == ROW_GROUP)
		return grid->columns[c].group;
	return row == ROW_HEADING ? grid->columns[c].heading : grid->cells[row][c];
}

static int gap(const struct grid *grid, unsigned int c)
{
	return !c ? 0 : grid->columns[c].begins ? 2 : 1;
}

/* Columns of text of the group that begins at @c, gaps included. */
static int group_width(const struct grid *grid, const int *width, unsigned int c)
{
	int sum = width[c];

	while (++c < grid->nr_columns && !grid->columns[c].begins)
		sum += 1 + width[c];
	return sum;
}

static void measure(const struct grid *grid, int *width)
{
	int row, len, missing;
	unsigned int c;

	for (c = 0; c < grid->nr_columns; c++) {
		width[c] = (int)grid->min_width;
		for (row = grid->paired ? ROW_GROUP : ROW_HEADING; row < (int)grid->nr_rows;
		     row++) {
			len = (int)strlen(text_of(grid, row, c));
			width[c] = len > width[c] ? len : width[c];
		}
	}
	for (c = 0; c < grid->nr_columns && !grid->paired; c++) {
		if (!grid->columns[c].begins)
			continue;
		missing = (int)strlen(grid->columns[c].group) - group_width(grid, width, c);
		width[c] += missing > 0 ? missing : 0;
	}
}

static const char *color_of(const char *text)
{
	if (!strcmp(text, "faster"))
		return TEXT_GREEN;
	return strcmp(text, "slower") ? NULL : TEXT_RED;
}

/* One line, with no blanks at its end. */
static void put_line(const struct grid *grid, const int *width, int row, bool color, FILE *out)
{
	int blanks = (int)grid->indent, len, shown, room;
	const char *text, *paint;
	unsigned int c;

	text_paint(out, color && row < 0, TEXT_BOLD);
	for (c = 0; c < grid->nr_columns; c++) {
		text = text_of(grid, row, c);
		room = width[c];
		if (row == ROW_GROUP && !grid->paired) {
			if (!grid->columns[c].begins)
				continue;
			room = group_width(grid, width, c);
		}
		len = (int)strlen(text);
		for (shown = len; shown && text[shown - 1] == ' '; shown--)
			;
		blanks += gap(grid, c);
		if (!grid->columns[c].left && (row != ROW_GROUP || grid->paired))
			blanks += room - len;
		if (shown) {
			paint = row < 0 ? NULL : color_of(text);
			fprintf(out, "%*s", blanks, "");
			text_paint(out, color && paint, paint);
			fprintf(out, "%.*s", shown, text);
			text_paint(out, color && paint, NULL);
			blanks = 0;
		}
		blanks += len - shown;
		if (grid->columns[c].left || (row == ROW_GROUP && !grid->paired))
			blanks += room - len;
	}
	text_paint(out, color && row < 0, NULL);
	fputc('\n', out);
}

static bool has_groups(const struct grid *grid)
{
	unsigned int c;

	for (c = 0; c < grid->nr_columns; c++) {
		if (grid->columns[c].group[0])
			return true;
	}
	return false;
}

void grid_print(struct grid *grid, bool color, FILE *out)
{
	int width[GRID_COLUMNS], row;

	measure(grid, width);
	if (grid->title[0])
		wrap_text(out, grid->title, 0);
	for (row = has_groups(grid) ? ROW_GROUP : ROW_HEADING; row < (int)grid->nr_rows; row++)
		put_line(grid, width, row, color, out);
	grid_free(grid);
}

static void markup_headings(const struct grid *grid, FILE *out)
{
	const char *group = "";
	char heading[120];
	unsigned int c;
	bool joined;

	for (c = 0; c < grid->nr_columns; c++) {
		if (grid->paired || grid->columns[c].begins)
			group = grid->columns[c].group;
		/* "over-" and "flow" are one word. */
		joined = *group && group[strlen(group) - 1] == '-';
		snprintf(heading, sizeof(heading), "%.*s%s%s", (int)strlen(group) - joined, group,
			 *group && !joined ? " " : "", grid->columns[c].heading);
		markup_cell(out, heading);
	}
	fputs("|\n", out);
	for (c = 0; c < grid->nr_columns; c++)
		fputs(grid->columns[c].left ? "|---" : "|---:", out);
	fputs("|\n", out);
}

void grid_markup(struct grid *grid, FILE *out)
{
	unsigned int r, c;

	if (grid->title[0]) {
		markup_text(out, grid->title);
		fputs("\n\n", out);
	}
	markup_headings(grid, out);
	for (r = 0; r < grid->nr_rows; r++) {
		for (c = 0; c < grid->nr_columns; c++)
			markup_cell(out, grid->cells[r][c]);
		fputs("|\n", out);
	}
	grid_free(grid);
}
