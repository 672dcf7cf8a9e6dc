// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The document for people: question, figures, what they say, what to beware of. */
#include <stdlib.h>
#include <string.h>

#include "sim/report/study_grid.h"
#include "sim/report/study_report.h"
#include "sim/report/text.h"

static const char legend[] = "Medians; spread: largest minus smallest repeat; ratio: to the "
			     "combination compared with, * where its 95 % interval excludes 1.";

static int column_width(const struct grid *grid, unsigned int c)
{
	size_t width = strlen(grid->columns[c].heading);
	unsigned int r;

	for (r = 0; r < grid->nr_rows; r++) {
		if (strlen(grid->cells[r][c]) > width)
			width = strlen(grid->cells[r][c]);
	}
	return (int)width;
}

/* Columns of text of the group that begins at @c, gaps included. */
static int group_width(const struct grid *grid, const int *width, unsigned int c)
{
	int sum = width[c];

	while (++c < grid->nr_columns && !grid->columns[c].begins)
		sum += 1 + width[c];
	return sum;
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

static void measure(const struct grid *grid, int *width)
{
	unsigned int c;
	int missing;

	for (c = 0; c < grid->nr_columns; c++)
		width[c] = column_width(grid, c);
	for (c = 0; c < grid->nr_columns; c++) {
		if (!grid->columns[c].begins)
			continue;
		missing = (int)strlen(grid->columns[c].group) - group_width(grid, width, c);
		if (missing > 0)
			width[c] += missing;
	}
}

static void put_groups(const struct grid *grid, const int *width, FILE *out)
{
	unsigned int c;
	int room = 0;

	for (c = 0; c < grid->nr_columns; c++) {
		if (!grid->columns[c].begins)
			continue;
		fprintf(out, "%*s%s", room + (c ? 2 : 0), "", grid->columns[c].group);
		room = group_width(grid, width, c) - (int)strlen(grid->columns[c].group);
	}
	fputc('\n', out);
}

static void put_row(const struct grid *grid, const int *width, const char (*cells)[GRID_CHARS],
		    FILE *out)
{
	char line[1024] = "";
	size_t len = 0;
	unsigned int c;

	for (c = 0; c < grid->nr_columns && len < sizeof(line); c++) {
		const char *text = cells ? cells[c] : grid->columns[c].heading;
		const char *gap = !c ? "" : grid->columns[c].begins ? "  " : " ";

		len += (size_t)snprintf(line + len, sizeof(line) - len,
					grid->columns[c].left ? "%s%-*s" : "%s%*s", gap, width[c],
					text);
	}
	len = strlen(line);
	while (len && line[len - 1] == ' ')
		line[--len] = '\0';
	fprintf(out, "%s\n", line);
}

static void put_grid(const struct grid *grid, const struct report_style *style, FILE *out)
{
	int width[GRID_COLUMNS];
	unsigned int r;

	measure(grid, width);
	if (grid->title[0])
		wrap_text(out, grid->title, 0);
	text_paint(out, style->color, TEXT_BOLD);
	if (has_groups(grid))
		put_groups(grid, width, out);
	put_row(grid, width, NULL, out);
	text_paint(out, style->color, NULL);
	for (r = 0; r < grid->nr_rows; r++)
		put_row(grid, width, (const char(*)[GRID_CHARS])grid->cells[r], out);
	fputc('\n', out);
}

static void put_grids(const struct study *study, const struct report_style *style, FILE *out)
{
	unsigned int first = 0, t;
	struct grid grid;

	while (grid_arms(&grid, study, &first, WRAP_COLUMNS)) {
		put_grid(&grid, style, out);
		grid_free(&grid);
		/* What is not of all combinations is not worth more than a page. */
		if (study->nr_arms > GRID_ARMS)
			break;
	}
	for (t = 0; t < study->nr_tables; t++) {
		if (!grid_table(&grid, &study->tables[t]))
			continue;
		put_grid(&grid, style, out);
		grid_free(&grid);
	}
}

/* All sentences as one paragraph. */
static void put_paragraph(const struct study *study, FILE *out)
{
	char *text = NULL;
	size_t len = 0;
	unsigned int i;
	FILE *mem = open_memstream(&text, &len);

	if (!mem)
		return;
	for (i = 0; i < study->nr_sentences; i++)
		fprintf(mem, "%s%s", i ? " " : "", study->sentences[i]);
	if (study_limits_apply(study))
		fprintf(mem, "%sNot told by %u processors: %s.", i ? " " : "",
			study->provenance.nr_cpus, study->ops->limits);
	fclose(mem);
	if (text)
		wrap_text(out, text, 0);
	free(text);
	fputc('\n', out);
}

static void put_asked(const struct study *study, FILE *out)
{
	char text[400];

	snprintf(text, sizeof(text), "(%s; asked by %s)", study->ops->refs, study->ops->asked);
	wrap_text(out, text, 0);
	fputc('\n', out);
}

void study_report_table(const struct study *study, const struct report_style *style, FILE *out)
{
	study_line(study, out);
	fputs("\n\n", out);
	wrap_text(out, study->ops->question, 0);
	put_asked(study, out);
	put_grids(study, style, out);
	put_paragraph(study, out);
	text_warnings(out, style->color, study->warnings, study->nr_warnings);
	wrap_text(out, legend, 0);
}
