// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Whose memory pid: reads. What counts is compared with the kernel's own count, in the way
 * to find it that this kernel offers and in that of those before 6.7.
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <linux/compiler.h>

#include "sim/data/data.h"

#define GUARD_INSTALL 102 /* madvise(), since 6.13 */

/* Shadow memory of terabytes, which is anonymous, too, takes minutes with kernels before 6.7. */
#define T_SHADOW   (KC_TSAN || KC_ASAN)
#define T_LAST_WAY (T_SHADOW ? T_AS_IT_IS : T_NO_SCAN)

enum {
	PAGE_BYTES = 4096,
	BIG_PAGES = 4096, /* 16 MiB */
	SOME_PAGES = 1024,
	NOBODY = 65534,
};

/** enum t_way - what the kernel is made to look like */
enum t_way {
	T_AS_IT_IS,
	T_NO_SCAN,
	T_NO_PAGEMAP,
};

static enum t_way t_way;
static pid_t t_victim; /* killed once T_READS pages of it are read, 0: nobody */
static unsigned int t_reads;
static unsigned int t_files; /* opened before one too many, 0: as many as one likes */
static char message[300];
static volatile char t_sum;

/* The linker sends the calls of the source here. */
int __wrap_ioctl(int fd, unsigned long request, void *arg);
int __wrap_openat64(int dir, const char *name, int flags);
ssize_t __wrap_pread64(int fd, void *buf, size_t len, off_t at);
int __real_ioctl(int fd, unsigned long request, void *arg);
int __real_openat64(int dir, const char *name, int flags);
ssize_t __real_pread64(int fd, void *buf, size_t len, off_t at);

int __wrap_ioctl(int fd, unsigned long request, void *arg)
{
	if (t_way != T_NO_SCAN)
		return __real_ioctl(fd, request, arg);
	errno = ENOTTY;
	return -1;
}

int __wrap_openat64(int dir, const char *name, int flags)
{
	bool missing = t_way == T_NO_PAGEMAP && !strcmp(name, "pagemap");
	bool refused = t_files && !--t_files;

	if (!missing && !refused)
		return __real_openat64(dir, name, flags);
	errno = missing ? ENOENT : EMFILE;
	return -1;
}

ssize_t __wrap_pread64(int fd, void *buf, size_t len, off_t at)
{
	if (t_victim && len == PAGE_BYTES && ++t_reads == 10) {
		kill(t_victim, SIGKILL);
		waitpid(t_victim, NULL, 0);
	}
	return __real_pread64(fd, buf, len, at);
}

static int open_pid(struct sim_source *source, unsigned int pid, u32 wanted)
{
	struct sim_message msg = { message, sizeof(message) };
	char arg[16];

	*source = (struct sim_source){ .ops = &sim_source_pid,
				       .page_bytes = PAGE_BYTES,
				       .nr_wanted = wanted };
	message[0] = '\0';
	snprintf(arg, sizeof(arg), "%u", pid);
	return sim_source_pid.open(source, arg, &msg);
}

/* A number of KiB in a file of /proc, as pages. */
static u64 proc_pages(pid_t pid, const char *file, const char *key)
{
	char path[64], line[256];
	u64 kib = 0, found = 0;
	FILE *text;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	text = fopen(path, "r");
	assert_non_null(text);
	while (fgets(line, sizeof(line), text)) {
		if (!strncmp(line, key, strlen(key)) &&
		    sscanf(line + strlen(key), "%lu", &kib) == 1)
			found += kib / 4;
	}
	fclose(text);
	return found;
}

