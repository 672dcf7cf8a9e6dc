/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
#ifndef SIM_CLI_CARRY_SOURCES_H
#define SIM_CLI_CARRY_SOURCES_H

#include <stddef.h>

/** struct carry_source - a file of the source tree that this program has in it */
struct carry_source {
	const char *path; /* in the tree that is written */
	const char *text; /* terminated */
	size_t len;
};

/** carry_sources - what the kernel module is made of, strategies included; the last has no path */
extern const struct carry_source carry_sources[];

#endif
