// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/text.h"
#include "sim/message.h"

enum {
	QUANTITY_COLUMNS = 3, /* median, spread, ratio */
	QUANTITY_WIDTH = 23,  /* about what they take */
	SHOWN_BEST = 15,      /* of more than GRID_ARMS */
	SHOWN_WORST = 8,
};

/* Unit a column is shown in: that of its largest number, as a rule. */
static struct scale column_scale(const struct study *study, const unsigned int *arms,
				 unsigned int nr, const struct study_quantity *quantity)
{
	double typical = INFINITY;
	struct zramsim_value value;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		value = study_value(study, arms[i], quantity->key);
		if (value.nr && value.median > 0 && value.median < typical)
			typical = value.median;
	}
	return scale_find(quantity->unit, isfinite(typical) ? 3 * typical : 0);
}

static void put_quantity(struct grid *grid, unsigned int column, const struct study *study,
			 const unsigned int *arms, unsigned int nr,
			 const struct study_quantity *quantity)
{
	struct scale scale = column_scale(study, arms, nr, quantity);
	struct zramsim_value value, ratio;
	char number[NUMBER_CHARS];
	unsigned int i;
	int base;

	snprintf(grid->columns[column].group, sizeof(grid->columns[0].group), "%s", quantity->key);
	snprintf(grid->columns[column].heading, sizeof(grid->columns[0].heading), "%s", scale.name);
	grid->columns[column].begins = true;
	strcpy(grid->columns[column + 1].heading, "spread %");
	strcpy(grid->columns[column + 2].heading, "ratio");
	for (i = 0; i < nr; i++) {
		value = study_value(study, arms[i], quantity->key);
		base = study_baseline(study, arms[i]);
		ratio = study_ratio(study, (int)arms[i], base, quantity->key);
		number_round(number, value.nr ? value.median / scale.factor : NAN);
		strcpy(grid->cells[i][column], number);
		if (value.nr && value.median > 0)
			snprintf(grid->cells[i][column + 1], GRID_CHARS, "%.0f",
				 100 * (value.max - value.min) / value.median);
		if (!ratio.nr || base == (int)arms[i])
			continue;
		number_round(number, ratio.ratio);
		snprintf(grid->cells[i][column + 2], GRID_CHARS, "%s%s", number,
			 ratio.ratio > 0 && (ratio.ratio_hi < 1 || ratio.ratio_lo > 1) ? "*" : " ");
	}
}

/* A median and the number of its arm. */
struct place {
	double median;
	unsigned int arm;
};

static int by_median(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->median > y->median) - (x->median < y->median);
}

/* The first arm, the best ones and the worst ones by the first quantity. Return: how many. */
static unsigned int choose_arms(const struct study *study, unsigned int arms[GRID_ARMS])
{
	const struct study_quantity *quantity = &study->quantities[0];
	unsigned int i, nr = 0;
	struct place *places;
	struct zramsim_value value;

	places = calloc(study->nr_arms, sizeof(*places));
	for (i = 0; places && i < study->nr_arms; i++) {
		value = study_value(study, i, quantity->key);
		places[i].arm = i;
		places[i].median = value.nr ? value.median : INFINITY;
		if (value.nr && quantity->better > 0)
			places[i].median = -value.median;
	}
	if (places && study->nr_arms > GRID_ARMS)
		qsort(places, study->nr_arms, sizeof(*places), by_median);
	for (i = 0; places && i < study->nr_arms && nr < GRID_ARMS; i++) {
		if (study->nr_arms <= GRID_ARMS)
			arms[nr++] = i;
		else if (i < SHOWN_BEST || i >= study->nr_arms - SHOWN_WORST)
			arms[nr++] = places[i].arm;
	}
	if (!places)
		sim_memory_missed();
	free(places);
	return nr;
}

