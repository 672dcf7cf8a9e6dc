// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/tables.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/report/text.h"

/* Columns, in the order they are printed. */
enum {
	RANKED_RANK,
	RANKED_STRATEGY,
	RANKED_UNIT,
	RANKED_EXIT,
	RANKED_SPREAD,
	RANKED_RATIO,
	RANKED_INTERVAL,
	RANKED_VERDICT,
	RANKED_BACK_P50,
	RANKED_BACK_P100,
	RANKED_CPU,
	RANKED_HELD,
	RANKED_OVERFLOW,
	RANKED_MISS,
	RANKED_NR_COLUMNS,
};

static const struct grid_column columns[RANKED_NR_COLUMNS] = {
	[RANKED_RANK] = { .heading = "#" },
	[RANKED_STRATEGY] = { .heading = "strategy", .left = true },
	[RANKED_UNIT] = { .heading = "unit", .left = true },
	[RANKED_EXIT] = { .group = "exit", .heading = "ms" },
	[RANKED_SPREAD] = { .group = "spread", .heading = "%" },
	[RANKED_RATIO] = { .group = "vs" },
	[RANKED_INTERVAL] = { .group = "95 %", .heading = "interval" },
	[RANKED_VERDICT] = { .heading = "verdict", .left = true },
	[RANKED_BACK_P50] = { .group = "back", .heading = "p50 ms", .begins = true },
	[RANKED_BACK_P100] = { .group = "back", .heading = "all ms" },
	[RANKED_CPU] = { .group = "cpu ns", .heading = "/slot", .begins = true },
	[RANKED_HELD] = { .group = "held", .heading = "MiB" },
	[RANKED_OVERFLOW] = { .group = "over-", .heading = "flow" },
	[RANKED_MISS] = { .heading = "miss" },
};

static const struct zramsim_value *rank_value(const struct sim_strategy_result *res,
					      const char *key)
{
	int i = sim_metric_find(key);

	if (i < 0 || !res->values || !res->values[i].nr)
		return NULL;
	return &res->values[i];
}

static double exit_median(const struct sim_strategy_result *res)
{
	const struct zramsim_value *value = rank_value(res, "exit_ns");

	return value ? value->median : INFINITY;
}

void rank_by_exit(const struct zramsim_result *res, unsigned int *order)
{
	unsigned int i, j;

	for (i = 0; i < res->nr_strategies; i++) {
		double median = exit_median(&res->strategies[i]);

		for (j = i; j && exit_median(&res->strategies[order[j - 1]]) > median; j--)
			order[j] = order[j - 1];
		order[j] = i;
	}
}

void rank_ranges(const struct zramsim_result *res, const unsigned int *order,
		 struct rank_range *ranges)
{
	double error = res->provenance.machine_error, best = 0, median;
	unsigned int first = 0, i, k;

	for (i = 0; i < res->nr_strategies; i++) {
		median = exit_median(&res->strategies[order[i]]);
		/* False for NaN, and for what has no value. */
		if (!i || !(isfinite(median) && best > median * (1 - error))) {
			first = i;
			best = median;
		}
		for (k = first; k <= i; k++)
			ranges[k] = (struct rank_range){ first + 1, i + 1 };
	}
}

static void put_rank(char *cell, struct rank_range range)
{
	int len = snprintf(cell, GRID_CHARS, "%u", range.first);

	if (range.last > range.first)
		snprintf(cell + len, GRID_CHARS - (size_t)len, "-%u", range.last);
}

static void put_cell(char *cell, const struct sim_strategy_result *strategy, const char *key,
		     double unit)
{
	const struct zramsim_value *value = rank_value(strategy, key);

	number_round(cell, value ? value->median / unit : NAN);
}

static void put_count(char *cell, const struct sim_strategy_result *strategy, const char *key)
{
	const struct zramsim_value *value = rank_value(strategy, key);

	if (value)
		snprintf(cell, GRID_CHARS, "%.0f", value->median);
	else
		strcpy(cell, "-");
}

