// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/phase_table.h"

#include <math.h>
#include <stdio.h>

#include "sim/report/number.h"

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
