// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* printf() writes the locale's decimal point, which is no digit, sign or letter e. */
static void use_point(char *buf)
{
	char *p = buf + strspn(buf, "-0123456789");
	size_t len;

	if (!*p || *p == 'e' || *p == '.')
		return;
	len = strcspn(p, "0123456789");
	*p = '.';
	memmove(p + 1, p + len, strlen(p + len) + 1);
}

void number_format(char *buf, double value)
{
	int digits;

	buf[0] = '\0';
	if (!isfinite(value))
		return;
	if (value == 0) /* no sign */
		value = 0;
	if (fabs(value) < 1e15 && value == trunc(value)) {
		snprintf(buf, NUMBER_CHARS, "%.0f", value);
		return;
	}
	for (digits = 6; digits <= 17; digits++) {
		snprintf(buf, NUMBER_CHARS, "%.*g", digits, value);
		if (strtod(buf, NULL) == value)
			break;
	}
	use_point(buf);
}

void number_round(char *buf, double value)
{
	double size = fabs(value);
	int decimals = 0;

	if (!isfinite(value)) {
		strcpy(buf, "-");
		return;
	}
	if (size >= 1e15) {
		number_format(buf, value);
		return;
	}
	if (size > 0 && size < 99.95)
		decimals = size < 9.995 ? 2 : 1;
	if (size > 0 && size < 0.9995)
		decimals = 3;
	if (size < 0.0005)
		decimals = 0;
	snprintf(buf, NUMBER_CHARS, "%.*f", decimals, value);
	use_point(buf);
}
