// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The document for people: what was done, who won, what to beware of, how to read it. */
#include <string.h>

#include "sim/report/config_words.h"
#include "sim/report/detail.h"
#include "sim/report/ranked.h"
#include "sim/report/report.h"
#include "sim/report/text.h"

static const char phases_heading[] = "ns per slot";

static const char ranked_legend[] = "Lower is better everywhere. back: when half and all of the "
				    "freed memory was back; cpu: "
				    "processes and workers; held: dead but not yet back. 'zramsim "
				    "help output' explains each "
				    "column.";

static const char details_legend[] = "Ratios are to the first strategy, with a 95 % bootstrap "
				     "interval. mm_stat has the kernel's "
				     "columns. Values: docs/output.md.";

static int max_int(int a, int b)
{
	return a > b ? a : b;
}

/* Print @text in a column of @width; the last column of a line gets no trailing blanks. */
static void put_cell(FILE *out, const char *text, int width, bool left, bool last)
{
	if (left && !last)
		fprintf(out, "%-*s", width, text);
	else if (left)
		fputs(text, out);
	else
		fprintf(out, "%*s", width, text);
}

static const char *cell_color(const struct ranked_row *row, unsigned int column)
{
	if (column != RANKED_VERDICT)
		return NULL;
	if (!strcmp(row->cells[column], "faster"))
		return TEXT_GREEN;
	return strcmp(row->cells[column], "slower") ? NULL : TEXT_RED;
}

/* Blanks before a column: two where a new subject begins. */
static const char *gap(unsigned int column)
{
	switch (column) {
	case RANKED_RANK:
		return "";
	case RANKED_EXIT:
	case RANKED_BACK_P50:
	case RANKED_CPU:
		return "  ";
	default:
		return " ";
	}
}

static void put_ranked(const struct zramsim_result *res, const struct report_style *style,
		       FILE *out)
{
	int width[RANKED_NR_COLUMNS] = { 0 };
	struct ranked_row rows[ZRAMSIM_MAX_STRATEGIES];
	unsigned int i, c, line;

	ranked_rows(res, rows);
	for (c = 0; c < RANKED_NR_COLUMNS; c++) {
		for (line = 0; line < 2; line++)
			width[c] = max_int(width[c], (int)strlen(ranked_heading(res, c, line)));
		for (i = 0; i < res->nr_strategies; i++)
			width[c] = max_int(width[c], (int)strlen(rows[i].cells[c]));
	}
	for (line = 0; line < 2; line++) {
		text_paint(out, style->color, TEXT_BOLD);
		for (c = 0; c < RANKED_NR_COLUMNS; c++) {
			const char *heading = ranked_heading(res, c, line);

			if (c == RANKED_NR_COLUMNS - 1 && !*heading)
				break;
			fputs(gap(c), out);
			put_cell(out, heading, width[c], ranked_is_text(c), false);
		}
		text_paint(out, style->color, NULL);
		fputc('\n', out);
	}
	for (i = 0; i < res->nr_strategies; i++) {
		for (c = 0; c < RANKED_NR_COLUMNS; c++) {
			const char *color = cell_color(&rows[i], c);

			fputs(gap(c), out);
			if (color)
				text_paint(out, style->color, color);
			put_cell(out, rows[i].cells[c], width[c], ranked_is_text(c), false);
			if (color)
				text_paint(out, style->color, NULL);
		}
		fputc('\n', out);
	}
}

static bool detail_is_text(unsigned int column)
{
	return column == DETAIL_METRIC || column == DETAIL_UNIT;
}

