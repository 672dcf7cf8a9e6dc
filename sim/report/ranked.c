// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/ranked.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/report/text.h"

const struct zramsim_value *rank_value(const struct sim_strategy_result *res, const char *key)
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

static const char *const headings[RANKED_NR_COLUMNS][2] = {
	[RANKED_RANK] = { "", "#" },
	[RANKED_STRATEGY] = { "", "strategy" },
	[RANKED_UNIT] = { "", "unit" },
	[RANKED_EXIT] = { "exit", "ms" },
	[RANKED_SPREAD] = { "spread", "%" },
	[RANKED_RATIO] = { "vs", NULL },
	[RANKED_INTERVAL] = { "95 %", "interval" },
	[RANKED_VERDICT] = { "", "verdict" },
	[RANKED_BACK_P50] = { "back", "p50 ms" },
	[RANKED_BACK_P100] = { "back", "all ms" },
	[RANKED_CPU] = { "cpu", "ns/slot" },
	[RANKED_HELD] = { "held", "MiB" },
	[RANKED_OVERFLOW] = { "over-", "flow" },
	[RANKED_MISS] = { "", "miss" },
};

bool ranked_is_text(enum ranked_column column)
{
	return column == RANKED_STRATEGY || column == RANKED_UNIT || column == RANKED_VERDICT;
}

const char *ranked_heading(const struct zramsim_result *res, enum ranked_column column,
			   unsigned int line)
{
	const char *heading = headings[column][line];

	if (heading)
		return heading;
	return res->nr_strategies ? res->strategies[0].name : "first";
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
		snprintf(cell, RANKED_CELL_CHARS, "%.0f", value->median);
	else
		strcpy(cell, "-");
}

static void put_exit(struct ranked_row *row, const struct sim_strategy_result *strategy, bool first)
{
	const struct zramsim_value *value = rank_value(strategy, "exit_ns");
	const char *verdict = strategy->verdict ? strategy->verdict : "";
	bool ratio = value && value->ratio > 0;
	char lo[NUMBER_CHARS], hi[NUMBER_CHARS];

	put_cell(row->cells[RANKED_EXIT], strategy, "exit_ns", 1e6);
	strcpy(row->cells[RANKED_SPREAD], "-");
	if (value && value->nr > 1 && value->median > 0)
		snprintf(row->cells[RANKED_SPREAD], RANKED_CELL_CHARS, "%.1f",
			 100 * (value->max - value->min) / value->median);
	number_round(row->cells[RANKED_RATIO], ratio ? value->ratio : NAN);
	strcpy(row->cells[RANKED_INTERVAL], "-");
	strcpy(row->cells[RANKED_VERDICT], "-");
	if (first || !ratio)
		return;
	if (isfinite(value->ratio_lo)) {
		number_round(lo, value->ratio_lo);
		number_round(hi, value->ratio_hi);
		snprintf(row->cells[RANKED_INTERVAL], RANKED_CELL_CHARS, "%.12s-%.12s", lo, hi);
	}
	snprintf(row->cells[RANKED_VERDICT], RANKED_CELL_CHARS, "%s", *verdict ? verdict : "open");
}

void ranked_rows(const struct zramsim_result *res, struct ranked_row *rows)
{
	unsigned int order[ZRAMSIM_MAX_STRATEGIES], i;

	rank_by_exit(res, order);
	for (i = 0; i < res->nr_strategies; i++) {
		const struct sim_strategy_result *strategy = &res->strategies[order[i]];
		struct ranked_row *row = &rows[i];

		snprintf(row->cells[RANKED_RANK], RANKED_CELL_CHARS, "%u", i + 1);
		snprintf(row->cells[RANKED_STRATEGY], RANKED_CELL_CHARS, "%s", strategy->name);
		snprintf(row->cells[RANKED_UNIT], RANKED_CELL_CHARS, "%s", strategy->unit);
		put_exit(row, strategy, order[i] == 0);
		put_cell(row->cells[RANKED_BACK_P50], strategy, "returned_ns.p50", 1e6);
		put_cell(row->cells[RANKED_BACK_P100], strategy, "returned_ns.p100", 1e6);
		put_cell(row->cells[RANKED_CPU], strategy, "cpu_ns_per_slot.total", 1);
		put_cell(row->cells[RANKED_HELD], strategy, "held_peak_bytes", 1 << 20);
		put_count(row->cells[RANKED_OVERFLOW], strategy, "overflow_slots");
		put_count(row->cells[RANKED_MISS], strategy, "miss_slots");
	}
}
