// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/detail.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sim/report/text.h"

static const char *const headings[DETAIL_NR_COLUMNS] = {
	"metric", "median", "min", "max", "unit", "ratio", "95 % interval",
};

const char *detail_heading(enum detail_column column)
{
	return headings[column];
}

static void put_number(char *cell, double value)
{
	if (value >= 100 || value == (double)(int64_t)value)
		snprintf(cell, DETAIL_CELL_CHARS, "%.0f", value);
	else
		number_round(cell, value);
}

bool detail_row(const struct sim_strategy_result *strategy, unsigned int metric,
		struct detail_row *row)
{
	const struct sim_metric *what = &sim_metrics[metric];
	const struct zramsim_value *value;
	char lo[NUMBER_CHARS], hi[NUMBER_CHARS];
	struct scale scale;

	if (!strategy->values || !strategy->values[metric].nr)
		return false;
	value = &strategy->values[metric];
	scale = scale_find(what->unit, value->median);
	memset(row, 0, sizeof(*row));
	snprintf(row->cells[DETAIL_METRIC], DETAIL_CELL_CHARS, "%s%s%s",
		 what->group ? what->group : "", what->group ? "." : "", what->key);
	put_number(row->cells[DETAIL_MEDIAN], value->median / scale.factor);
	put_number(row->cells[DETAIL_MIN], value->min / scale.factor);
	put_number(row->cells[DETAIL_MAX], value->max / scale.factor);
	snprintf(row->cells[DETAIL_UNIT], DETAIL_CELL_CHARS, "%s", scale.name);
	if (value->ratio > 0) {
		number_round(row->cells[DETAIL_RATIO], value->ratio);
		strcpy(row->cells[DETAIL_INTERVAL], "-");
	}
	if (value->ratio > 0 && isfinite(value->ratio_lo)) {
		number_round(lo, value->ratio_lo);
		number_round(hi, value->ratio_hi);
		snprintf(row->cells[DETAIL_INTERVAL], DETAIL_CELL_CHARS, "%.20s-%.20s", lo, hi);
	}
	return true;
}

void detail_title(const struct sim_strategy_result *strategy, FILE *out)
{
	fprintf(out, "%s (unit %s, defer %s, batch %s, %u repeat%s)", strategy->name,
		strategy->unit, strategy->defer, strategy->batch, strategy->nr_runs,
		strategy->nr_runs == 1 ? "" : "s");
}

static void put_mm_stat(const char *name, const struct zramsim_mm_stat *st, const char *indent,
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

		fprintf(out, "%slock %s (%s): taken %.0f times, busy %.0f, waited %.0f ns in total",
			indent, lock->name, lock->kind, lock->values[SIM_LOCK_ACQUISITIONS].median,
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
		"%sstored: %" PRIu64 " slots, %" PRIu64 " same-filled, %" PRIu64
		" huge, mean %s bytes, %" PRIu32 " sizes in %" PRIu32 " classes\n",
		indent, sizes->nr_slots, sizes->same_slots, sizes->huge_slots, mean,
		sizes->distinct_sizes, sizes->classes);
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
		      double *sums, struct phase_table_row *row)
{
	const struct sim_phase *phase;
	bool entered = false;
	unsigned int i;
	double ns;

	for (i = 0; i < res->nr_strategies; i++) {
		phase = find_phase(&res->strategies[i], role, number);
		ns = phase ? phase->values[SIM_PHASE_NS_PER_SLOT].median : NAN;
		number_round(row->cells[i], ns);
		if (!phase)
			continue;
		entered = true;
		if (isfinite(ns))
			sums[i] = isnan(sums[i]) ? ns : sums[i] + ns;
		snprintf(row->name, sizeof(row->name), "%s %s", sim_role_names[role], phase->name);
	}
	return entered;
}

static void sum_row(const struct zramsim_result *res, unsigned int role, const double *sums,
		    struct phase_table_row *row)
{
	unsigned int i;

	snprintf(row->name, sizeof(row->name), "%s all", sim_role_names[role]);
	for (i = 0; i < res->nr_strategies; i++)
		number_round(row->cells[i], sums[i]);
}

unsigned int phase_table_rows(const struct zramsim_result *res, struct phase_table_row *rows)
{
	unsigned int role, number, nr = 0, before, i;
	double sums[ZRAMSIM_MAX_STRATEGIES];

	for (role = 0; role < SIM_NR_ROLES; role++) {
		for (i = 0; i < res->nr_strategies; i++)
			sums[i] = NAN;
		before = nr;
		for (number = 0; number < SIM_MAX_PHASES / SIM_NR_ROLES; number++)
			nr += phase_row(res, role, number, sums, &rows[nr]);
		if (nr > before)
			sum_row(res, role, sums, &rows[nr++]);
	}
	return nr;
}
