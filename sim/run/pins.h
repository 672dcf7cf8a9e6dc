/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * pins: may threads be kept on processors of the host? A filter of system calls, or a set of
 * processors that has shrunk since the process began, may not let them.
 */
#ifndef SIM_RUN_PINS_H
#define SIM_RUN_PINS_H

#include <linux/types.h>

#include <zramsim/experiment.h>

#include "sim/message.h"

/**
 * sim_pins_try() - keep a thread on each of the processors once
 * @cfg:	with pin_cpus
 * @refused:	the first processor the system has refused
 * Return:	0, or what it said: -EPERM, -ENOSYS, -EINVAL, …
 */
int sim_pins_try(const struct zramsim_config *cfg, unsigned int *refused);

/** sim_pins_fail() - the sentence for it. @err: as sim_pins_try(). Return: an errno, no -EINVAL. */
int sim_pins_fail(struct sim_message *msg, int err, unsigned int cpu);

#endif
