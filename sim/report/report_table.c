// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* The document for people: what was done, who won, what to beware of, how to read it. */
#include <string.h>

#include "sim/report/config_words.h"
#include "sim/report/detail.h"
#include "sim/report/ranked.h"
#include "sim/report/report.h"
#include "sim/report/text.h"

static const char ranked_legend[] =
	"Lower is better everywhere. vs: median of the ratios of the "
	"rounds, with interval and verdict from five rounds on; back: when half and all of the "
	"freed memory was back; cpu: processes and workers; held: dead but not yet back. "
	"'zramsim help output' explains each column.";

static const char details_legend[] = "Ratios are to the first strategy: medians of the ratios of "
				     "the rounds, with a 95 % interval. mm_stat has the kernel's "
				     "columns. Values: docs/output.md.";

static void put_details(const struct sim_strategy_result *strategy, bool color, FILE *out)
{
	struct grid grid;

	text_paint(out, color, TEXT_BOLD);
	detail_title(strategy, out);
	text_paint(out, color, NULL);
	fputc('\n', out);
	if (grid_metrics(&grid, strategy)) {
		grid_print(&grid, false, out);
		grid_free(&grid);
	}
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
		put_details(&res->strategies[i], style->color, out);
	if (!style->details && grid_ranked(&grid, res)) {
		grid_print(&grid, style->color, out);
		fputc('\n', out);
		grid_free(&grid);
	}
	if (grid_phases(&grid, res)) {
		grid_print(&grid, style->color, out);
		fputc('\n', out);
		grid_free(&grid);
	}
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
