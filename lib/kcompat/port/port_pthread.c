// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * The default port: pthreads, CLOCK_MONOTONIC, futexes, mmap.
 */
#include <errno.h>
#include <linux/futex.h>
#include <linux/membarrier.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "port.h"

#define NSEC_PER_SEC 1000000000ull

enum {
	KC_STACK_BYTES = 1 << 20, /* least stack of a thread */
};

/** struct kc_start - what a new thread is told; freed by it */
struct kc_start {
	void (*fn)(void *arg);
	void *arg;
	locale_t locale;
	char name[16];
};

/* A thread's exit handler lives in the thread; the key only gets it called. */
static __thread void (*kc_exit_fn)(void *arg);
static pthread_key_t kc_exit_key;
static pthread_once_t kc_exit_once = PTHREAD_ONCE_INIT;

static uint64_t kc_clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

uint64_t kc_now_ns(void)
{
	return kc_clock_ns(CLOCK_MONOTONIC);
}

#if defined(__x86_64__)
uint64_t kc_cycles(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
}
#elif defined(__aarch64__)
uint64_t kc_cycles(void)
{
	uint64_t cycles;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(cycles)::"memory");
	return cycles;
}
#else
uint64_t kc_cycles(void)
{
	return kc_now_ns();
}
#endif

uint64_t kc_thread_cpu_ns(void)
{
	return kc_clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

/* There from the start: asking for it neither allocates nor fails. */
static locale_t kc_c_locale(void)
{
	return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

static void *kc_thread_main(void *data)
{
	struct kc_start start = *(struct kc_start *)data;

	free(data);
	if (start.locale == kc_c_locale())
		uselocale(start.locale);
	pthread_setname_np(pthread_self(), start.name);
	start.fn(start.arg);
	return NULL;
}

/* Inherent: what the system has refused this process. */
static unsigned int kc_refused;
static int kc_refused_why;

static int kc_thread_refused(int err)
{
	__atomic_store_n(&kc_refused_why, err, __ATOMIC_RELAXED);
	__atomic_fetch_add(&kc_refused, 1, __ATOMIC_RELEASE);
	return err;
}

unsigned int kc_threads_refused(int *why)
{
	unsigned int nr = __atomic_load_n(&kc_refused, __ATOMIC_ACQUIRE);

	if (why)
		*why = __atomic_load_n(&kc_refused_why, __ATOMIC_RELAXED);
	return nr;
}

/* Inherent: threads of the library in this process. */
static unsigned int kc_live;

unsigned int kc_threads_alive(void)
{
	return __atomic_load_n(&kc_live, __ATOMIC_RELAXED);
}

/*
 * Signals of the host are for its own threads, whatever these block later on. What a thread does
 * to itself it must hear of, and a profiler's ticks are meant for who runs.
 */
static void kc_signals_of_host(sigset_t *set)
{
	static const int own[] = { SIGSEGV, SIGBUS,  SIGFPE, SIGILL,
				   SIGTRAP, SIGABRT, SIGSYS, SIGPROF };
	size_t i;

	sigfillset(set);
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		sigdelset(set, own[i]);
}

/* A stack is as large as a limit on that of the process, which may be set for another reason. */
static int kc_thread_start(pthread_t *id, struct kc_start *start)
{
	sigset_t blocked, before;
	pthread_attr_t attr;
	size_t stack;
	int err = pthread_attr_init(&attr);

	if (err)
		return err;
	if (!pthread_attr_getstacksize(&attr, &stack) && stack < KC_STACK_BYTES)
		pthread_attr_setstacksize(&attr, KC_STACK_BYTES);
	kc_signals_of_host(&blocked);
	pthread_sigmask(SIG_BLOCK, &blocked, &before);
	err = pthread_create(id, &attr, kc_thread_main, start);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return err;
}

int kc_thread_create(struct kc_thread *thread, const char *name, void (*fn)(void *arg), void *arg)
{
	struct kc_start *start = malloc(sizeof(*start));
	pthread_t id;
	int err;

	if (!start)
		return kc_thread_refused(-ENOMEM);
	start->fn = fn;
	start->arg = arg;
	start->locale = uselocale((locale_t)0);
	snprintf(start->name, sizeof(start->name), "%s", name);
	err = kc_thread_start(&id, start);
	if (err) {
		free(start);
		return kc_thread_refused(-err);
	}
	thread->impl = (unsigned long)id;
	__atomic_fetch_add(&kc_live, 1, __ATOMIC_RELAXED);
	return 0;
}

void kc_thread_join(struct kc_thread *thread)
{
	pthread_join((pthread_t)thread->impl, NULL);
	__atomic_fetch_sub(&kc_live, 1, __ATOMIC_RELAXED);
}

uint64_t kc_thread_cpu_ns_of(const struct kc_thread *thread)
{
	clockid_t clock;

	if (pthread_getcpuclockid((pthread_t)thread->impl, &clock))
		return 0;
	return kc_clock_ns(clock);
}

/* The CPUs the process was given at start: what "any" means once a thread has been pinned. */
static cpu_set_t kc_start_cpus;

__attribute__((constructor(101))) static void kc_remember_cpus(void)
{
	if (sched_getaffinity(0, sizeof(kc_start_cpus), &kc_start_cpus))
		CPU_SET(0, &kc_start_cpus);
}

int kc_thread_pin(const struct kc_thread *thread, int host_cpu)
{
	cpu_set_t set = kc_start_cpus;

	if (host_cpu >= CPU_SETSIZE)
		return -EINVAL;
	if (host_cpu >= 0) {
		CPU_ZERO(&set);
		CPU_SET((size_t)host_cpu, &set);
	}
	return -pthread_setaffinity_np((pthread_t)thread->impl, sizeof(set), &set);
}

int kc_pin_host_cpu(int host_cpu)
{
	struct kc_thread self = { .impl = (unsigned long)pthread_self() };

	return kc_thread_pin(&self, host_cpu);
}

long kc_thread_id(void)
{
	return syscall(SYS_gettid);
}

int kc_set_nice(long id, int nice)
{
	return setpriority(PRIO_PROCESS, (id_t)id, nice) ? -errno : 0;
}

unsigned int kc_nr_host_cpus(void)
{
	return (unsigned int)CPU_COUNT(&kc_start_cpus);
}

bool kc_host_cpu_allowed(unsigned int cpu)
{
	return cpu < CPU_SETSIZE && CPU_ISSET(cpu, &kc_start_cpus);
}

void kc_yield(void)
{
	sched_yield();
}

void kc_sleep_ns(uint64_t ns)
{
	struct timespec ts = {
		.tv_sec = (time_t)(ns / NSEC_PER_SEC),
		.tv_nsec = (long)(ns % NSEC_PER_SEC),
	};

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, &ts) == EINTR)
		;
}

