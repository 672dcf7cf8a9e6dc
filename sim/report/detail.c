// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/tables.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sim/message.h"
#include "sim/report/text.h"

/* Columns of the list of metrics. */
enum {
	DETAIL_METRIC,
	DETAIL_MEDIAN,
	DETAIL_MIN,
	DETAIL_MAX,
	DETAIL_UNIT,
	DETAIL_RATIO,
	DETAIL_INTERVAL,
	DETAIL_NR_COLUMNS,
};

static const char *const headings[DETAIL_NR_COLUMNS] = {
	"metric", "median", "min", "max", "unit", "ratio", "95 % interval",
};

static void put_number(char *cell, double value)
{
	if (value >= 100 || value == (double)(int64_t)value)
		snprintf(cell, GRID_CHARS, "%.0f", value);
	else
		number_round(cell, value);
}

/* Return: false if the metric has no meaning here. */
static bool put_metric(const struct sim_strategy_result *strategy, unsigned int metric,
		       char (*row)[GRID_CHARS])
{
	const struct sim_metric *what = &sim_metrics[metric];
	const struct zramsim_value *value;
	char lo[NUMBER_CHARS], hi[NUMBER_CHARS];
	struct scale scale;

	if (!strategy->values || !strategy->values[metric].nr)
		return false;
	value = &strategy->values[metric];
	scale = scale_find(what->unit, value->median);
	snprintf(row[DETAIL_METRIC], GRID_CHARS, "%s%s%s", what->group ? what->group : "",
		 what->group ? "." : "", what->key);
	put_number(row[DETAIL_MEDIAN], value->median / scale.factor);
	put_number(row[DETAIL_MIN], value->min / scale.factor);
	put_number(row[DETAIL_MAX], value->max / scale.factor);
	snprintf(row[DETAIL_UNIT], GRID_CHARS, "%s", scale.name);
	if (value->ratio > 0) {
		number_round(row[DETAIL_RATIO], value->ratio);
		strcpy(row[DETAIL_INTERVAL], "-");
	}
	if (value->ratio > 0 && isfinite(value->ratio_lo)) {
		number_round(lo, value->ratio_lo);
		number_round(hi, value->ratio_hi);
		snprintf(row[DETAIL_INTERVAL], GRID_CHARS, "%.20s-%.20s", lo, hi);
	}
	return true;
}

bool grid_metrics(struct grid *grid, const struct sim_strategy_result *strategy)
{
	unsigned int m, c;

	if (!grid_init(grid, sim_nr_metrics))
		return false;
	for (c = 0; c < DETAIL_NR_COLUMNS; c++) {
		strcpy(grid->columns[c].heading, headings[c]);
		grid->columns[c].left = c == DETAIL_METRIC || c == DETAIL_UNIT;
		grid->columns[c].begins = true;
	}
	grid->nr_columns = c;
	grid->indent = 2;
	grid->nr_rows = 0;
	for (m = 0; m < sim_nr_metrics; m++)
		grid->nr_rows += put_metric(strategy, m, grid->cells[grid->nr_rows]);
	return true;
}

void detail_title(const struct sim_strategy_result *strategy, FILE *out)
{
	fprintf(out, "%s (unit %s, defer %s, batch %s, %u repeat%s)", strategy->name,
		strategy->unit, strategy->defer, strategy->batch, strategy->nr_runs,
		sim_plural(strategy->nr_runs, "s"));
}

static void put_mm_stat(const char *name, const struct zramsim_stat *st, const char *indent,
			FILE *out)
{
	fprintf(out,
		"%smm_stat %s: %" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRId64
		" %" PRIu64 " %" PRId64 " %" PRIu64 "\n",
		indent, name, st->orig_data_size, st->compr_data_size, st->mem_used_total,
		st->mem_limit, st->mem_used_max, st->same_pages, st->pages_compacted,
		st->huge_pages, st->huge_pages_since);
}

static void put_phases(const struct sim_strategy_result *strategy, const char *indent, FILE *out)
{
	char ns[NUMBER_CHARS], calls[NUMBER_CHARS];
	unsigned int i;

	for (i = 0; i < strategy->nr_phases; i++) {
		const struct sim_phase *phase = &strategy->phases[i];

		number_round(ns, phase->values[SIM_PHASE_NS_PER_SLOT].median);
		number_round(calls, phase->values[SIM_PHASE_CALLS_PER_SLOT].median);
		fprintf(out, "%sphase %s of the %ss: %s ns and %s calls per slot, %.1f %%\n",
			indent, phase->name, sim_role_names[phase->role], ns, calls,
			100 * phase->values[SIM_PHASE_SHARE].median);
	}
}

