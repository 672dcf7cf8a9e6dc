/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * jitter: another schedule of the same program for every seed. One access in 64 of those that
 * tasks synchronise by (atomics, READ_ONCE(), WRITE_ONCE()) comes later by up to 2 us, so that
 * other CPUs run in between. A seed stands for one schedule, the same on every host.
 */
#ifndef SIM_VIRTUAL_JITTER_H
#define SIM_VIRTUAL_JITTER_H

#include <stdint.h>

/** vm_jitter() - vary the schedule of the machine from now on. @seed: 0: leave it as it is */
void vm_jitter(uint64_t seed);

/** vm_jitter_event() - such an access is about to be made; vm_now.jitter is not 0 */
void vm_jitter_event(void);

#endif
