// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/* Every study there is, one line each, in the order they are listed. */
#include "sim/study/registry.h"

#include <string.h>

#include <linux/build_bug.h>
#include <linux/minmax.h>

/* clang-format off */
static const struct study_ops *const studies[] = {
	&study_lock_share,
	&study_total_work,
	&study_queue_scope,
	&study_drainers,
	&study_scan_cost,
	&study_budget,
	&study_slot_free_split,
	&study_swapin,
	&study_peak_memory,
	&study_starved_worker,
	&study_compaction,
	&study_batching,
	&study_zspage_emptied,
	&study_statistics,
	&study_return_time,
};
/* clang-format on */

const struct study_ops *study_at(unsigned int i)
{
	return i < ARRAY_SIZE(studies) ? studies[i] : NULL;
}

const struct study_ops *study_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(studies); i++) {
		if (!strcmp(studies[i]->name, name))
			return studies[i];
	}
	return NULL;
}
