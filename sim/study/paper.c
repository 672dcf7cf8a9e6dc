// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* What a study writes down: sentences, warnings, tables. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/echo.h"
#include "sim/study/shape.h"

/* Add a text to a list unless it is there already or the list is full. */
static void add(char **list, unsigned int *nr, unsigned int room, const char *fmt, va_list args)
{
	char *text = NULL, *escaped;
	unsigned int i;

	if (vasprintf(&text, fmt, args) < 0) {
		sim_memory_missed();
		return;
	}
	/* It may name a file. */
	if (!sim_echo_plain(text)) {
		escaped = realloc(text, 4 * strlen(text) + 1);
		if (!escaped) {
			free(text);
			sim_memory_missed();
			return;
		}
		text = escaped;
		sim_echo_escape(text, 4 * strlen(text) + 1);
	}
	for (i = 0; i < *nr && strcmp(list[i], text); i++)
		;
	if (i == *nr && i < room)
		list[(*nr)++] = text;
	else
		free(text);
}

void study_say(struct study *study, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(study->sentences, &study->nr_sentences, STUDY_MAX_SENTENCES, fmt, args);
	va_end(args);
}

void study_warn(struct study *study, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(study->warnings, &study->nr_warnings, SIM_MAX_WARNINGS, fmt, args);
	va_end(args);
}

void study_table(struct study *study, const char *key, const char *title,
		 const char *const *columns)
{
	struct study_table *table = &study->tables[study->nr_tables];
	unsigned int c;

	if (study->nr_tables == STUDY_MAX_TABLES)
		return;
	table->names = calloc(STUDY_MAX_ROWS, sizeof(*table->names));
	table->cells = calloc(STUDY_MAX_ROWS, sizeof(*table->cells));
	if (!table->names || !table->cells) {
		free(table->names);
		free(table->cells);
		sim_memory_missed();
		return;
	}
	table->key = key;
	table->title = title;
	for (c = 0; c < STUDY_MAX_COLUMNS && columns[c]; c++)
		table->columns[c] = columns[c];
	table->nr_columns = c;
	study->nr_tables++;
}

void study_row(struct study *study, const double *cells, const char *name_fmt, ...)
{
	struct study_table *table = &study->tables[study->nr_tables - 1];
	va_list args;

	if (!study->nr_tables || table->nr_rows == STUDY_MAX_ROWS)
		return;
	va_start(args, name_fmt);
	vsnprintf(table->names[table->nr_rows], STUDY_NAME_CHARS, name_fmt, args);
	va_end(args);
	memcpy(table->cells[table->nr_rows++], cells, (table->nr_columns - 1) * sizeof(*cells));
}
