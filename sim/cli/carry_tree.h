/* SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause */
/*
 * carry_tree: what is written for a kernel module of some strategies: their files and what these
 * include, the core, and the files that take the place of zram and zsmalloc.
 */
#ifndef SIM_CLI_CARRY_TREE_H
#define SIM_CLI_CARRY_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/message.h"

/** enum carry_limits - more than there is a use for */
enum carry_limits {
	CARRY_MAX_FILES = 256,
	CARRY_MAX_OPS = 64,
	CARRY_MAX_BYTES = 1 << 20, /* of a file of the user's */
};

/**
 * struct carry_file - one file of the tree
 * @path:	below its root
 * @text:	terminated
 * @len:	its bytes
 * @owned:	@path and @text are to be freed
 */
struct carry_file {
	const char *path;
	const char *text;
	size_t len;
	bool owned;
};

/**
 * struct carry_tree - the tree in memory; all-zero is an empty one
 * @files:	@nr_files of them
 * @nr_files:	how many
 * @ops:	names of the objects that the registry lists, to be freed
 * @ops_file:	the file of each, of @files
 * @nr_ops:	how many
 */
struct carry_tree {
	struct carry_file files[CARRY_MAX_FILES];
	unsigned int nr_files;
	char *ops[CARRY_MAX_OPS];
	unsigned int ops_file[CARRY_MAX_OPS];
	unsigned int nr_ops;
};

/**
 * carry_add_name() - a strategy that comes with zramsim
 * @tree:	it goes there, with what it includes
 * @name:	one of the registry
 * @msg:	says what went wrong
 * Return:	0, -EEXIST if it does not go with what is there, or another negative errno.
 */
int carry_add_name(struct carry_tree *tree, const char *name, struct sim_message *msg);

/**
 * carry_add_file() - a strategy of the user's
 * @tree:	it goes there, with headers beside it that it includes, and the C files of those
 * @path:	its C file
 * @stop:	non-zero ends the wait for it
 * @msg:	says what went wrong
 * Return:	0, -EINTR, -EEXIST if it does not go with what is there, or another negative errno.
 */
int carry_add_file(struct carry_tree *tree, const char *path, const volatile int *stop,
		   struct sim_message *msg);

/**
 * carry_finish() - add everything that is not a strategy
 * @tree:	with at least one of these
 * @msg:	says what went wrong
 * Return:	0 or a negative errno.
 */
int carry_finish(struct carry_tree *tree, struct sim_message *msg);

/** carry_free() - free what a tree has. @tree: of no use afterwards */
void carry_free(struct carry_tree *tree);

/**
 * carry_write() - write a tree
 * @tree:	finished
 * @dir:	a folder that is made, or an empty one
 * @stop:	non-zero ends it
 * @msg:	says what went wrong
 *
 * When it fails there is what there was before.
 * Return:	0, -EINTR or another negative errno.
 */
int carry_write(const struct carry_tree *tree, const char *dir, const volatile int *stop,
		struct sim_message *msg);

#endif
