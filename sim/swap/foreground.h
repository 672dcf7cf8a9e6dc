/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * foreground: a task that wants memory at once while processes end.
 *
 * It asks for one page after the other. When there is none it may do something about it (what,
 * the scenario knows), else it sleeps for FOREGROUND_PAUSE_NS, and tries again. It ends when it
 * has all, or when nothing has changed for so long that nothing will. It is not pinned: the host's
 * scheduler puts it where there is room.
 */
#ifndef SIM_SWAP_FOREGROUND_H
#define SIM_SWAP_FOREGROUND_H

#include <linux/gfp.h>

#include "sim/figures/outcome.h"
#include "sim/scenario/scenario.h"

struct page;

/**
 * struct sim_foreground_task - the task, used by all repeats in turn
 * @producer:	as which it shares zone, swap device and recorder with the processes
 * @proc:	its page table: entries up to @next are in use
 * @figures:	what it has met with
 * @next:	page it gets next
 * @reclaim:	page it swaps out next; below @next
 * @patience_ns: how long it waits while nothing changes
 * @own_ns:	time it spent on its pages once it had them
 * @gave_up:	it waited that long
 * @ended:	set by others: the repeat is broken off
 */
struct sim_foreground_task {
	struct sim_producer producer;
	struct sim_proc proc;
	struct sim_foreground figures;
	u32 next;
	u32 reclaim;
	u64 patience_ns;
	u64 own_ns;
	bool gave_up;
	u32 ended;
};

/**
 * sim_foreground_init() - get the memory
 * @task:	filled in
 * @world:	built; its scenario has one
 * @recorder:	shared with the processes
 * Return:	0 or -ENOMEM.
 */
int sim_foreground_init(struct sim_foreground_task *task, struct sim_world *world,
			struct sim_recorder *recorder);

/** sim_foreground_exit() - free it. @task: zeroed or made */
void sim_foreground_exit(struct sim_foreground_task *task);

/**
 * sim_foreground_reset() - begin a repeat
 * @task:	made, without pages
 * @zram:	device
 * @repeat:	number of the repeat
 * @patience_ns: how long it may wait while nothing changes
 */
void sim_foreground_reset(struct sim_foreground_task *task, struct zram *zram, u32 repeat,
			  u64 patience_ns);

/** sim_foreground_run() - what its thread does. @task: reset */
void sim_foreground_run(struct sim_foreground_task *task);

/**
 * sim_foreground_page() - get a page, waiting for it if need be
 * @task:	running
 * @gfp:	as for alloc_page()
 * @relieve:	called when there is none, before each new try, with the number of the try: do
 *		something about it; false if nothing could be done. NULL: nothing ever is.
 * Return:	the page; NULL if the task gave up or is to end.
 */
struct page *sim_foreground_page(struct sim_foreground_task *task, gfp_t gfp,
				 bool (*relieve)(struct sim_foreground_task *task, u32 attempt));

/**
 * sim_foreground_check() - has it got all it asked for?
 * @task:	has run
 * @msg:	receives a sentence if not
 * Return:	0 or -ENOMEM.
 */
int sim_foreground_check(const struct sim_foreground_task *task, struct sim_message *msg);

/** sim_foreground_drop() - free the pages its table maps. @task: made, not running */
void sim_foreground_drop(struct sim_foreground_task *task);

#endif
