// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/calibrate/solve.h"

#include <math.h>
#include <string.h>

/* Where a price is held. */
enum hold {
	FREE,
	LEAST,
	MOST,
	OTHERWISE,
	NR_BOUNDS = OTHERWISE
};

/** struct try - a choice of @holds, what comes of it, and whether there was a solution at all */
struct
try {
	enum hold holds[CAL_NR_PRICES];
	double prices[CAL_NR_PRICES];
	double squares;
	bool solved;
};

static double predict(const struct cal_point *point, const double *prices)
{
	double ns = point->fixed_ns;
	unsigned int i;

	for (i = 0; i < CAL_NR_PRICES; i++)
		ns += point->amounts[i] * prices[i];
	return ns;
}

double cal_off(const struct cal_point *point)
{
	return point->fitted_ns / point->ns - 1;
}

/* The normal equations of the free prices; the others are held by an equation of their own. */
static void make_equations(const struct cal_point *points, unsigned int nr,
			   const struct cal_range *ranges, const struct try *try,
			   double rows[CAL_NR_PRICES][CAL_NR_PRICES + 1])
{
	unsigned int i, j, n;

	memset(rows, 0, CAL_NR_PRICES * sizeof(rows[0]));
	for (i = 0; i < CAL_NR_PRICES; i++) {
		if (try->holds[i] != FREE) {
			rows[i][i] = 1;
			rows[i][CAL_NR_PRICES] = try->holds[i] == LEAST	 ? ranges[i].least
						 : try->holds[i] == MOST ? ranges[i].most
									 : ranges[i].otherwise;
			continue;
		}
		for (n = 0; n < nr; n++) {
			const struct cal_point *p = &points[n];
			double weight = p->amounts[i] / p->ns / p->ns;

			for (j = 0; j < CAL_NR_PRICES; j++)
				rows[i][j] += weight * p->amounts[j];
			rows[i][CAL_NR_PRICES] += weight * (p->ns - p->fixed_ns);
		}
	}
}

/* Gauss with the largest pivot. Return: false if what is left of a row is nothing. */
static bool eliminate(double rows[CAL_NR_PRICES][CAL_NR_PRICES + 1], double *prices)
{
	double scale[CAL_NR_PRICES], swap, factor;
	unsigned int i, j, k, pivot;

	for (i = 0; i < CAL_NR_PRICES; i++) {
		for (scale[i] = 0, j = 0; j < CAL_NR_PRICES; j++)
			scale[i] = fmax(scale[i], fabs(rows[i][j]));
		for (j = 0; scale[i] > 0 && j <= CAL_NR_PRICES; j++)
			rows[i][j] /= scale[i];
	}
	for (i = 0; i < CAL_NR_PRICES; i++) {
		for (pivot = i, k = i + 1; k < CAL_NR_PRICES; k++)
			pivot = fabs(rows[k][i]) > fabs(rows[pivot][i]) ? k : pivot;
		if (fabs(rows[pivot][i]) < 1e-9)
			return false;
		for (j = 0; j <= CAL_NR_PRICES; j++) {
			swap = rows[i][j];
			rows[i][j] = rows[pivot][j];
			rows[pivot][j] = swap;
		}
		for (k = 0; k < CAL_NR_PRICES; k++) {
			factor = rows[k][i] / rows[i][i];
			for (j = i; k != i && j <= CAL_NR_PRICES; j++)
				rows[k][j] -= factor * rows[i][j];
		}
	}
	for (i = 0; i < CAL_NR_PRICES; i++)
		prices[i] = rows[i][CAL_NR_PRICES] / rows[i][i];
	return true;
}

static void solve_held(const struct cal_point *points, unsigned int nr,
		       const struct cal_range *ranges, struct try *try)
{
	double rows[CAL_NR_PRICES][CAL_NR_PRICES + 1], off;
	unsigned int n;

	make_equations(points, nr, ranges, try, rows);
	try->solved = eliminate(rows, try->prices);
	try->squares = 0;
	for (n = 0; n < nr && try->solved; n++) {
		off = predict(&points[n], try->prices) / points[n].ns - 1;
		try->squares += off * off;
	}
}

static bool inside(const struct try *try, const struct cal_range *ranges)
{
	unsigned int i;

	for (i = 0; i < CAL_NR_PRICES; i++) {
		if (try->holds[i] == FREE &&
		    (try->prices[i] < ranges[i].least || try->prices[i] > ranges[i].most))
			return false;
	}
	return try->solved;
}

/* Which of the 27 choices of bounds is meant; what no point has is where it has to be. */
static void choose(unsigned int number, const bool *absent, struct try *try)
{
	unsigned int i;

	for (i = 0; i < CAL_NR_PRICES; i++) {
		try->holds[i] = absent[i] ? OTHERWISE : (enum hold)(number % NR_BOUNDS);
		number /= NR_BOUNDS;
	}
}

bool cal_solve(struct cal_point *points, unsigned int nr,
	       const struct cal_range ranges[CAL_NR_PRICES], struct cal_solution *solution)
{
	struct try best = { .solved = false }, try;
	bool absent[CAL_NR_PRICES];
	unsigned int i, n, asked = 0, number;

	for (i = 0; i < CAL_NR_PRICES; i++) {
		for (absent[i] = true, n = 0; n < nr; n++)
			absent[i] = absent[i] && points[n].amounts[i] <= 0;
		asked += !absent[i];
	}
	if (nr < asked)
		return false;
	for (number = 0; number < NR_BOUNDS * NR_BOUNDS * NR_BOUNDS; number++) {
		choose(number, absent, &try);
		solve_held(points, nr, ranges, &try);
		if (inside(&try, ranges) && (!best.solved || try.squares < best.squares))
			best = try;
	}
	choose(0, absent, &try);
	solve_held(points, nr, ranges, &try);
	for (i = 0; i < CAL_NR_PRICES; i++) {
		solution->prices[i] = best.prices[i];
		solution->wanted[i] = try.solved ? try.prices[i] : best.prices[i];
		solution->bounded[i] = best.holds[i] == LEAST || best.holds[i] == MOST;
	}
	for (n = 0; n < nr; n++)
		points[n].fitted_ns = predict(&points[n], solution->prices);
	return true;
}
