// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* By itself, as what announcements inflate is taken off file by file. */
#include "counted.h"

long counted_sum(const long *words, unsigned int nr)
{
	long sum = 0;
	unsigned int i;

	for (i = 0; i < nr; i++)
		sum += *(const volatile long *)&words[i];
	return sum;
}