int kc_wait(uint32_t *word, uint32_t val, uint64_t timeout_ns)
{
	struct timespec ts = {
		.tv_sec = (time_t)(timeout_ns / NSEC_PER_SEC),
		.tv_nsec = (long)(timeout_ns % NSEC_PER_SEC),
	};
	long ret = syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, val,
			   timeout_ns == KC_FOREVER ? NULL : &ts, NULL, 0);

	return ret && errno == ETIMEDOUT ? -ETIMEDOUT : 0;
}

void kc_wake(uint32_t *word, unsigned int nr)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, nr, NULL, NULL, 0);
}

bool kc_membarrier_init(void)
{
	return !syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
}

bool kc_membarrier(void)
{
	/* The first may find no memory; the second needs none, and takes long. */
	return !syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) ||
	       !syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

static void kc_run_exit(void *arg)
{
	kc_exit_fn(arg);
}

static void kc_make_exit_key(void)
{
	pthread_key_create(&kc_exit_key, kc_run_exit);
}

void kc_at_thread_exit(void (*fn)(void *arg), void *arg)
{
	pthread_once(&kc_exit_once, kc_make_exit_key);
	kc_exit_fn = fn;
	pthread_setspecific(kc_exit_key, arg);
}

void *kc_map(size_t size, size_t align)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t span;
	char *raw, *addr;

	size = (size + page - 1) & ~(page - 1);
	if (align < page)
		align = page;
	if (__builtin_add_overflow(size, align - page, &span))
		return NULL;
	raw = mmap(NULL, span, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		   -1, 0);
	if (raw == MAP_FAILED)
		return NULL;
	addr = (char *)(((uintptr_t)raw + align - 1) & ~(uintptr_t)(align - 1));
	if (addr > raw)
		munmap(raw, (size_t)(addr - raw));
	if (addr + size < raw + span)
		munmap(addr + size, (size_t)(raw + span - addr - size));
	return addr;
}

void kc_unmap(void *addr, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	munmap(addr, (size + page - 1) & ~(page - 1));
}

void kc_want_huge(void *addr, size_t size)
{
	madvise(addr, size, MADV_HUGEPAGE);
}

void *kc_raw_alloc(size_t size, size_t align)
{
	void *ptr = aligned_alloc(align, (size + align - 1) & ~(align - 1));

	if (ptr)
		memset(ptr, 0, size);
	return ptr;
}

void kc_raw_free(void *ptr)
{
	free(ptr);
}
