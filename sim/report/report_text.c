// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Results for people, as text and as Markdown: what was done, who won, what to beware of. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/report.h"
#include "sim/report/document.h"
#include "sim/report/tables.h"
#include "sim/report/text.h"
#include "sim/report/words.h"

static const char ranked_legend[] =
	"Lower is better everywhere. vs: median of the ratios of the "
	"rounds, with interval and verdict from five rounds on; back: when half and all of the "
	"freed memory was back; cpu: processes and workers; held: dead but not yet back. "
	"'zramsim help output' explains each column.";

static const char details_legend[] = "Ratios are to the first strategy: medians of the ratios of "
				     "the rounds, with a 95 % interval. mm_stat has the kernel's "
				     "columns. Values: docs/output.md.";

/* What a virtual machine's figures are worth. */
static void error_line(const struct zramsim_result *res, FILE *out)
{
	double error = res->provenance.machine_error;
	char line[256];

	if (isnan(error))
		return;
	snprintf(line, sizeof(line),
		 "Figures of %s may be off by %.0f %% (docs/validation.md): what differs by "
		 "less is called the same, and shares a rank.",
		 res->provenance.machine, 100 * error);
	wrap_text(out, line, 0);
}

static void print_details(const struct sim_strategy_result *strategy, bool color, FILE *out)
{
	struct grid grid;

	text_paint(out, color, TEXT_BOLD);
	detail_title(strategy, out);
	text_paint(out, color, NULL);
	fputc('\n', out);
	if (grid_metrics(&grid, strategy))
		grid_print(&grid, false, out);
	detail_facts(strategy, "  ", out);
	fputc('\n', out);
}

void report_table(const struct zramsim_result *res, const struct report_style *style, FILE *out)
{
	struct grid grid;
	unsigned int i;

	config_line(res, out);
	fputs(res->complete ? "\n" : " (INTERRUPTED)\n", out);
	config_path_line(res, out);
	fputs("\n\n", out);
	for (i = 0; style->details && i < res->nr_strategies; i++)
		print_details(&res->strategies[i], style->color, out);
	if (!style->details && grid_ranked(&grid, res)) {
		grid_print(&grid, style->color, out);
		fputc('\n', out);
	}
	if (grid_phases(&grid, res)) {
		grid_print(&grid, style->color, out);
		fputc('\n', out);
	}
	if (!res->complete)
		text_remark(out, style->color, "interrupted: ",
			    "these are the repeats that were finished, not the experiment.");
	text_warnings(out, style->color, res->warnings, res->nr_warnings);
	wrap_text(out, style->details ? details_legend : ranked_legend, 0);
	error_line(res, out);
}

/* The lines that say what was done; a path in them may hold anything. */
static void markup_line(const struct zramsim_result *res, FILE *out)
{
	char *text = NULL;
	size_t len = 0;
	FILE *mem = document_open(&text, &len);

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

static void markup_details(const struct sim_strategy_result *strategy, FILE *out)
{
	struct grid grid;

	fputs("## ", out);
	detail_title(strategy, out);
	fputs("\n\n", out);
	if (grid_metrics(&grid, strategy))
		grid_markup(&grid, out);
	fputc('\n', out);
	detail_facts(strategy, "- ", out);
	fputc('\n', out);
}

void report_markdown(const struct zramsim_result *res, const struct report_style *style, FILE *out)
{
	struct grid grid;
	unsigned int i;

	markup_line(res, out);
	for (i = 0; style->details && i < res->nr_strategies; i++)
		markup_details(&res->strategies[i], out);
	if (!style->details && grid_ranked(&grid, res))
		grid_markup(&grid, out);
	if (grid_phases(&grid, res)) {
		fputc('\n', out);
		grid_markup(&grid, out);
	}
	markup_end(out, res->warnings, res->nr_warnings, &res->provenance);
	config_command(&res->config, res->given, markup_argument, out);
	fputc('\n', out);
}
