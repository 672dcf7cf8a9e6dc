/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * uml: what a kernel in user mode takes for discards of a zram device.
 *
 * Its init is this program (sim/cli/guest.c), which measures them and writes lines to the console.
 */
#ifndef SIM_CALIBRATE_UML_H
#define SIM_CALIBRATE_UML_H

#include <stddef.h>

#include "sim/calibrate/points.h"

/* What init is told to be, and what its lines begin with. */
#define CAL_GUEST_WORD "user-mode-guest"
#define CAL_LINE       "zramsim-"

enum {
	CAL_UML_SECONDS = 180, /* many times what it takes */
};

/**
 * cal_uml_find() - a kernel in user mode in a list of folders
 * @folders:	as PATH has them, or NULL
 * @path:	filled in
 * @size:	of @path
 * @msg:	receives a sentence that says what to install
 * Return:	0 or -ENOENT.
 */
int cal_uml_find(const char *folders, char *path, size_t size, struct sim_message *msg);

/**
 * cal_uml_measure() - boot it and read what its zram takes
 * @linux_path:	program
 * @seconds:	after which it is killed
 * @cpu:	where it runs
 * @source:	filled in
 * @stop:	ends it early when non-zero
 * @msg:	receives a sentence on failure
 *
 * Return:	as kernel_user_run(), and as cal_uml_read().
 */
int cal_uml_measure(const char *linux_path, unsigned int seconds, unsigned int cpu,
		    struct cal_source *source, const volatile int *stop, struct sim_message *msg);

/**
 * cal_uml_read() - what a console says
 * @text:	all of it; changed
 * @source:	filled in
 * @msg:	receives a sentence if that is not everything
 * Return:	0 or -EIO.
 */
int cal_uml_read(char *text, struct cal_source *source, struct sim_message *msg);

#endif
