/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * event: an access of the model, charged to the CPU that runs. Inline: every load and store of
 * the model comes through here.
 *
 * A hit costs nothing: it is part of its instruction, which the code counts by itself (count.py).
 * The clock is brought up to date where something is charged, where tasks synchronise, and every
 * few hundred instructions.
 *
 * What lies in the machine's region goes through the caches. The model's own variables (the
 * registries of lib/kcompat) have lines of their own past the region. Anything else is no memory
 * of the machine (data that were prepared outside, what the machine knows of tasks, variables of
 * a test): an event, and a hit. So nothing depends on where the linker puts what is not the
 * model's.
 */
#ifndef SIM_VIRTUAL_EVENT_H
#define SIM_VIRTUAL_EVENT_H

#include "sim/virtual/cache_inline.h"
#include "sim/virtual/jitter.h"
#include "sim/virtual/memory.h"
#include "sim/virtual/now.h"

/* The linker's: the section that model.lds makes of the model's variables. */
extern char __start_vm_model[] __attribute__((visibility("hidden")));
extern char __stop_vm_model[] __attribute__((visibility("hidden")));

#define VM_REGION_BYTES (1ull << VM_REGION_SHIFT)
#define VM_NO_LINE	UINT64_MAX

/** vm_line_of() - line of an address, VM_NO_LINE for what is no memory of the machine */
static inline uint64_t vm_line_of(uintptr_t addr)
{
	uint64_t offset = addr - (uintptr_t)vm_region;

	if (__builtin_expect(offset < VM_REGION_BYTES, 1))
		return offset >> VM_LINE_SHIFT;
	offset = addr - (uintptr_t)__start_vm_model;
	if (offset < (uintptr_t)__stop_vm_model - (uintptr_t)__start_vm_model)
		return (VM_REGION_BYTES + offset) >> VM_LINE_SHIFT;
	return VM_NO_LINE;
}

/** vm_look() - bring the clock up to date, and let others run that are behind */
void vm_look(void);

/** vm_event_slow() - vm_event() of any access that is charged */
void vm_event_slow(uintptr_t addr, enum vm_access_kind kind);

/** vm_atomic_slow() - vm_atomic_event() of any access, when nobody is behind */
void vm_atomic_slow(uintptr_t addr, enum vm_access_kind kind);

/** vm_prefetch() - an event, and the line is under way if it is not there yet */
void vm_prefetch(const void *ptr, bool write);

/** vm_mix() - what has happened goes into the digest. @what: anything */
static inline void vm_mix(uint64_t what)
{
	vm_now.digest = (vm_now.digest ^ what) * 0x9fb21c651e98df25ull;
	vm_now.digest ^= vm_now.digest >> 32;
}

/** vm_is_hit() - is the line the last one used of its set, and nothing else to be looked at? */
static inline bool vm_is_hit(uint64_t line, enum vm_access_kind kind)
{
	return __builtin_expect(vm_tag_hits(vm_now.hot[line & vm_now.mask], line, kind), 1);
}

/** vm_event() - one access within a line, in time; others that are behind run first */
static inline void vm_event(uintptr_t addr, enum vm_access_kind kind)
{
	uint64_t line;

	if (vm_now.hidden)
		return;
	line = (addr - vm_now.base) >> VM_LINE_SHIFT;
	if (!vm_is_hit(line, kind)) {
		vm_event_slow(addr, kind);
		return;
	}
	vm_now.accesses++;
	if (__builtin_expect(vm_now.ticks + vm_now.accesses > vm_now.limit, 0))
		vm_look();
}

/** vm_access() - the same for @size bytes, which may lie across two lines */
static inline void vm_access(const volatile void *ptr, unsigned int size, enum vm_access_kind kind)
{
	uintptr_t addr = (uintptr_t)ptr;

	vm_event(addr, kind);
	if (__builtin_expect((addr & 63) + size > 64, 0))
		vm_event(addr + size - 1, kind);
}

/** vm_marked() - vm_event() of READ_ONCE() and WRITE_ONCE(), by which tasks may synchronise */
static inline void vm_marked(uintptr_t addr, enum vm_access_kind kind)
{
	if (__builtin_expect(vm_now.jitter != 0, 0))
		vm_jitter_event();
	vm_event(addr, kind);
}

/** vm_range() - the same for any size, line by line */
static inline void vm_range(const void *ptr, size_t size, enum vm_access_kind kind)
{
	uintptr_t addr = (uintptr_t)ptr & ~(uintptr_t)63, end = (uintptr_t)ptr + size;

	if (vm_now.hidden || !size)
		return;
	for (; addr < end; addr += 64)
		vm_event(addr, kind);
}

/** vm_atomic_event() - before an atomic access: everybody who is behind runs first */
static inline void vm_atomic_event(const volatile void *ptr, enum vm_access_kind kind)
{
	uint64_t line;

	if (vm_now.hidden)
		return;
	if (__builtin_expect(vm_now.jitter != 0, 0))
		vm_jitter_event();
	vm_catch_up();
	if (__builtin_expect(vm_now.ticks + vm_now.accesses > vm_now.limit, 0))
		vm_look();
	if (vm_now.clock > vm_now.sync)
		vm_yield();
	line = ((uintptr_t)ptr - vm_now.base) >> VM_LINE_SHIFT;
	if (!vm_is_hit(line, kind)) {
		vm_atomic_slow((uintptr_t)ptr, kind);
		return;
	}
	if (kind == VM_RMW) {
		vm_now.atomics++;
		vm_now.clock += vm_now.rmw_ps;
	}
	vm_now.accesses++;
	vm_mix(line * 4 + kind + vm_now.clock);
}

#endif
