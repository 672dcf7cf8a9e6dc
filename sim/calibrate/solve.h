/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * solve: prices from what whole operations took and how much of everything was in them.
 *
 * Least squares of relative errors, as a point of 30 ns says as much as one of 800. Prices stay
 * within bounds, since on a busy machine the best of all triples may have a negative one.
 */
#ifndef SIM_CALIBRATE_SOLVE_H
#define SIM_CALIBRATE_SOLVE_H

#include <stdbool.h>

/** enum cal_price - what has a price */
enum cal_price {
	CAL_INSN,  /* an instruction, ns */
	CAL_RMW,   /* an atomic read-modify-write, ns */
	CAL_STALL, /* share of the latency of misses that is not hidden */
	CAL_NR_PRICES
};

enum {
	CAL_MAX_POINTS = 32,
	CAL_POINT_CHARS = 40,
};

/**
 * struct cal_point - an operation
 * @what:	"munmap anon 16 MiB"
 * @ns:		per slot, measured
 * @amounts:	instructions; atomics; latencies of its misses, ns
 * @fixed_ns:	what does not depend on the prices
 * @fitted_ns:	what they make of it
 */
struct cal_point {
	char what[CAL_POINT_CHARS];
	double ns;
	double amounts[CAL_NR_PRICES];
	double fixed_ns;
	double fitted_ns;
};

/**
 * struct cal_range - what a price may be
 * @least:	smallest
 * @most:	largest
 * @otherwise:	taken where no point has any of it
 */
struct cal_range {
	double least;
	double most;
	double otherwise;
};

/**
 * struct cal_solution - prices
 * @prices:	within their ranges
 * @wanted:	without ranges; as @prices where the points do not tell one from another
 * @bounded:	it is an end of the range
 */
struct cal_solution {
	double prices[CAL_NR_PRICES];
	double wanted[CAL_NR_PRICES];
	bool bounded[CAL_NR_PRICES];
};

/**
 * cal_solve() - find prices; sets @fitted_ns of each point
 * @points:	[@nr], each with ns above 0
 * @nr:		how many
 * @ranges:	of the prices
 * @solution:	filled in
 * Return:	false if there are fewer points than prices they have something of.
 */
bool cal_solve(struct cal_point *points, unsigned int nr,
	       const struct cal_range ranges[CAL_NR_PRICES], struct cal_solution *solution);

/** cal_off() - by which share of what was measured @point is off: 0.1, the fit is 10 % too dear */
double cal_off(const struct cal_point *point);

#endif
