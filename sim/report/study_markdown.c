// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "sim/report/study_grid.h"
#include "sim/report/study_report.h"
#include "sim/report/text.h"

static void put_grid(struct grid *grid, FILE *out)
{
	grid_markup(grid, out);
	fputc('\n', out);
	grid_free(grid);
}

static void put_grids(const struct study *study, FILE *out)
{
	unsigned int first = 0, t;
	struct grid grid;

	while (grid_arms(&grid, study, &first, 0)) {
		put_grid(&grid, out);
	}
	for (t = 0; t < study->nr_tables; t++) {
		if (grid_table(&grid, &study->tables[t]))
			put_grid(&grid, out);
	}
}

/* The line that says what was done; a path in it may hold anything. */
static void put_line(const struct study *study, FILE *out)
{
	char *text = NULL;
	size_t len = 0;
	FILE *mem = open_memstream(&text, &len);

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
	put_line(study, out);
	put_grids(study, out);
	for (i = 0; i < study->nr_sentences; i++) {
		fputs(i ? " " : "", out);
		markup_text(out, study->sentences[i]);
	}
	fputc('\n', out);
	if (study_limits_apply(study))
		fprintf(out, "\nNot told by %u processors: %s.\n", study->provenance.nr_cpus,
			study->ops->limits);
	markup_end(out, study->warnings, study->nr_warnings, &study->provenance);
	study_command(study, markup_argument, out);
	fputc('\n', out);
}