void detail_facts(const struct sim_strategy_result *strategy, const char *indent, FILE *out)
{
	const struct sim_sizes *sizes = &strategy->sizes;
	char mean[NUMBER_CHARS];
	unsigned int i;

	for (i = 0; i < strategy->nr_locks; i++) {
		const struct sim_lock *lock = &strategy->locks[i];

		fprintf(out,
			"%slock %s (%s): taken %.0f time%s, busy %.0f, waited %.0f ns in total",
			indent, lock->name, lock->kind, lock->values[SIM_LOCK_ACQUISITIONS].median,
			sim_plural((uint64_t)lock->values[SIM_LOCK_ACQUISITIONS].median, "s"),
			lock->values[SIM_LOCK_CONTENDED].median,
			lock->values[SIM_LOCK_WAIT_NS].median);
		if (isfinite(lock->values[SIM_LOCK_HOLD_NS].median))
			fprintf(out, ", held %.0f ns in total, %.0f ns at most",
				lock->values[SIM_LOCK_HOLD_NS].median,
				lock->values[SIM_LOCK_HOLD_NS_MAX].median);
		fputc('\n', out);
	}
	put_phases(strategy, indent, out);
	number_round(mean, sizes->mean_bytes);
	fprintf(out,
		"%sstored: %" PRIu64 " slot%s, %" PRIu64 " same-filled (%" PRIu64
		" of zeros, kept by swap), %" PRIu64 " huge, mean %s bytes, %" PRIu32
		" size%s in %" PRIu32 " class%s\n",
		indent, sizes->nr_slots, sim_plural(sizes->nr_slots, "s"), sizes->same_slots,
		sizes->zero_slots, sizes->huge_slots, mean, sizes->distinct_sizes,
		sim_plural(sizes->distinct_sizes, "s"), sizes->classes,
		sim_plural(sizes->classes, "es"));
	put_mm_stat("after the fill", &strategy->after_fill, indent, out);
	put_mm_stat("at the end", &strategy->end, indent, out);
}

static const struct sim_phase *find_phase(const struct sim_strategy_result *strategy,
					  unsigned int role, unsigned int number)
{
	unsigned int i;

	for (i = 0; i < strategy->nr_phases; i++) {
		if (strategy->phases[i].role == role && strategy->phases[i].number == number)
			return &strategy->phases[i];
	}
	return NULL;
}

/* Fill in the row of a phase, add to the sums. Return: false if no strategy has entered it. */
static bool phase_row(const struct zramsim_result *res, unsigned int role, unsigned int number,
		      double *sums, char (*row)[GRID_CHARS])
{
	const struct sim_phase *phase;
	bool entered = false;
	unsigned int i;
	double ns;

	for (i = 0; i < res->nr_strategies; i++) {
		phase = find_phase(&res->strategies[i], role, number);
		ns = phase ? phase->values[SIM_PHASE_NS_PER_SLOT].median : NAN;
		number_round(row[i + 1], ns);
		if (!phase)
			continue;
		entered = true;
		if (isfinite(ns))
			sums[i] = isnan(sums[i]) ? ns : sums[i] + ns;
		snprintf(row[0], GRID_CHARS, "%s %s", sim_role_names[role], phase->name);
	}
	return entered;
}

static void sum_row(const struct zramsim_result *res, unsigned int role, const double *sums,
		    char (*row)[GRID_CHARS])
{
	unsigned int i;

	snprintf(row[0], GRID_CHARS, "%s all", sim_role_names[role]);
	for (i = 0; i < res->nr_strategies; i++)
		number_round(row[i + 1], sums[i]);
}

static void put_roles(struct grid *grid, const struct zramsim_result *res)
{
	double sums[ZRAMSIM_MAX_STRATEGIES];
	unsigned int role, number, before, i;

	for (role = 0; role < SIM_NR_ROLES; role++) {
		for (i = 0; i < res->nr_strategies; i++)
			sums[i] = NAN;
		before = grid->nr_rows;
		for (number = 0; number < SIM_MAX_PHASES / SIM_NR_ROLES; number++)
			grid->nr_rows +=
				phase_row(res, role, number, sums, grid->cells[grid->nr_rows]);
		if (grid->nr_rows > before)
			sum_row(res, role, sums, grid->cells[grid->nr_rows++]);
	}
}

bool grid_phases(struct grid *grid, const struct zramsim_result *res)
{
	unsigned int i;

	if (!grid_init(grid, SIM_MAX_PHASES + SIM_NR_ROLES))
		return false;
	strcpy(grid->columns[0].heading, "ns per slot");
	grid->columns[0].left = true;
	for (i = 0; i < res->nr_strategies; i++)
		snprintf(grid->columns[i + 1].heading, sizeof(grid->columns[0].heading), "%s",
			 res->strategies[i].name);
	grid->nr_columns = i + 1;
	grid->min_width = 6;
	grid->nr_rows = 0;
	put_roles(grid, res);
	if (!grid->nr_rows)
		grid_free(grid);
	return grid->nr_rows;
}
