// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/report/scale.h"

#include <string.h>

static const struct scale scales[] = {
	{ "ns", 1e10, 1e9, "s" },
	{ "ns", 1e7, 1e6, "ms" },
	{ "ns", 1e4, 1e3, "us" },
	{ "bytes", 10 << 20, 1 << 20, "MiB" },
	{ "bytes", 10 << 10, 1 << 10, "KiB" },
};

struct scale scale_find(const char *unit, double value)
{
	struct scale same = { unit, 0, 1, unit };
	unsigned int i;

	for (i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		if (!strcmp(scales[i].unit, unit) && value >= scales[i].from)
			return scales[i];
	}
	return same;
}
