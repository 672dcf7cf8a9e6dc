// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The virtual port: threads are tasks of the machine, time is that of its CPUs, memory comes from
 * its region.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include <kc_cost.h>
#include <kc_spin.h>

#include "arena.h"
#include "clock.h"
#include "port.h"
#include "sim/virtual/event.h"
#include "sim/virtual/machine.h"
#include "sim/virtual/memory.h"

#define PAGE_BYTES	 4096
#define MAP_MIN		 (64 << 10)
#define GRACE_LOOK_PS	 (1000 * VM_PS_PER_NS) /* between two looks at readers */
#define OUTSIDE_YIELD_PS (1000 * VM_PS_PER_NS)

/* ---- time */

uint64_t kc_now_ns(void)
{
	vm_catch_up();
	return vm_now.clock / VM_PS_PER_NS + 1;
}

uint64_t kc_cycles(void)
{
	vm_catch_up();
	return vm_now.clock;
}

double kc_cycle_ns(void)
{
	return 1.0 / (double)VM_PS_PER_NS;
}

double kc_now_cost_ns(void)
{
	return 0;
}

uint64_t kc_thread_cpu_ns(void)
{
	return vm_task_ps(vm_current()) / VM_PS_PER_NS;
}

static uint64_t deadline(uint64_t ns)
{
	vm_catch_up();
	return ns < (VM_NEVER - vm_now.clock) / VM_PS_PER_NS ? vm_now.clock + ns * VM_PS_PER_NS
							     : VM_NEVER;
}

void kc_yield(void)
{
	if (vm_outside())
		vm_sleep(NULL, vm_now.clock + OUTSIDE_YIELD_PS);
	else
		vm_resched(true);
}

int kc_virtual_resched(void)
{
	return vm_resched(false);
}

void kc_sleep_ns(uint64_t ns)
{
	vm_sleep(NULL, deadline(ns));
}

/* ---- threads */

/* Inherent: the machine is the process's. */
static unsigned int tasks_refused;

bool kc_is_orphan(void)
{
	return false; /* the threads around the machine have been asked */
}

unsigned int kc_threads_refused(int *why)
{
	if (why)
		*why = -ENOMEM;
	return tasks_refused;
}

int kc_thread_create(struct kc_thread *thread, const char *name, void (*fn)(void *arg), void *arg)
{
	struct vm_task *task = vm_task_new(name, fn, arg);

	if (!task) {
		tasks_refused++;
		return -ENOMEM;
	}
	thread->impl = (unsigned long)task;
	return 0;
}

void kc_thread_join(struct kc_thread *thread)
{
	struct vm_task *task = (struct vm_task *)thread->impl;

	while (task->state != VM_ENDED)
		vm_sleep(&task->end_word, VM_NEVER);
	vm_task_free(task);
}

uint64_t kc_thread_cpu_ns_of(const struct kc_thread *thread)
{
	return vm_task_ps((const struct vm_task *)thread->impl) / VM_PS_PER_NS;
}

int kc_thread_pin(const struct kc_thread *thread, int host_cpu)
{
	if (host_cpu >= (int)vm_cpus())
		return -EINVAL;
	vm_task_pin((struct vm_task *)thread->impl, host_cpu);
	return 0;
}

int kc_pin_host_cpu(int host_cpu)
{
	if (host_cpu >= (int)vm_cpus())
		return -EINVAL;
	vm_task_pin(vm_current(), host_cpu);
	return 0;
}

long kc_thread_id(void)
{
	return (long)vm_current()->number;
}

int kc_set_nice(long id, int nice)
{
	struct vm_task *task;

	for (task = vm_tasks(); task; task = task->all) {
		if ((long)task->number == id) {
			vm_task_nice(task, nice);
			return 0;
		}
	}
	return -ESRCH;
}

unsigned int kc_nr_host_cpus(void)
{
	return vm_cpus();
}

bool kc_host_cpu_allowed(unsigned int cpu)
{
	return cpu < vm_cpus();
}

