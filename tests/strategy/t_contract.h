/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* What the files of the contract share: see test_contract.c. */
#ifndef TESTS_STRATEGY_T_CONTRACT_H
#define TESTS_STRATEGY_T_CONTRACT_H

#include "tests/strategy/t_device.h"

/** enum contract_sizes - small, so that few operations reach overflow, hand-over and flush */
enum contract_sizes {
	SLOTS = 512,
	BUDGET = 66, /* no multiple of a stock above 1 */
	THREADS = 4,
};

/** the_case - what the program was called for; cmocka has no argument for a whole group */
extern struct t_case the_case;

/** queues() - does the strategy queue at all? */
bool queues(void);

/** settle() - wait until nothing is pending. @d: device; what rfc leaves is drained by hand */
void settle(struct t_dev *d);

/** notify_all() - notify every slot, in order. @d: device */
void notify_all(struct t_dev *d);

/** stats_of() - counters of the strategy. @d: device */
struct zfree_stats stats_of(struct t_dev *d);

/* Of contract_queue.c; their names say what they test. */
void pending_is_what_was_queued_and_a_drain_leaves_nothing(void **state);
void whole_budget_can_be_queued_again_and_again(void **state);
void threads_together_queue_no_more_than_the_budget(void **state);
void what_reaches_the_kick_is_drained_by_a_worker(void **state);
void drain_waits_for_a_busy_slot(void **state);
void queue_and_cancel_neither_sleep_nor_allocate(void **state);

#endif
