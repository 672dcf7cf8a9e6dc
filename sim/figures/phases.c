// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "phase.h"
#include "sim/figures/phases.h"
#include "zram/zram_phase.h"

static const char *const names[KC_MAX_PHASES] = {
	[KC_PHASE_OTHER] = "other",	  [ZS_PHASE_LOOKUP] = "lookup",
	[ZS_PHASE_LOCK] = "lock",	  [ZS_PHASE_PUSH] = "push",
	[ZS_PHASE_FULLNESS] = "fullness", [ZS_PHASE_RETIRE] = "retire",
	[ZS_PHASE_PAGES] = "pages",	  [ZS_PHASE_HANDLE] = "handle",
	[ZRAM_PHASE_NOTIFY] = "notify",	  [ZRAM_PHASE_SLOT] = "slot",
	[ZRAM_PHASE_QUEUE] = "queue",	  [ZRAM_PHASE_DRAIN] = "drain",
};

const char *sim_phase_name(unsigned int phase)
{
	return phase < KC_MAX_PHASES ? names[phase] : NULL;
}
