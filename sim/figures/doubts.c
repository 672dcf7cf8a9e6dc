// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <linux/minmax.h>

#include "sim/figures/doubts.h"

enum {
	DEAR_CLOCK_NS = 100,
	SENTENCE_BYTES = 320,
};

/* Where the sentences go. */
struct listener {
	void (*warn)(void *ctx, const char *sentence);
	void *ctx;
};

__attribute__((format(printf, 2, 3))) static void tell(const struct listener *to, const char *fmt,
						       ...)
{
	char text[SENTENCE_BYTES];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	to->warn(to->ctx, text);
}

static void doubt_machine(const struct sim_provenance *prov, const struct listener *to)
{
	if (strcmp(prov->governor, "unknown") && strcmp(prov->governor, "performance"))
		tell(to,
		     "the cpufreq governor is %s: set it to performance for steady "
		     "figures",
		     prov->governor);
	if (!isnan(prov->load_1min) && prov->load_1min > 0.5 * prov->nr_cpus)
		tell(to, "the load average was %.1f on %u processors at the start", prov->load_1min,
		     prov->nr_cpus);
	if (prov->clock_ns > DEAR_CLOCK_NS)
		tell(to, "reading the clock costs %.0f ns: notify_ns is coarse", prov->clock_ns);
	if (strstr(prov->flags, "-fsanitize"))
		tell(to, "built with a sanitizer: durations mean nothing");
#ifndef __OPTIMIZE__
	tell(to, "built without optimisation: durations mean little");
#endif
}

void sim_doubts(const struct zramsim_config *cfg, const struct sim_provenance *prov,
		void (*warn)(void *ctx, const char *sentence), void *ctx)
{
	struct listener to = { warn, ctx };
	unsigned int workers = max(cfg->strategy.nr_workers, 1u);

	if (prov->nr_cpus < cfg->procs + workers)
		tell(&to,
		     "%u producing and %u draining threads share %u processors: exit times "
		     "contain waiting for a processor",
		     cfg->procs, workers, prov->nr_cpus);
	doubt_machine(prov, &to);
}
