/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* t_machine: a machine made of round numbers, for tests that work out what a run must take. */
#ifndef TESTS_VIRTUAL_T_MACHINE_H
#define TESTS_VIRTUAL_T_MACHINE_H

#include "sim/virtual/kernel.h"
#include "sim/virtual/profile.h"

/** t_profile() - @profile: filled in; @cpus: alike, in clusters of four, 1 ns a cycle */
void t_profile(struct vm_profile *profile, unsigned int cpus);

/** t_kernel() - @kernel: filled in, 100 instructions per event, 10 of them to the stack */
void t_kernel(struct vm_kernel *kernel);

#endif
