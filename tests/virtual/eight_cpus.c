// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * Linked into a program with --wrap=main, its main() is a task of a machine of eight CPUs, charged
 * like its threads. One argument more than main() knows chooses how they are scheduled:
 *
 *	schedule=SEED	as jitter.h does by this seed
 *	schedules=N	by the seeds 1 to N, each in a process of its own, until one fails: what
 *			that one printed, and the argument that repeats it
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "port.h"
#include "sim/virtual/jitter.h"
#include "sim/virtual/machine.h"
#include "t_machine.h"

enum {
	CPUS = 8,
	FAILED = 1,
};

int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);

/** struct call - of the program's main(). @ret: what it returned */
struct call {
	int argc;
	char **argv;
	int ret;
};

static void call_main(void *arg)
{
	struct call *call = arg;

	call->ret = __real_main(call->argc, call->argv);
}

static int run(int argc, char **argv, unsigned long long seed)
{
	struct call call = { argc, argv, FAILED };
	struct vm_profile profile;
	struct vm_kernel kernel;
	struct kc_thread thread;

	t_profile(&profile, CPUS);
	t_kernel(&kernel);
	if (vm_start(&profile, &kernel, 0))
		abort();
	vm_jitter(seed);
	if (kc_thread_create(&thread, "main", call_main, &call))
		abort();
	kc_thread_join(&thread);
	return call.ret;
}

/* In a child, which prints to a file. Return: its status, and the file in @out. */
static int run_apart(int argc, char **argv, unsigned long long seed, FILE **out)
{
	int status = -1;
	pid_t pid;

	*out = tmpfile();
	fflush(NULL);
	pid = *out ? fork() : -1;
	if (!pid) {
		dup2(fileno(*out), STDOUT_FILENO);
		dup2(fileno(*out), STDERR_FILENO);
		exit(run(argc, argv, seed));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		perror("schedules");
		exit(2);
	}
	return status;
}

static void show_failure(char **argv, unsigned long long seed, FILE *out)
{
	char line[1024];
	char **arg;

	printf("not ok 1 - schedule %llu; to repeat it:\n#", seed);
	for (arg = argv; *arg; arg++)
		printf(" %s", *arg);
	printf(" schedule=%llu\n", seed);
	rewind(out);
	while (fgets(line, sizeof(line), out))
		printf("# %s", line);
}

static int run_all(int argc, char **argv, unsigned long long nr)
{
	unsigned long long seed;
	FILE *out;

	printf("1..1\n");
	for (seed = 1; seed <= nr; seed++) {
		if (run_apart(argc, argv, seed, &out)) {
			show_failure(argv, seed, out);
			return FAILED;
		}
		fclose(out);
	}
	printf("ok 1 - %llu schedules\n", nr);
	return 0;
}

/* Is the last argument this word with a number? Then it is taken off, and the number in @value. */
static bool take(int *argc, char **argv, const char *word, unsigned long long *value)
{
	const char *last = argv[*argc - 1];
	size_t length = strlen(word);
	char *end;

	if (*argc < 2 || strncmp(last, word, length))
		return false;
	*value = strtoull(last + length, &end, 0);
	if (!last[length] || *end || !*value) {
		fprintf(stderr, "%s: %s needs a number above 0\n", argv[0], word);
		exit(2);
	}
	argv[--*argc] = NULL;
	return true;
}

int __wrap_main(int argc, char **argv)
{
	unsigned long long value = 0;

	if (take(&argc, argv, "schedules=", &value))
		return run_all(argc, argv, value);
	take(&argc, argv, "schedule=", &value);
	return run(argc, argv, value);
}
