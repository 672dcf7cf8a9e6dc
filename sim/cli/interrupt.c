// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/cli/interrupt.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "sim/cli/options.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#endif

/* Written by a signal handler, which has no other way to reach anything. */
static volatile int interrupted;
static volatile int held;

/* A limit on CPU time comes as SIGXCPU each second until it comes as SIGKILL. */
static const int interrupts[] = { SIGINT, SIGTERM, SIGHUP, SIGXCPU };
#define NR_INTERRUPTS (sizeof(interrupts) / sizeof(interrupts[0]))

static void let_the_next_one_end_it(void)
{
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGXCPU, SIG_IGN);
}

/*
 * The next one ends the process. Not so the two that nobody sends in impatience: who closes a
 * terminal sends SIGHUP more than once, as a shell and as the kernel.
 */
static void on_interrupt(int sig)
{
	__atomic_store_n(&interrupted, sig, __ATOMIC_RELAXED); /* any thread may be in it */
	if (!__atomic_load_n(&held, __ATOMIC_RELAXED))
		let_the_next_one_end_it();
}

void interrupt_install(void)
{
	struct sigaction action = { .sa_handler = on_interrupt, .sa_flags = SA_RESTART };
	struct sigaction old;
	size_t i;

	sigemptyset(&action.sa_mask);
	/* What nohup or a shell has ignored for us stays ignored. */
	for (i = 0; i < NR_INTERRUPTS; i++) {
		if (!sigaction(interrupts[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(interrupts[i], &action, NULL);
	}
}

void interrupt_hold(bool hold)
{
	__atomic_store_n(&held, hold, __ATOMIC_RELAXED);
	if (!hold && __atomic_load_n(&interrupted, __ATOMIC_RELAXED))
		let_the_next_one_end_it();
}

const volatile int *interrupt_flag(void)
{
	return &interrupted;
}

static void on_bug(int sig)
{
	static const char text[] = "zramsim: this is a bug in zramsim; report it with the "
				   "command line and what is printed above\n";
	ssize_t n = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)n;
	(void)sig;
	_exit(CLI_BUG);
}

void interrupt_report_bugs(void)
{
	static const int signals[] = {
		SIGILL,	 SIGTRAP, SIGABRT,
#ifndef SANITIZED /* the sanitizer has a better report */
		SIGSEGV, SIGBUS,  SIGFPE,
#endif
	};
	struct sigaction action = { .sa_handler = on_bug };
	unsigned int i;

	sigemptyset(&action.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}
