// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/echo.h"
#include "sim/message.h"

/* What helps every program that lacks it; NULL if that is not known. */
static const char *way_round(int err)
{
	switch (err) {
	case -ENOMEM:
		return "free some and run it again";
	case -EMFILE:
	case -ENFILE:
		return "close some files, or raise their limit (ulimit -n)";
	default:
		return NULL;
	}
}

int sim_fail(struct sim_message *msg, int err, const char *fmt, ...)
{
	va_list args;
	size_t len;

	if (msg->text && msg->size) {
		va_start(args, fmt);
		len = (size_t)vsnprintf(msg->text, msg->size, fmt, args);
		va_end(args);
		if (way_round(err) && len < msg->size && !strchr(msg->text, ';'))
			snprintf(msg->text + len, msg->size - len, "; %s", way_round(err));
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
