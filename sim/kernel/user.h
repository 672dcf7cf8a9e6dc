/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * user: a kernel in user mode, which an ordinary user can run.
 *
 * It boots with the folders of the host as its root, to be read only, and with this program as its
 * init. Its console is a pipe; no terminal, network or disk is given to it.
 */
#ifndef SIM_KERNEL_USER_H
#define SIM_KERNEL_USER_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/message.h"

enum {
	KERNEL_LINE_CHARS = 160,
};

/**
 * struct kernel_user - what to boot
 * @path:	program, with its modules in ../lib/uml/modules, as Debian packages it
 * @word:	what init is told; the folder of the modules follows
 * @seconds:	after which it is killed
 * @cpu:	where it runs
 * @stop:	ends it early when non-zero
 * @console:	receives what it writes, a text
 * @size:	of @console
 */
struct kernel_user {
	const char *path;
	const char *word;
	unsigned int seconds;
	unsigned int cpu;
	const volatile int *stop;
	char *console;
	size_t size;
};

/**
 * kernel_user_run() - boot it and wait for its end
 * @boot:	what
 * @msg:	receives a sentence on failure
 *
 * No process and no file is left when this returns.
 *
 * Return:	0; -ENOENT, -EACCES: no such program; -ETIMEDOUT; -EINTR; or a negative errno.
 */
int kernel_user_run(const struct kernel_user *boot, struct sim_message *msg);

/**
 * kernel_user_last_line() - where it ended
 * @text:	of its console
 * @line:	room for KERNEL_LINE_CHARS: a panic, or the last line that says anything
 */
void kernel_user_last_line(const char *text, char *line);

/** kernel_user_is_program() - is it a file that can be executed? @path: of it */
bool kernel_user_is_program(const char *path);

#endif
