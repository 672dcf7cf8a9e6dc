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

static void put_details(const struct sim_strategy_result *strategy, FILE *out)
{
	struct grid grid;

	fputs("## ", out);
	detail_title(strategy, out);
	fputs("\n\n", out);
	if (grid_metrics(&grid, strategy)) {
		grid_markup(&grid, out);
		grid_free(&grid);
	}
	fputc('\n', out);
	detail_facts(strategy, "- ", out);
	fputc('\n', out);
}

void report_markdown(const struct zramsim_result *res, const struct report_style *style, FILE *out)
{
	struct grid grid;
	unsigned int i;

	put_line(res, out);
	for (i = 0; style->details && i < res->nr_strategies; i++)
		put_details(&res->strategies[i], out);
	if (!style->details && grid_ranked(&grid, res)) {
		grid_markup(&grid, out);
		grid_free(&grid);
	}
	if (grid_phases(&grid, res)) {
		fputc('\n', out);
		grid_markup(&grid, out);
		grid_free(&grid);
	}
	markup_end(out, res->warnings, res->nr_warnings, &res->provenance);
	config_command(&res->config, markup_argument, out);
	fputc('\n', out);
}
