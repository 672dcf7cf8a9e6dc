/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* A device with a strategy on it, page patterns, and the case a test program was called for. */
#ifndef TESTS_STRATEGY_T_DEVICE_H
#define TESTS_STRATEGY_T_DEVICE_H

#include <linux/types.h>

#include "account.h"
#include "zfree/zfree.h"
#include "zram/zram.h"

/** enum t_sizes - of every device here */
enum t_sizes {
	T_PAGE_SHIFT = 12,
	T_PAGE_SIZE = 1 << T_PAGE_SHIFT,
};

/**
 * struct t_design - the parameters below the strategy; zeroed: as in Linux 7.2, flags merged
 * @locks:	of the pool
 * @pages:	where it frees emptied zspages
 * @flags:	how the device clears flags
 * @hold_objs:	bound of a bulk free's lock hold, 0: the default
 */
struct t_design {
	enum zs_locks locks;
	enum zs_pages pages;
	enum zram_flags flags;
	unsigned int hold_objs;
};

/**
 * struct t_case - what a test program is run for
 * @ops:	strategy
 * @unit:	unit
 * @workers:	topology
 * @nr_workers:	unbound workers
 * @stock:	items of the budget a CPU takes at a time, 0: as the budget makes it
 * @design:	of the device; for those who ask for it
 * @seed:	of everything random
 * @scale:	rounds are divided by it: more than 1 where a sanitizer makes all slow
 */
struct t_case {
	const struct zfree_ops *ops;
	enum zfree_unit unit;
	enum zfree_workers workers;
	unsigned int nr_workers;
	u32 stock;
	struct t_design design;
	u64 seed;
	unsigned int scale;
};

/**
 * struct t_dev - a device and who pays for it
 * @account:	for device, strategy and core
 * @outer:	account that was active before
 * @zram:	device
 * @zf:		strategy, NULL while detached
 * @nr_slots:	slots
 */
struct t_dev {
	struct mem_account account;
	struct mem_account *outer;
	struct zram *zram;
	struct zfree *zf;
	u32 nr_slots;
};

/**
 * t_case_parse() - read STRATEGY UNIT WORKERS STOCK [SEED [LOCKS PAGES FLAGS]]
 * @c:		filled in; prints the seed
 * @argc:	of main()
 * @argv:	of main()
 * Return:	false after a message on stderr.
 */
bool t_case_parse(struct t_case *c, int argc, char **argv);

/**
 * t_params() - parameters that reach overflow, kick and flush with few operations
 * @c:		case
 * @budget:	slots
 */
struct zfree_params t_params(const struct t_case *c, u32 budget);

/** t_params_still() - the same with a flush that does not come by itself. @c, @budget: see there */
struct zfree_params t_params_still(const struct t_case *c, u32 budget);

/** t_dev_init() - make a device. @d: filled in, @nr_slots: its slots */
void t_dev_init(struct t_dev *d, u32 nr_slots);

/**
 * t_dev_init_as() - make a device of a given design
 * @d:		filled in
 * @nr_slots:	its slots
 * @design:	see there
 */
void t_dev_init_as(struct t_dev *d, u32 nr_slots, const struct t_design *design);

/**
 * t_design_parse() - read the words t_design_name() prints
 * @design:	filled in
 * @words:	locks, pages, flags
 * Return:	false if one of them is unknown.
 */
bool t_design_parse(struct t_design *design, char *const words[3]);

/** t_design_draw() - a random one. @seed: of kc_random_below(), goes on */
struct t_design t_design_draw(u64 *seed);

/**
 * t_design_name() - how the command line names a design
 * @design:	see there
 * @buf:	at least 64 bytes
 * @size:	bytes of @buf
 * Return:	@buf.
 */
const char *t_design_name(const struct t_design *design, char *buf, size_t size);

/** t_dev_exit() - detach, destroy, and fail if a byte is left. @d: device */
void t_dev_exit(struct t_dev *d);

/** t_attach() - attach what @c says or fail. @d: device, @c: case, @params: parameters */
void t_attach(struct t_dev *d, const struct t_case *c, const struct zfree_params *params);

/** t_detach() - detach. @d: device */
void t_detach(struct t_dev *d);

/**
 * t_fill_page() - a page that tells slot and version, of a size that depends on both
 * @page:	T_PAGE_SIZE bytes
 * @slot:	slot
 * @version:	version, not 0
 */
void t_fill_page(void *page, u32 slot, u32 version);

/** t_page_is() - was @page made by t_fill_page()? @page: page, @slot, @version: see there */
bool t_page_is(const void *page, u32 slot, u32 version);

/** t_page_is_zero() - is it all zeros? @page: page */
bool t_page_is_zero(const void *page);

/** t_write() - write a version of a slot. @d: device, @slot, @version: see t_fill_page() */
int t_write(struct t_dev *d, u32 slot, u32 version);

/** t_write_all() - write version 1 everywhere or fail. @d: device */
void t_write_all(struct t_dev *d);

/**
 * t_wait_below() - wait until fewer items are pending, as long as their number falls
 * @zf:		strategy
 * @bound:	fewer than that
 *
 * What is freed renews the wait; after five seconds without, the test fails and says what is left.
 */
void t_wait_below(struct zfree *zf, u64 bound);

/**
 * t_with_handle() - slots that have an object in version 1, unlike those that are same-filled
 * @i:		number of it among them
 * Return:	its index.
 */
u32 t_with_handle(u32 i);

/** t_wait_idle() - wait until nothing is pending, see t_wait_below(). @zf: strategy */
void t_wait_idle(struct zfree *zf);

/** t_slots_stored() - slots the device says are in use. @d: device */
u64 t_slots_stored(struct t_dev *d);

/** t_pool_pages() - pages its pool holds once deferred work is done. @d: device */
unsigned long t_pool_pages(struct t_dev *d);

/** t_seed() - ZRAMSIM_TEST_SEED, or @fallback */
u64 t_seed(u64 fallback);

/** t_scale() - what rounds are divided by: more than 1 under ZRAMSIM_TEST_SHORT */
unsigned int t_scale(void);

#endif
