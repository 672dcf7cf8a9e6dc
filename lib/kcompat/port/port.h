/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * port: the only road to threads, time, blocking, raw memory and randomness. The default is
 * port_pthread.c. Nothing above lib/kcompat calls the operating system in any other way.
 */
#ifndef KCOMPAT_PORT_H
#define KCOMPAT_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KC_FOREVER UINT64_MAX

/** struct kc_thread - a thread; @impl belongs to the port */
struct kc_thread {
	unsigned long impl;
};

/** kc_now_ns() - monotonic clock in nanoseconds, never 0 */
uint64_t kc_now_ns(void);

/**
 * kc_cycles() - the cheapest clock there is; kc_cycle_ns() says what a cycle is worth
 *
 * Instructions before the call have finished when the clock is read, so that a wait for memory
 * falls into the interval it belongs to. That, too, is part of what reading it costs.
 *
 * Return:	the cycle counter of x86-64 or arm64, elsewhere kc_now_ns(). It may run back when
 *		the thread changes to another CPU of a host whose counters differ.
 */
uint64_t kc_cycles(void);

/** kc_thread_cpu_ns() - CPU time the calling thread has used */
uint64_t kc_thread_cpu_ns(void);

/**
 * kc_thread_create() - start a thread, in which no handler of the host's signals runs
 * @thread:	filled in
 * @name:	at most 15 characters are kept
 * @fn:		what it runs
 * @arg:	for @fn
 * Return:	0 or a negative errno.
 */
int kc_thread_create(struct kc_thread *thread, const char *name, void (*fn)(void *arg), void *arg);

/**
 * kc_threads_refused() - threads that could not be started since the process began
 * @why:	receives the negative errno of the last one; or NULL
 */
unsigned int kc_threads_refused(int *why);

/** kc_threads_alive() - threads started and not joined yet */
unsigned int kc_threads_alive(void);

/**
 * kc_is_orphan() - was the process forked while others needed its memory to be as it was?
 *
 * While threads of the library lived, or other threads were known to it: these are not in the
 * child, and what they held stays held. Nothing else may be called then.
 */
bool kc_is_orphan(void);

/** kc_thread_join() - wait until a thread has ended. @thread: from kc_thread_create() */
void kc_thread_join(struct kc_thread *thread);

/** kc_thread_cpu_ns_of() - CPU time a thread has used. @thread: not joined yet */
uint64_t kc_thread_cpu_ns_of(const struct kc_thread *thread);

/** kc_thread_pin() - keep a thread on one CPU of the host, or on any if @host_cpu is negative */
int kc_thread_pin(const struct kc_thread *thread, int host_cpu);

/** kc_pin_host_cpu() - the same for the calling thread. Return: 0 or a negative errno. */
int kc_pin_host_cpu(int host_cpu);

/** kc_thread_id() - a number by which the calling thread is known to kc_set_nice() */
long kc_thread_id(void);

/**
 * kc_set_nice() - set the nice value of a thread
 * @id:		of the thread; it has not ended
 * @nice:	-20 to 19
 * Return:	0 or a negative errno: -EACCES or -EPERM if the system allows no value that low.
 */
int kc_set_nice(long id, int nice);

/** kc_nr_host_cpus() - CPUs of the host this process may run on, at least 1 */
unsigned int kc_nr_host_cpus(void);

/** enum kc_host_limits - what CPUs of the host are counted up to */
enum kc_host_limits {
	KC_MAX_HOST_CPUS = 1024,
};

/** kc_host_cpu_allowed() - may this process run on that CPU of the host? */
bool kc_host_cpu_allowed(unsigned int cpu);

/** kc_yield() - let another thread run */
void kc_yield(void);

/** kc_sleep_ns() - sleep. @ns: duration */
void kc_sleep_ns(uint64_t ns);

/**
 * kc_wait() - sleep while a word has a value
 * @word:	what to watch
 * @val:	returns at once if *@word is something else
 * @timeout_ns:	from now, or KC_FOREVER
 * Return:	0 (woken, value differs, or for no reason), -ETIMEDOUT.
 */
int kc_wait(uint32_t *word, uint32_t val, uint64_t timeout_ns);

/** kc_wake() - wake threads in kc_wait(). @word: what they watch, @nr: at most so many */
void kc_wake(uint32_t *word, unsigned int nr);

/**
 * kc_membarrier() - a full memory barrier on every running thread of the process
 * Return:	false if the system has none; kc_membarrier_init() then said so already.
 */
bool kc_membarrier(void);

/** kc_membarrier_init() - register for kc_membarrier(). Return: false if the system has none. */
bool kc_membarrier_init(void);

/** kc_at_thread_exit() - have @fn called when the calling thread ends, with @arg not NULL */
void kc_at_thread_exit(void (*fn)(void *arg), void *arg);

/** kc_random_u64() - next number of a seeded generator (splitmix64). @state: any seed */
static inline uint64_t kc_random_u64(uint64_t *state)
{
	/* Source: Sebastiano Vigna, public domain; the constants are its definition. */
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/**
 * kc_random_below() - a number from 0 to @bound - 1
 * @state:	any seed
 * @bound:	at least 1
 */
static inline uint64_t kc_random_below(uint64_t *state, uint64_t bound)
{
	__extension__ typedef unsigned __int128 u128;

	/* The bias of the multiplication is below bound / 2^64. */
	return (uint64_t)(((u128)kc_random_u64(state) * bound) >> 64);
}

/**
 * kc_map() - reserve zeroed memory that costs nothing until touched
 * @size:	bytes, rounded up to pages of the host
 * @align:	power of two
 * Return:	the address, or NULL.
 */
void *kc_map(size_t size, size_t align);

/** kc_unmap() - give back what kc_map() has returned. @size: as it was asked for */
void kc_unmap(void *addr, size_t size);

/** kc_want_huge() - prefer huge pages of the host for a range */
void kc_want_huge(void *addr, size_t size);

/** kc_raw_alloc() - zeroed, unaccounted memory for lib/kcompat itself, or NULL */
void *kc_raw_alloc(size_t size, size_t align);

/** kc_raw_free() - give back what kc_raw_alloc() has returned; NULL is ignored */
void kc_raw_free(void *ptr);

/** kc_bug() - print one line on stderr and trap */
__attribute__((__noreturn__, __cold__)) void kc_bug(const char *file, int line, const char *what);

/** kc_warn() - print one line on stderr */
__attribute__((__cold__)) void kc_warn(const char *file, int line, const char *what);

/**
 * kc_cpu_set() - put the calling thread on a virtual CPU
 * @cpu:	below nr_cpu_ids
 *
 * The thread becomes the owner of that CPU (the one whose preempt_disable() costs no atomic
 * operation) if it has none. Not inside preempt_disable().
 *
 * Return:	0 or -EINVAL.
 */
int kc_cpu_set(unsigned int cpu);

/** kc_cpu_put() - leave the virtual CPU; the next use takes the lowest free one */
void kc_cpu_put(void);

#endif
