// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdarg.h>
#include <stdio.h>

#include "sim/echo.h"
#include "sim/message.h"

int sim_fail(struct sim_message *msg, int err, const char *fmt, ...)
{
	va_list args;

	if (msg->text && msg->size) {
		va_start(args, fmt);
		vsnprintf(msg->text, msg->size, fmt, args);
		va_end(args);
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
