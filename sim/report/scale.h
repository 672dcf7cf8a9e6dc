/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
#ifndef SIM_REPORT_SCALE_H
#define SIM_REPORT_SCALE_H

/**
 * struct scale - a unit and the larger one numbers of it are shown in
 * @unit:	of the numbers
 * @from:	smallest number it is good for
 * @factor:	numbers are divided by it
 * @name:	unit they then have
 */
struct scale {
	const char *unit;
	double from;
	double factor;
	const char *name;
};

/**
 * scale_find() - the unit for a number
 * @unit:	it has: "ns", "bytes", or any other, which stays
 * @value:	typical number
 */
struct scale scale_find(const char *unit, double value);

#endif
