// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
#include "sim/calibrate/uml.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel/user.h"

enum {
	CONSOLE_BYTES = 64 << 10,
};

int cal_uml_find(const char *folders, char *path, size_t size, struct sim_message *msg)
{
	static const char *const names[] = { "linux.uml", "linux" };
	const char *at, *end;
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (at = folders; at && *at; at = *end ? end + 1 : end) {
			end = strchrnul(at, ':');
			snprintf(path, size, "%.*s/%s", (int)(end - at), at, names[i]);
			if (end > at && kernel_user_is_program(path))
				return 0;
		}
	}
	return sim_fail(msg, -ENOENT,
			"skipped: there is no linux.uml and no linux in PATH; install what Debian "
			"calls user-mode-linux, or name the program with --uml=LINUX");
}

static void read_line(const char *line, struct cal_source *source, bool *done, const char **failed)
{
	unsigned int i, nr;
	double ns;

	cal_source_specs(source, &nr);
	if (!strncmp(line, CAL_LINE "kernel ", strlen(CAL_LINE "kernel "))) {
		snprintf(source->release, sizeof(source->release), "%.31s",
			 line + strlen(CAL_LINE "kernel "));
		snprintf(source->name, sizeof(source->name), "Linux %.31s in user mode",
			 source->release);
	} else if (sscanf(line, CAL_LINE "point %u %lf", &i, &ns) == 2 && i < nr && ns > 0) {
		source->ns[i] = ns;
	} else if (!strcmp(line, CAL_LINE "done")) {
		*done = true;
	} else if (!strncmp(line, CAL_LINE "failed ", strlen(CAL_LINE "failed "))) {
		*failed = line + strlen(CAL_LINE "failed ");
	}
}

int cal_uml_read(char *text, struct cal_source *source, struct sim_message *msg)
{
	const char *failed = NULL;
	char last[KERNEL_LINE_CHARS], *line, *save;
	unsigned int i, nr, missing = 0;
	bool done = false;

	memset(source, 0, sizeof(*source));
	source->user = true;
	kernel_user_last_line(text, last);
	for (line = strtok_r(text, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save))
		read_line(line, source, &done, &failed);
	cal_source_specs(source, &nr);
	for (i = 0; i < nr; i++)
		missing += source->ns[i] <= 0;
	if (failed)
		return sim_fail(msg, -EIO, "the kernel in user mode could not be measured: %s",
				failed);
	if (!done || missing || !source->release[0])
		return sim_fail(msg, -EIO,
				"the kernel in user mode ended before all was measured; its last "
				"line: %s",
				last);
	return 0;
}

int cal_uml_measure(const char *linux_path, unsigned int seconds, unsigned int cpu,
		    struct cal_source *source, const volatile int *stop, struct sim_message *msg)
{
	char *console = malloc(CONSOLE_BYTES);
	const struct kernel_user boot = { linux_path, CAL_GUEST_WORD, seconds,	    cpu,
					  stop,	      console,	      CONSOLE_BYTES };
	int err;

	if (!console)
		return sim_fail(msg, -ENOMEM, "no memory for a console");
	err = kernel_user_run(&boot, msg);
	if (!err)
		err = cal_uml_read(console, source, msg);
	free(console);
	return err;
}
