/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * entry: the ways into the virtual machine's copy of the library. The copy is one object with
 * these two symbols; everything else in it is local, so that it shares a program with the other.
 */
#ifndef SIM_VIRTUAL_ENTRY_H
#define SIM_VIRTUAL_ENTRY_H

#include <stddef.h>

struct sim_message;
struct study;
struct zramsim_config;
struct zramsim_result;

/** zramsim_virtual_run() - zramsim_run() on the machine of the configuration */
int zramsim_virtual_run(const struct zramsim_config *asked, struct zramsim_result **result,
			char *message, size_t message_bytes);

/** zramsim_virtual_study() - study_run() of the study of a name, on the machine of @base */
int zramsim_virtual_study(const char *name, const struct zramsim_config *base, struct study **study,
			  struct sim_message *msg);

#endif
