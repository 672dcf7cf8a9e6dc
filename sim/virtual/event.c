// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/virtual/event.h"

#include "sim/virtual/machine.h"

const uint32_t vm_no_tag = VM_NO_TAG;

/* Without a machine nothing is charged. */
struct vm_now vm_now = { .hidden = 1, .hot = &vm_no_tag };

void vm_reset_now(void)
{
	vm_now = (struct vm_now){ .hidden = 1, .hot = &vm_no_tag };
}

/* The price of a line, and what prefetching has left of it. */
static uint64_t price(uint64_t line, enum vm_access_kind kind)
{
	uint64_t ps = vm_cache_miss(vm_now.cache, vm_now.cpu, line, kind);

	if (vm_now.flights->nr)
		ps += vm_flight_wait(vm_now.flights, line, vm_now.clock);
	return ps;
}

static void event(uintptr_t addr, enum vm_access_kind kind)
{
	uint64_t line, ps;

	vm_now.accesses++;
	line = vm_line_of(addr);
	if (line == VM_NO_LINE)
		return;
	/* What the machine misses the host does, too: it may fetch it meanwhile. */
	__builtin_prefetch((const void *)addr);
	ps = price(line, kind);
	if (ps)
		vm_moved();
	vm_now.clock += ps;
	vm_now.stall += ps;
	vm_mix(line * 4 + kind + vm_now.clock);
}

/*
 * Code that nobody counts (a test, what drives the model) may wait in a loop that only hits. Where
 * many accesses have taken no time, they take that of some instructions.
 */
void vm_look(void)
{
	uint64_t before = vm_now.clock;

	vm_catch_up();
	if (vm_now.clock == before)
		vm_now.clock += VM_LOOK * vm_now.tick_price >> VM_PRICE_SHIFT;
	vm_moved();
	if (vm_now.clock > vm_now.horizon)
		vm_yield();
}

void vm_event_slow(uintptr_t addr, enum vm_access_kind kind)
{
	vm_catch_up();
	event(addr, kind);
	if (vm_now.ticks + vm_now.accesses > vm_now.limit)
		vm_look();
	else if (vm_now.clock > vm_now.horizon)
		vm_yield();
}

void vm_atomic_slow(uintptr_t addr, enum vm_access_kind kind)
{
	if (kind == VM_RMW) {
		vm_now.atomics++;
		vm_now.clock += vm_now.rmw_ps;
	}
	event(addr, kind);
}

void vm_prefetch(const void *ptr, bool write)
{
	uint64_t line, ps;

	if (vm_now.hidden)
		return;
	vm_catch_up();
	line = vm_line_of((uintptr_t)ptr);
	if (line == VM_NO_LINE)
		return;
	ps = vm_cache_fast(vm_now.cache, vm_now.cpu, line, write ? VM_WRITE : VM_READ);
	if (ps)
		vm_now.clock += vm_flight_add(vm_now.flights, line, vm_now.clock, ps);
	/* Who comes for a line under way has to wait: no line under way is found at once. */
	if (vm_now.flights->nr)
		vm_cache_cool(vm_now.cache, vm_now.cpu, line);
}
