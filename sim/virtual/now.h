/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* now: what an access has to know of the machine, and how it lets others run. */
#ifndef SIM_VIRTUAL_NOW_H
#define SIM_VIRTUAL_NOW_H

#include <stdint.h>

#include "sim/virtual/cache.h"
#include "sim/virtual/flight.h"

#define VM_PS_PER_NS 1000ull
#define VM_NEVER     UINT64_MAX

/**
 * struct vm_now - what every event looks at
 * @hot:	lines of that CPU's L1, see cache_inline.h; one that never hits where there is none
 * @mask:	of these
 * @base:	first byte of the region
 * @clock:	of the CPU that runs
 * @event_ps:	of that CPU
 * @horizon:	past it another CPU has to run
 * @digest:	of all events so far
 * @accesses:	events so far
 * @sync:	the horizon where tasks synchronise
 * @rmw_ps:	of that CPU
 * @cache:	the caches
 * @flights:	of that CPU
 * @atomics:	of @accesses, RMWs
 * @jitter:	see jitter.h; 0: none
 * @hidden:	not 0: accesses take no time and are not counted
 * @cpu:	that CPU
 * @watched:	tasks that spin
 */
struct vm_now {
	const uint32_t *hot;
	uint64_t mask;
	uintptr_t base;
	uint64_t clock;
	uint64_t event_ps;
	uint64_t horizon;
	uint64_t digest;
	uint64_t accesses;
	uint64_t sync;
	uint64_t rmw_ps;
	struct vm_cache *cache;
	struct vm_flights *flights;
	uint64_t atomics;
	uint64_t jitter;
	unsigned int hidden;
	unsigned int cpu;
	unsigned int watched;
} __attribute__((aligned(64)));

extern struct vm_now vm_now __attribute__((visibility("hidden")));

/** vm_reset_now() - as it is without a machine: nothing is charged */
void vm_reset_now(void);

/** vm_no_tag - what is looked up where each access has to go the long way */
extern const uint32_t vm_no_tag __attribute__((visibility("hidden")));

/** vm_yield() - let a CPU that is behind run; the task may lose its CPU if it can be preempted */
void vm_yield(void);

#endif
