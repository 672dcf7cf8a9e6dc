// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/host_state.h"

void sim_own_state_begin(struct sim_host_state *host)
{
	/* The C locale is there from the start: asking for it neither allocates nor fails. */
	host->locale = uselocale(newlocale(LC_ALL_MASK, "C", (locale_t)0));
	fegetenv(&host->fenv);
	fesetenv(FE_DFL_ENV);
}

void sim_own_state_end(const struct sim_host_state *host)
{
	fesetenv(&host->fenv);
	uselocale(host->locale);
}
