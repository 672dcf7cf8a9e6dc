/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/* folders: where the files of machines and kernels are looked for. */
#ifndef SIM_VIRTUAL_FOLDERS_H
#define SIM_VIRTUAL_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/message.h"

enum {
	VM_MAX_FOLDERS = 16,
	VM_PATH_CHARS = 1024,
};

/** struct vm_folders - where to look, in order; @path: of each of @nr */
struct vm_folders {
	char path[VM_MAX_FOLDERS][VM_PATH_CHARS];
	unsigned int nr;
};

/**
 * vm_folders_list() - those of this user
 * @folders:	filled in: those of ZRAMSIM_PROFILES (colon separated), the user's configuration
 *		folder (XDG_CONFIG_HOME or ~/.config, zramsim/), the installed one, and that of the
 *		source tree the program was built in
 */
void vm_folders_list(struct vm_folders *folders);

/**
 * vm_folders_find() - the first file of a name
 * @name:	with its suffix
 * @path:	filled in, VM_PATH_CHARS
 * Return:	false if no folder has one that can be read.
 */
bool vm_folders_find(const char *name, char *path);

/** vm_text_trim() - a piece of text without blanks around it. @text: cut. Return: its start */
char *vm_text_trim(char *text);

/**
 * vm_text_read() - a whole file of text
 * @what:	it is, for the sentence
 * @path:	it
 * @stop:	non-zero ends the wait for a FIFO's text, or NULL
 * @text:	receives it, to be freed
 * @msg:	receives a sentence on failure
 * Return:	0; -EINVAL for what is no text, or too long; what reading says.
 */
int vm_text_read(const char *what, const char *path, const volatile int *stop, char **text,
		 struct sim_message *msg);

#endif
