/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * probe_sizes: sizes of objects for probes, in the order in which they are stored.
 */
#ifndef SIM_STUDY_PROBE_SIZES_H
#define SIM_STUDY_PROBE_SIZES_H

#include <linux/types.h>

#include <zramsim/experiment.h>

#include "sim/message.h"

/**
 * probe_sizes() - draw sizes
 * @name:	"rfc" (one size), "anon" (as anonymous pages, each page for itself), "alike" (the
 *		same distribution, but neighbours are similar), "uniform", or "data" (pages of
 *		@cfg->data in their order, as the compressor makes them)
 * @cfg:	page size, compressor, data
 * @seed:	of what is random
 * @sizes:	[@nr], filled in with stored bytes; 1 to the page size
 * @nr:		how many
 * @msg:	receives a sentence on failure
 *
 * Same-filled pages have no object and are left out. "alike" is an assumption, not a
 * measurement: seven pages of eight differ from the one before by less than 32 bytes.
 *
 * Return:	0, -ENOMEM, or what opening the data has returned.
 */
int probe_sizes(const char *name, const struct zramsim_config *cfg, u64 seed, u32 *sizes, u32 nr,
		struct sim_message *msg);

#endif
