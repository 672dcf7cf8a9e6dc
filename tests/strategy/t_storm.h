/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * A storm: threads that write, read, notify and discard, each on slots of its own whose
 * content it knows. All of them also read each other's slots, so that slots are busy.
 */
#ifndef TESTS_STRATEGY_T_STORM_H
#define TESTS_STRATEGY_T_STORM_H

#include "tests/strategy/t_device.h"

/**
 * struct t_storm - what to do, and what came of it
 * @dev:	device with a strategy
 * @nr_threads:	threads; each has nr_slots / nr_threads slots
 * @ops:	operations per thread, 0: until *@stop
 * @stop:	ends a storm without @ops
 * @seed:	of thread 0; others add their number
 * @writes_may_fail: a write may return -ENOMEM
 * @errors:	content that was neither old nor new, wrong return values
 * @first_error: what the first one was
 */
struct t_storm {
	struct t_dev *dev;
	unsigned int nr_threads;
	u32 ops;
	const bool *stop;
	u64 seed;
	bool writes_may_fail;
	u64 errors;
	const char *first_error;
};

/** t_storm_run() - run it, and check every slot at the end. @storm: filled in */
void t_storm_run(struct t_storm *storm);

#endif
