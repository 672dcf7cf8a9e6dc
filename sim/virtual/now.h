/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* now: what an access has to know of the machine, and how it lets others run. */
#ifndef SIM_VIRTUAL_NOW_H
#define SIM_VIRTUAL_NOW_H

#include <stdint.h>

#include "sim/virtual/cache.h"
#include "sim/virtual/flight.h"

#define VM_PS_PER_NS 1000ull
#define VM_NEVER     UINT64_MAX

/** vm_ps_of() - @ns: of a profile */
static inline uint64_t vm_ps_of(double ns)
{
	return (uint64_t)(ns * (double)VM_PS_PER_NS + 0.5);
}

/** enum vm_ticks - instructions are counted in parts of one */
enum vm_ticks {
	VM_TICKS_PER_INSN = 16, /* as count.py has it */
	VM_PRICE_SHIFT = 10,	/* a tick's price is in 1/1024 ps */
	VM_LOOK = 256 * 16,	/* ticks and accesses until a look at the clock */
};

struct vm_kernel;

/**
 * struct vm_now - what every event looks at
 * @ticks:	instructions of counted code so far. The first member, as count.py has code
 *		raise it by itself
 * @hot:	lines of that CPU's L1, see cache_inline.h; one that never hits where there is none
 * @mask:	of these
 * @base:	first byte of the region
 * @clock:	of the CPU that runs
 * @limit:	of @ticks and @accesses together: past it the clock is brought up to date
 * @folded:	of @ticks, those that the clock knows of
 * @tick_price:	of that CPU, ps << VM_PRICE_SHIFT
 * @own:	of @folded, those that were charged
 * @stall:	latencies charged, ps
 * @events:	ticks charged for events of a kernel
 * @horizon:	past it another CPU has to run
 * @digest:	of all events so far
 * @accesses:	events so far
 * @sync:	the horizon where tasks synchronise
 * @rmw_ps:	of that CPU
 * @cache:	the caches
 * @kernel:	what events cost
 * @flights:	of that CPU
 * @atomics:	of @accesses, RMWs
 * @jitter:	see jitter.h; 0: none
 * @hidden:	not 0: accesses take no time and are not counted
 * @covered:	events stand for what runs: its instructions take no time
 * @cpu:	that CPU
 * @watched:	tasks that spin
 */
struct vm_now {
	uint64_t ticks;
	const uint32_t *hot;
	uint64_t mask;
	uintptr_t base;
	uint64_t clock;
	uint64_t limit;
	uint64_t folded;
	uint64_t tick_price;
	uint64_t horizon;
	uint64_t digest;
	uint64_t accesses;
	uint64_t sync;
	uint64_t rmw_ps;
	struct vm_cache *cache;
	const struct vm_kernel *kernel;
	struct vm_flights *flights;
	uint64_t atomics;
	uint64_t jitter;
	uint64_t own;
	uint64_t stall;
	uint64_t events;
	unsigned int hidden;
	unsigned int covered;
	unsigned int cpu;
	unsigned int watched;
} __attribute__((aligned(64)));

extern struct vm_now vm_now __attribute__((visibility("hidden")));

/** vm_moved() - the clock has gone on: it need not be looked at for a while */
static inline void vm_moved(void)
{
	vm_now.limit = vm_now.ticks + vm_now.accesses + VM_LOOK;
}

/** vm_catch_up() - the clock goes on by the instructions that were executed */
static inline void vm_catch_up(void)
{
	uint64_t ticks = vm_now.ticks - vm_now.folded;

	vm_now.folded = vm_now.ticks;
	if (vm_now.hidden || vm_now.covered) {
		vm_now.limit += ticks;
	} else if (ticks) {
		vm_now.own += ticks;
		vm_now.clock += ticks * vm_now.tick_price >> VM_PRICE_SHIFT;
		vm_moved();
	}
}

/** vm_reset_now() - as it is without a machine: nothing is charged */
void vm_reset_now(void);

/** vm_no_tag - what is looked up where each access has to go the long way */
extern const uint32_t vm_no_tag __attribute__((visibility("hidden")));

/** vm_yield() - let a CPU that is behind run; the task may lose its CPU if it can be preempted */
void vm_yield(void);

#endif
