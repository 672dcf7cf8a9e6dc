/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * memory: how much the host would give before it ends somebody. Swap does not count: what is
 * measured would be the swapping.
 *
 * Source: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst for the files.
 */
#ifndef SIM_RUN_MEMORY_H
#define SIM_RUN_MEMORY_H

#include <linux/types.h>

/**
 * struct sim_memory - memory one may have
 * @bytes:	so much; UINT64_MAX where nothing says
 * @limit:	what bounds it, in words behind "available"; "" for the memory of the host
 */
struct sim_memory {
	u64 bytes;
	const char *limit;
};

/**
 * sim_memory_available() - least of what the host and control groups leave
 * @root:	"", or a folder that has proc/ and what is mounted there, for tests
 *
 * Control groups of version 1 and 2 from that of the process up to the top that can be seen.
 * Page cache counts as available.
 */
struct sim_memory sim_memory_available(const char *root);

#endif