static void put_metrics(const struct sim_strategy_result *strategy, FILE *out)
{
	int width[DETAIL_NR_COLUMNS] = { 0 };
	struct detail_row row;
	unsigned int c, i;

	for (c = 0; c < DETAIL_NR_COLUMNS; c++)
		width[c] = (int)strlen(detail_heading(c));
	for (i = 0; i < sim_nr_metrics; i++) {
		for (c = 0; detail_row(strategy, i, &row) && c < DETAIL_NR_COLUMNS; c++)
			width[c] = max_int(width[c], (int)strlen(row.cells[c]));
	}
	for (c = 0; c < DETAIL_NR_COLUMNS; c++) {
		fputs("  ", out);
		put_cell(out, detail_heading(c), width[c], detail_is_text(c), false);
	}
	fputc('\n', out);
	for (i = 0; i < sim_nr_metrics; i++) {
		if (!detail_row(strategy, i, &row))
			continue;
		for (c = 0; c < DETAIL_NR_COLUMNS; c++) {
			/* Nothing follows an empty ratio. */
			if (c == DETAIL_RATIO && !row.cells[c][0])
				break;
			fputs("  ", out);
			put_cell(out, row.cells[c], width[c], detail_is_text(c),
				 c == DETAIL_UNIT && !row.cells[DETAIL_RATIO][0]);
		}
		fputc('\n', out);
	}
}

static void put_details(const struct zramsim_result *res, const struct report_style *style,
			FILE *out)
{
	unsigned int i;

	for (i = 0; i < res->nr_strategies; i++) {
		const struct sim_strategy_result *strategy = &res->strategies[i];

		text_paint(out, style->color, TEXT_BOLD);
		detail_title(strategy, out);
		text_paint(out, style->color, NULL);
		fputc('\n', out);
		put_metrics(strategy, out);
		detail_facts(strategy, "  ", out);
		fputc('\n', out);
	}
}

/* Where the time went, strategies side by side. */
static void put_phases(const struct zramsim_result *res, const struct report_style *style,
		       FILE *out)
{
	struct phase_table_row rows[PHASE_TABLE_ROWS];
	unsigned int nr = phase_table_rows(res, rows), i, s;
	int name_width = (int)strlen(phases_heading), width;

	if (!nr)
		return;
	for (i = 0; i < nr; i++)
		name_width = max_int(name_width, (int)strlen(rows[i].name));
	text_paint(out, style->color, TEXT_BOLD);
	fprintf(out, "%-*s", name_width, phases_heading);
	for (s = 0; s < res->nr_strategies; s++)
		fprintf(out, " %6s", res->strategies[s].name);
	text_paint(out, style->color, NULL);
	fputc('\n', out);
	for (i = 0; i < nr; i++) {
		fprintf(out, "%-*s", name_width, rows[i].name);
		for (s = 0; s < res->nr_strategies; s++) {
			width = max_int(6, (int)strlen(res->strategies[s].name));
			fprintf(out, " %*s", width, rows[i].cells[s]);
		}
		fputc('\n', out);
	}
	fputc('\n', out);
}

void report_table(const struct zramsim_result *res, const struct report_style *style, FILE *out)
{
	config_line(res, out);
	fputs(res->complete ? "\n" : " (INTERRUPTED)\n", out);
	config_path_line(res, out);
	fputs("\n\n", out);
	if (style->details)
		put_details(res, style, out);
	else
		put_ranked(res, style, out);
	if (!style->details)
		fputc('\n', out);
	put_phases(res, style, out);
	if (!res->complete)
		text_remark(out, style->color, "interrupted: ",
			    "these are the repeats that were finished, not the experiment.");
	text_warnings(out, style->color, res->warnings, res->nr_warnings);
	wrap_text(out, style->details ? details_legend : ranked_legend, 0);
}

const struct report_format report_formats[] = {
	{ "table", "ranked text table (default)", report_table },
	{ "json", "everything measured, schema zramsim.result/1 (docs/result-schema.md)",
	  report_json },
	{ "csv", "one line per strategy and measured value, RFC 4180", report_csv },
	{ "markdown", "the table for mails and merge requests", report_markdown },
	{ NULL, NULL, NULL },
};

const struct report_format *report_format_find(const char *name)
{
	const struct report_format *format;

	for (format = report_formats; format->name; format++) {
		if (!strcmp(format->name, name))
			return format;
	}
	return NULL;
}
