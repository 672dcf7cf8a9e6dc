/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * virtual_entry: the ways into the virtual machine's copy of the library. The copy is one object
 * whose other symbols are local, so that both are in one program; one that does without virtual
 * machines does not link it, and these are NULL.
 */
#ifndef SIM_VIRTUAL_ENTRY_H
#define SIM_VIRTUAL_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

struct sim_message;
struct sim_timeline;
struct study;
struct vm_kernel;
struct zramsim_config;
struct zramsim_result;

/** sim_virtual_run() - zramsim_run() on the machine of the configuration */
int sim_virtual_run(const struct zramsim_config *asked, struct zramsim_result **result,
		    char *message, size_t message_bytes)
	__attribute__((weak, visibility("hidden")));

/** sim_virtual_study() - study_run() of the study of a name, on the machine of @base */
int sim_virtual_study(const char *name, const struct zramsim_config *base, struct study **study,
		      struct sim_message *msg) __attribute__((weak, visibility("hidden")));

/**
 * sim_virtual_timeline() - record the repeats measured from now on
 * @timeline:	made empty; its arrays are the caller's to free(). NULL: record no more
 * Return:	0 or -ENOMEM.
 */
int sim_virtual_timeline(struct sim_timeline *timeline) __attribute__((weak, visibility("hidden")));

/**
 * sim_virtual_machine() - the machines there are profiles of
 * @i:		0, 1, …
 * @name:	set to its name
 * @summary:	set to a line about it, or to what is wrong with its profile
 * Return:	false past the last.
 */
bool sim_virtual_machine(unsigned int i, const char **name, const char **summary)
	__attribute__((weak, visibility("hidden")));

/** sim_virtual_kernel() - counts of a release for the machine. @kernel: enum zramsim_kernel */
const struct vm_kernel *sim_virtual_kernel(unsigned int kernel);

#endif
