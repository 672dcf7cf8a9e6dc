// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "sim/report/config_words.h"
#include "sim/report/detail.h"
#include "sim/report/ranked.h"
#include "sim/report/report.h"
#include "sim/report/text.h"

/* The lines that say what was done; a path in them may hold anything. */
static void put_line(const struct zramsim_result *res, FILE *out)
{
	char *text = NULL;
	size_t len = 0;
	FILE *mem = open_memstream(&text, &len);

	if (!mem)
		return;
	config_line(res, mem);
	fputs("; ", mem);
	config_path_line(res, mem);
	fclose(mem);
	if (text)
		markup_text(out, text);
	free(text);
	fputs(res->complete ? "\n\n" : " (INTERRUPTED)\n\n", out);
}

static void put_ranked(const struct zramsim_result *res, FILE *out)
{
	char heading[96];
	struct ranked_row rows[ZRAMSIM_MAX_STRATEGIES];
	unsigned int i, c;

	ranked_rows(res, rows);
	for (c = 0; c < RANKED_NR_COLUMNS; c++) {
		const char *first = ranked_heading(res, c, 0), *second = ranked_heading(res, c, 1);
		/* "over-" and "flow" are one word. */
		bool joined = *first && first[strlen(first) - 1] == '-';

		snprintf(heading, sizeof(heading), "%.*s%s%s", (int)strlen(first) - joined, first,
			 *first && !joined ? " " : "", second);
		markup_cell(out, heading);
	}
	fputs("|\n", out);
	for (c = 0; c < RANKED_NR_COLUMNS; c++)
		fputs(ranked_is_text(c) ? "|---" : "|---:", out);
	fputs("|\n", out);
	for (i = 0; i < res->nr_strategies; i++) {
		for (c = 0; c < RANKED_NR_COLUMNS; c++)
			markup_cell(out, rows[i].cells[c]);
		fputs("|\n", out);
	}
}

static void put_details(const struct sim_strategy_result *strategy, FILE *out)
{
	struct detail_row row;
	unsigned int i, c;

	fputs("## ", out);
	detail_title(strategy, out);
	fputs("\n\n", out);
	for (c = 0; c < DETAIL_NR_COLUMNS; c++)
		markup_cell(out, detail_heading(c));
	fputs("|\n|---|---:|---:|---:|---|---:|---:|\n", out);
	for (i = 0; i < sim_nr_metrics; i++) {
		if (!detail_row(strategy, i, &row))
			continue;
		for (c = 0; c < DETAIL_NR_COLUMNS; c++)
			markup_cell(out, row.cells[c]);
		fputs("|\n", out);
	}
	fputc('\n', out);
	detail_facts(strategy, "- ", out);
	fputc('\n', out);
}

static void put_phases(const struct zramsim_result *res, FILE *out)
{
	struct phase_table_row rows[PHASE_TABLE_ROWS];
	unsigned int nr = phase_table_rows(res, rows), i, s;

	if (!nr)
		return;
	fputs("\n| ns per slot ", out);
	for (s = 0; s < res->nr_strategies; s++)
		markup_cell(out, res->strategies[s].name);
	fputs("|\n|---", out);
	for (s = 0; s < res->nr_strategies; s++)
		fputs("|---:", out);
	fputs("|\n", out);
	for (i = 0; i < nr; i++) {
		markup_cell(out, rows[i].name);
		for (s = 0; s < res->nr_strategies; s++)
			markup_cell(out, rows[i].cells[s]);
		fputs("|\n", out);
	}
}

void report_markdown(const struct zramsim_result *res, const struct report_style *style, FILE *out)
{
	unsigned int i;

	put_line(res, out);
	for (i = 0; style->details && i < res->nr_strategies; i++)
		put_details(&res->strategies[i], out);
	if (!style->details)
		put_ranked(res, out);
	put_phases(res, out);
	markup_end(out, res->warnings, res->nr_warnings, &res->provenance);
	config_command(&res->config, markup_argument, out);
	fputc('\n', out);
}
