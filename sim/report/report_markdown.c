// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "sim/report/config_words.h"
#include "sim/report/detail.h"
#include "sim/report/ranked.h"
#include "sim/report/report.h"

/* Text inside a table cell or paragraph: what Markdown would take as markup is escaped. */
static void put_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("\\`*_|<>[]#", *text))
			fputc('\\', out);
		fputc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
	}
}

/* The line that says what was done; a path in it may hold anything. */
static void put_line(const struct zramsim_result *res, FILE *out)
{
	char *text = NULL;
	size_t len = 0;
	FILE *mem = open_memstream(&text, &len);

	if (!mem)
		return;
	config_line(res, mem);
	fclose(mem);
	if (text)
		put_text(out, text);
	free(text);
	fputs(res->complete ? "\n\n" : " (INTERRUPTED)\n\n", out);
}

static void put_cell(FILE *out, const char *text)
{
	fputs("| ", out);
	put_text(out, text);
	fputc(' ', out);
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
		put_cell(out, heading);
	}
	fputs("|\n", out);
	for (c = 0; c < RANKED_NR_COLUMNS; c++)
		fputs(ranked_is_text(c) ? "|---" : "|---:", out);
	fputs("|\n", out);
	for (i = 0; i < res->nr_strategies; i++) {
		for (c = 0; c < RANKED_NR_COLUMNS; c++)
			put_cell(out, rows[i].cells[c]);
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
		put_cell(out, detail_heading(c));
	fputs("|\n|---|---:|---:|---:|---|---:|---:|\n", out);
	for (i = 0; i < sim_nr_metrics; i++) {
		if (!detail_row(strategy, i, &row))
			continue;
		for (c = 0; c < DETAIL_NR_COLUMNS; c++)
			put_cell(out, row.cells[c]);
		fputs("|\n", out);
	}
	fputc('\n', out);
	detail_facts(strategy, "- ", out);
	fputc('\n', out);
}

static void put_where(const struct zramsim_result *res, FILE *out)
{
	const struct sim_provenance *from = &res->provenance;

	fputs("\nzramsim ", out);
	put_text(out, from->version);
	fputs(" (", out);
	put_text(out, from->commit);
	fputs("), ", out);
	put_text(out, from->compiler);
	fputs(", ", out);
	put_text(out, from->cpu);
	fprintf(out, ", %u processors, Linux ", from->nr_cpus);
	put_text(out, from->kernel);
	fputs(", ", out);
	put_text(out, from->started);
	fputc('\n', out);
}

static void put_argument(void *ctx, const char *argument)
{
	FILE *out = ctx;
	bool plain = *argument && strspn(argument, "abcdefghijklmnopqrstuvwxyz"
						   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
						   "0123456789-_=,./:%+@") == strlen(argument);

	fputs(plain ? " " : " '", out);
	for (; *argument; argument++) {
		if (*argument == '\'')
			fputs("'\\''", out);
		else
			fputc(*argument, out);
	}
	if (!plain)
		fputc('\'', out);
}

void report_markdown(const struct zramsim_result *res, const struct report_style *style, FILE *out)
{
	unsigned int i;

	put_line(res, out);
	for (i = 0; style->details && i < res->nr_strategies; i++)
		put_details(&res->strategies[i], out);
	if (!style->details)
		put_ranked(res, out);
	if (res->nr_warnings)
		fputc('\n', out);
	for (i = 0; i < res->nr_warnings; i++) {
		fputs("- warning: ", out);
		put_text(out, res->warnings[i]);
		fputc('\n', out);
	}
	put_where(res, out);
	fputs("\nAgain:\n\n    zramsim", out);
	config_command(res, put_argument, out);
	fputc('\n', out);
}
