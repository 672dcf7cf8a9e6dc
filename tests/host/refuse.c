// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * A host that refuses: loaded in front of the C library, it counts the calls of one kind that a
 * program makes and lets some of them fail. From the environment:
 *   REFUSE	kind: malloc, calloc, realloc, aligned_alloc, mmap, thread, membarrier, open,
 *		affinity, nice; or clock, which does not fail but is ten seconds on
 *   REFUSE_FROM	number of the first call that fails, 1 and up
 *   REFUSE_NR	how many fail; without it all that follow
 *   REFUSE_ERRNO	what they fail with, else what is usual
 *   REFUSE_REPORT	file that receives, at the end, how many calls there were, how many
 *		failed, and how many blocks of memory were not given back
 */
/* open() is to be itself, not open64(). */
#undef _FILE_OFFSET_BITS

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
	JUMP_S = 10,
};

enum kind {
	R_MALLOC,
	R_CALLOC,
	R_REALLOC,
	R_ALIGNED_ALLOC,
	R_MMAP,
	R_THREAD,
	R_MEMBARRIER,
	R_OPEN,
	R_AFFINITY,
	R_NICE,
	R_CLOCK,
	R_NR_KINDS
};

static const char *const kinds[R_NR_KINDS] = {
	"malloc",     "calloc", "realloc",  "aligned_alloc", "mmap",  "thread",
	"membarrier", "open",	"affinity", "nice",	     "clock",
};

static const int usual[R_NR_KINDS] = {
	ENOMEM, ENOMEM, ENOMEM, ENOMEM, ENOMEM, EAGAIN, ENOSYS, EMFILE, EPERM, EPERM, 0,
};

static bool ready;
static enum kind refused_kind = R_NR_KINDS;
static unsigned long from, number = -1ul;
static int refused_errno;
static unsigned long calls, failed;
static long blocks;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t nr, size_t size);
void *__libc_realloc(void *ptr, size_t size);
void *__libc_memalign(size_t align, size_t size);
void __libc_free(void *ptr);

static unsigned long number_of(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text ? strtoul(text, NULL, 10) : otherwise;
}

/*
 * At the first call, which other libraries make before any constructor of this one. Two threads
 * cannot both be the first: there is one when libraries are loaded.
 */
static void begin(void)
{
	const char *kind = getenv("REFUSE");
	unsigned int k;

	ready = true;
	for (k = 0; kind && k < R_NR_KINDS; k++) {
		if (!strcmp(kind, kinds[k]))
			refused_kind = (enum kind)k;
	}
	from = number_of("REFUSE_FROM", 0);
	number = number_of("REFUSE_NR", -1ul);
	refused_errno = (int)number_of("REFUSE_ERRNO", 0);
}

__attribute__((destructor(101))) static void refuse_end(void)
{
	const char *path = getenv("REFUSE_REPORT");
	char text[96];
	int fd, len;

	refused_kind = R_NR_KINDS;
	if (!path)
		return;
	len = snprintf(text, sizeof(text), "%lu %lu %ld\n", calls, failed,
		       __atomic_load_n(&blocks, __ATOMIC_RELAXED));
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd >= 0 && write(fd, text, (size_t)len) == len)
		close(fd);
}

/* Is this call to fail? Then errno is set. */
static bool refuse(enum kind kind)
{
	unsigned long nr;

	if (!ready && environ)
		begin();
	if (kind != refused_kind)
		return false;
	nr = __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
	if (!from || nr < from || nr - from >= number)
		return false;
	__atomic_fetch_add(&failed, 1, __ATOMIC_RELAXED);
	errno = refused_errno ? refused_errno : usual[kind];
	return true;
}

static void *count_block(void *ptr)
{
	if (ptr)
		__atomic_fetch_add(&blocks, 1, __ATOMIC_RELAXED);
	return ptr;
}

void *malloc(size_t size)
{
	return refuse(R_MALLOC) ? NULL : count_block(__libc_malloc(size));
}

void *calloc(size_t nr, size_t size)
{
	return refuse(R_CALLOC) ? NULL : count_block(__libc_calloc(nr, size));
}

void *realloc(void *ptr, size_t size)
{
	void *new;

	if (refuse(R_REALLOC))
		return NULL;
	new = __libc_realloc(ptr, size);
	return ptr ? new : count_block(new);
}

void *memalign(size_t align, size_t size)
{
	return refuse(R_ALIGNED_ALLOC) ? NULL : count_block(__libc_memalign(align, size));
}

void *aligned_alloc(size_t align, size_t size)
{
	return memalign(align, size);
}

int posix_memalign(void **ptr, size_t align, size_t size)
{
	void *new = memalign(align, size);

	if (!new)
		return ENOMEM;
	*ptr = new;
	return 0;
}

void free(void *ptr)
{
	if (ptr)
		__atomic_fetch_sub(&blocks, 1, __ATOMIC_RELAXED);
	__libc_free(ptr);
}

/* The function of a name behind this library. */
#define NEXT(name) ((__typeof__(&name))next(#name))

static void *next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
	if (refuse(R_MMAP))
		return MAP_FAILED;
	return (void *)syscall(SYS_mmap, addr, len, prot, flags, fd, offset);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*fn)(void *), void *arg)
{
	if (refuse(R_THREAD))
		return errno;
	return NEXT(pthread_create)(thread, attr, fn, arg);
}

int pthread_setaffinity_np(pthread_t thread, size_t size, const cpu_set_t *set)
{
	if (refuse(R_AFFINITY))
		return errno;
	return NEXT(pthread_setaffinity_np)(thread, size, set);
}

int sched_setaffinity(pid_t pid, size_t size, const cpu_set_t *set)
{
	if (refuse(R_AFFINITY))
		return -1;
	return NEXT(sched_setaffinity)(pid, size, set);
}

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	int err = (int)syscall(SYS_clock_gettime, clock, ts);

	if (clock == CLOCK_MONOTONIC && refuse(R_CLOCK))
		ts->tv_sec += JUMP_S;
	return err;
}

int setpriority(__priority_which_t which, id_t who, int nice)
{
	if (refuse(R_NICE))
		return -1;
	return NEXT(setpriority)(which, who, nice);
}

/* Six arguments, as the kernel takes no more. */
long syscall(long nr, ...)
{
	static long (*real)(long nr, ...);
	long arg[6];
	va_list ap;
	int i;

	va_start(ap, nr);
	for (i = 0; i < 6; i++)
		arg[i] = va_arg(ap, long);
	va_end(ap);
	if (nr == SYS_membarrier && refuse(R_MEMBARRIER))
		return -1;
	if (!real)
		real = (long (*)(long nr, ...))next("syscall");
	return real(nr, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5]);
}

FILE *fopen(const char *path, const char *mode)
{
	return refuse(R_OPEN) ? NULL : NEXT(fopen)(path, mode);
}

FILE *fopen64(const char *path, const char *mode)
{
	return refuse(R_OPEN) ? NULL : NEXT(fopen64)(path, mode);
}

DIR *opendir(const char *path)
{
	return refuse(R_OPEN) ? NULL : NEXT(opendir)(path);
}

/* With the mode that O_CREAT wants, and nothing otherwise. */
#define OPEN(name)                                                             \
	int name(const char *path, int flags, ...)                             \
	{                                                                      \
		va_list ap;                                                    \
		mode_t mode;                                                   \
                                                                               \
		va_start(ap, flags);                                           \
		mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0; \
		va_end(ap);                                                    \
		return refuse(R_OPEN) ? -1 : NEXT(name)(path, flags, mode);    \
	}

OPEN(open)
OPEN(open64)