static char *map_pages(size_t nr, int flags, int fd)
{
	char *at = mmap(NULL, nr * PAGE_BYTES, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (at == MAP_FAILED)
		_exit(1);
	return at;
}

static char *map_anonymous(size_t nr)
{
	return map_pages(nr, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void read_all(const char *at, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		t_sum = (char)(t_sum + ((const volatile char *)at)[i * PAGE_BYTES]);
}

/* Different from page to page, and from zeros. */
static void write_all(char *at, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		memset(at + i * PAGE_BYTES, (int)(1 + i % 250), PAGE_BYTES);
}

/* A child that has done @prepare and waits to be killed. */
static pid_t start(void (*prepare)(void))
{
	int ready[2];
	pid_t child;
	char byte;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prepare();
		if (write(ready[1], "", 1) == 1)
			pause();
		_exit(0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return child;
}

static void end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static u32 zero_pages(const struct sim_source *source)
{
	static const char zeros[PAGE_BYTES];
	u32 i, nr = 0;

	for (i = 0; i < source->nr; i++)
		nr += !memcmp(source->raw + (size_t)i * PAGE_BYTES, zeros, PAGE_BYTES);
	return nr;
}

/* Within 2 % of RssAnon. @min_zeros, @max_zeros: pages of zeros beyond those of this program */
static void compare(void (*prepare)(void), u32 min_zeros, u32 max_zeros)
{
	struct sim_source source, mine;
	pid_t child;
	u32 zeros;
	u64 want;

	if (T_SHADOW)
		return;
	child = start(prepare);
	want = proc_pages(child, "status", "RssAnon:");
	assert_int_equal(open_pid(&mine, (unsigned int)getpid(), 1 << 18), 0);
	max_zeros += zero_pages(&mine);
	free(mine.raw);
	for (t_way = T_AS_IT_IS; t_way <= T_LAST_WAY; t_way++) {
		assert_int_equal(open_pid(&source, (unsigned int)child, 1 << 18), 0);
		assert_string_equal(source.note, "");
		zeros = zero_pages(&source);
		free(source.raw);
		assert_in_range(source.nr, want - want / 50, want + want / 50);
		assert_in_range(zeros, min_zeros, max_zeros);
	}
	t_way = T_AS_IT_IS;
	end(child);
}

static void zeros_read_and_written(void)
{
	read_all(map_anonymous(BIG_PAGES), BIG_PAGES);
	memset(map_anonymous(SOME_PAGES), 0, SOME_PAGES * PAGE_BYTES);
	write_all(map_anonymous(BIG_PAGES), BIG_PAGES);
	map_anonymous(BIG_PAGES);
}

static void zeros_count_when_they_were_written(void **state)
{
	(void)state;
	compare(zeros_read_and_written, SOME_PAGES, SOME_PAGES);
}

static void nothing_more(void)
{
}

/* Of what was written before the fork half is zeros; between them are pages only read. */
static void pages_shared_after_a_fork_count(void **state)
{
	char *at = map_anonymous(2 * BIG_PAGES);
	size_t i;

	(void)state;
	write_all(at, SOME_PAGES);
	memset(at + SOME_PAGES * PAGE_BYTES, 0, SOME_PAGES * PAGE_BYTES);
	for (i = 2 * SOME_PAGES; i < BIG_PAGES; i++)
		read_all(at + i * PAGE_BYTES, 1);
	read_all(at, BIG_PAGES);
	compare(nothing_more, SOME_PAGES, SOME_PAGES);
	munmap(at, 2ul * BIG_PAGES * PAGE_BYTES);
}

static void huge_pages(void)
{
	char *at = map_anonymous(2 * BIG_PAGES);

	madvise(at, 2ul * BIG_PAGES * PAGE_BYTES, MADV_HUGEPAGE);
	read_all(at, BIG_PAGES);
	write_all(at + (size_t)BIG_PAGES * PAGE_BYTES, BIG_PAGES);
}

static void the_huge_zero_page_does_not_count(void **state)
{
	(void)state;
	compare(huge_pages, 0, BIG_PAGES / 8); /* what a huge page brings along at the ends */
}

/* Shared memory and pages of files do not count, what was written in a private copy does. */
static void files_and_shared_memory(void)
{
	int fd = (int)syscall(SYS_memfd_create, "zramsim-test", 0);
	char *at;

	if (fd < 0 || ftruncate(fd, (off_t)BIG_PAGES * PAGE_BYTES))
		_exit(1);
	write_all(map_pages(BIG_PAGES, MAP_SHARED, fd), BIG_PAGES);
	write_all(map_pages(BIG_PAGES, MAP_SHARED | MAP_ANONYMOUS, -1), BIG_PAGES);
	at = map_pages(BIG_PAGES, MAP_PRIVATE, fd);
	read_all(at, BIG_PAGES);
	memset(at, 0, (size_t)SOME_PAGES * PAGE_BYTES);
	write_all(at + (size_t)BIG_PAGES * PAGE_BYTES / 2, SOME_PAGES);
}

static void private_copies_count_and_shared_memory_does_not(void **state)
{
	(void)state;
	compare(files_and_shared_memory, SOME_PAGES, SOME_PAGES);
}

static void memory_that_cannot_be_read(void)
{
	char *at = map_anonymous(2 * SOME_PAGES);

	write_all(at, SOME_PAGES);
	mprotect(at, (size_t)SOME_PAGES * PAGE_BYTES, PROT_NONE);
	madvise(at, (size_t)SOME_PAGES * PAGE_BYTES, MADV_DONTDUMP);
	at = map_anonymous(2 * SOME_PAGES);
	write_all(at, SOME_PAGES);
	madvise(at + 100 * PAGE_BYTES, 50 * PAGE_BYTES, GUARD_INSTALL);
	mmap(NULL, (size_t)BIG_PAGES * PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void protection_and_guards_are_no_matter(void **state)
{
	(void)state;
	compare(memory_that_cannot_be_read, 0, 0);
}

static void a_program_may_read_itself(void **state)
{
	char *at = map_anonymous(BIG_PAGES);
	struct sim_source source;
	u64 want;

	(void)state;
	if (T_SHADOW)
		return;
	write_all(at, BIG_PAGES);
	want = proc_pages(getpid(), "status", "RssAnon:");
	assert_int_equal(open_pid(&source, (unsigned int)getpid(), 1 << 18), 0);
	assert_in_range(source.nr, want - want / 50, want + want / 50);
	free(source.raw);
	munmap(at, (size_t)BIG_PAGES * PAGE_BYTES);
}

static char state_of(pid_t pid)
{
	char path[32], line[256], state = '?';
	FILE *text;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	text = fopen(path, "r");
	assert_non_null(text);
	assert_non_null(fgets(line, sizeof(line), text));
	fclose(text);
	assert_int_equal(sscanf(strrchr(line, ')'), ") %c", &state), 1);
	return state;
}

static int t_ready[2];

static void *wait_for_ever(void *unused)
{
	unsigned int tid = (unsigned int)syscall(SYS_gettid);

	(void)unused;
	if (write(t_ready[1], &tid, sizeof(tid)) == sizeof(tid))
		pause();
	return NULL;
}

/* Its first thread ends; another one, @tid, goes on. */
static pid_t start_without_first_thread(unsigned int *tid)
{
	pid_t child;
	pthread_t thread;

	assert_int_equal(pipe(t_ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		write_all(map_anonymous(BIG_PAGES), BIG_PAGES);
		if (pthread_create(&thread, NULL, wait_for_ever, NULL))
			_exit(1);
		pthread_exit(NULL);
	}
	close(t_ready[1]);
	assert_int_equal(read(t_ready[0], tid, sizeof(*tid)), sizeof(*tid));
	close(t_ready[0]);
	while (state_of(child) != 'Z')
		usleep(1000);
	return child;
}

static void memory_outlives_the_first_thread(void **state)
{
	unsigned int tid;
	pid_t child = start_without_first_thread(&tid);
	struct sim_source source;

	(void)state;
	assert_int_equal(open_pid(&source, (unsigned int)child, BIG_PAGES), 0);
	assert_int_equal(source.nr, BIG_PAGES);
	assert_string_equal(source.note, "");
	free(source.raw);
	end(child);
}

static void a_thread_shows_the_memory_of_its_process(void **state)
{
	unsigned int tid;
	pid_t child = start_without_first_thread(&tid);
	struct sim_source source;
	char want[80];

	(void)state;
	assert_int_equal(open_pid(&source, tid, BIG_PAGES), 0);
	assert_int_equal(source.nr, BIG_PAGES);
	snprintf(want, sizeof(want), "%u is a thread of process %d, whose memory is read", tid,
		 child);
	assert_string_equal(source.note, want);
	free(source.raw);
	end(child);
}

static void a_process_that_ends_meanwhile_gives_what_was_read(void **state)
{
	pid_t child = start(zeros_read_and_written);
	struct sim_source source;

	(void)state;
	t_victim = child;
	t_reads = 0;
	assert_int_equal(open_pid(&source, (unsigned int)child, 1 << 18), 0);
	t_victim = 0;
	assert_int_equal(source.nr, 9);
	assert_non_null(strstr(source.note, "ended, or ran another program, while it was read: the "
					    "data are its first 9 pages"));
	free(source.raw);
}

/* Its child is the one that says it is ready. */
static void map_and_unmap(void)
{
	char *at;

	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		return;
	}
	for (;;) {
		at = map_anonymous(64);
		write_all(at, 64);
		munmap(at, 64 * PAGE_BYTES);
	}
}

static void mappings_may_come_and_go(void **state)
{
	pid_t child = start(map_and_unmap);
	struct sim_source source;
	int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		assert_int_equal(open_pid(&source, (unsigned int)child, SOME_PAGES), 0);
		assert_true(source.nr);
		free(source.raw);
	}
	end(child);
}

/* Tasks without memory of their own, each by a true sentence. */
static void the_ended_are_told_from_the_unknown(void **state)
{
	struct sim_source source;
	siginfo_t info;
	char want[160];
	pid_t child = fork();

	(void)state;
	if (!child)
		_exit(0);
	waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT);
	assert_int_equal(open_pid(&source, (unsigned int)child, 16), -ESRCH);
	snprintf(want, sizeof(want),
		 "pid:%d: has ended, and its memory is gone, though its parent has not fetched its "
		 "exit status; name a process that runs, as in pid:1234",
		 child);
	assert_string_equal(message, want);
	waitpid(child, NULL, 0);
	assert_int_equal(open_pid(&source, (unsigned int)child, 16), -ESRCH);
	snprintf(want, sizeof(want),
		 "pid:%d: there is no such process; name one that runs, as in "
		 "pid:1234",
		 child);
	assert_string_equal(message, want);
}

static void a_thread_of_the_kernel_is_called_so(void **state)
{
	struct sim_source source;
	char name[32] = "";
	FILE *text = fopen("/proc/2/comm", "r");

	(void)state;
	if (!text)
		return; /* a container of its own */
	if (fgets(name, sizeof(name), text) && !strcmp(name, "kthreadd\n")) {
		assert_int_equal(open_pid(&source, 2, 16), -EINVAL);
		assert_string_equal(message,
				    "pid:2: is a thread of the kernel, which has no memory "
				    "of its own; name a process that runs a program");
	}
	fclose(text);
}

static void another_users_process_is_refused(void **state)
{
	struct sim_source source;
	int status;
	pid_t child;

	(void)state;
	if (getuid())
		return;
	child = fork();
	if (!child) {
		if (setgid(NOBODY) || setuid(NOBODY))
			_exit(2);
		_exit(open_pid(&source, (unsigned int)getppid(), 16) != -EACCES ||
		      !strstr(message, "reading its memory is not permitted; run as root"));
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
}

static void a_kernel_that_does_not_tell_is_said_so(void **state)
{
	struct sim_source source;

	(void)state;
	t_way = T_NO_PAGEMAP;
	assert_int_equal(open_pid(&source, (unsigned int)getpid(), 16), -ENOTSUP);
	assert_non_null(strstr(message, "this system does not tell which pages of a process are in "
					"use"));
	t_way = T_AS_IT_IS;
}

/* Also on the way to another thread. */
static void a_lack_of_files_is_no_lack_of_a_process(void **state)
{
	unsigned int n = 0, tid;
	pid_t child = start_without_first_thread(&tid);
	struct sim_source source;

	(void)state;
	for (t_files = 0; !t_files; free(source.raw)) {
		t_files = ++n;
		if (open_pid(&source, (unsigned int)child, 16))
			assert_non_null(strstr(message, "cannot be read: Too many open files"));
	}
	t_files = 0;
	assert_true(n > 6);
	end(child);
}

static void an_interrupt_ends_the_reading(void **state)
{
	struct sim_source source = { .page_bytes = PAGE_BYTES, .nr_wanted = 1 << 16 };
	struct sim_message msg = { message, sizeof(message) };
	volatile int stop = 1;
	char arg[16];

	(void)state;
	source.stop = &stop;
	snprintf(arg, sizeof(arg), "%d", getpid());
	assert_int_equal(sim_source_pid.open(&source, arg, &msg), -EINTR);
	free(source.raw);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_may_read_itself),
		cmocka_unit_test(zeros_count_when_they_were_written),
		cmocka_unit_test(pages_shared_after_a_fork_count),
		cmocka_unit_test(the_huge_zero_page_does_not_count),
		cmocka_unit_test(private_copies_count_and_shared_memory_does_not),
		cmocka_unit_test(protection_and_guards_are_no_matter),
		cmocka_unit_test(memory_outlives_the_first_thread),
		cmocka_unit_test(a_thread_shows_the_memory_of_its_process),
		cmocka_unit_test(a_process_that_ends_meanwhile_gives_what_was_read),
		cmocka_unit_test(mappings_may_come_and_go),
		cmocka_unit_test(the_ended_are_told_from_the_unknown),
		cmocka_unit_test(a_thread_of_the_kernel_is_called_so),
		cmocka_unit_test(another_users_process_is_refused),
		cmocka_unit_test(a_kernel_that_does_not_tell_is_said_so),
		cmocka_unit_test(a_lack_of_files_is_no_lack_of_a_process),
		cmocka_unit_test(an_interrupt_ends_the_reading),
	};

	/* Freed snapshots go back to the system, or they would be memory of this program. */
	mallopt(M_MMAP_THRESHOLD, 1 << 17);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
