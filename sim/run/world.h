/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * world: what every repeat of an experiment starts from: processes, their page tables, the swap
 * device, page frames, and which data each slot is filled with. A function of the configuration.
 *
 * Swap slots are handed out cluster by cluster in ascending order, to processes in turn at
 * random, and stored in that order, as when several processes are swapped out together. Present
 * pages come in runs of WORLD_PRESENT_RUN on average: what is used stays in memory by regions.
 */
#ifndef SIM_RUN_WORLD_H
#define SIM_RUN_WORLD_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include <zramsim/experiment.h>

#include "sim/data/data.h"
#include "sim/swap/ballast.h"
#include "sim/swap/swap.h"

struct sim_churn;
struct sim_foreground_task;
struct sim_producer;
struct sim_world;
struct zone;
struct zram;

/* A page-table entry: empty, a present page (frame number) or a swap entry (slot). */
#define SIM_PTE_NONE	     0ull
#define SIM_PTE_PRESENT(pfn) ((u64)(pfn) << 1 | 1)
#define SIM_PTE_SWAP(slot)   ((u64)(slot) << 1)
#define sim_pte_present(pte) ((pte)&1)
#define sim_pte_pfn(pte)     ((pte) >> 1)
#define sim_pte_slot(pte)    ((u32)((pte) >> 1))
#define sim_pte_is_swap(pte) ((pte) && !sim_pte_present(pte))

/**
 * struct sim_proc - a process
 * @nr_pages:	pages mapped
 * @nr_slots:	of these, swapped out
 * @plan:	page table as every repeat begins: SIM_PTE_PRESENT(0) for a present page
 * @ptes:	page table of the repeat
 * @ptl:	page-table lock
 * @churn:	what a churn scenario has planned, or NULL
 */
struct sim_proc {
	u32 nr_pages;
	u32 nr_slots;
	u64 *plan;
	u64 *ptes;
	spinlock_t ptl;
	struct sim_churn *churn;
};

/**
 * struct sim_scenario_ops - a scenario
 * @name:	as in the configuration
 * @content:	it reads pages, so the data must have content
 * @distinct:	different pages the device is filled with, 0 as many as there are
 * @faults:	it allocates a page per slot
 * @frees_all:	nothing is left in the pool when it is done
 * @reclaims:	its foreground task swaps its own pages out
 * @reserve_pages: page frames that only those who reclaim may use
 * @present_pct: share of present pages if the user says nothing
 * @memory:	page frames of the machine, if the user says nothing, when @held are in use at
 *		the start; optional: as many as one likes
 * @plan:	plan for one process, after its page table; optional
 * @unplan:	undo @plan, also a failed one; optional
 * @ops:	operations of one process
 * @produce:	what a process does, in a thread of its own
 * @check:	after quiescence: are the page tables, and what they map, as they should be?
 * @prepare:	what the foreground task has done before the measured part; optional
 * @allocate:	what the foreground task does, in a thread of its own; NULL: there is none
 * @check_foreground: @check for it
 */
struct sim_scenario_ops {
	const char *name;
	bool content;
	u32 distinct;
	bool faults;
	bool frees_all;
	bool reclaims;
	u32 reserve_pages;
	u32 present_pct;
	u64 (*memory)(const struct sim_world *world, u64 held);
	int (*plan)(struct sim_world *world, struct sim_proc *proc, u64 seed);
	void (*unplan)(struct sim_proc *proc);
	u64 (*ops)(const struct sim_proc *proc);
	void (*produce)(struct sim_producer *producer);
	int (*check)(const struct sim_producer *producer, struct sim_message *msg);
	void (*prepare)(struct sim_foreground_task *task);
	void (*allocate)(struct sim_foreground_task *task);
	int (*check_foreground)(const struct sim_foreground_task *task, struct sim_message *msg);
};

/**
 * struct sim_world - what every repeat starts from
 * @cfg:	effective configuration
 * @scenario:	what the processes do
 * @data:	pages
 * @zone:	page frames, used by all repeats in turn
 * @swap:	swap device, reset by every repeat
 * @procs:	[cfg->procs]
 * @ballast:	page frames it does without during a repeat
 * @spare_slot:	first of the slots for what a foreground task swaps out, if it does
 * @nr_filled:	slots in use at the start: 1 to @nr_filled
 * @nr_present:	present pages at the start
 * @mean_stored_bytes: mean stored size over the slots in use
 */
struct sim_world {
	const struct zramsim_config *cfg;
	const struct sim_scenario_ops *scenario;
	struct sim_data data;
	struct zone *zone;
	struct sim_swap swap;
	struct sim_proc *procs;
	struct sim_ballast ballast;
	u32 spare_slot;
	u32 nr_filled;
	u64 nr_present;
	double mean_stored_bytes;
};

/**
 * sim_world_init() - build everything that is the same in all repeats
 * @world:	filled in; sim_world_exit() frees it, also after a failure
 * @cfg:	checked
 * @scenario:	what the processes do
 * @msg:	receives a sentence on failure
 */
int sim_world_init(struct sim_world *world, const struct zramsim_config *cfg,
		   const struct sim_scenario_ops *scenario, struct sim_message *msg);

/** sim_world_exit() - free it. @world: zeroed, or as sim_world_init() left it */
void sim_world_exit(struct sim_world *world);

/**
 * sim_world_fill() - store the data of all swapped pages, allocate the present ones, and set
 *		      aside the page frames that the machine does not have
 * @world:	built
 * @zram:	empty device
 * @msg:	receives a sentence on failure
 * Return:	0 or a negative errno: -ENOMEM if the memory limit of the device is too small,
 *		-EINVAL if the machine's memory is.
 */
int sim_world_fill(struct sim_world *world, struct zram *zram, struct sim_message *msg);

/**
 * sim_world_clear() - free what page tables still map, and the ballast
 * @world:	filled, also in part, no producer at work
 */
void sim_world_clear(struct sim_world *world);

/** sim_cgroup() - cgroup of a process, which has one of its own. @number: of the process */
static inline u16 sim_cgroup(u32 number)
{
	return (u16)(number + 1);
}

/** sim_slot_content() - number of the page a slot is filled with. @slot: 1 and up */
u64 sim_slot_content(const struct sim_world *world, u32 slot);

#endif
