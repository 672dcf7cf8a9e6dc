// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Studies for people, as text and as Markdown: question, figures, what they say. */
#include <stdlib.h>
#include <string.h>

#include "sim/report/report.h"
#include "sim/report/document.h"
#include "sim/report/tables.h"
#include "sim/report/text.h"
#include "sim/report/words.h"

static const char legend[] = "Medians; spread: largest minus smallest repeat; ratio: to the "
			     "combination compared with, the median of the ratios of the rounds, "
			     "* where its 95 % interval, from five rounds on, excludes 1.";

static void put_grid(struct grid *grid, bool markup, bool color, FILE *out)
{
	if (markup)
		grid_markup(grid, out);
	else
		grid_print(grid, color, out);
	fputc('\n', out);
}

static void put_grids(const struct study *study, bool markup, bool color, FILE *out)
{
	unsigned int first = 0, t;
	struct grid grid;

	while (grid_arms(&grid, study, &first, markup ? 0 : WRAP_COLUMNS)) {
		put_grid(&grid, markup, color, out);
		/* What is not of all combinations is not worth more than a page. */
		if (!markup && study->nr_arms > GRID_ARMS)
			break;
	}
	for (t = 0; t < study->nr_tables; t++) {
		if (grid_table(&grid, &study->tables[t]))
			put_grid(&grid, markup, color, out);
	}
}

/* All sentences as one paragraph. */
static void put_paragraph(const struct study *study, FILE *out)
{
	char *text = NULL;
	size_t len = 0;
	unsigned int i;
	FILE *mem = document_open(&text, &len);

	if (!mem)
		return;
	for (i = 0; i < study->nr_sentences; i++)
		fprintf(mem, "%s%s", i ? " " : "", study->sentences[i]);
	if (study_limits_apply(study))
		fprintf(mem, "%sNot told by %u processor%s: %s.", i ? " " : "",
			study->provenance.nr_cpus, sim_plural(study->provenance.nr_cpus, "s"),
			study->ops->limits);
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
	put_grids(study, false, style->color, out);
	put_paragraph(study, out);
	text_warnings(out, style->color, study->warnings, study->nr_warnings);
	wrap_text(out, legend, 0);
}

/* The line that says what was done; a path in it may hold anything. */
static void markup_line(const struct study *study, FILE *out)
{
	char *text = NULL;
	size_t len = 0;
	FILE *mem = document_open(&text, &len);

	if (!mem)
		return;
	study_line(study, mem);
	fclose(mem);
	if (text)
		markup_text(out, text);
	free(text);
	fputs("\n\n", out);
}

void study_report_markdown(const struct study *study, const struct report_style *style, FILE *out)
{
	unsigned int i;

	(void)style;
	fprintf(out, "**%s** (%s, %s)\n\n", study->ops->question, study->ops->refs,
		study->ops->asked);
	markup_line(study, out);
	put_grids(study, true, false, out);
	for (i = 0; i < study->nr_sentences; i++) {
		fputs(i ? " " : "", out);
		markup_text(out, study->sentences[i]);
	}
	fputc('\n', out);
	if (study_limits_apply(study))
		fprintf(out, "\nNot told by %u processor%s: %s.\n", study->provenance.nr_cpus,
			sim_plural(study->provenance.nr_cpus, "s"), study->ops->limits);
	markup_end(out, study->warnings, study->nr_warnings, &study->provenance);
	study_command(study, markup_argument, out);
	fputc('\n', out);
}
