/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * event: an access of the model, charged to the CPU that runs. Inline: every load and store of
 * the model comes through here.
 *
 * What lies in the machine's region goes through the caches. The model's own variables (the
 * registries of lib/kcompat) have lines of their own past the region. Anything else is no memory
 * of the machine (data that were prepared outside, what the machine knows of tasks): an event,
 * and a hit.
 */
#ifndef SIM_VIRTUAL_EVENT_H
#define SIM_VIRTUAL_EVENT_H

#include "sim/virtual/cache_inline.h"
#include "sim/virtual/jitter.h"
#include "sim/virtual/machine.h"
#include "sim/virtual/memory.h"

/* The linker's: first and last byte of the program or library that this is in. */
extern char __ehdr_start[] __attribute__((visibility("hidden")));
extern char _end[] __attribute__((visibility("hidden")));

#define VM_REGION_BYTES (1ull << VM_REGION_SHIFT)
#define VM_NO_LINE	UINT64_MAX

/** vm_line_of() - line of an address, VM_NO_LINE for what is no memory of the machine */
static inline uint64_t vm_line_of(uintptr_t addr)
{
	uint64_t offset = addr - (uintptr_t)vm_region;

	if (__builtin_expect(offset < VM_REGION_BYTES, 1))
		return offset >> VM_LINE_SHIFT;
	/* Distances between variables of one program are the same in every run. */
	offset = addr - (uintptr_t)__ehdr_start;
	if (offset < (uintptr_t)_end - (uintptr_t)__ehdr_start)
		return (VM_REGION_BYTES + offset) >> VM_LINE_SHIFT;
	return VM_NO_LINE;
}

/** vm_mix() - what has happened goes into the digest. @what: anything */
static inline void vm_mix(uint64_t what)
{
	vm_now.digest = (vm_now.digest ^ what) * 0x9fb21c651e98df25ull;
	vm_now.digest ^= vm_now.digest >> 32;
}

/** vm_event() - one access within a line, in time; others that are behind run first */
static inline void vm_event(uintptr_t addr, enum vm_access_kind kind)
{
	uint64_t line, ps;

	if (__builtin_expect(vm_now.hidden, 0))
		return;
	vm_now.accesses++;
	vm_now.clock += vm_now.event_ps;
	line = vm_line_of(addr);
	if (__builtin_expect(line == VM_NO_LINE, 0))
		return;
	ps = vm_cache_fast(vm_now.cache, vm_now.cpu, line, kind);
	if (vm_now.flights->nr)
		ps += vm_flight_wait(vm_now.flights, line, vm_now.clock);
	vm_now.clock += ps;
	vm_mix(line * 4 + kind + vm_now.clock);
	if (__builtin_expect(vm_now.clock > vm_now.horizon, 0))
		vm_yield();
}

/** vm_access() - the same for @size bytes, which may lie across two lines */
static inline void vm_access(const volatile void *ptr, unsigned int size, enum vm_access_kind kind)
{
	uintptr_t addr = (uintptr_t)ptr;

	vm_event(addr, kind);
	if (__builtin_expect((addr & 63) + size > 64, 0))
		vm_event(addr + size - 1, kind);
}

/** vm_range() - the same for any size, line by line */
static inline void vm_range(const void *ptr, size_t size, enum vm_access_kind kind)
{
	uintptr_t addr = (uintptr_t)ptr & ~(uintptr_t)63, end = (uintptr_t)ptr + size;

	for (; size && addr < end; addr += 64)
		vm_event(addr, kind);
}

/** vm_marked() - vm_access() of READ_ONCE() and WRITE_ONCE(), by which tasks may synchronise */
static inline void vm_marked(const volatile void *ptr, unsigned int size, enum vm_access_kind kind)
{
	if (__builtin_expect(vm_now.jitter != 0, 0))
		vm_jitter_event();
	vm_access(ptr, size, kind);
}

/** vm_prefetch() - an event, and the line is under way if it is not there yet */
static inline void vm_prefetch(const void *ptr, bool write)
{
	uint64_t line, ps;

	if (vm_now.hidden)
		return;
	vm_now.clock += vm_now.event_ps;
	line = vm_line_of((uintptr_t)ptr);
	if (line == VM_NO_LINE)
		return;
	ps = vm_cache_fast(vm_now.cache, vm_now.cpu, line, write ? VM_WRITE : VM_READ);
	if (ps)
		vm_now.clock += vm_flight_add(vm_now.flights, line, vm_now.clock, ps);
}

/** vm_atomic_event() - before an atomic access: everybody who is behind runs first */
static inline void vm_atomic_event(const volatile void *ptr, enum vm_access_kind kind)
{
	uint64_t line, ps;

	if (__builtin_expect(vm_now.hidden, 0))
		return;
	if (__builtin_expect(vm_now.jitter != 0, 0))
		vm_jitter_event();
	if (vm_now.clock > vm_now.sync)
		vm_yield();
	vm_now.accesses++;
	vm_now.clock += vm_now.event_ps;
	if (kind == VM_RMW) {
		vm_now.atomics++;
		vm_now.clock += vm_now.rmw_ps;
	}
	line = vm_line_of((uintptr_t)ptr);
	if (line == VM_NO_LINE)
		return;
	ps = vm_cache_fast(vm_now.cache, vm_now.cpu, line, kind);
	if (vm_now.flights->nr)
		ps += vm_flight_wait(vm_now.flights, line, vm_now.clock);
	vm_now.clock += ps;
	vm_mix(line * 4 + kind + vm_now.clock);
}

#endif