void kc_at_thread_exit(void (*fn)(void *arg), void *arg)
{
	vm_current()->exit_fn = fn;
	vm_current()->exit_arg = arg;
}

/* ---- waiting */

int kc_wait(uint32_t *word, uint32_t val, uint64_t timeout_ns)
{
	vm_catch_up();
	if (!vm_outside() && vm_now.clock > vm_now.sync)
		vm_yield();
	if (*word != val)
		return 0;
	return vm_sleep(word, deadline(timeout_ns)) ? 0 : -ETIMEDOUT;
}

void kc_wake(uint32_t *word, unsigned int nr)
{
	vm_catch_up();
	if (!vm_outside() && vm_now.clock > vm_now.sync)
		vm_yield();
	vm_wake(word, nr);
}

void kc_virtual_spin(const void *word)
{
	vm_spin(word);
}

/* ---- CPUs */

int kc_cpu_set(unsigned int cpu)
{
	if (cpu >= vm_cpus())
		return -EINVAL;
	vm_task_pin(vm_current(), (int)cpu);
	return 0;
}

void kc_cpu_put(void)
{
	if (!vm_outside())
		vm_current()->pinned = -1;
}

void kc_task_visit(unsigned int cpu)
{
	vm_task_pin(vm_current(), cpu < vm_cpus() ? (int)cpu : -1);
}

/* The task outside has no CPU to leave: it waits until nobody is in an atomic section there. */
static long outside_on_cpu(unsigned int cpu, long (*fn)(void *arg), void *arg)
{
	unsigned int old = kc_task.cpu;
	long ret;

	while (cpu < vm_cpus() && vm_cpu_at(cpu)->task && vm_cpu_at(cpu)->task->kc.depth)
		vm_sleep(NULL, vm_now.clock + OUTSIDE_YIELD_PS);
	kc_task.cpu = cpu;
	ret = fn(arg);
	kc_task.cpu = old;
	return ret;
}

/* The same the other way round: on the CPU of the task outside nothing takes time. */
static long visit_outside(long (*fn)(void *arg), void *arg)
{
	unsigned int old = kc_task.cpu;
	long ret;

	vm_task_move(vm_cpus());
	kc_cost_hide();
	ret = fn(arg);
	kc_cost_show();
	vm_task_move(old);
	return ret;
}

long work_on_cpu(unsigned int cpu, long (*fn)(void *arg), void *arg)
{
	struct vm_task *task = vm_current();
	int pinned = task->pinned;
	long ret;

	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	might_sleep();
	if (cpu == kc_task.cpu)
		return fn(arg);
	if (vm_outside())
		return outside_on_cpu(cpu, fn, arg);
	if (cpu >= vm_cpus())
		return visit_outside(fn, arg);
	vm_task_pin(task, (int)cpu);
	ret = fn(arg);
	task->pinned = pinned;
	if (pinned >= 0)
		vm_task_pin(task, pinned);
	return ret;
}

/* ---- RCU */

static struct vm_task *find_task(unsigned int number)
{
	struct vm_task *task;

	for (task = vm_tasks(); task; task = task->all) {
		if (task->number == number)
			return task;
	}
	return NULL;
}

/* As in the kernel, a preemption-disabled section is a read-side section, too. */
static bool reads(const struct vm_task *task)
{
	return task != vm_current() && (task->kc.rcu || task->kc.depth);
}

void synchronize_rcu(void)
{
	unsigned int number, ended, end = vm_tasks()->number + 1;
	struct vm_task *task;

	might_sleep();
	for (number = 0; number < end; number++) {
		task = find_task(number);
		ended = task ? task->kc.rcu_ended : 0;
		while (task && reads(task) && task->kc.rcu_ended == ended) {
			vm_sleep(NULL, vm_now.clock + GRACE_LOOK_PS);
			/* It may be gone by now. */
			task = find_task(number);
		}
	}
}

/* ---- prices */

static uint64_t per_kib(double ns, size_t bytes)
{
	return (uint64_t)(ns * (double)bytes / 1024 * (double)VM_PS_PER_NS);
}

