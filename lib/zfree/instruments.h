/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * instruments: what the core measures and sets for reports, and a kernel has no use for: the
 * account that pays for a strategy's state, the phases of a recording, and where, how nicely and
 * how late workers run. In a kernel a header of this name takes its place, where all that is
 * nothing; see bench/kernel/module/.
 */
#ifndef ZFREE_INSTRUMENTS_H
#define ZFREE_INSTRUMENTS_H

#include <kc_workqueue.h>

#include "account.h"
#include "phase.h"
#include "zram/zram_phase.h"

#endif