static void put_factors(struct grid *grid, const struct study *study, const unsigned int *arms,
			unsigned int nr)
{
	unsigned int f, i;

	for (f = 0; f < study->nr_factors; f++) {
		snprintf(grid->columns[f].heading, sizeof(grid->columns[f].heading), "%s",
			 study->ops->factors[f].key);
		grid->columns[f].left = true;
		grid->columns[f].begins = !f;
		for (i = 0; i < nr; i++)
			snprintf(grid->cells[i][f], GRID_CHARS, "%s",
				 study_level(study, arms[i], study->ops->factors[f].key));
	}
	grid->nr_columns = f;
}

/* Columns of text that the factors take. */
static unsigned int factors_width(const struct grid *grid)
{
	unsigned int f, i, widest, width = 0;

	for (f = 0; f < grid->nr_columns; f++) {
		widest = (unsigned int)strlen(grid->columns[f].heading);
		for (i = 0; i < grid->nr_rows; i++) {
			if (strlen(grid->cells[i][f]) > widest)
				widest = (unsigned int)strlen(grid->cells[i][f]);
		}
		width += widest + 1;
	}
	return width;
}

bool grid_arms(struct grid *grid, const struct study *study, unsigned int *first,
	       unsigned int width)
{
	unsigned int arms[GRID_ARMS], nr = choose_arms(study, arms), used;

	if (*first >= study->nr_quantities || !grid_init(grid, nr))
		return false;
	if (study->nr_arms > GRID_ARMS)
		snprintf(grid->title, sizeof(grid->title),
			 "The %u best and the %u worst of %u combinations by %s; JSON and CSV have "
			 "all.",
			 SHOWN_BEST, SHOWN_WORST, study->nr_arms, study->quantities[0].key);
	put_factors(grid, study, arms, nr);
	used = factors_width(grid);
	do {
		put_quantity(grid, grid->nr_columns, study, arms, nr, &study->quantities[*first]);
		grid->nr_columns += QUANTITY_COLUMNS;
		used += QUANTITY_WIDTH;
		++*first;
	} while (*first < study->nr_quantities &&
		 grid->nr_columns + QUANTITY_COLUMNS <= GRID_COLUMNS &&
		 (!width || used + QUANTITY_WIDTH <= width));
	return true;
}

/* The unit a column's key names; a column of ratios has small numbers and stays as it is. */
static struct scale key_scale(const struct study_table *table, unsigned int column)
{
	const char *key = table->columns[column + 1];
	double most = 0;
	unsigned int r;

	for (r = 0; r < table->nr_rows; r++) {
		if (table->cells[r][column] > most)
			most = table->cells[r][column];
	}
	if (strstr(key, "_ns"))
		return scale_find("ns", most);
	return scale_find(strstr(key, "bytes") ? "bytes" : "", most);
}

bool grid_table(struct grid *grid, const struct study_table *table)
{
	char number[NUMBER_CHARS];
	struct scale scale;
	unsigned int r, c;

	if (!grid_init(grid, table->nr_rows))
		return false;
	snprintf(grid->title, sizeof(grid->title), "%s", table->title);
	grid->nr_columns = table->nr_columns;
	for (c = 0; c < table->nr_columns; c++)
		snprintf(grid->columns[c].heading, sizeof(grid->columns[c].heading), "%s",
			 table->columns[c]);
	grid->columns[0].left = true;
	for (r = 0; r < table->nr_rows; r++)
		strcpy(grid->cells[r][0], table->names[r]);
	for (c = 0; c + 1 < table->nr_columns; c++) {
		scale = key_scale(table, c);
		if (scale.factor > 1)
			snprintf(grid->columns[c + 1].heading, sizeof(grid->columns[0].heading),
				 "%s %s", table->columns[c + 1], scale.name);
		for (r = 0; r < table->nr_rows; r++) {
			number_round(number, table->cells[r][c] / scale.factor);
			strcpy(grid->cells[r][c + 1], number);
		}
	}
	return true;
}