static unsigned int compressor(const char *name)
{
	if (!strncmp(name, "zstd", 4))
		return VM_ZSTD;
	return !strncmp(name, "lzo", 3) ? VM_LZO : VM_LZ4;
}

static void charge(uint64_t ps)
{
	if (!vm_now.hidden)
		vm_charge(ps);
}

void kc_cost_compress(const char *name, size_t bytes)
{
	if (strcmp(name, "none"))
		charge(per_kib(vm_profile()->compress_ns_per_kib[compressor(name)], bytes));
}

void kc_cost_decompress(const char *name, size_t bytes)
{
	if (strcmp(name, "none"))
		charge(per_kib(vm_profile()->decompress_ns_per_kib[compressor(name)], bytes));
}

void kc_cost_events(enum kc_event event, unsigned int nr)
{
	double insns = vm_now.kernel->insns[event] * nr;

	if (vm_now.hidden)
		return;
	vm_now.events += (uint64_t)(insns * VM_TICKS_PER_INSN);
	vm_charge((uint64_t)(insns * vm_cpu_at(vm_now.cpu)->insn_ps));
}

void kc_cost_event(enum kc_event event)
{
	kc_cost_events(event, 1);
}

unsigned int kc_cost_cover(unsigned int covered)
{
	unsigned int caller = vm_now.covered;

	vm_catch_up();
	vm_now.covered = covered;
	return caller;
}

void kc_cost_fault(void)
{
	charge(per_kib(vm_profile()->fault_ns, 1024));
}

void kc_cost_burn(unsigned int rounds)
{
	if (vm_outside())
		return;
	vm_charge(vm_cpu_at(vm_now.cpu)->cycle_ps * rounds);
	if (vm_now.clock > vm_now.horizon)
		vm_yield();
}

bool kc_cost_evict(void)
{
	vm_cache_clear(vm_now.cache);
	return true;
}

void kc_cost_hide(void)
{
	vm_catch_up();
	vm_now.hidden++;
}

void kc_cost_show(void)
{
	vm_catch_up();
	vm_now.hidden--;
}

/* ---- memory */

/** struct raw_head - before what kc_raw_alloc() returns */
struct raw_head {
	size_t size;
	size_t align;
};

void *kc_raw_alloc(size_t size, size_t align)
{
	size_t gap = align > sizeof(struct raw_head) ? align : sizeof(struct raw_head);
	char *ptr = vm_memory_alloc(size + gap, gap);

	if (!ptr)
		return NULL;
	ptr += gap;
	((struct raw_head *)ptr)[-1] = (struct raw_head){ size + gap, gap };
	return ptr;
}

void kc_raw_free(void *ptr)
{
	struct raw_head head;

	if (!ptr)
		return;
	head = ((struct raw_head *)ptr)[-1];
	vm_memory_free((char *)ptr - head.align, head.size, head.align);
}

/* Larger than what is served from lists of blocks, whatever the alignment. */
static size_t map_size(size_t size)
{
	size = (size + PAGE_BYTES - 1) & ~(size_t)(PAGE_BYTES - 1);
	return size < MAP_MIN ? MAP_MIN : size;
}

void *kc_map(size_t size, size_t align)
{
	return vm_memory_alloc(map_size(size), align > PAGE_BYTES ? align : PAGE_BYTES);
}

void kc_unmap(void *addr, size_t size)
{
	vm_memory_free(addr, map_size(size), PAGE_BYTES);
}

/* Most of a huge page has left the host's caches when the host has cleared it. */
void kc_want_huge(void *addr, size_t size)
{
	(void)addr;
	(void)size;
}

void *kc_arena_alloc(size_t size, size_t align, bool zero)
{
	(void)zero; /* the region's memory is */
	return vm_memory_alloc(size, align);
}

void kc_arena_free(void *ptr, size_t size, size_t align)
{
	vm_memory_free(ptr, size, align);
}

bool kc_arena_is_private(void)
{
	return true;
}

size_t kc_arena_bytes(void)
{
	return vm_memory_bytes();
}
