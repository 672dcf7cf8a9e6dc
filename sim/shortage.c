// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "port.h"
#include "sim/shortage.h"

struct sim_shortage sim_shortage_now(void)
{
	return (struct sim_shortage){
		.threads = kc_threads_refused(NULL),
		.memory = sim_memory_misses(),
	};
}

int sim_shortage_of_threads(const struct sim_shortage *before)
{
	int why;

	return kc_threads_refused(&why) == before->threads ? 0 : why;
}

static const char *way_round(int err)
{
	const char *help = sim_way_round(err);

	return help ? help : "the system does not allow it";
}

int sim_fail_host(struct sim_message *msg, int err, const struct sim_shortage *before,
		  const char *fmt, ...)
{
	int why = before ? sim_shortage_of_threads(before) : 0;
	char what[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	if (!why)
		return sim_fail(msg, err, "%s: %s; %s", what, strerror(-err), way_round(err));
	return sim_fail(msg, why, "%s, as a thread cannot be started: %s; %s", what, strerror(-why),
			way_round(why));
}
