// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/echo.h"
#include "sim/message.h"

const char *sim_way_round(int err)
{
	switch (err) {
	case -EAGAIN:
		return "end some threads, or raise their limit (ulimit -u, pids.max)";
	case -ENOMEM:
		return "free some memory, or use a smaller size";
	case -EMFILE:
	case -ENFILE:
		return "raise the limit of open files (ulimit -n)";
	default:
		return NULL;
	}
}

int sim_fail(struct sim_message *msg, int err, const char *fmt, ...)
{
	const char *help = sim_way_round(err);
	va_list args;
	size_t len;

	if (msg->text && msg->size) {
		va_start(args, fmt);
		len = (size_t)vsnprintf(msg->text, msg->size, fmt, args);
		va_end(args);
		if (help && len < msg->size && !strchr(msg->text, ';'))
			snprintf(msg->text + len, msg->size - len, "; %s", help);
		sim_echo_escape(msg->text, msg->size);
	}
	return err;
}

/* Inherent: what the host has refused this process. */
static unsigned int memory_missed;

void sim_memory_missed(void)
{
	__atomic_fetch_add(&memory_missed, 1, __ATOMIC_RELAXED);
}

unsigned int sim_memory_misses(void)
{
	return __atomic_load_n(&memory_missed, __ATOMIC_RELAXED);
}