static void put_exit(char (*row)[GRID_CHARS], const struct sim_strategy_result *strategy,
		     bool first)
{
	const struct zramsim_value *value = rank_value(strategy, "exit_ns");
	const char *verdict = strategy->verdict;
	bool ratio = value && value->ratio > 0;
	char lo[NUMBER_CHARS], hi[NUMBER_CHARS];

	put_cell(row[RANKED_EXIT], strategy, "exit_ns", 1e6);
	strcpy(row[RANKED_SPREAD], "-");
	if (value && value->nr > 1 && value->median > 0)
		snprintf(row[RANKED_SPREAD], GRID_CHARS, "%.1f",
			 100 * (value->max - value->min) / value->median);
	number_round(row[RANKED_RATIO], ratio ? value->ratio : NAN);
	strcpy(row[RANKED_INTERVAL], "-");
	strcpy(row[RANKED_VERDICT], "-");
	if (first || !ratio)
		return;
	if (isfinite(value->ratio_lo)) {
		number_round(lo, value->ratio_lo);
		number_round(hi, value->ratio_hi);
		snprintf(row[RANKED_INTERVAL], GRID_CHARS, "%.12s-%.12s", lo, hi);
	}
	/* Without an interval and an error nothing was asked, so nothing is open. */
	if (verdict)
		snprintf(row[RANKED_VERDICT], GRID_CHARS, "%s", *verdict ? verdict : "open");
}

static bool is_empty(const struct grid *grid, unsigned int column)
{
	unsigned int row;

	for (row = 0; row < grid->nr_rows; row++) {
		if (strcmp(grid->cells[row][column], "-"))
			return false;
	}
	return true;
}

static void drop_column(struct grid *grid, unsigned int column)
{
	unsigned int behind = --grid->nr_columns - column, row;

	memmove(grid->columns + column, grid->columns + column + 1,
		behind * sizeof(grid->columns[0]));
	for (row = 0; row < grid->nr_rows; row++)
		memmove(grid->cells[row] + column, grid->cells[row] + column + 1,
			behind * sizeof(grid->cells[row][0]));
}

/* One repeat has no spread, and few have no interval and no verdict. */
static void drop_unasked(struct grid *grid)
{
	static const unsigned int unasked[] = { RANKED_VERDICT, RANKED_INTERVAL, RANKED_SPREAD };
	unsigned int i;

	for (i = 0; i < sizeof(unasked) / sizeof(unasked[0]); i++) {
		if (is_empty(grid, unasked[i]))
			drop_column(grid, unasked[i]);
	}
}

bool grid_ranked(struct grid *grid, const struct zramsim_result *res)
{
	unsigned int order[ZRAMSIM_MAX_STRATEGIES], i;
	struct rank_range ranges[ZRAMSIM_MAX_STRATEGIES];
	const struct sim_strategy_result *strategy;
	char(*row)[GRID_CHARS];

	if (!grid_init(grid, res->nr_strategies))
		return false;
	memcpy(grid->columns, columns, sizeof(columns));
	snprintf(grid->columns[RANKED_RATIO].heading, sizeof(columns[0].heading), "%s",
		 res->nr_strategies ? res->strategies[0].name : "first");
	grid->nr_columns = RANKED_NR_COLUMNS;
	grid->paired = true;
	rank_by_exit(res, order);
	rank_ranges(res, order, ranges);
	for (i = 0; i < res->nr_strategies; i++) {
		strategy = &res->strategies[order[i]];
		row = grid->cells[i];
		put_rank(row[RANKED_RANK], ranges[i]);
		snprintf(row[RANKED_STRATEGY], GRID_CHARS, "%s", strategy->name);
		snprintf(row[RANKED_UNIT], GRID_CHARS, "%s", strategy->unit);
		put_exit(row, strategy, order[i] == 0);
		put_cell(row[RANKED_BACK_P50], strategy, "returned_ns.p50", 1e6);
		put_cell(row[RANKED_BACK_P100], strategy, "returned_ns.p100", 1e6);
		put_cell(row[RANKED_CPU], strategy, "cpu_ns_per_slot.total", 1);
		put_cell(row[RANKED_HELD], strategy, "held_peak_bytes", 1 << 20);
		put_count(row[RANKED_OVERFLOW], strategy, "overflow_slots");
		put_count(row[RANKED_MISS], strategy, "miss_slots");
	}
	drop_unasked(grid);
	return true;
}
