/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * probe_pool: an allocator with objects in it, and a device, for probes.
 *
 * Two things are decided here once: which task walks a cache out of the way, and how the free path
 * of a configuration is translated. So probes say what is done and not how a machine does it.
 */
#ifndef SIM_STUDY_PROBE_POOL_H
#define SIM_STUDY_PROBE_POOL_H

#include <linux/types.h>

#include <zramsim/experiment.h>

#include "sim/message.h"
#include "zsmalloc/zsmalloc.h"

struct zone;
struct zram;

/**
 * struct probe_pool - objects in a pool of their own
 * @zone:	page source
 * @pool:	allocator
 * @handles:	[@nr], 0 for an object that has been freed
 * @sizes:	[@nr] payload bytes
 * @nr:		objects
 */
struct probe_pool {
	struct zone *zone;
	struct zs_pool *pool;
	unsigned long *handles;
	u32 *sizes;
	u32 nr;
};

/**
 * probe_pool_init() - store objects
 * @p:		filled in; probe_pool_exit() frees it, also after a failure
 * @cfg:	page size, model, data
 * @sizes:	a name probe_sizes() knows
 * @nr:		objects
 * @seed:	of the sizes
 * @msg:	receives a sentence on failure
 */
int probe_pool_init(struct probe_pool *p, const struct zramsim_config *cfg, const char *sizes,
		    u32 nr, u64 seed, struct sim_message *msg);

/** probe_pool_exit() - free what is left. @p: zeroed, or as probe_pool_init() left it */
void probe_pool_exit(struct probe_pool *p);

/** probe_pool_store() - store object @i again. @p: pool. Return: 0 or -ENOMEM. */
int probe_pool_store(struct probe_pool *p, u32 i);

/** probe_shuffle() - put numbers into random order. @v: [@nr], @seed: of the order */
void probe_shuffle(u32 *v, u32 nr, u64 seed);

/**
 * struct probe_device - a device in a zone of its own
 * @zone:	page source
 * @zram:	device
 */
struct probe_device {
	struct zone *zone;
	struct zram *zram;
};

/**
 * probe_device_init() - make an empty device of @cfg->size_bytes
 * @d:		filled in; probe_device_exit() frees it, also after a failure
 * @cfg:	size, page size, compressor, model
 * @pages:	page frames there are
 * @msg:	receives a sentence on failure
 */
int probe_device_init(struct probe_device *d, const struct zramsim_config *cfg, u64 pages,
		      struct sim_message *msg);

/** probe_device_exit() - free it. @d: zeroed, or as probe_device_init() left it */
void probe_device_exit(struct probe_device *d);

/**
 * struct probe_cold - a buffer larger than the caches
 * @lines:	memory
 * @bytes:	size of @lines
 */
struct probe_cold {
	void *lines;
	size_t bytes;
};

/** probe_cold_init() - get the buffer. @c: filled in. Return: 0 or -ENOMEM. */
int probe_cold_init(struct probe_cold *c);

/** probe_cold_exit() - free it. @c: zeroed or made */
void probe_cold_exit(struct probe_cold *c);

/** probe_cold_evict() - walk the buffer, so that caches hold nothing else. @c: made */
void probe_cold_evict(struct probe_cold *c);

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
